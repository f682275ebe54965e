// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/measure"
	"github.com/praxis-dev/praxis/internal/plan"
)

// sourced is a goal with one measure that a Prometheus has, and one that people read.
func sourced() UtilityInput {
	u := &praxisv1.Utility{Spec: praxisv1.UtilitySpec{Measures: []praxisv1.Measure{
		{Name: "first-try", Baseline: "80", Target: "90", Source: &praxisv1.MeasureSource{
			Prometheus: &praxisv1.PrometheusQuery{Provider: "main", Query: "first_try"}, Interval: "5m", StaleAfter: "24h",
		}},
		{Name: "tickets", Baseline: "100", Target: "50"},
	}}}
	return UtilityInput{Programme: &plan.Programme{Objects: plan.Objects{Utility: u}}}
}

var noNumber = measure.Fail(praxisv1.ReasonNotANumber, "the source gives NaN")

func TestAMeasureWithASourceHasWhatWasReadFromIt(t *testing.T) {
	noon := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	in := sourced()
	m := &in.Programme.Utility.Spec.Measures[0]
	byHand := praxisv1.Evidence{Spec: praxisv1.EvidenceSpec{For: &praxisv1.EvidenceTarget{Measure: m.Name}, Value: new(praxisv1.Decimal("89"))}}
	byHand.Status.Conditions = []metav1.Condition{{Type: praxisv1.ConditionAccepted, Status: metav1.ConditionTrue}}
	in.Readings = []praxisv1.Evidence{byHand}
	step := func(name string, taken *measure.Taken, now time.Time, cell string, kept int) {
		t.Helper()
		in.Taken = map[string]*measure.Taken{m.Name: taken}
		got, _ := measures(in, now)
		in.Programme.Utility.Status.Measures = got
		if cell2, keeps := outcomeCell(got), len(witnessed(in, got)); cell2 != cell || keeps != kept {
			t.Errorf("%s the column is %s, and a week that closes keeps %d readings; want %s and %d", name, cell2, keeps, cell, kept)
		}
	}
	step("before the first reading", nil, noon, "-", 0)
	good := measure.After(nil, m, noon, "85", nil)
	step("once it is read", good, noon, "50%", 1)
	step("after a restart", nil, noon, "50%", 0)
	step("after a restart, where it cannot be read", measure.After(nil, m, noon, "", noNumber), noon, "50%", 0)
	step("once it cannot be read", measure.After(good, m, noon.Add(time.Hour), "", noNumber), noon.Add(time.Hour), "50%", 1)
	step("a day later", nil, noon.Add(24*time.Hour), "50% (stale)", 0)
	step("once it is read again", measure.After(nil, m, noon.Add(25*time.Hour), "86", nil), noon.Add(25*time.Hour), "60%", 1)
}

func TestAGoalIsLookedAtAgainWhenItsReadingGetsStale(t *testing.T) {
	noon := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	in := sourced()
	m := &in.Programme.Utility.Spec.Measures[0]
	in.Taken = map[string]*measure.Taken{m.Name: measure.After(measure.After(nil, m, noon, "85", nil), m, noon.Add(time.Hour), "", noNumber)}
	if _, at := measures(in, noon.Add(time.Hour)); !at.Equal(noon.Add(24 * time.Hour)) {
		t.Errorf("at %s", at)
	}
}

func TestMeasuredIsSaidOfAGoalThatHasNotEnded(t *testing.T) {
	in := sourced()
	u := in.Programme.Utility
	c := begin(&u.Status.ConditionedStatus, 1, time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC), ofUtility)
	got, _ := measures(in, c.now)
	c.measured(got, false)
	if found := meta.FindStatusCondition(u.Status.Conditions, praxisv1.ConditionMeasured); found == nil || found.Status != metav1.ConditionUnknown || found.Reason != praxisv1.ReasonNoData {
		t.Errorf("it says %+v", found)
	}
	if c.measured(got, true); meta.FindStatusCondition(u.Status.Conditions, praxisv1.ConditionMeasured) != nil {
		t.Error("a goal that has ended asks for nothing")
	}
}

func TestAWeekThatClosesAfterARestartWaitsForWhatIsReadThen(t *testing.T) {
	in := sourced()
	u := in.Programme.Utility
	m := &u.Spec.Measures[0]
	cycle := aCycle()
	closeIt(&cycle, 170)
	in.Cycles = []praxisv1.WeeklyCycle{cycle}
	u.Status.Measures = []praxisv1.MeasureStatus{{Name: m.Name, Current: "85", Source: &praxisv1.MeasureSourceStatus{Of: measure.Of(m), Reason: praxisv1.ReasonReading}}}
	pass := func(taken *measure.Taken, now time.Time) []praxisv1.MeasureReading {
		in.Taken = map[string]*measure.Taken{m.Name: taken}
		got, _ := measures(in, now)
		u.Status.History = settled(in, history(in.Cycles, u.Status.History, nil, witnessed(in, got)), got, now)
		return u.Status.History[0].Measures
	}
	closed := hours(170)
	if got := pass(nil, closed); len(got) != 0 {
		t.Errorf("before this process has read it the week keeps %v", got)
	}
	if got := pass(measure.After(nil, m, closed.Add(settling), "88", nil), closed.Add(settling)); len(got) != 0 {
		t.Errorf("an hour later the week keeps %v", got)
	}
	for range 2 { // the second reading changes nothing
		if got := pass(measure.After(nil, m, closed.Add(time.Minute), "87", nil), closed.Add(time.Minute)); len(got) != 1 || got[0].Value != "87" {
			t.Errorf("once it is read the week keeps %v", got)
		}
	}
	if got := pass(measure.After(nil, m, closed.Add(2*time.Minute), "89", nil), closed.Add(2*time.Minute)); got[0].Value != "87" {
		t.Errorf("a later reading changed it to %v", got)
	}
}

func TestAQuarterThatHasJustClosedWaitsForWhatIsRead(t *testing.T) {
	u := sourced().Programme.Utility
	closed := hours(170)
	for name, c := range map[string]struct {
		measure string
		to      praxisv1.Decimal
		after   time.Duration
		want    bool
	}{
		"nothing was read from the source": {"first-try", "", time.Minute, true},
		"for no longer than an hour":       {"first-try", "", settling, false},
		"it was read":                      {"first-try", "85", time.Minute, false},
		"people read it":                   {"tickets", "", time.Minute, false},
	} {
		t.Run(name, func(t *testing.T) {
			q := praxisv1.QuarterResult{ClosedAt: new(metav1.NewTime(closed)), Measures: []praxisv1.QuarterMeasure{{Name: c.measure, To: c.to}}}
			if got := settles(u, &q, closed.Add(c.after)); got != c.want {
				t.Errorf("it is %t", got)
			}
		})
	}
}
