// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package week

import (
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
	due         int32 // by now
	counted     int32 // by the slack ago, for the verdict
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

// excused is how much of what counts for the verdict waits for its judge. What waits and is not
// due yet excuses nothing that is.
func (it *item) excused() int32 { return min(it.pending, max(0, it.counted-it.accepted)) }

// nobodys reports whether it is open and nobody has it: a step that nobody does, or what a
// member left who is gone.
func (it *item) nobodys() bool {
	return it.action == nil || it.action.Spec.Member == "" && !it.dropped() && it.accepted+it.pending < it.target
}

// missing reports whether more is due than is in.
func (it *item) missing() bool { return !it.dropped() && it.accepted+it.pending < it.due }

// waiting reports whether what is due is in, and part of it has no verdict.
func (it *item) waiting() bool {
	return !it.dropped() && it.accepted < it.due && it.due <= it.accepted+it.pending
}

// dueAfter is when the first of the work was due that a quantity does not cover.
func (it *item) dueAfter(quantity int32) time.Time {
	for i := range it.occurrences {
		if quantity -= it.occurrences[i].Quantity; quantity < 0 {
			return it.occurrences[i].DueAt.Time
		}
	}
	if n := len(it.occurrences); n > 0 {
		return it.occurrences[n-1].DueAt.Time
	}
	return time.Time{} // the schema asks for one
}

// missedDue is the first due that passed without what was due then.
func (it *item) missedDue() time.Time { return it.dueAfter(it.accepted + it.pending) }

// waitsSince is since when the judge could have judged: the first due without a verdict, or when
// the oldest piece came, whichever is later.
func (it *item) waitsSince() time.Time {
	due := it.dueAfter(it.accepted)
	if since := it.action.Status.PendingSince; since != nil && since.After(due) {
		return since.Time
	}
	return due
}

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
	shares  map[string]int64           // of all that was not dropped, by step
	below   map[string]map[string]bool // what has been asked of downstream
	traces  map[string]*item           // what has been asked of firstMissing
	now     time.Time
	countAt time.Time // what was due by then counts for the verdict
}

func newStructure(planned *praxisv1.PlannedKeyAction, actions []*praxisv1.Action, now time.Time, slack time.Duration) *structure {
	s := &structure{
		planned: planned, bySteps: map[string][]*item{}, shares: map[string]int64{},
		below: map[string]map[string]bool{}, traces: map[string]*item{}, now: now, countAt: now.Add(-slack),
	}
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
	it.counted = min(it.target, DueBy(it.occurrences, s.countAt))
	s.items = append(s.items, it)
	s.bySteps[it.step] = append(s.bySteps[it.step], it)
	if !it.dropped() {
		s.shares[it.step] += int64(it.share)
	}
}

func (s *structure) hasActions() bool {
	return slices.ContainsFunc(s.items, func(it *item) bool { return it.action != nil })
}
