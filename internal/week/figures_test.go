// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package week

import (
	"fmt"
	"math"
	"math/big"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

func TestHowFarAWeekIs(t *testing.T) {
	key := ofTier(praxisv1.TierKey)
	for name, c := range map[string]struct {
		hour    int
		actions []praxisv1.Action
		want    string // progress, expectation, deviation and reason
	}{
		"nothing is due":                            {1, []praxisv1.Action{action("a", "ana", 10000)}, "0 0 0 NotDue"},
		"half is due and not done":                  {24, []praxisv1.Action{action("a", "ana", 5000), action("b", "ana", 5000, owes(1, 48))}, "0 50 -50 CriticallyBehind"},
		"a little behind is on pace":                {24, []praxisv1.Action{action("a", "ana", 1000), action("b", "ana", 9000, owes(1, 48))}, "0 10 -10 OnPace"},
		"one point more is behind":                  {24, []praxisv1.Action{action("a", "ana", 1100), action("b", "ana", 8900, owes(1, 48))}, "0 11 -11 Behind"},
		"25 points are behind":                      {24, []praxisv1.Action{action("a", "ana", 2500), action("b", "ana", 7500, owes(1, 48))}, "0 25 -25 Behind"},
		"work is handed in and waits for its judge": {24, []praxisv1.Action{action("a", "ana", 5000, done(0, 1)), action("b", "ana", 5000, owes(1, 48))}, "0 50 -50 AwaitingAcceptance"},
		"ahead of what is due":                      {24, []praxisv1.Action{action("a", "ana", 5000, done(1, 0)), action("b", "ana", 5000, owes(1, 48), done(1, 0))}, "100 50 50 OnPace"},
		"a dropped Action does not count":           {24, []praxisv1.Action{action("a", "ana", 5000, dropped), action("b", "ana", 5000, done(1, 0))}, "100 100 0 OnPace"},
		"a missed key Action, whatever the sum":     {24, []praxisv1.Action{action("a", "ana", 100, key), action("b", "ana", 9900, done(1, 0))}, "99 100 -1 KeyActionMissed"},
		"a third rounds down, two thirds round up":  {24, []praxisv1.Action{action("a", "ana", 10000, owes(1, 24, 1, 24, 1, 48), done(1, 0))}, "33 67 -33 CriticallyBehind"},
		"what was accepted of dropped work stays":   {24, []praxisv1.Action{action("a", "ana", 4000, owes(4, 24), dropped, done(1, 0)), action("b", "ana", 1000)}, "50 100 -50 CriticallyBehind"},
		"carried work comes on top of the week":     {24, []praxisv1.Action{action("a", "ana", 10000), action("b", "old", 5000, carried)}, "0 150 -150 CriticallyBehind"},
		"and is all where there is nothing else":    {24, []praxisv1.Action{action("a", "old", 2500, carried, done(1, 0)), action("b", "old", 2500, carried)}, "50 100 -50 CriticallyBehind"},
		"which what was dropped is no part of":      {24, []praxisv1.Action{action("a", "ana", 5000, owes(5, 24), dropped, done(1, 0)), action("b", "old", 10000, carried)}, "10 110 -100 CriticallyBehind"},
		"early work that waits excuses nothing":     {24, []praxisv1.Action{action("a", "ana", 5000), action("b", "ana", 5000, owes(1, 48), done(0, 1))}, "0 50 -50 CriticallyBehind"},
		"nothing is planned":                        {24, nil, "0 0 0 NothingPlanned"},
	} {
		t.Run(name, func(t *testing.T) {
			f := judged(hours(c.hour), c.actions...)
			if got := fmt.Sprint(f.Delivery.ProgressPercent, f.Delivery.ExpectedPercent, f.Delivery.Deviation, " ", f.Verdict.Reason); strings.ReplaceAll(got, "  ", " ") != c.want {
				t.Errorf("it is %s, want %s", got, c.want)
			}
		})
	}
}

func TestAStepThatNobodyDoesIsDueAndNotDone(t *testing.T) {
	entry := frozen("fix", 100, 1)
	entry.Unassigned = []praxisv1.UnassignedStep{{Step: "b", Tier: praxisv1.TierKey, Share: 5000, Occurrences: action("b", "", 0).Spec.Occurrences}}
	work := Work{Plan: &praxisv1.WeekPlan{Actions: 1, KeyActions: []praxisv1.PlannedKeyAction{entry}}, Actions: []praxisv1.Action{action("a", "ana", 5000, done(1, 0))}}
	f := Judge(work, hours(24))
	if f.Delivery.ProgressPercent != 50 || f.Delivery.ExpectedPercent != 100 || f.Gaps[0].Reason != praxisv1.ReasonUnassigned || f.Gaps[0].Impact != 5000 {
		t.Errorf("%+v, gaps %+v", f.Delivery, f.Gaps)
	}
}

func TestTheWeekIsTheWeightedAverageOfItsKeyActions(t *testing.T) {
	heavy, light := frozen("heavy", 70, 2), frozen("light", 30, 1)
	idle := frozen("idle", 99, 1) // without Actions it does not count
	of := func(name string) modifier { return func(a *praxisv1.Action) { a.Spec.KeyActionRef.Name = name } }
	work := Work{
		Plan:    &praxisv1.WeekPlan{KeyActions: []praxisv1.PlannedKeyAction{heavy, idle, light}},
		Actions: []praxisv1.Action{action("a", "ana", 10000, of("heavy"), done(1, 0)), action("b", "ana", 10000, of("light"))},
	}
	// 35·1 + 30·0 of 65
	if f := Judge(work, hours(24)); f.Delivery.ProgressPercent != 54 || f.Delivery.ExpectedPercent != 100 {
		t.Errorf("%+v", f.Delivery)
	}
}

// What is beyond a status would turn its sign there.
func TestAPercentageThatNoStatusHoldsIsTheMostThatItHolds(t *testing.T) {
	for text, want := range map[string]int32{
		"2147483647/100": math.MaxInt32, "2147483646/100": math.MaxInt32 - 1, "21474837": math.MaxInt32, "1e17": math.MaxInt32, "1e30": math.MaxInt32,
		"-2147483648/100": math.MinInt32, "-21474837": math.MinInt32, "-1e17": math.MinInt32, "-1e30": math.MinInt32,
	} {
		t.Run(text, func(t *testing.T) {
			r, _ := new(big.Rat).SetString(text)
			if got := Percent(r); got != want {
				t.Errorf("it is %d percent, want %d", got, want)
			}
		})
	}
}

func TestRoundingIsHalfUp(t *testing.T) {
	for text, want := range map[string]int32{"1/200": 1, "-1/200": 0, "-1/100": -1, "2/3": 67, "-2/3": -67, "333/1000": 33} {
		t.Run(text, func(t *testing.T) {
			r, _ := new(big.Rat).SetString(text)
			if got := Percent(r); got != want {
				t.Errorf("it is %d percent, want %d", got, want)
			}
		})
	}
}

// Shares of whole parts stay in proportion, so that nothing that is done or due weighs otherwise.
func TestASplitChangesNoFigure(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		times := rapid.IntRange(2, 6).Draw(t, "times")
		whole := action("ship", "ben", int32(1000*times), ofTier(praxisv1.TierKey), owes(times-1, 24, 1, 60))
		whole.Spec.Contribution = 2
		accepted := int32(rapid.IntRange(0, times-1).Draw(t, "accepted"))
		done(accepted, 0)(&whole)
		given := int32(rapid.IntRange(1, min(times-int(accepted), times-1)).Draw(t, "given"))
		other := action("list", "ana", 4000)
		at := hours(rapid.SampledFrom([]int{1, 24, 60, 100}).Draw(t, "hour"))
		stays := *plan.Split(&whole, given, &praxisv1.Member{Name: "cleo", User: "cleo@shop"}, praxisv1.Amendment{Reason: "Ill"})
		part := *whole.DeepCopy()
		part.Name, part.Spec.SplitFrom, part.Spec.Member, part.Status.Accepted = "w.ship.cleo-1", whole.Name, "cleo", 0
		split := stays.Spec.Amendments[0].Split
		part.Spec.Target, part.Spec.Share, part.Spec.Occurrences = split.Quantity, split.Share, split.Occurrences
		planned := &praxisv1.WeekPlan{Actions: 2, KeyActions: []praxisv1.PlannedKeyAction{frozen("fix", 100, 1)}}
		was, is := judged(at, whole, other), Judge(Work{Plan: planned, Actions: []praxisv1.Action{stays, part, other}}, at)
		before, after := was.KeyActions[0], is.KeyActions[0]
		if was.Delivery != is.Delivery || before.Delivery != after.Delivery || !reflect.DeepEqual(before.Exact, after.Exact) {
			t.Fatalf("the delivery was %+v, %+v, and is %+v, %+v", before.Delivery, before.Exact, after.Delivery, after.Exact)
		}
		if before.UnitsDelivered != after.UnitsDelivered || before.KeyTarget != after.KeyTarget || is.Counts.Dropped != 0 || after.Actions != before.Actions+1 {
			t.Fatalf("of Key steps it was %+v, and is %+v, %+v", before, after, is.Counts)
		}
	})
}
