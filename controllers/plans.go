// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"k8s.io/utils/lru"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

// Plans are those of the weeks that were looked at last, as the operator left them. What a week
// is judged by stands in its plan and nowhere else, so that of one that somebody has overwritten
// there is nothing but this to restore it from. It does not outlive the operator, which then
// takes a plan as it finds it. The same holds for the queues of KeyActions.
type Plans struct{ last, turns *lru.Cache } // by UID

// keptPlans is how many weeks' are kept. A plan takes some KiB; one of a hundred Teams some
// hundred. A week that has closed is not among them.
const (
	keptPlans = 512
	keptTurns = 4096 // KeyActions, whose queues take some hundred bytes
)

// NewPlans knows of no plan yet.
func NewPlans() *Plans { return &Plans{lru.New(keptPlans), lru.New(keptTurns)} }

// of is the plan of a week as the operator left it, or as it is where that is not known. Its
// hash follows from the rest, whoever wrote it.
func (p *Plans) of(cycle *praxisv1.WeeklyCycle) (left *praxisv1.WeekPlan, known bool) {
	if p != nil {
		if last, there := p.last.Get(cycle.UID); there {
			return last.(*praxisv1.WeekPlan).DeepCopy(), true // the server's answer is read into it
		}
	}
	return plan.Rehashed(cycle.Status.Plan), false
}

// left remembers the plan of a week once it is written. Of a write that failed nobody knows
// whether it happened: then the plan is taken as it is found.
func (p *Plans) left(cycle *praxisv1.WeeklyCycle, written *praxisv1.WeekPlan, closed bool, err error) {
	switch {
	case p == nil:
	case err != nil || closed || written == nil:
		p.last.Remove(cycle.UID)
	default:
		p.last.Add(cycle.UID, written)
	}
}

// turnsOf are the queues of a KeyAction as the operator left them, or as they are where that is
// not known.
func (p *Plans) turnsOf(ka *praxisv1.KeyAction) []praxisv1.Turn {
	if p != nil {
		if last, there := p.turns.Get(ka.UID); there {
			return copied(last.([]praxisv1.Turn))
		}
	}
	return ka.Status.Turns
}

// leftTurns remembers the queues of a KeyAction once they are written.
func (p *Plans) leftTurns(ka *praxisv1.KeyAction, written []praxisv1.Turn, err error) {
	switch {
	case p == nil:
	case err != nil:
		p.turns.Remove(ka.UID)
	default:
		p.turns.Add(ka.UID, copied(written)) // the server's answer is read into what was written
	}
}

func copied(turns []praxisv1.Turn) []praxisv1.Turn {
	return (&praxisv1.KeyActionStatus{Turns: turns}).DeepCopy().Turns
}
