// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package week

import (
	"fmt"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// upstreamOf is what is missing upstream of an item, looked for as the words say it, however
// long that takes.
func (s *structure) upstreamOf(it *item) []*item {
	found := []*item{it}
	for i := 0; i < len(found); i++ {
		for _, up := range s.items {
			if slices.Contains(found[i].dependsOn, up.step) && up.missing() && !slices.Contains(found, up) {
				found = append(found, up)
			}
		}
	}
	return found
}

// hangingOn is the share of some gaps and of all that depends on them, each counted once.
func (s *structure) hangingOn(gaps []shortfall) int64 {
	var sum int64
	for _, it := range s.items {
		if slices.ContainsFunc(gaps, func(f shortfall) bool { return f.item == it || !it.dropped() && s.downstream(f.step)[it.step] }) {
			sum += int64(it.share)
		}
	}
	return sum
}

func TestWhatIsWorkedOutOncePerStepIsWhatALookAtEachActionFinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, now := aWeek(t)
		for i := range w.Plan.KeyActions {
			planned := &w.Plan.KeyActions[i]
			s := newStructure(planned, group(w.Actions)[planned.Name], now, 0)
			for _, it := range s.items {
				if !it.missing() {
					continue
				}
				if got, want := s.traced(it), slices.MinFunc(s.upstreamOf(it), byDue); got != want {
					t.Fatalf("%s is traced to %s, want %s", it.name(), got.name(), want.name())
				}
			}
			gaps := s.gaps(w)
			want := new(big.Rat).Mul(WeightOf(planned), big.NewRat(s.hangingOn(gaps), 100))
			if got := impactOf(gaps...); got.Cmp(want) != 0 {
				t.Fatalf("%v hangs on %d gaps, want %v", got, len(gaps), want)
			}
		}
	})
}

func byDue(a, b *item) int {
	if earlier(a, b) {
		return -1
	}
	return 1
}

func TestStepsInACircleAreTracedToAnEnd(t *testing.T) {
	f := judged(hours(50), action("a", "ana", 1000, after("b")), action("b", "ben", 1000, after("a")))
	if len(f.Gaps) == 0 {
		t.Error("nothing is said of what is missing")
	}
}

// aLadder is a week in which each of many members owes each of many steps, all that depend on
// all before them.
func aLadder(steps, members int) Work {
	w := Work{Plan: &praxisv1.WeekPlan{KeyActions: []praxisv1.PlannedKeyAction{frozen("fix", 100, 1)}}}
	var before []string
	for i := range steps {
		step := fmt.Sprintf("s%d", i)
		for m := range members {
			w.Actions = append(w.Actions, action(step, fmt.Sprintf("m%d", m), int32(10000/steps/members), after(slices.Clone(before)...)))
		}
		before = append(before, step)
	}
	w.Plan.Actions = int32(len(w.Actions))
	return w
}

func TestOfAWeekOfWhichAllIsMissingEachMemberOwesTheFirstStep(t *testing.T) {
	f := Judge(aLadder(4, 3), hours(30))
	var got []string
	for _, g := range f.Open {
		got = append(got, g.Action)
	}
	if want := []string{"w.s0.m0", "w.s0.m1", "w.s0.m2"}; !slices.Equal(got, want) {
		t.Errorf("the gaps are %v, want %v", got, want)
	}
}

func BenchmarkAWeekOfWhichAllIsMissing(b *testing.B) {
	w := aLadder(10, 100)
	for b.Loop() {
		Judge(w, hours(30))
	}
}

func BenchmarkAWeekOfWhichAllWaits(b *testing.B) {
	w := aLadder(10, 100)
	for i := range w.Actions {
		w.Actions[i].Status.Pending = 1
	}
	for b.Loop() {
		Judge(w, hours(30))
	}
}
