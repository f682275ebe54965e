// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package ha

import (
	"fmt"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

const (
	cycle = "answers-2026-w48"
	next  = "answers-2026-w49"
)

func piece(name, action string) *praxisv1.Evidence {
	return &praxisv1.Evidence{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}, Spec: praxisv1.EvidenceSpec{
		ActionRef: &praxisv1.LocalReference{Name: action}, Quantity: 1,
	}}
}

// handIn makes pieces for Actions of a week as automation, each named by its Action.
func (s *stage) handIn(actions ...string) (pieces []string) {
	s.Helper()
	for i, action := range actions {
		// Numbers of one width: of two that came in within a second, the later name is the last.
		e := piece(strings.ReplaceAll(strings.TrimPrefix(action, cycle+"."), ".", "-")+fmt.Sprintf("-%02d", i), action)
		s.must(s.users["robot"].Create(s.ctx, e))
		pieces = append(pieces, e.Name)
	}
	return pieces
}

func (s *stage) judge(decision praxisv1.Decision, pieces ...string) {
	s.Helper()
	for _, name := range pieces {
		s.edit(name, &praxisv1.Evidence{}, func(o client.Object) error {
			e := o.(*praxisv1.Evidence)
			e.Status.Verdict = &praxisv1.Verdict{Decision: decision, By: "ada"}
			return s.users["ada"].Status().Update(s.ctx, e)
		})
	}
}

func (s *stage) sign(review string, decisions ...praxisv1.ActionDecision) {
	s.Helper()
	for i := range decisions {
		decisions[i].Action, decisions[i].Reason = cycle+"."+decisions[i].Action, "As it was agreed"
	}
	s.edit(review, &praxisv1.Review{}, func(o client.Object) error {
		r := o.(*praxisv1.Review)
		r.Spec.Conclusion, r.Spec.Decisions, r.Spec.SignOff = "Looked at together", decisions, &praxisv1.SignOff{}
		return s.users["ada"].Update(s.ctx, r)
	})
}

// edit reads an object and changes it as Ada. It retries on a conflict, and while no leader has
// opened the Review and removed accepted work from its agenda.
func (s *stage) edit(name string, o client.Object, change func(client.Object) error) {
	s.Helper()
	s.eventually("Ada changes "+name, func() bool {
		s.must(s.users["ada"].Get(s.ctx, client.ObjectKey{Namespace: namespace, Name: name}, o))
		err := change(o)
		if apierrors.IsConflict(err) || err != nil && strings.Contains(err.Error(), "praxis-signatures") {
			return false
		}
		s.must(err)
		return true
	})
}

// each names the Actions of a step of the week, less those of some people.
func each(keyAction, step string, but ...string) (names []string) {
	owners := people
	if keyAction == "write-down" {
		owners = 2
	}
next:
	for i := range owners {
		who := fmt.Sprintf("m%02d", i)
		for _, b := range but {
			if b == who {
				continue next
			}
		}
		names = append(names, strings.Join([]string{cycle, keyAction, step, who}, "."))
	}
	return names
}

func of(short ...string) (names []string) {
	for _, name := range short {
		names = append(names, cycle+"."+name)
	}
	return names
}

// The result of a week, computed by hand: what is accepted, what key-tier completions carry, and
// what is carried over.
const (
	planned       = (people + 2) * 3
	acceptedWork  = 11 + 30 + 10 + 2 + 6 + 1
	acceptedUnits = (10 + 1) * 2
)

var carried = []string{"call-back.call.m05", "call-back.call.m06", "call-back.list.m03", "call-back.ship.m07"}

// week is what the cast does; disturb is called once the week is planned, and what it
// returns once the next week has begun.
func (s *stage) week(disturb func() (calm func())) {
	s.eventually("the week is planned", func() bool {
		var c praxisv1.WeeklyCycle
		err := s.admin.Get(s.ctx, client.ObjectKey{Namespace: namespace, Name: cycle}, &c)
		return err == nil && c.Status.Plan != nil && c.Status.Plan.Actions == planned
	})
	calm := disturb()
	s.at(time.Tuesday, 8)
	s.judge(praxisv1.DecisionAccepted, s.handIn(append(each("call-back", "list", "m03"), each("write-down", "list")...)...)...)
	s.at(time.Wednesday, 20)
	s.sign(cycle+"-midweek",
		praxisv1.ActionDecision{Action: "call-back.call.m04", Decision: praxisv1.DecideDrop},
		praxisv1.ActionDecision{Action: "write-down.call.m01", Decision: praxisv1.DecideReassign, Member: "m02"})
	s.at(time.Thursday, 8)
	var calls []string
	for range 3 {
		calls = append(calls, append(each("call-back", "call", "m04", "m05", "m06"), each("write-down", "call")...)...)
	}
	pieces := s.handIn(append(calls, of("call-back.call.m05", "call-back.call.m06", "call-back.call.m06")...)...)
	rejected := s.handIn(of("call-back.call.m06")...)
	s.at(time.Thursday, 20)
	s.judge(praxisv1.DecisionAccepted, pieces...)
	s.judge(praxisv1.DecisionRejected, rejected...)
	s.at(time.Friday, 8)
	s.judge(praxisv1.DecisionAccepted, s.handIn(append(each("call-back", "ship", "m07", "m08"), of("write-down.ship.m00")...)...)...)
	s.at(time.Friday, 20)
	s.sign(cycle+"-review",
		praxisv1.ActionDecision{Action: "call-back.ship.m07", Decision: praxisv1.DecideCarryOver},
		praxisv1.ActionDecision{Action: "call-back.ship.m08", Decision: praxisv1.DecideEscalate},
		praxisv1.ActionDecision{Action: "write-down.ship.m01", Decision: praxisv1.DecideDrop})
	s.until(monday.AddDate(0, 0, 7).Add(15 * time.Hour))
	calm()
	s.until(monday.AddDate(0, 0, 8).Add(3 * time.Hour))
}
