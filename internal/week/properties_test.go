// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package week

import (
	"fmt"
	"math/big"
	"reflect"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"pgregory.net/rapid"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

// aWeek is a random week of up to three KeyActions, at a random instant.
func aWeek(t *rapid.T) (Work, time.Time) {
	w := Work{Plan: &praxisv1.WeekPlan{}}
	for k := range rapid.IntRange(1, 3).Draw(t, "keyActions") {
		name := fmt.Sprintf("k%d", k)
		w.Plan.KeyActions = append(w.Plan.KeyActions, frozen(name, rapid.Int32Range(1, 60).Draw(t, "weight"), rapid.Int32Range(1, 3).Draw(t, "parts")))
		for i := range rapid.IntRange(0, 5).Draw(t, "actions") {
			a := action(fmt.Sprintf("s%d", i%3), fmt.Sprintf("%s-m%d", name, i), rapid.Int32Range(1, 5000).Draw(t, "share"),
				owes(rapid.IntRange(1, 5).Draw(t, "first"), rapid.IntRange(1, 40).Draw(t, "due"), rapid.IntRange(1, 5).Draw(t, "second"), rapid.IntRange(41, 80).Draw(t, "then")),
				ofTier(rapid.SampledFrom(plan.Tiers).Draw(t, "tier")))
			a.Spec.KeyActionRef.Name = name
			if i%3 > 0 {
				a.Spec.DependsOn = []string{fmt.Sprintf("s%d", i%3-1)}
			}
			a.Spec.Dropped = rapid.IntRange(0, 5).Draw(t, "dropped") == 0
			a.Status.Accepted = rapid.Int32Range(0, a.Spec.Target).Draw(t, "accepted")
			a.Status.Pending = rapid.Int32Range(0, a.Spec.Target-a.Status.Accepted).Draw(t, "pending")
			a.Status.LastRejected = rapid.Bool().Draw(t, "rejected")
			w.Actions = append(w.Actions, a)
		}
	}
	w.Plan.Actions = int32(len(w.Actions))
	return w, hours(rapid.IntRange(0, 90).Draw(t, "now"))
}

func TestTheOrderOfAWeekNeverMatters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, now := aWeek(t)
		shuffled := w
		shuffled.Actions = rapid.Permutation(w.Actions).Draw(t, "order")
		if a, b := Judge(w, now), Judge(shuffled, now); !reflect.DeepEqual(a, b) {
			t.Fatalf("%+v\n%+v", a, b)
		}
		for i := range w.Actions {
			a := &w.Actions[i]
			if x, y := BlockedBy(a, w.Actions, now), BlockedBy(a, shuffled.Actions, now); !reflect.DeepEqual(x, y) {
				t.Fatalf("%s is blocked by %v and by %v", a.Name, x, y)
			}
		}
	})
}

// Every Action is in exactly one count, and the week is the mean of its KeyActions.
func TestTheFiguresOfAWeekAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, now := aWeek(t)
		f := Judge(w, now)
		c := f.Counts
		if sum := c.Open + c.Submitted + c.Accepted + c.Missed + c.CarriedOver + c.Dropped; int(sum) != len(w.Actions) {
			t.Fatalf("%d Actions are counted as %+v", len(w.Actions), c)
		}
		var planned, accepted int32
		for _, tier := range f.Tiers {
			planned, accepted = planned+tier.Planned, accepted+tier.Accepted
		}
		if int(planned) != len(w.Actions) || accepted != c.Accepted {
			t.Fatalf("the tiers are %+v", f.Tiers)
		}
		weights, sum := new(big.Rat), new(big.Rat)
		for i, row := range f.KeyActions {
			if row.Exact == nil {
				continue
			}
			weight := big.NewRat(int64(w.Plan.KeyActions[i].Weight), int64(w.Plan.KeyActions[i].Parts))
			part, _ := new(big.Rat).SetString(row.Exact.Accepted)
			weights.Add(weights, weight)
			sum.Add(sum, part.Mul(part, weight))
		}
		if weights.Sign() > 0 {
			sum.Quo(sum, weights)
		}
		if Percent(sum) != f.Delivery.ProgressPercent {
			t.Fatalf("the rows give %v, the week says %d", sum, f.Delivery.ProgressPercent)
		}
	})
}

func TestNothingIsOnTrackWithoutEvidence(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, now := aWeek(t)
		for i := range w.Actions {
			a := &w.Actions[i]
			a.Status.Accepted, a.Status.Pending = 0, 0
			if a.Spec.Target > 0 && OnTrack[State(a, "", false, now)] == metav1.ConditionTrue {
				t.Fatalf("%s is on track with nothing in", a.Name)
			}
		}
		f := Judge(w, now)
		// Within the tolerance of ten points it may be on pace, and nothing else.
		if f.Verdict.Status == metav1.ConditionTrue && f.Delivery.ExpectedPercent > 10 {
			t.Fatalf("with nothing in it is %+v at %+v", f.Verdict, f.Delivery)
		}
	})
}

// Dropping an Action is asking for no more than what was accepted of it: the rest keeps its
// proportions, and what was delivered stays delivered.
func TestDroppingAnActionIsAskingForNoMoreOfIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, now := aWeek(t)
		less := w
		less.Actions = nil
		for i := range w.Actions {
			a := &w.Actions[i]
			if !a.Spec.Dropped {
				less.Actions = append(less.Actions, *a)
				continue
			}
			a.Spec.Share *= a.Spec.Target // so that its part is whole
			if a.Status.Accepted > 0 {
				less.Actions = append(less.Actions, reduced(a))
			}
		}
		with, without := Judge(w, now), Judge(less, now)
		for i := range with.KeyActions {
			if a, b := with.KeyActions[i], without.KeyActions[i]; !reflect.DeepEqual(a.Exact, b.Exact) || a.UnitsDelivered != b.UnitsDelivered || a.KeyTarget != b.KeyTarget {
				t.Fatalf("%+v with what is dropped, %+v where no more is asked for", a, b)
			}
		}
		if with.Delivery != without.Delivery || with.Verdict != without.Verdict {
			t.Fatalf("%+v with what is dropped, %+v where no more is asked for", with.Delivery, without.Delivery)
		}
	})
}

// reduced is an Action that asks for what was accepted of a dropped one.
func reduced(a *praxisv1.Action) praxisv1.Action {
	out := *a.DeepCopy()
	out.Spec.Dropped, out.Status.Pending = false, 0
	out.Spec.Share, out.Spec.Target = a.Spec.Share*a.Status.Accepted/a.Spec.Target, a.Status.Accepted
	rest := a.Status.Accepted
	for i := range out.Spec.Occurrences {
		o := &out.Spec.Occurrences[i]
		o.Quantity = min(o.Quantity, rest)
		rest -= o.Quantity
	}
	return out
}

// Whatever an earlier week left over, the work of this one weighs the same.
func TestCarriedWorkMakesNoPlannedWorkLighter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		planned := []praxisv1.Action{action("a", "ana", rapid.Int32Range(1, 5000).Draw(t, "a")), action("b", "ben", rapid.Int32Range(1, 5000).Draw(t, "b"), owes(1, 48))}
		old := action("b", "old", rapid.Int32Range(1, 5000).Draw(t, "old"), done(0, 0))
		old.Spec.CarriedFrom = "before"
		now := hours(rapid.IntRange(0, 90).Draw(t, "now"))
		alone, both := judged(now, planned...), judged(now, append(planned, old)...)
		if both.Delivery.ExpectedPercent < alone.Delivery.ExpectedPercent || both.Delivery.Deviation > alone.Delivery.Deviation {
			t.Fatalf("with old debt it is %+v, without %+v", both.Delivery, alone.Delivery)
		}
		old.Status.Accepted = 1
		if paid := judged(now, append(planned, old)...); paid.Delivery.ProgressPercent < both.Delivery.ProgressPercent {
			t.Fatalf("paying old debt brings %+v from %+v", paid.Delivery, both.Delivery)
		}
	})
}
