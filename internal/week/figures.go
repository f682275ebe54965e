// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package week

import (
	"math/big"
	"slices"
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

// Figures are a week's numbers at one instant.
type Figures struct {
	KeyActions []praxisv1.KeyActionWeek
	Delivery   praxisv1.Delivery
	Verdict    Verdict
	Counts     praxisv1.ActionCounts
	Tiers      []praxisv1.TierCount
	// Gaps are one for each cause, the one to look at first in front.
	Gaps []praxisv1.Gap
	// Open are all gaps, each for itself, in the order of their causes.
	Open []praxisv1.Gap
	// Next is the next instant at which the figures, the verdict or the gaps change by
	// themselves, since more is due, its slack is over or a verdict is late; zero where there is
	// none.
	Next time.Time
}

// Judge computes the figures of a week at an instant.
func Judge(w Work, now time.Time) Figures {
	var out Figures
	var all Mean
	var gaps []shortfall
	byKeyAction := group(w.Actions)
	for i := range w.Plan.KeyActions {
		planned := &w.Plan.KeyActions[i]
		s := newStructure(planned, byKeyAction[planned.Name], now, w.slack(planned))
		sums := s.account()
		sums.judgeLate = s.judgeLate(w)
		all.Add(WeightOf(planned), sums)
		own := s.gaps(w)
		out.KeyActions = append(out.KeyActions, s.row(sums, causes(own), w))
		gaps = append(gaps, own...)
		out.Next = Soonest(out.Next, s.next(w))
		s.count(&out, w)
	}
	out.countDeleted(w)
	total := all.Account()
	out.Delivery, out.Verdict = total.Delivery(), total.judge()
	for _, c := range causes(gaps) {
		out.Gaps = append(out.Gaps, c.toGap(w))
		for _, f := range c.gaps {
			alone := cause{gaps: []shortfall{f}, impact: impactOf(f)}.toGap(w)
			alone.Group = nil
			out.Open = append(out.Open, alone)
		}
	}
	return out
}

// account sums the shares of a KeyAction's work over the share of what this week planned.
// Carried-over work adds to what is done and due and not to that whole, so that old debt makes
// no new work look lighter; where there is nothing else, it is the whole. Of dropped work,
// what was accepted before stays as if no more had been asked for.
func (s *structure) account() Account {
	accepted, handed, expected, counted, whole, carried, kept := parts{}, parts{}, parts{}, parts{}, parts{}, parts{}, parts{}
	out := nothingPlanned()
	for _, it := range s.items {
		done, ready, due, counts := it.accepted, it.accepted+it.excused(), it.due, it.counted
		switch {
		case it.dropped():
			ready, due, counts = done, min(due, done), min(counts, done)
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
		counted.add(it, counts)
		out.keyMissed = out.keyMissed || it.keyMissed(s.countAt)
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
	out.Accepted, out.handedIn, out.expected, out.counted = of(accepted), of(handed), of(expected), of(counted)
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

func (s *structure) row(sums Account, found []cause, w Work) praxisv1.KeyActionWeek {
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
		row.Exact = &praxisv1.ExactDelivery{Accepted: Fraction(sums.Accepted), Expected: Fraction(sums.expected), JudgeLate: sums.judgeLate}
		if counted := Fraction(sums.counted); counted != row.Exact.Expected {
			row.Exact.Counted = counted
		}
		if handedIn := Fraction(sums.handedIn); handedIn != row.Exact.Accepted {
			row.Exact.HandedIn = handedIn
		}
	}
	if len(found) > 0 {
		first := found[0].toGap(w)
		row.FirstGap = &praxisv1.FirstGap{Action: first.Action, Reason: first.Reason, Message: first.Message}
	}
	return row
}

// next is when something changes by itself: something is due, the slack of something that was
// due is over, or a verdict becomes late.
func (s *structure) next(w Work) time.Time {
	var next time.Time
	slack := s.now.Sub(s.countAt)
	for _, it := range s.items {
		next = Soonest(next, NextDue(it.occurrences, s.now))
		if counts := NextDue(it.occurrences, s.countAt); !counts.IsZero() {
			next = Soonest(next, counts.Add(slack))
		}
		if !it.waiting() {
			continue
		}
		if limit := s.lateAt(w, it.waitsSince()); !limit.IsZero() && !s.now.After(limit) {
			next = Soonest(next, limit.Add(time.Second)) // then it takes longer than it may
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
