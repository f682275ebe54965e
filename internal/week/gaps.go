// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package week

import (
	"cmp"
	"math/big"
	"slices"
	"strings"
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

// A gap is where the week falls short of what was due, and where to look. Work that is missing
// is traced upstream to what was due first of what is missing there; work that waits for its
// verdict is a gap of its own, hides nothing and is hidden by nothing. What is missing, and
// verdicts that are late, are of the first class; verdicts that still have time of the second.
const (
	classMissing = 1
	classWaiting = 2
)

// shortfall is one piece of work that is a gap.
type shortfall struct {
	*item
	of    *structure
	class int
	// due is when it was due first, since when it waits for a verdict, if it does.
	due, since time.Time
}

// missing reports whether the work is missing, rather than waiting for a verdict.
func (f shortfall) missing() bool { return f.since.IsZero() }

// gaps are all gaps of a KeyAction, in no order that means anything.
func (s *structure) gaps(w Work) []shortfall {
	first := map[*item]bool{}
	for _, it := range s.items {
		switch {
		case it.nobodys():
			first[it] = true
		case it.missing():
			first[s.traced(it)] = true
		}
	}
	var found []shortfall
	for _, it := range s.items {
		switch {
		case first[it]:
			found = append(found, shortfall{item: it, of: s, class: classMissing, due: it.missedDue()})
		case it.waiting():
			f := shortfall{item: it, of: s, class: classWaiting, due: it.dueAfter(it.accepted), since: it.waitsSince()}
			if s.late(w, f.since) {
				f.class = classMissing
			}
			found = append(found, f)
		}
	}
	return found
}

// traced is what was due first among a missing piece of work and all that is missing upstream
// of it. What is there, or waits for a verdict, ends the search: whatever lies behind it did
// not keep the piece from being done.
func (s *structure) traced(it *item) *item {
	first := it
	for _, step := range it.dependsOn {
		if candidate := s.firstMissing(step); candidate != nil && earlier(candidate, first) {
			first = candidate
		}
	}
	return first
}

// firstMissing is what was due first among all that is missing of a step and upstream of that;
// nil where nothing of it is missing. It is worked out once for each step, since all who wait for
// the step ask for it.
func (s *structure) firstMissing(step string) *item {
	if known, asked := s.traces[step]; asked {
		return known
	}
	s.traces[step] = nil // steps that depend on each other in a circle end here
	var first *item
	for _, up := range s.bySteps[step] {
		if !up.missing() {
			continue
		}
		if candidate := s.traced(up); first == nil || earlier(candidate, first) {
			first = candidate
		}
	}
	s.traces[step] = first
	return first
}

// Knowable is since when it can be seen that an Action falls short: when the first work was due
// that is not there or, where all that is due is there, since when its verdict could have been
// given. It is zero where the Action does not fall short.
func Knowable(a *praxisv1.Action, now time.Time) time.Time {
	s := newStructure(&praxisv1.PlannedKeyAction{}, []*praxisv1.Action{a}, now, 0)
	switch it := s.items[0]; {
	case it.missing():
		return it.missedDue()
	case it.waiting():
		return it.waitsSince()
	}
	return time.Time{}
}

// earlier reports whether one missing piece of work was due before another.
func earlier(a, b *item) bool {
	return cmp.Or(a.missedDue().Compare(b.missedDue()), strings.Compare(a.step, b.step), strings.Compare(a.name(), b.name())) < 0
}

// late reports whether a verdict that could have been given since an instant takes longer than
// it may.
func (s *structure) late(w Work, since time.Time) bool {
	limit := s.lateAt(w, since)
	return !limit.IsZero() && s.now.After(limit)
}

// lateAt is until when a verdict may take that could have been given since an instant; zero
// where no day is one of work.
func (s *structure) lateAt(w Work, since time.Time) time.Time {
	return w.Week.WorkAfter(since, hoursOf(s.judgeWithin()))
}

func (s *structure) judgeWithin() praxisv1.Duration {
	return cmp.Or(s.planned.JudgeWithin, plan.DefaultJudgeWithin)
}

// judgeLate reports whether a verdict on what is due takes longer than it may.
func (s *structure) judgeLate(w Work) bool {
	return slices.ContainsFunc(s.items, func(it *item) bool { return it.waiting() && s.late(w, it.waitsSince()) })
}

// downstream are the steps that depend on one, near or far.
func (s *structure) downstream(step string) map[string]bool {
	if known := s.below[step]; known != nil {
		return known
	}
	found := map[string]bool{}
	s.below[step] = found
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

// cause is all gaps of one class with the same cause, and the one that was due first in front:
// the same person has not done them, or the same Team's judges have not judged them.
type cause struct {
	gaps   []shortfall
	impact *big.Rat // in basis points of the Utility
}

func (c cause) head() shortfall { return c.gaps[0] }
