// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"cmp"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// First is the frozen plan of a week that has none yet: its KeyActions, and who owns the goal.
func First(p *Programme, made []KeyAction, at time.Time) *praxisv1.WeekPlan {
	owner := p.Utility.Spec.Owner
	return record(&praxisv1.WeekPlan{Owner: &owner}, made, []*praxisv1.Team{p.Teams[owner.Team]}, at)
}

// Record is the frozen plan of a week, with KeyActions that join it at an instant. A
// KeyAction that had no Actions yet is replaced, any other stays as it is. Who is in a Team
// is written down when the first KeyAction of the Team joins. The given plan is not changed;
// nil starts a new one.
func Record(frozen *praxisv1.WeekPlan, joining []KeyAction, at time.Time) *praxisv1.WeekPlan {
	out := &praxisv1.WeekPlan{}
	if frozen != nil {
		out = frozen.DeepCopy()
	}
	return record(out, joining, nil, at)
}

func record(out *praxisv1.WeekPlan, joining []KeyAction, teams []*praxisv1.Team, at time.Time) *praxisv1.WeekPlan {
	var actions []praxisv1.Action
	for _, ka := range joining {
		teams, actions = append(teams, ka.team), append(actions, ka.Actions...)
		entry := *ka.Planned.DeepCopy()
		entry.JoinedAt = metav1.NewTime(at)
		i := slices.IndexFunc(out.KeyActions, func(p praxisv1.PlannedKeyAction) bool { return p.Name == entry.Name })
		switch {
		case i < 0:
			out.KeyActions = append(out.KeyActions, entry)
		case out.KeyActions[i].Actions == 0:
			out.KeyActions[i] = entry
		default:
			continue
		}
		out.Actions += int32(len(ka.Actions))
		for j := range ka.Actions {
			out.Minutes += Effort(&ka.Actions[j])
			out.Units += int64(ka.Actions[j].Spec.Target) * ka.Actions[j].Spec.Contribution
		}
	}
	slices.SortFunc(out.KeyActions, func(a, b praxisv1.PlannedKeyAction) int { return cmp.Compare(a.Name, b.Name) })
	out.Hash = hashPlan(out.KeyActions)
	freezeTeams(out, teams, actions)
	return out
}

// MayJoin reports whether the objects of a request have a KeyAction that has no Actions in a
// frozen plan and that the week asks something of, without making any plan: it is asked each
// time that the week is looked at, and nearly always there is none.
func MayJoin(frozen *praxisv1.WeekPlan, r Request) bool {
	if Full(frozen) {
		return false
	}
	has := withActions(frozen)
	for i := range r.Programme.entries {
		if e := &r.Programme.entries[i]; !has[e.keyAction.Name] && e.asksSomebody(r.Week, r.From) {
			return true
		}
	}
	return false
}

// Joining are the KeyActions of a newly made plan that can still join a frozen one: those
// that have Actions now and had none, as far as the week has room. The others wait for the
// next week.
func Joining(frozen *praxisv1.WeekPlan, made Week) []KeyAction {
	has, room := withActions(frozen), MaxJoined-len(frozen.KeyActions)
	var joining []KeyAction
	for _, ka := range made.KeyActions {
		if len(ka.Actions) > 0 && !has[ka.Planned.Name] && len(joining) < room {
			joining = append(joining, ka)
		}
	}
	return joining
}

// Full reports whether a week takes no KeyAction more.
func Full(frozen *praxisv1.WeekPlan) bool { return len(frozen.KeyActions) >= MaxJoined }

func withActions(frozen *praxisv1.WeekPlan) map[string]bool {
	names := make(map[string]bool, len(frozen.KeyActions))
	for i := range frozen.KeyActions {
		names[frozen.KeyActions[i].Name] = frozen.KeyActions[i].Actions > 0
	}
	return names
}

// Joins reports whether a KeyAction was written down whose Actions have still to be made.
func Joins(frozen *praxisv1.WeekPlan) bool {
	return frozen != nil && slices.ContainsFunc(frozen.KeyActions, func(p praxisv1.PlannedKeyAction) bool { return p.Hash == "" })
}

// Only is the part of one KeyAction in a week; without Actions if it has none.
func Only(made Week, keyAction string) KeyAction {
	for _, ka := range made.KeyActions {
		if ka.Planned.Name == keyAction {
			return ka
		}
	}
	return KeyAction{Planned: praxisv1.PlannedKeyAction{Name: keyAction}}
}

// Complete finishes the record of a KeyAction that joined, now that its Actions are made. If
// its objects were edited in between, what was made before that stands.
func Complete(frozen *praxisv1.WeekPlan, joined KeyAction, existing []praxisv1.Action) *praxisv1.WeekPlan {
	out := frozen.DeepCopy()
	own := OwnOf(existing, joined.Planned.Name)
	slices.SortFunc(own, func(a, b praxisv1.Action) int { return cmp.Compare(a.Name, b.Name) })
	for i := range out.KeyActions {
		if entry := &out.KeyActions[i]; entry.Name == joined.Planned.Name {
			entry.Actions, entry.Hash = int32(len(own)), hashActions(own)
		}
	}
	sum(out, existing)
	out.Hash = hashPlan(out.KeyActions)
	return out
}

// sum adds up what a plan asks for, without what was carried. An Action that somebody deleted
// is still one of the plan, though nobody knows its effort any more.
func sum(out *praxisv1.WeekPlan, existing []praxisv1.Action) {
	out.Actions, out.Minutes, out.Units = 0, 0, 0
	for i := range out.KeyActions {
		out.Actions += out.KeyActions[i].Actions
	}
	for i := range existing {
		if a := &existing[i]; !IsCarried(a) {
			out.Minutes += Effort(a)
			out.Units += int64(a.Spec.Target) * a.Spec.Contribution
		}
	}
}

// Rebuild is the record of a week whose own was lost, from the KeyActions as they would be
// planned today, the Actions that exist, and the owner and the Teams as they are. What was
// carried in is recorded again.
func Rebuild(p *Programme, made []KeyAction, existing []praxisv1.Action, at time.Time) *praxisv1.WeekPlan {
	out := First(p, made, at)
	for _, ka := range made {
		out = Complete(out, ka, existing)
	}
	freezeTeams(out, teamsOf(existing, p.Teams), existing)
	return out
}

// Recorded reports whether an Action is in the plan of its week. Actions are made before the
// record that counts them, so that for a moment, or while the operator is down, there are
// some that no plan has.
func Recorded(frozen *praxisv1.WeekPlan, a *praxisv1.Action) bool {
	if frozen == nil {
		return false
	}
	if a.Spec.CarriedFrom != "" {
		return frozen.CarriedFrom != ""
	}
	return slices.ContainsFunc(frozen.KeyActions, func(p praxisv1.PlannedKeyAction) bool {
		return p.Name == a.Spec.KeyActionRef.Name && p.Hash != ""
	})
}

// PlannedAs is what a KeyAction is judged by in a week, or nil if the week does not have it.
func PlannedAs(week *praxisv1.WeeklyCycle, keyAction string) *praxisv1.PlannedKeyAction {
	if week == nil || week.Status.Plan == nil {
		return nil
	}
	for i := range week.Status.Plan.KeyActions {
		if p := &week.Status.Plan.KeyActions[i]; p.Name == keyAction {
			return p
		}
	}
	return nil
}

// OwnOf are the Actions that a week planned of a KeyAction, without those that were carried into
// it, and without what was split from others since.
func OwnOf(actions []praxisv1.Action, keyAction string) []praxisv1.Action {
	var own []praxisv1.Action
	for i := range actions {
		if a := &actions[i]; a.Spec.KeyActionRef.Name == keyAction && a.Spec.CarriedFrom == "" && a.Spec.SplitFrom == "" {
			own = append(own, *a)
		}
	}
	return own
}
