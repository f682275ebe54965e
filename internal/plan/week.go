// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
)

// Week is what a week holds.
type Week struct {
	// KeyActions that have work in the week, by name.
	KeyActions []KeyAction
	// Members of their Teams, by Team and name.
	Members []MemberLoad
	// Gaps in the plan, by KeyAction, step and Team.
	Gaps []Gap
}

// KeyAction is the part of one KeyAction in a week.
type KeyAction struct {
	// Planned is what the week is judged by; JoinedAt is set when it is recorded.
	Planned praxisv1.PlannedKeyAction
	// Actions by name, ready to be created except for their owner.
	Actions []praxisv1.Action
	team    *praxisv1.Team // whose work it is
}

// Actions of all KeyActions of the week.
func (w Week) Actions() []praxisv1.Action {
	var all []praxisv1.Action
	for i := range w.KeyActions {
		all = append(all, w.KeyActions[i].Actions...)
	}
	return all
}

// Make plans a week.
func Make(r Request) Week {
	p := r.Programme
	var week Week
	turns := p.rotate(r.Week, r.From)
	for i := range p.entries {
		e := &p.entries[i]
		if pieces := e.pieces(r.Week, r.From, turns); len(pieces) > 0 {
			week.KeyActions = append(week.KeyActions, e.planKeyAction(r, pieces))
		}
	}
	week.Gaps, week.Members = p.Survey(r.Week, r.From)
	return week
}

// Survey finds the gaps in a week's plan and the loads of the members, without making its
// Actions.
func (p *Programme) Survey(w cadence.Week, from time.Time) ([]Gap, []MemberLoad) {
	p.mu.Lock()
	defer p.mu.Unlock()
	of := surveyed{spanOf(w, from), p.turnsText()}
	found, asked := p.surveys[of]
	if !asked {
		found.gaps, found.loads = p.survey(w, from)
		remember(p.surveys, of, found)
	}
	return found.gaps, found.loads
}

func (p *Programme) survey(w cadence.Week, from time.Time) ([]Gap, []MemberLoad) {
	turns := p.rotate(w, from)
	gaps, loads := slices.Clone(p.gaps), p.loads(w, from, turns)
	for i := range p.entries {
		e := &p.entries[i]
		for _, piece := range e.pieces(w, from, turns) {
			if len(piece.people) == 0 {
				gaps = append(gaps, e.unassigned(piece))
			}
		}
	}
	for _, m := range loads {
		if m.PlannedMinutes > m.CapacityMinutes {
			gaps = append(gaps, p.overload(m))
		}
	}
	slices.SortStableFunc(gaps, func(a, b Gap) int {
		return cmp.Or(cmp.Compare(a.KeyAction, b.KeyAction), cmp.Compare(a.Step, b.Step), cmp.Compare(a.Team, b.Team),
			cmp.Compare(a.Member, b.Member), cmp.Compare(a.Reason, b.Reason))
	})
	return gaps, loads
}

func (e *entry) unassigned(p piece) Gap {
	return Gap{
		KeyAction: e.keyAction.Name, Step: p.step.Name, Tier: p.step.Tier, Team: e.team.Name,
		Reason: praxisv1.ReasonUnassigned, Message: fmt.Sprintf("Step %s has nobody to do it: %s", p.step.Name, p.whyNobody),
	}
}

func (e *entry) planKeyAction(r Request, pieces []piece) KeyAction {
	policy := PolicyOf(e.keyAction)
	out := KeyAction{team: e.team, Planned: praxisv1.PlannedKeyAction{
		Name: e.keyAction.Name, Weight: e.weight, Parts: e.parts,
		Tolerance: *policy.Tolerance, Critical: *policy.Critical, OnMiss: policy.OnMiss,
		MaxCarries: *policy.MaxCarries, CheckOrder: policy.CheckOrder,
		Slack: unless(policy.Slack, DefaultSlack), JudgeWithin: unless(cmp.Or(r.Programme.Utility.Spec.JudgeWithin, DefaultJudgeWithin), DefaultJudgeWithin),
	}}
	if parent := e.keyAction.Spec.ParentRef; parent != nil {
		out.Planned.Parent = parent.Name
	}
	for _, p := range pieces {
		for i, m := range p.people {
			out.Actions = append(out.Actions, e.newAction(r, p, m, shareOf(p.step, i, len(p.people))))
		}
		if len(p.people) == 0 {
			out.Planned.Unassigned = append(out.Planned.Unassigned, praxisv1.UnassignedStep{
				Step: p.step.Name, Tier: p.step.Tier, Share: p.step.Weight * basisPoints,
				Occurrences: p.occurrences, DependsOn: p.step.DependsOn,
			})
		}
	}
	slices.SortFunc(out.Actions, func(a, b praxisv1.Action) int { return cmp.Compare(a.Name, b.Name) })
	out.Planned.Actions = int32(len(out.Actions))
	out.Planned.Hash = hashActions(out.Actions)
	return out
}
