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
		if cell2 := outcomeCell(got); cell2 != cell || len(readings(got)) != kept {
			t.Errorf("%s the column is %s, and a week that closes keeps %d readings; want %s and %d", name, cell2, len(readings(got)), cell, kept)
		}
	}
	step("before the first reading", nil, noon, "-", 0)
	good := measure.After(nil, m, noon, "85", nil)
	step("once it is read", good, noon, "50%", 1)
	step("after a restart", nil, noon, "50%", 1)
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
