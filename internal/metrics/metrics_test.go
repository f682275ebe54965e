// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package metrics

import (
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// fixed collects a State at an instant.
type fixed struct {
	State
	now time.Time
}

func (f fixed) Describe(to chan<- *prometheus.Desc) { Describe(to) }
func (f fixed) Collect(to chan<- prometheus.Metric) {
	Collect(f.State, f.now, func(t time.Time) time.Time { return t }, to)
}

var start = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

func state() State {
	named := func(name string) metav1.ObjectMeta {
		return metav1.ObjectMeta{Namespace: "shop", Name: name, Generation: 1}
	}
	status := func(conditions ...metav1.Condition) praxisv1.ConditionedStatus {
		return praxisv1.ConditionedStatus{ObservedGeneration: 1, Conditions: conditions}
	}
	behind := []metav1.Condition{{Type: "Ready", Status: "True"}, {Type: "OnTrack", Status: "False", Reason: "Behind"}}
	delivery := praxisv1.Delivery{ProgressPercent: 46, ExpectedPercent: 79, Deviation: -33}
	return State{
		Utilities: []praxisv1.Utility{{ObjectMeta: named("checkout"), Status: praxisv1.UtilityStatus{
			ConditionedStatus: status(behind...), CurrentCycle: "checkout-2026-w48", Delivery: &delivery,
			Coverage: &praxisv1.Coverage{Required: 120, Delivered: 10, Planned: 90, Percent: 83},
			Measures: []praxisv1.MeasureStatus{{Name: "first-try", ProgressPercent: new(int32(32))}, {Name: "unread"}},
		}}, {ObjectMeta: named("unseen")}},
		KeyActions: []praxisv1.KeyAction{
			{ObjectMeta: named("fix"), Spec: praxisv1.KeyActionSpec{UtilityRef: praxisv1.LocalReference{Name: "checkout"}}, Status: praxisv1.KeyActionStatus{ConditionedStatus: status(behind...), Delivery: delivery}},
			{ObjectMeta: named("fix-payments"), Spec: praxisv1.KeyActionSpec{ParentRef: &praxisv1.LocalReference{Name: "fix"}}},
		},
		Cycles: []praxisv1.WeeklyCycle{{ObjectMeta: named("checkout-2026-w48"), Spec: praxisv1.WeeklyCycleSpec{StartsAt: metav1.NewTime(start)},
			Status: praxisv1.WeeklyCycleStatus{Counts: &praxisv1.ActionCounts{Open: 3, Accepted: 5, Missed: 1}}}},
		Reviews: []praxisv1.Review{
			{ObjectMeta: named("late"), Spec: praxisv1.ReviewSpec{UtilityRef: praxisv1.LocalReference{Name: "checkout"}},
				Status: praxisv1.ReviewStatus{ConditionedStatus: status(metav1.Condition{Type: "Open", Status: "True"}, metav1.Condition{Type: "Complete", Status: "False", Reason: "Overdue"})}},
			{ObjectMeta: named("over"), Spec: praxisv1.ReviewSpec{UtilityRef: praxisv1.LocalReference{Name: "checkout"}},
				Status: praxisv1.ReviewStatus{ConditionedStatus: status(metav1.Condition{Type: "Open", Status: "False"}, metav1.Condition{Type: "Complete", Status: "False", Reason: "Overdue"})}},
		},
		Evidence: []praxisv1.Evidence{
			{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", CreationTimestamp: metav1.NewTime(start.Add(time.Hour))}, Spec: praxisv1.EvidenceSpec{ActionRef: &praxisv1.LocalReference{Name: "checkout-2026-w48.fix.ship.ana"}}},
			{ObjectMeta: metav1.ObjectMeta{Namespace: "other", CreationTimestamp: metav1.NewTime(start.Add(2 * time.Hour))}, Spec: praxisv1.EvidenceSpec{ActionRef: &praxisv1.LocalReference{Name: "checkout-2026-w48.fix.ship.ana"}}},
		},
	}
}

func TestMetricsSayWhatTheStatusSays(t *testing.T) {
	const want = `
# HELP praxis_actions Actions of the running week by where they stand; each counts once.
# TYPE praxis_actions gauge
praxis_actions{namespace="shop",state="accepted",utility="checkout"} 5
praxis_actions{namespace="shop",state="carriedOver",utility="checkout"} 0
praxis_actions{namespace="shop",state="dropped",utility="checkout"} 0
praxis_actions{namespace="shop",state="missed",utility="checkout"} 1
praxis_actions{namespace="shop",state="open",utility="checkout"} 3
praxis_actions{namespace="shop",state="submitted",utility="checkout"} 0
# HELP praxis_key_action_deviation_points Progress less expectation of the KeyAction, in percentage points.
# TYPE praxis_key_action_deviation_points gauge
praxis_key_action_deviation_points{key_action="fix",namespace="shop",utility="checkout"} -33
# HELP praxis_reviews_overdue Reviews that nobody has signed in time and that still can be.
# TYPE praxis_reviews_overdue gauge
praxis_reviews_overdue{namespace="shop",utility="checkout"} 1
praxis_reviews_overdue{namespace="shop",utility="unseen"} 0
# HELP praxis_utility_coverage_percent Part of the quarter's required units that is delivered or planned.
# TYPE praxis_utility_coverage_percent gauge
praxis_utility_coverage_percent{namespace="shop",utility="checkout"} 83
# HELP praxis_utility_measure_progress_percent How far a measure of the outcome is from its baseline to its target.
# TYPE praxis_utility_measure_progress_percent gauge
praxis_utility_measure_progress_percent{measure="first-try",namespace="shop",utility="checkout"} 32
# HELP praxis_utility_on_track 1 for the status of the OnTrack condition, 0 for the others; unknown is not green.
# TYPE praxis_utility_on_track gauge
praxis_utility_on_track{namespace="shop",status="false",utility="checkout"} 1
praxis_utility_on_track{namespace="shop",status="true",utility="checkout"} 0
praxis_utility_on_track{namespace="shop",status="unknown",utility="checkout"} 0
praxis_utility_on_track{namespace="shop",status="false",utility="unseen"} 0
praxis_utility_on_track{namespace="shop",status="true",utility="unseen"} 0
praxis_utility_on_track{namespace="shop",status="unknown",utility="unseen"} 1
# HELP praxis_utility_ready 1 where the Utility is understood and planned; 0 where its author has to mend it, or nobody has looked at it.
# TYPE praxis_utility_ready gauge
praxis_utility_ready{namespace="shop",utility="checkout"} 1
praxis_utility_ready{namespace="shop",utility="unseen"} 0
# HELP praxis_utility_staleness_seconds Time since evidence was last handed in for the running week, or since the week began.
# TYPE praxis_utility_staleness_seconds gauge
praxis_utility_staleness_seconds{namespace="shop",utility="checkout"} 7200
`
	err := testutil.CollectAndCompare(fixed{state(), start.Add(3 * time.Hour)}, strings.NewReader(want),
		"praxis_actions", "praxis_key_action_deviation_points", "praxis_reviews_overdue", "praxis_utility_coverage_percent",
		"praxis_utility_measure_progress_percent", "praxis_utility_on_track", "praxis_utility_ready", "praxis_utility_staleness_seconds")
	if err != nil {
		t.Error(err)
	}
}

func TestNamesAndHelpsAreAsPrometheusWantsThem(t *testing.T) {
	problems, err := testutil.CollectAndLint(fixed{state(), start})
	if err != nil || len(problems) > 0 {
		t.Error(problems, err)
	}
}

func TestAWeekWithoutEvidenceIsStaleSinceItBegan(t *testing.T) {
	s := state()
	s.Evidence = nil
	want := strings.NewReader(`
# HELP praxis_utility_staleness_seconds Time since evidence was last handed in for the running week, or since the week began.
# TYPE praxis_utility_staleness_seconds gauge
praxis_utility_staleness_seconds{namespace="shop",utility="checkout"} 10800
`)
	if err := testutil.CollectAndCompare(fixed{s, start.Add(3 * time.Hour)}, want, "praxis_utility_staleness_seconds"); err != nil {
		t.Error(err)
	}
}
