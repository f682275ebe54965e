// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/review"
)

func TestAGoalEndsWhenItsLastWeekIsClosed(t *testing.T) {
	closedWeek := func(_ *plan.Objects, cycles []praxisv1.WeeklyCycle) { closeIt(&cycles[0], 200) }
	for name, c := range map[string]struct {
		end    praxisv1.Week
		at     int // hours after the start of W48
		change func(*plan.Objects, []praxisv1.WeeklyCycle)
		ready  string // of the Utility: reason and summary
		next   bool   // a week is planned
	}{
		"its last week runs":                 {"2026-W48", 30, nil, "Reconciled", false},
		"it is over and not closed":          {"2026-W48", 180, nil, "Reconciled", false},
		"it is closed":                       {"2026-W48", 220, closedWeek, "Ended", false},
		"its Team is gone since":             {"2026-W48", 2000, func(o *plan.Objects, c []praxisv1.WeeklyCycle) { closedWeek(o, c); o.Teams = nil; o.KeyActions = nil }, "Ended", false},
		"a week passed without a cycle":      {"2026-W49", 400, closedWeek, "Ended", false},
		"the last week is yet to come":       {"2026-W50", 220, closedWeek, "Reconciled", true},
		"the end is before what was planned": {"2026-W47", 30, nil, "InvalidSpec", false},
		"there is no such week":              {"2025-W53", 30, nil, "InvalidSpec", false},
	} {
		t.Run(name, func(t *testing.T) {
			o, cycles := goal(10, 0)
			o.Utility.Spec.End = &praxisv1.UtilityEnd{Week: c.end, As: praxisv1.EndedAchieved, Because: "Shoppers pay in one try"}
			if c.change != nil {
				c.change(&o, cycles)
			}
			cal, err := cadence.New(o.Utility.Spec.Cadence)
			if err != nil {
				t.Fatal(err)
			}
			p, now := plan.NewProgramme(o), hours(c.at)
			problem := p.Problem
			if problem == nil {
				problem = plan.EndProblem(o.Utility, cal, cycles, now)
			}
			u, wake := ForUtility(UtilityInput{Programme: p, Calendar: cal, Cycles: cycles, Problem: problem, Reviews: []praxisv1.Review{*aReview("q", praxisv1.ReviewQuarterly, 100, 250)}}, now)
			ready := meta.FindStatusCondition(u.Conditions, praxisv1.ConditionReady)
			if ready.Reason != c.ready || len(ready.Message) > 140 {
				t.Errorf("it is %s: %s", ready.Reason, ready.Message)
			}
			if next, _ := plan.NextCycle(p, cal, cycles, now); (next != nil) != c.next {
				t.Errorf("the next week is %v", next)
			}
			if c.ready == "Ended" {
				endedSays(t, u, wake)
			}
		})
	}
}

func endedSays(t *testing.T, u praxisv1.UtilityStatus, wake time.Time) {
	t.Helper()
	ready := meta.FindStatusCondition(u.Conditions, praxisv1.ConditionReady)
	if ready.Message != "Ended: Achieved - Shoppers pay in one try" || u.Summary != "Ended: Achieved" {
		t.Errorf("it says %s, and %s", ready.Message, u.Summary)
	}
	covered := meta.FindStatusCondition(u.Conditions, praxisv1.ConditionCovered)
	if u.Coverage.Delivered != 10 || u.Quarter.Name != "2026-Q4" || u.Quarter.WeeksLeft != 0 || covered.Reason != praxisv1.ReasonNothingPlanned {
		t.Errorf("its figures are %+v of %+v: %s", u.Coverage, u.Quarter, covered.Message)
	}
	if u.NextReview != nil || !wake.IsZero() {
		t.Errorf("it asks for %v at %s", u.NextReview, wake)
	}
	for _, c := range u.Conditions {
		if c.Status == "False" || c.Type == praxisv1.ConditionCalibrated || c.Type == praxisv1.ConditionFocused || c.Type == praxisv1.ConditionStalled {
			t.Errorf("it asks something of somebody: %s %s", c.Type, c.Message)
		}
	}
}

func TestTheKeyActionsAndReviewsOfAGoalThatEndedAskNothing(t *testing.T) {
	o, cycles := goal(10, 0)
	o.Utility.Spec.End = &praxisv1.UtilityEnd{Week: "2026-W48", As: praxisv1.EndedStopped, Because: "Another one matters more"}
	closeIt(&cycles[0], 200)
	cal, err := cadence.New(o.Utility.Spec.Cadence)
	if err != nil {
		t.Fatal(err)
	}
	p := plan.NewProgramme(o)
	ka := ForKeyAction(KeyActionInput{KeyAction: &o.KeyActions[0], Programme: p, Calendar: cal, Cycles: cycles, Problem: p.ProblemOf(&o.KeyActions[0])}, hours(220))
	if ready := meta.FindStatusCondition(ka.Conditions, praxisv1.ConditionReady); ready.Reason != praxisv1.ReasonEnded || ready.Message != "Ended: Stopped - Another one matters more" || ka.Summary != "Ended: Stopped" {
		t.Errorf("it says %s, and %s", ready.Message, ka.Summary)
	}
	for _, c := range ka.Conditions {
		if c.Status == "False" {
			t.Errorf("it says %s %s", c.Type, c.Message)
		}
	}
	o.Utility.Status, _ = ForUtility(UtilityInput{Programme: p, Calendar: cal, Cycles: cycles}, hours(220))
	page := aReview("page", praxisv1.ReviewCalibration, 1, 300)
	page.Spec.CycleRef = nil
	page.Status, _ = ForReview(review.Input{Review: page, Programme: p}, hours(220))
	if open := meta.FindStatusCondition(page.Status.Conditions, praxisv1.ConditionOpen); open.Status != "False" || review.AwaitsSignature(page) || page.Status.Summary != "The goal has ended; nothing is to be signed" {
		t.Errorf("the Calibration is %+v", open)
	}
}

// What is planned until the end is what counts: no week after it does.
func TestNoWeekAfterTheEndIsCountedOn(t *testing.T) {
	o, cal := aFanOut(t, 10)
	weeksLeft := func() int32 {
		u, _ := ForUtility(UtilityInput{Programme: plan.NewProgramme(o), Calendar: cal}, hours(1))
		return u.Quarter.WeeksLeft
	}
	without := weeksLeft()
	o.Utility.Spec.End = &praxisv1.UtilityEnd{Week: "2026-W49", As: praxisv1.EndedAchieved, Because: "done"}
	if with := weeksLeft(); without != 6 || with != 2 {
		t.Errorf("%d weeks are left, and %d with an end", without, with)
	}
}
