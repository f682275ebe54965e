// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/util/sets"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// What a week was planned with is frozen. What joined it later leaves it again, if what made
// it join is undone within the week and nobody has worked on it: it is marked in the plan
// first, then its Actions are deleted, and then its row. A pass that breaks off in between is
// repeated, and an edit that is made again meanwhile finds a row to be completed.

// Leaves reports whether a KeyAction that joined a week leaves it again, because today's objects
// do not ask for it any more: it is deleted or suspended, ranks beyond the limit, or is for a
// Team that is no longer selected. What they ask for and cannot be planned because of a mistake
// does not leave: the mistake will be corrected.
func (p *Programme) Leaves(name string) bool {
	if p.Utility == nil || p.Problem != nil {
		return false
	}
	generated := p.keyAction(name)
	for _, within := range p.Within {
		ka := p.keyAction(within)
		if ka.Spec.Suspend {
			continue
		}
		wanted := p.PartNames(ka).Has(name)
		childOfAMistake := generated != nil && generated.Spec.ParentRef != nil && generated.Spec.ParentRef.Name == within && p.ProblemOf(ka) != nil
		if wanted || childOfAMistake {
			return false
		}
	}
	return true
}

// Joined are the names of the KeyActions that joined a week after it was planned and have, or
// are about to have, Actions of their own there.
func Joined(frozen *praxisv1.WeekPlan, plannedAt time.Time) []string {
	var names []string
	for i := range frozen.KeyActions {
		p := &frozen.KeyActions[i]
		if p.JoinedAt.After(plannedAt) && (p.Actions > 0 || p.Hash == "") {
			names = append(names, p.Name)
		}
	}
	return names
}

// JoinAt is the instant at which KeyActions join a week now: in whole seconds, which the API
// keeps, and after that of those that it was planned with.
func JoinAt(plannedAt, now time.Time) time.Time {
	at, first := now.Truncate(time.Second), plannedAt.Add(time.Second)
	if at.Before(first) {
		return first
	}
	return at
}

// Marked is a plan in which the row of a KeyAction waits: for its Actions to be made, or to be
// taken away.
func Marked(frozen *praxisv1.WeekPlan, keyAction string) *praxisv1.WeekPlan {
	out := frozen.DeepCopy()
	for i := range out.KeyActions {
		if out.KeyActions[i].Name == keyAction {
			out.KeyActions[i].Hash = ""
		}
	}
	out.Hash = hashPlan(out.KeyActions)
	return out
}

// Rehashed is a plan whose hash is that of its rows.
func Rehashed(frozen *praxisv1.WeekPlan) *praxisv1.WeekPlan {
	if frozen == nil || frozen.Hash == hashPlan(frozen.KeyActions) {
		return frozen
	}
	out := frozen.DeepCopy()
	out.Hash = hashPlan(out.KeyActions)
	return out
}

// Waits reports whether the row of a KeyAction is marked.
func Waits(frozen *praxisv1.WeekPlan, keyAction string) bool {
	return slices.ContainsFunc(frozen.KeyActions, func(p praxisv1.PlannedKeyAction) bool { return p.Name == keyAction && p.Hash == "" })
}

// Without is a plan without a KeyAction whose Actions are gone, and without the Teams that only
// these had. left are the Actions that the week still has; where there are carried ones of the
// KeyAction, the row stays for them to be judged by.
func Without(frozen *praxisv1.WeekPlan, p *Programme, keyAction string, left []praxisv1.Action) *praxisv1.WeekPlan {
	out := frozen.DeepCopy()
	carried := slices.ContainsFunc(left, func(a praxisv1.Action) bool { return a.Spec.KeyActionRef.Name == keyAction })
	i := slices.IndexFunc(out.KeyActions, func(p praxisv1.PlannedKeyAction) bool { return p.Name == keyAction })
	switch {
	case i < 0:
		return out
	case carried:
		row := &out.KeyActions[i]
		row.Unassigned, row.Actions, row.Hash = nil, 0, hashActions(nil)
	default:
		out.KeyActions = slices.Delete(out.KeyActions, i, i+1)
	}
	sum(out, left)
	out.Hash = hashPlan(out.KeyActions)
	at := teamsIn(out, p, left)
	out.Teams = slices.DeleteFunc(out.Teams, func(t praxisv1.PlannedTeam) bool { return !at.Has(t.Name) })
	return out
}

// teamsIn are the Teams of a plan: the owner's, those of its Actions, and those that the KeyActions
// of its rows have today, of which some have a row and no Action.
func teamsIn(frozen *praxisv1.WeekPlan, p *Programme, actions []praxisv1.Action) sets.Set[string] {
	found := sets.New[string]()
	if frozen.Owner != nil {
		found.Insert(frozen.Owner.Team)
	}
	for i := range actions {
		found.Insert(actions[i].Spec.Team)
	}
	for i := range p.entries {
		e := &p.entries[i]
		if slices.ContainsFunc(frozen.KeyActions, func(row praxisv1.PlannedKeyAction) bool { return row.Name == e.keyAction.Name }) {
			found.Insert(e.team.Name)
		}
	}
	return found
}
