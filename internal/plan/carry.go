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

// Leftover is an Action of a closed week that goes on in the next.
type Leftover struct {
	Action *praxisv1.Action
	// Week that it comes from.
	Week praxisv1.Week
	// Remaining is the part of its target that was not accepted, at least 1.
	Remaining int32
	// Member takes it over, by a decision; empty if it stays with the same member.
	Member string
	// DueAt is when it is due, by a decision; nil if the plan determines that.
	DueAt *metav1.Time
}

// Placed are the leftovers that a week can take in: each KeyAction needs a row in its plan to
// be counted by, and there are so many. The others are escalated.
func Placed(frozen *praxisv1.WeekPlan, leftovers []Leftover) []Leftover {
	placed := make(map[string]bool, len(frozen.KeyActions))
	for i := range frozen.KeyActions {
		placed[frozen.KeyActions[i].Name] = true
	}
	sorted := slices.Clone(leftovers)
	slices.SortStableFunc(sorted, func(a, b Leftover) int {
		return cmp.Compare(a.Action.Spec.KeyActionRef.Name, b.Action.Spec.KeyActionRef.Name)
	})
	return slices.DeleteFunc(sorted, func(l Leftover) bool {
		name := l.Action.Spec.KeyActionRef.Name
		if !placed[name] && len(placed) < maxRows {
			placed[name] = true
		}
		return !placed[name]
	})
}

// CarryOver are the Actions that go on in the week of the request, by name, in
// addition to its plan. Each has the part of its share that is left, floor(share·r/q) and at
// least 1, and one occurrence: the first due of its step that is still ahead at the instant,
// else the review, else the end of the week. The step's standard is today's; where the step is
// gone, the Action's own. It stays with the same person, under the name and user of today;
// nothing goes to somebody who has left the Team, and then nobody has it.
// there are the Actions that the week has. What one of them goes on with is not carried
// again, whatever became of its Team or step since it was made.
func CarryOver(r Request, leftovers []Leftover, there []praxisv1.Action, at time.Time) []praxisv1.Action {
	p := r.Programme
	var carried []praxisv1.Action
	for _, l := range leftovers {
		if slices.ContainsFunc(there, func(a praxisv1.Action) bool { return a.Spec.CarriedFrom == l.Action.Name }) {
			continue
		}
		spec := *l.Action.Spec.DeepCopy()
		spec.CycleRef = praxisv1.LocalReference{Name: r.Cycle}
		spec.CarriedFrom, spec.Carries = l.Action.Name, spec.Carries+1
		spec.OriginWeek = cmp.Or(spec.OriginWeek, l.Week)
		spec.Amendments, spec.SplitFrom = nil, ""
		var due []time.Time
		if s := p.step(spec.KeyActionRef.Name, spec.Step); s != nil {
			due = dueTimes(s, r.Week)
			spec.Standard, spec.Evidence, spec.DependsOn = s.Standard, s.Evidence, s.DependsOn
		}
		if team := p.TeamOf(l.Action); team != nil {
			spec.Team, spec.Member, spec.User = team.Name, "", ""
			if m := cmp.Or(Member(team, l.Member), theSame(team, l.Action.Spec.Member, l.Action.Spec.User)); m != nil {
				spec.Member, spec.User = m.Name, m.User
			}
		}
		dueAt := firstAhead(r, due, at)
		if l.DueAt != nil && l.DueAt.After(at) && l.DueAt.Time.Before(r.Week.EndsAt) {
			dueAt = l.DueAt.Time
		}
		spec.Share = ShareOfRest(spec.Share, l.Remaining, spec.Target)
		spec.Target = l.Remaining
		spec.Occurrences = []praxisv1.Occurrence{{DueAt: metav1.NewTime(dueAt.UTC()), Quantity: l.Remaining}}
		carried = append(carried, named(r, praxisv1.Action{Spec: spec}))
	}
	keepApart(r, carried, there)
	slices.SortFunc(carried, func(a, b praxisv1.Action) int { return cmp.Compare(a.Name, b.Name) })
	return carried
}

// ShareOfRest is what a rest of a target weighs, in basis points: floor(share·rest/target),
// but at least 1, so that no rest weighs nothing.
func ShareOfRest(share, rest, target int32) int32 {
	return max(1, int32(int64(share)*int64(rest)/int64(max(1, target))))
}

// keepApart gives Actions names of their own where two of one step have come to the
// same member.
func keepApart(r Request, carried, there []praxisv1.Action) {
	slices.SortFunc(carried, func(a, b praxisv1.Action) int { return cmp.Compare(a.Spec.CarriedFrom, b.Spec.CarriedFrom) })
	taken := map[string]bool{}
	for i := range there {
		taken[there[i].Name] = true
	}
	for i := range carried {
		a := &carried[i]
		if taken[a.Name] {
			spec := &a.Spec
			a.Name = ActionName(r.Cycle, spec.KeyActionRef.Name, spec.Step, Holder(a)+"-"+shortHash(spec.CarriedFrom), string(spec.OriginWeek))
		}
		taken[a.Name] = true
	}
}

func firstAhead(r Request, due []time.Time, at time.Time) time.Time {
	slices.SortFunc(due, time.Time.Compare)
	for _, t := range append(due, r.Week.AtReview(), r.Week.ReviewAt) {
		if t.After(at) {
			return t
		}
	}
	return r.Week.EndsAt
}

// RecordCarried is the frozen plan of a week with the Actions carried into it from a closed
// cycle, and with their Teams. A KeyAction that is no longer planned is judged as it was in
// that cycle.
func RecordCarried(frozen *praxisv1.WeekPlan, from *praxisv1.WeeklyCycle, carried []praxisv1.Action, teams map[string]*praxisv1.Team, at time.Time) *praxisv1.WeekPlan {
	out := frozen.DeepCopy()
	out.Carried, out.CarriedFrom = int32(len(carried)), from.Name
	for i := range carried {
		name := carried[i].Spec.KeyActionRef.Name
		byName := func(p praxisv1.PlannedKeyAction) bool { return p.Name == name }
		if slices.ContainsFunc(out.KeyActions, byName) || from.Status.Plan == nil {
			continue
		}
		if was := slices.IndexFunc(from.Status.Plan.KeyActions, byName); was >= 0 {
			entry := *from.Status.Plan.KeyActions[was].DeepCopy()
			entry.Unassigned, entry.Actions, entry.Hash = nil, 0, hashActions(nil)
			entry.JoinedAt = metav1.NewTime(at)
			out.KeyActions = append(out.KeyActions, entry)
		}
	}
	slices.SortFunc(out.KeyActions, func(a, b praxisv1.PlannedKeyAction) int { return cmp.Compare(a.Name, b.Name) })
	out.Hash = hashPlan(out.KeyActions)
	freezeTeams(out, teamsOf(carried, teams), carried)
	return out
}
