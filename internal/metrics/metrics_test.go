// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package metrics

import (
	"fmt"
	"iter"
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
	// 249 of 250 units are 100 %, rounded, and not enough.
	behind := []metav1.Condition{{Type: "Ready", Status: "True"}, {Type: "OnTrack", Status: "False", Reason: "Behind"}, {Type: "Covered", Status: "False", Reason: "NotCarried"}}
	delivery := praxisv1.Delivery{ProgressPercent: 46, ExpectedPercent: 79, Deviation: -33}
	return State{
		Utilities: []praxisv1.Utility{{ObjectMeta: named("checkout"), Status: praxisv1.UtilityStatus{
			ConditionedStatus: status(behind...), CurrentCycle: "checkout-2026-w48", Delivery: &delivery,
			Coverage: &praxisv1.Coverage{Required: 250, Delivered: 10, Planned: 239, Percent: 100},
			Measures: []praxisv1.MeasureStatus{{Name: "first-try", ProgressPercent: new(int32(32))}, {Name: "unread"}},
		}}, {ObjectMeta: named("unseen")}},
		KeyActions: []praxisv1.KeyAction{
			{ObjectMeta: named("fix"), Spec: praxisv1.KeyActionSpec{UtilityRef: praxisv1.LocalReference{Name: "checkout"}}, Status: praxisv1.KeyActionStatus{ConditionedStatus: status(behind...), Delivery: delivery}},
			{ObjectMeta: named("unread"), Spec: praxisv1.KeyActionSpec{UtilityRef: praxisv1.LocalReference{Name: "checkout"}}},
			{ObjectMeta: named("fix-payments"), Spec: praxisv1.KeyActionSpec{ParentRef: &praxisv1.LocalReference{Name: "fix"}}},
		},
		Cycles: []praxisv1.WeeklyCycle{{ObjectMeta: named("checkout-2026-w48"), Spec: cycleSpec(start),
			Status: praxisv1.WeeklyCycleStatus{Counts: &praxisv1.ActionCounts{Open: 3, Accepted: 5, Missed: 1}}}, {ObjectMeta: named("checkout-2026-w46"), Spec: cycleSpec(start.AddDate(0, 0, -14))}},
		Reviews: []praxisv1.Review{
			aReview("late", 1, "True", "False", "Overdue"), aReview("over", 1, "False", "False", "Overdue"),
		},
		Evidence: pieces(
			praxisv1.Evidence{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", CreationTimestamp: metav1.NewTime(start.Add(time.Hour))}, Spec: praxisv1.EvidenceSpec{ActionRef: &praxisv1.LocalReference{Name: "checkout-2026-w48.fix.ship.ana"}}},
			praxisv1.Evidence{ObjectMeta: metav1.ObjectMeta{Namespace: "other", CreationTimestamp: metav1.NewTime(start.Add(2 * time.Hour))}, Spec: praxisv1.EvidenceSpec{ActionRef: &praxisv1.LocalReference{Name: "checkout-2026-w48.fix.ship.ana"}}},
		),
	}
}

// review is due some hours after the start.
func aReview(name string, due int, open, complete metav1.ConditionStatus, reason string) praxisv1.Review {
	return praxisv1.Review{
		ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: name, Generation: 1},
		Spec: praxisv1.ReviewSpec{
			UtilityRef: praxisv1.LocalReference{Name: "checkout"}, Type: praxisv1.ReviewMidweekCheck,
			Reviewer: "ada", Reviewers: []string{"ada"}, DueAt: metav1.NewTime(start.Add(time.Duration(due) * time.Hour)),
		},
		Status: praxisv1.ReviewStatus{ConditionedStatus: praxisv1.ConditionedStatus{ObservedGeneration: 1, Conditions: []metav1.Condition{
			{Type: "Ready", Status: "True"}, {Type: "Open", Status: open, Reason: "Open"}, {Type: "Complete", Status: complete, Reason: reason},
		}}},
	}
}

// cycleSpec is of a week with two days of grace.
func cycleSpec(from time.Time) praxisv1.WeeklyCycleSpec {
	return praxisv1.WeeklyCycleSpec{
		UtilityRef: praxisv1.LocalReference{Name: "checkout"}, StartsAt: metav1.NewTime(from), GraceEndsAt: metav1.NewTime(from.AddDate(0, 0, 9)),
	}
}

// pieces hands out pieces of evidence one by one.
func pieces(all ...praxisv1.Evidence) iter.Seq[*praxisv1.Evidence] {
	return func(yield func(*praxisv1.Evidence) bool) {
		for i := range all {
			if !yield(&all[i]) {
				return
			}
		}
	}
}

func TestMetricsSayWhatTheStatusSays(t *testing.T) {
	const want = `
# HELP praxis_actions Actions of the running week by their state; each counts once.
# TYPE praxis_actions gauge
praxis_actions{namespace="shop",state="accepted",utility="checkout"} 5
praxis_actions{namespace="shop",state="carriedOver",utility="checkout"} 0
praxis_actions{namespace="shop",state="dropped",utility="checkout"} 0
praxis_actions{namespace="shop",state="missed",utility="checkout"} 1
praxis_actions{namespace="shop",state="open",utility="checkout"} 3
praxis_actions{namespace="shop",state="submitted",utility="checkout"} 0
# HELP praxis_cycle_overdue_seconds How long ago the oldest week that is past its grace should have been closed; 0 where there is none.
# TYPE praxis_cycle_overdue_seconds gauge
praxis_cycle_overdue_seconds{namespace="shop",utility="checkout"} 442800
praxis_cycle_overdue_seconds{namespace="shop",utility="unseen"} 0
# HELP praxis_key_action_deviation_points Progress less expectation of the KeyAction, in percentage points.
# TYPE praxis_key_action_deviation_points gauge
praxis_key_action_deviation_points{key_action="fix",namespace="shop",utility="checkout"} -33
# HELP praxis_key_action_ready 1 where the KeyAction is understood; 0 where its author has to fix it, or the operator has not looked at it.
# TYPE praxis_key_action_ready gauge
praxis_key_action_ready{key_action="fix",namespace="shop",utility="checkout"} 1
praxis_key_action_ready{key_action="unread",namespace="shop",utility="checkout"} 0
# HELP praxis_reviews_overdue Reviews that nobody has signed in time and that can still be signed.
# TYPE praxis_reviews_overdue gauge
praxis_reviews_overdue{namespace="shop",utility="checkout"} 1
praxis_reviews_overdue{namespace="shop",utility="unseen"} 0
# HELP praxis_utility_coverage_percent Part of the quarter's required units that is delivered or planned, in percent.
# TYPE praxis_utility_coverage_percent gauge
praxis_utility_coverage_percent{namespace="shop",utility="checkout"} 100
# HELP praxis_utility_covered 1 for the status of the Covered condition, 0 for the others; unknown is a goal that is suspended, stalled or without work.
# TYPE praxis_utility_covered gauge
praxis_utility_covered{namespace="shop",status="false",utility="checkout"} 1
praxis_utility_covered{namespace="shop",status="true",utility="checkout"} 0
praxis_utility_covered{namespace="shop",status="unknown",utility="checkout"} 0
praxis_utility_covered{namespace="shop",status="false",utility="unseen"} 0
praxis_utility_covered{namespace="shop",status="true",utility="unseen"} 0
praxis_utility_covered{namespace="shop",status="unknown",utility="unseen"} 1
# HELP praxis_utility_measure_progress_percent How far a measure of the outcome is from its baseline to its target, in percent.
# TYPE praxis_utility_measure_progress_percent gauge
praxis_utility_measure_progress_percent{measure="first-try",namespace="shop",utility="checkout"} 32
# HELP praxis_utility_on_track 1 for the status of the OnTrack condition, 0 for the others; unknown does not mean on track.
# TYPE praxis_utility_on_track gauge
praxis_utility_on_track{namespace="shop",status="false",utility="checkout"} 1
praxis_utility_on_track{namespace="shop",status="true",utility="checkout"} 0
praxis_utility_on_track{namespace="shop",status="unknown",utility="checkout"} 0
praxis_utility_on_track{namespace="shop",status="false",utility="unseen"} 0
praxis_utility_on_track{namespace="shop",status="true",utility="unseen"} 0
praxis_utility_on_track{namespace="shop",status="unknown",utility="unseen"} 1
# HELP praxis_utility_ready 1 where the Utility is understood and planned; 0 where its author has to fix it, or the operator has not looked at it.
# TYPE praxis_utility_ready gauge
praxis_utility_ready{namespace="shop",utility="checkout"} 1
praxis_utility_ready{namespace="shop",utility="unseen"} 0
# HELP praxis_utility_staleness_seconds Time since evidence was last handed in for the running week, or since the week began.
# TYPE praxis_utility_staleness_seconds gauge
praxis_utility_staleness_seconds{namespace="shop",utility="checkout"} 7200
`
	err := testutil.CollectAndCompare(fixed{state(), start.Add(3 * time.Hour)}, strings.NewReader(want),
		"praxis_actions", "praxis_cycle_overdue_seconds", "praxis_key_action_ready", "praxis_key_action_deviation_points", "praxis_reviews_overdue", "praxis_utility_coverage_percent", "praxis_utility_covered",
		"praxis_utility_measure_progress_percent", "praxis_utility_on_track", "praxis_utility_ready", "praxis_utility_staleness_seconds")
	if err != nil {
		t.Error(err)
	}
}

func TestNamesAndHelpTextsFollowThePrometheusConventions(t *testing.T) {
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

func TestAUtilityHasItsSeriesBeforeAnyEventAndNoneOnceItIsGone(t *testing.T) {
	registry := prometheus.NewRegistry()
	o, err := NewObserved(registry)
	if err != nil {
		t.Fatal(err)
	}
	series := func() int {
		n, err := testutil.GatherAndCount(registry, "praxis_cycle_close_lag_seconds", "praxis_evidence_verdict_latency_seconds")
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	o.Know(state().Utilities)
	o.Judged("shop", "checkout", start, start.Add(time.Minute))
	if n := series(); n != 4 {
		t.Errorf("%d series of two Utilities", n)
	}
	o.Know(state().Utilities[:1])
	if n := series(); n != 2 {
		t.Errorf("%d series of one", n)
	}
}

func TestTheAgeOfTheOldestWaitingPieceIsReported(t *testing.T) {
	waits := func(hour int, action, by, reason string) praxisv1.Evidence {
		e := praxisv1.Evidence{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", CreationTimestamp: metav1.NewTime(start.Add(time.Duration(hour) * time.Hour))}}
		e.Spec = praxisv1.EvidenceSpec{ActionRef: &praxisv1.LocalReference{Name: action}, SubmittedBy: by}
		e.Status.Conditions = []metav1.Condition{{Type: "Valid", Status: "True"}, {Type: "Accepted", Status: "Unknown", Reason: reason}}
		return e
	}
	const running, closed, inGrace = "checkout-2026-w48.fix.ship.ana", "checkout-2026-w45.fix.ship.ana", "checkout-2026-w46.fix.ship.ana"
	waiting := waits(2, running, "ana", praxisv1.ReasonAwaitingVerdict)
	for what, test := range map[string]struct {
		evidence []praxisv1.Evidence
		hours    int
	}{
		"nothing was handed in":               {nil, 0},
		"all is judged":                       {[]praxisv1.Evidence{waits(0, running, "ana", praxisv1.ReasonAccepted), waits(0, running, "ana", praxisv1.ReasonRejected)}, 0},
		"one waits, others came later":        {[]praxisv1.Evidence{waits(4, running, "ana", praxisv1.ReasonAwaitingVerdict), waiting, waits(3, running, "ana", praxisv1.ReasonAwaitingVerdict)}, 8},
		"older ones are judged":               {[]praxisv1.Evidence{waits(0, running, "ana", praxisv1.ReasonAccepted), waiting}, 8},
		"its verdict was the submitter's own": {[]praxisv1.Evidence{waits(1, running, "ana", praxisv1.ReasonSelfAcceptance), waiting}, 9},
		"its submitter is unknown":            {[]praxisv1.Evidence{waits(0, running, "", praxisv1.ReasonAwaitingVerdict), waiting}, 8},
		"its week is closed":                  {[]praxisv1.Evidence{waits(0, closed, "ana", praxisv1.ReasonAwaitingVerdict)}, 0},
		"its week is over but not closed":     {[]praxisv1.Evidence{waits(1, inGrace, "ana", praxisv1.ReasonAwaitingVerdict)}, 9},
	} {
		t.Run(what, func(t *testing.T) {
			s := state()
			s.Utilities = s.Utilities[:1]
			s.Evidence = pieces(test.evidence...)
			want := fmt.Sprintf(`
# HELP praxis_evidence_oldest_pending_seconds How long the oldest piece of evidence for a week that is not closed has waited for a verdict; 0 where none waits.
# TYPE praxis_evidence_oldest_pending_seconds gauge
praxis_evidence_oldest_pending_seconds{namespace="shop",utility="checkout"} %d
`, test.hours*3600)
			if err := testutil.CollectAndCompare(fixed{s, start.Add(10 * time.Hour)}, strings.NewReader(want), "praxis_evidence_oldest_pending_seconds"); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAClosedWeekHasNoRunningActions(t *testing.T) {
	s := state()
	s.Cycles[0].Status.Conditions = []metav1.Condition{{Type: "Closed", Status: "True"}}
	if err := testutil.CollectAndCompare(fixed{s, start}, strings.NewReader(""), "praxis_actions", "praxis_utility_staleness_seconds"); err != nil {
		t.Error(err)
	}
}

// crowd is a portfolio of 100 Utilities, 13 weeks each, with the given number of pieces in
// total.
func crowd(evidence int) State {
	s := State{}
	for i := range 100 {
		u := state().Utilities[0]
		u.Name = fmt.Sprintf("goal-%02d", i)
		u.Status.CurrentCycle = u.Name + "-2026-w48"
		s.Utilities = append(s.Utilities, u)
		for range 5 {
			ka := state().KeyActions[0]
			ka.Name, ka.Spec.UtilityRef.Name = fmt.Sprint("do-", len(s.KeyActions)), u.Name
			s.KeyActions = append(s.KeyActions, ka)
		}
		for week := range 13 {
			c := state().Cycles[0]
			c.Name, c.Spec.UtilityRef.Name = fmt.Sprintf("%s-2026-w%d", u.Name, 36+week), u.Name
			if week < 12 {
				c.Status.Conditions = []metav1.Condition{{Type: "Closed", Status: "True"}}
			}
			s.Cycles = append(s.Cycles, c)
		}
	}
	there := make([]praxisv1.Evidence, evidence)
	for i := range there {
		there[i] = praxisv1.Evidence{
			ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: fmt.Sprint("piece-", i), CreationTimestamp: metav1.NewTime(start)},
			Spec:       praxisv1.EvidenceSpec{ActionRef: &praxisv1.LocalReference{Name: s.Cycles[i%len(s.Cycles)].Name + ".fix.ship.ana"}},
		}
	}
	s.Evidence = pieces(there...)
	return s
}

func BenchmarkAScrapeOfAHundredUtilities(b *testing.B) {
	for _, evidence := range []int{0, 100_000} {
		b.Run(fmt.Sprint(evidence, " pieces of evidence"), func(b *testing.B) {
			s := fixed{crowd(evidence), start.Add(time.Hour)}
			b.ReportAllocs()
			for b.Loop() {
				to := make(chan prometheus.Metric, 1<<14)
				s.Collect(to)
			}
		})
	}
}
