// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package week

import (
	"math/big"
	"slices"
	"strings"
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

// Work is a week's frozen plan and its Actions.
type Work struct {
	Plan    *praxisv1.WeekPlan
	Actions []praxisv1.Action
	// Overloaded reports whether a member has more work than capacity in the week.
	Overloaded func(team, member string) bool
	// Closing decides what becomes of unfinished work, by the decisions of its Review.
	Closing   bool
	Decisions Decisions
}

// Figures are a week's numbers at one instant.
type Figures struct {
	KeyActions []praxisv1.KeyActionWeek
	Delivery   praxisv1.Delivery
	Verdict    Verdict
	Counts     praxisv1.ActionCounts
	Tiers      []praxisv1.TierCount
	Gaps       []praxisv1.Gap
	// NextDue is the next instant at which more work is due; zero where none is left.
	NextDue time.Time
}

// Judge computes the figures of a week at an instant.
func Judge(w Work, now time.Time) Figures {
	var out Figures
	var all Mean
	byKeyAction := group(w.Actions)
	for i := range w.Plan.KeyActions {
		planned := &w.Plan.KeyActions[i]
		s := newStructure(planned, byKeyAction[planned.Name], now)
		sums := s.account()
		all.Add(WeightOf(planned), sums)
		gaps := s.gaps(w.Overloaded)
		out.KeyActions = append(out.KeyActions, s.row(sums, gaps, w))
		out.Gaps = append(out.Gaps, gaps...)
		out.NextDue = Soonest(out.NextDue, s.nextDue())
		s.count(&out, w)
	}
	out.countDeleted(w)
	total := all.Account()
	out.Delivery, out.Verdict = total.Delivery(), total.judge()
	sortGaps(out.Gaps, w.Plan)
	return out
}

// WeightOf is a KeyAction's percent of the Utility; one of a Team has an even, exact part of
// its parent's.
func WeightOf(k *praxisv1.PlannedKeyAction) *big.Rat {
	return big.NewRat(int64(k.Weight), max(1, int64(k.Parts)))
}

func group(actions []praxisv1.Action) map[string][]*praxisv1.Action {
	groups := map[string][]*praxisv1.Action{}
	for i := range actions {
		name := actions[i].Spec.KeyActionRef.Name
		groups[name] = append(groups[name], &actions[i])
	}
	for _, g := range groups {
		slices.SortFunc(g, func(a, b *praxisv1.Action) int { return strings.Compare(a.Name, b.Name) })
	}
	return groups
}

// account sums the shares of a KeyAction's work over the share of what this week planned.
// Carried-over work adds to what is done and due and not to that whole, so that old debt makes
// no new work look lighter; where there is nothing else, it is the whole. Of dropped work,
// what was accepted before stays as if no more had been asked for.
func (s *structure) account() Account {
	accepted, handed, expected, whole, carried, kept := parts{}, parts{}, parts{}, parts{}, parts{}, parts{}
	out := nothingPlanned()
	for _, it := range s.items {
		done, ready, due := it.accepted, it.accepted+it.excused(), it.due
		switch {
		case it.dropped():
			ready, due = done, min(due, done)
			if !it.carried() {
				kept.add(it, done)
			}
		case it.carried():
			carried.add(it, it.target)
		default:
			whole.add(it, it.target)
		}
		accepted.add(it, done)
		handed.add(it, ready)
		expected.add(it, due)
		out.keyMissed = out.keyMissed || it.keyMissed(s.now)
	}
	all := whole.sum()
	if all.Sign() == 0 {
		all = carried.sum()
	}
	if whole.sum().Sign() > 0 || all.Sign() == 0 {
		all.Add(all, kept.sum())
	}
	if all.Sign() == 0 || !s.hasActions() {
		return out
	}
	of := func(p parts) *big.Rat { sum := p.sum(); return sum.Quo(sum, all) }
	out.Accepted, out.handedIn, out.expected = of(accepted), of(handed), of(expected)
	out.tolerance, out.critical = big.NewRat(int64(s.planned.Tolerance), 1), big.NewRat(int64(s.planned.Critical), 1)
	out.planned = true
	return out
}

// parts are sums of share·quantity by the target that they are parts of. Those of one target
// are summed first, so that the fractions stay small however many Actions there are.
type parts map[int32]int64

func (p parts) add(it *item, quantity int32) { p[it.target] += int64(it.share) * int64(quantity) }

// sum is Σ share·quantity/target.
func (p parts) sum() *big.Rat {
	total := new(big.Rat)
	for target, sum := range p {
		total.Add(total, big.NewRat(sum, int64(target)))
	}
	return total
}

func (s *structure) row(sums Account, gaps []praxisv1.Gap, w Work) praxisv1.KeyActionWeek {
	v := sums.judge()
	row := praxisv1.KeyActionWeek{Name: s.planned.Name, Delivery: sums.Delivery(), OnTrack: v.Status, Reason: v.Reason}
	for _, it := range s.items {
		if it.action == nil {
			continue
		}
		row.Actions++
		if Finished(it.action) {
			row.AcceptedActions++
		}
		if w.Closing && DispositionOf(it.action, s.planned, w.Decisions) == praxisv1.MissCarryOver {
			row.CarriedOver++
		}
		if it.tier != praxisv1.TierKey {
			continue
		}
		units := it.action.Spec.Contribution
		row.UnitsDelivered += int64(it.accepted) * units
		if it.dropped() {
			row.KeyTarget += int64(it.accepted)
			continue
		}
		row.KeyTarget += int64(it.target)
		if !w.Closing && !it.missed(s.now) {
			row.UnitsAhead += int64(it.target-it.accepted) * units
		}
	}
	if sums.planned {
		row.Exact = &praxisv1.ExactDelivery{Accepted: Fraction(sums.Accepted), Expected: Fraction(sums.expected)}
		if handedIn := Fraction(sums.handedIn); handedIn != row.Exact.Accepted {
			row.Exact.HandedIn = handedIn
		}
	}
	if len(gaps) > 0 {
		row.FirstGap = &praxisv1.FirstGap{Action: gaps[0].Action, Reason: gaps[0].Reason, Message: gaps[0].Message}
	}
	return row
}

func (s *structure) nextDue() time.Time {
	var next time.Time
	for _, it := range s.items {
		if it.accepted < it.target && !it.dropped() {
			next = Soonest(next, NextDue(it.occurrences, s.now))
		}
	}
	return next
}

// count counts every Action under its state.
func (s *structure) count(out *Figures, w Work) {
	if out.Tiers == nil {
		for _, tier := range plan.Tiers {
			out.Tiers = append(out.Tiers, praxisv1.TierCount{Tier: tier})
		}
	}
	for _, it := range s.items {
		if it.action == nil {
			continue
		}
		var disposition Disposition
		if w.Closing {
			disposition = DispositionOf(it.action, s.planned, w.Decisions)
		}
		tier := &out.Tiers[slices.Index(plan.Tiers, it.tier)]
		tier.Planned++
		switch State(it.action, disposition, false, s.now) {
		case praxisv1.ReasonDropped:
			out.Counts.Dropped++
		case praxisv1.ReasonCarriedOver:
			out.Counts.CarriedOver++
		case praxisv1.ReasonAccepted:
			out.Counts.Accepted++
			tier.Accepted++
		case praxisv1.ReasonMissed:
			out.Counts.Missed++
		case praxisv1.ReasonAwaitingAcceptance:
			out.Counts.Submitted++
		default:
			out.Counts.Open++
		}
	}
}

// countDeleted counts planned Actions that were deleted as dropped: they are not made again.
func (f *Figures) countDeleted(w Work) {
	gone := w.Plan.Actions + w.Plan.Carried
	for i := range w.Actions {
		if w.Actions[i].Spec.SplitFrom == "" {
			gone--
		}
	}
	if gone > 0 {
		f.Counts.Dropped += gone
	}
}
