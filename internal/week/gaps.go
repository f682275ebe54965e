// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package week

import (
	"cmp"
	"fmt"
	"math"
	"math/big"
	"slices"
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

// item is a piece of planned work: an Action, or a step that nobody does.
type item struct {
	action      *praxisv1.Action // nil for a step that nobody does
	step        string
	tier        praxisv1.Tier
	share       int32
	target      int32
	due         int32
	accepted    int32
	pending     int32
	occurrences []praxisv1.Occurrence
	dependsOn   []string
}

func (it *item) name() string {
	if it.action == nil {
		return ""
	}
	return it.action.Name
}

func (it *item) dropped() bool { return it.action != nil && it.action.Spec.Dropped }

// carried reports whether it is what an earlier week left over.
func (it *item) carried() bool { return it.action != nil && plan.IsCarried(it.action) }

// excused is how much of what is due waits for a verdict. What waits and is not due yet
// excuses nothing that is.
func (it *item) excused() int32 { return min(it.pending, max(0, it.due-it.accepted)) }

// nobodys reports whether it is open and nobody has it: a step that nobody does, or what a
// member left who is gone.
func (it *item) nobodys() bool {
	return it.action == nil || it.action.Spec.Member == "" && !it.dropped() && it.accepted+it.pending < it.target
}

// behind reports whether work is due that is not accepted.
func (it *item) behind() bool { return !it.dropped() && it.accepted < it.due }

func (it *item) missed(now time.Time) bool {
	return it.action != nil && State(it.action, "", false, now) == praxisv1.ReasonMissed
}

func (it *item) keyMissed(now time.Time) bool {
	return it.tier == praxisv1.TierKey && it.missed(now)
}

// structure is the action structure of one KeyAction in one week.
type structure struct {
	planned *praxisv1.PlannedKeyAction
	items   []*item
	bySteps map[string][]*item
	now     time.Time
}

func newStructure(planned *praxisv1.PlannedKeyAction, actions []*praxisv1.Action, now time.Time) *structure {
	s := &structure{planned: planned, bySteps: map[string][]*item{}, now: now}
	for _, a := range actions {
		s.add(&item{
			action: a, step: a.Spec.Step, tier: a.Spec.Tier, share: a.Spec.Share, target: a.Spec.Target,
			due: min(a.Spec.Target, DueBy(a.Spec.Occurrences, now)), accepted: min(a.Status.Accepted, a.Spec.Target),
			pending: a.Status.Pending, occurrences: a.Spec.Occurrences, dependsOn: a.Spec.DependsOn,
		})
	}
	for i := range planned.Unassigned {
		u := &planned.Unassigned[i]
		if len(u.Occurrences) == 0 {
			continue // the operator plans none without a due time; nothing can be said about when it is due
		}
		it := &item{step: u.Step, tier: u.Tier, share: u.Share, due: DueBy(u.Occurrences, now), occurrences: u.Occurrences, dependsOn: u.DependsOn}
		for _, o := range u.Occurrences {
			it.target += o.Quantity
		}
		s.add(it)
	}
	return s
}

func (s *structure) add(it *item) {
	s.items = append(s.items, it)
	s.bySteps[it.step] = append(s.bySteps[it.step], it)
}

func (s *structure) hasActions() bool {
	return slices.ContainsFunc(s.items, func(it *item) bool { return it.action != nil })
}

// gaps finds, for each piece of work that is behind, the earliest piece upstream
// that is itself behind: that one is the gap. A step that nobody does is a gap
// from the start.
func (s *structure) gaps(overloaded func(team, member string) bool) []praxisv1.Gap {
	found := map[*item]bool{}
	for _, it := range s.items {
		switch {
		case it.nobodys():
			found[it] = true
		case it.behind():
			if first := s.firstUpstream(it, map[string]bool{}); first != nil {
				found[first] = true
			} else {
				found[it] = true
			}
		}
	}
	var gaps []praxisv1.Gap
	for _, it := range s.items {
		if found[it] {
			gaps = append(gaps, s.gap(it, overloaded))
		}
	}
	order := orderOfTiers(s.planned)
	slices.SortFunc(gaps, func(a, b praxisv1.Gap) int { return compareGaps(a, b, order, order) })
	return gaps
}

// firstUpstream is the earliest piece of work upstream of it that is behind; nil if nothing
// upstream is behind. seen ends the search in a graph that is no longer acyclic because an
// Action was carried from an older plan.
func (s *structure) firstUpstream(it *item, seen map[string]bool) *item {
	var first *item
	for _, step := range it.dependsOn {
		if seen[step] {
			continue
		}
		seen[step] = true
		for _, up := range s.bySteps[step] {
			candidate := s.firstUpstream(up, seen)
			if candidate == nil && up.behind() {
				candidate = up
			}
			if candidate != nil && (first == nil || earlier(candidate, first)) {
				first = candidate
			}
		}
	}
	return first
}

func earlier(a, b *item) bool {
	return cmp.Or(a.occurrences[0].DueAt.Compare(b.occurrences[0].DueAt.Time), cmp.Compare(a.step, b.step), cmp.Compare(a.name(), b.name())) < 0
}

func (s *structure) gap(it *item, overloaded func(team, member string) bool) praxisv1.Gap {
	g := praxisv1.Gap{Action: it.name(), KeyAction: s.planned.Name, Tier: it.tier, Impact: s.impact(it)}
	switch {
	case it.action == nil:
		g.Reason = praxisv1.ReasonUnassigned
		g.Message = fmt.Sprintf("There is nobody for step %s; give somebody its role in the Team, or a delegate, before next week", it.step)
	case it.nobodys():
		g.Reason = praxisv1.ReasonUnassigned
		g.Message = fmt.Sprintf("Whoever had %s has left the Team, %d of %d are open; give it to a member with kubectl praxis reassign", it.step, it.target-it.accepted-it.pending, it.target)
	case it.accepted+it.pending >= it.due:
		g.Reason = praxisv1.ReasonAwaitingAcceptance
		g.Message = fmt.Sprintf("Work of %s on %s is in; a reviewer accepts or rejects it", it.action.Spec.Member, it.step)
	case it.action.Status.LastRejected:
		g.Reason = praxisv1.ReasonRejected
		g.Message = fmt.Sprintf("%s of %s was rejected; read its verdict and hand in a new piece", it.step, it.action.Spec.Member)
	case overloaded != nil && overloaded(it.action.Spec.Team, it.action.Spec.Member):
		g.Reason = praxisv1.ReasonOverloaded
		g.Message = fmt.Sprintf("%s has more work than capacity this week and owes %d of %s; move some of it", it.action.Spec.Member, it.due-it.accepted, it.step)
	default:
		g.Reason = praxisv1.ReasonNoEvidence
		g.Message = fmt.Sprintf("%s owes %d of %s; hand in evidence or decide in the review", it.action.Spec.Member, it.due-it.accepted-it.pending, it.step)
	}
	return g
}

// impact is how much of the Utility depends on a piece of work, in basis points: its own
// share and those of all steps that depend on it.
func (s *structure) impact(it *item) int32 {
	shares := int64(it.share)
	downstream := s.downstream(it.step)
	for _, other := range s.items {
		if downstream[other.step] && !other.dropped() {
			shares += int64(other.share)
		}
	}
	part := new(big.Rat).Mul(WeightOf(s.planned), big.NewRat(shares, 100))
	return int32(min(math.MaxInt32, floor(part.Add(part, big.NewRat(1, 2)))))
}

func (s *structure) downstream(step string) map[string]bool {
	found := map[string]bool{}
	for grown := true; grown; {
		grown = false
		for _, it := range s.items {
			if found[it.step] || it.step == step {
				continue
			}
			if slices.ContainsFunc(it.dependsOn, func(d string) bool { return d == step || found[d] }) {
				found[it.step], grown = true, true
			}
		}
	}
	return found
}

func orderOfTiers(p *praxisv1.PlannedKeyAction) func(praxisv1.Tier) int {
	return func(t praxisv1.Tier) int {
		if len(p.CheckOrder) == 0 {
			return slices.Index(plan.Tiers, t)
		}
		if i := slices.Index(p.CheckOrder, t); i >= 0 {
			return i
		}
		return len(plan.Tiers) + slices.Index(plan.Tiers, t)
	}
}

func compareGaps(a, b praxisv1.Gap, orderA, orderB func(praxisv1.Tier) int) int {
	return cmp.Or(
		cmp.Compare(orderA(a.Tier), orderB(b.Tier)),
		cmp.Compare(b.Impact, a.Impact),
		cmp.Compare(a.Action, b.Action),
		cmp.Compare(a.KeyAction, b.KeyAction),
		cmp.Compare(a.Message, b.Message),
	)
}

// sortGaps orders gaps of several KeyActions, each by its own checkOrder.
func sortGaps(gaps []praxisv1.Gap, plan *praxisv1.WeekPlan) {
	orders := map[string]func(praxisv1.Tier) int{}
	for i := range plan.KeyActions {
		orders[plan.KeyActions[i].Name] = orderOfTiers(&plan.KeyActions[i])
	}
	slices.SortFunc(gaps, func(a, b praxisv1.Gap) int {
		return compareGaps(a, b, orders[a.KeyAction], orders[b.KeyAction])
	})
}
