// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package metrics turns what the status of objects says into Prometheus metrics. It is
// pure and computes no figure of its own but ages, so that a dashboard, the plugin and
// the status always tell the same numbers. Labels are names that people chose:
// Utilities, and at most nine KeyActions of each; never Actions, members or evidence.
package metrics

import (
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/progress"
)

// State is what the figures are taken from.
type State struct {
	Utilities  []praxisv1.Utility
	KeyActions []praxisv1.KeyAction
	Cycles     []praxisv1.WeeklyCycle
	Reviews    []praxisv1.Review
	Evidence   []praxisv1.Evidence
}

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("praxis_"+name, help, labels, nil)
}

// All metrics that are taken from objects.
var (
	utilityReady     = describe("utility_ready", "1 where the Utility is understood and planned; 0 where its author has to mend it, or nobody has looked at it.", "namespace", "utility")
	utilityOnTrack   = describe("utility_on_track", "1 for the status of the OnTrack condition, 0 for the others; unknown is not green.", "namespace", "utility", "status")
	utilityProgress  = describe("utility_progress_percent", "Accepted part of the running week's work.", "namespace", "utility")
	utilityExpected  = describe("utility_expected_percent", "Part of the running week's work that was due.", "namespace", "utility")
	utilityDeviation = describe("utility_deviation_points", "Progress less expectation, in percentage points; below zero is behind.", "namespace", "utility")
	utilityCoverage  = describe("utility_coverage_percent", "Part of the quarter's required units that is delivered or planned.", "namespace", "utility")
	utilityUnits     = describe("utility_units", "Utility units of the quarter: required, delivered, planned.", "namespace", "utility", "kind")
	utilityMeasure   = describe("utility_measure_progress_percent", "How far a measure of the outcome is from its baseline to its target.", "namespace", "utility", "measure")
	utilityStaleness = describe("utility_staleness_seconds", "Time since evidence was last handed in for the running week, or since the week began.", "namespace", "utility")
	reviewsOverdue   = describe("reviews_overdue", "Reviews that nobody has signed in time and that still can be.", "namespace", "utility")
	actions          = describe("actions", "Actions of the running week by where they stand; each counts once.", "namespace", "utility", "state")
	keyActionOnTrack = describe("key_action_on_track", "1 for the status of the OnTrack condition, 0 for the others.", "namespace", "utility", "key_action", "status")
	keyActionDone    = describe("key_action_progress_percent", "Accepted part of the KeyAction's running week.", "namespace", "utility", "key_action")
	keyActionDue     = describe("key_action_expected_percent", "Part of the KeyAction's running week that was due.", "namespace", "utility", "key_action")
	keyActionOff     = describe("key_action_deviation_points", "Progress less expectation of the KeyAction, in percentage points.", "namespace", "utility", "key_action")
)

// Describe sends what there is.
func Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		utilityReady, utilityOnTrack, utilityProgress, utilityExpected, utilityDeviation, utilityCoverage, utilityUnits,
		utilityMeasure, utilityStaleness, reviewsOverdue, actions, keyActionOnTrack, keyActionDone, keyActionDue, keyActionOff,
	} {
		to <- d
	}
}

// Collect sends the figures of an instant; at is when, by the same clock, something was
// that the API server wrote the time of.
func Collect(s State, now time.Time, at func(time.Time) time.Time, to chan<- prometheus.Metric) {
	weeks := map[string]*praxisv1.WeeklyCycle{}
	for i := range s.Cycles {
		weeks[s.Cycles[i].Namespace+"/"+s.Cycles[i].Name] = &s.Cycles[i]
	}
	overdue := overdueReviews(s.Reviews)
	handedIn := lastHandedIn(s.Evidence, at)
	for i := range s.Utilities {
		u := &s.Utilities[i]
		e := emitter{to, []string{u.Namespace, u.Name}}
		e.utility(u)
		e.gauge(reviewsOverdue, overdue[u.Namespace+"/"+u.Name])
		key := u.Namespace + "/" + u.Status.CurrentCycle
		if week := weeks[key]; week != nil {
			e.week(week)
			since := handedIn[key]
			if since.Before(week.Spec.StartsAt.Time) {
				since = week.Spec.StartsAt.Time
			}
			e.gauge(utilityStaleness, max(now.Sub(since).Seconds(), 0))
		}
	}
	for i := range s.KeyActions {
		ka := &s.KeyActions[i]
		if ka.Spec.ParentRef == nil { // one for each Team of many would be without bound
			emitter{to, []string{ka.Namespace, ka.Spec.UtilityRef.Name, ka.Name}}.keyAction(ka)
		}
	}
}

// emitter sends figures of one object.
type emitter struct {
	to     chan<- prometheus.Metric
	labels []string
}

func (e emitter) gauge(d *prometheus.Desc, value float64, more ...string) {
	labels := append(e.labels[:len(e.labels):len(e.labels)], more...)
	e.to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
}

func (e emitter) utility(u *praxisv1.Utility) {
	ready := meta.IsStatusConditionTrue(u.Status.Conditions, praxisv1.ConditionReady) && u.Status.ObservedGeneration >= u.Generation
	e.gauge(utilityReady, oneIf(ready))
	e.onTrack(utilityOnTrack, u.Status.Conditions)
	if d := u.Status.Delivery; d != nil {
		e.gauge(utilityProgress, float64(d.ProgressPercent))
		e.gauge(utilityExpected, float64(d.ExpectedPercent))
		e.gauge(utilityDeviation, float64(d.Deviation))
	}
	if c := u.Status.Coverage; c != nil {
		e.gauge(utilityCoverage, float64(c.Percent))
		e.gauge(utilityUnits, float64(c.Required), "required")
		e.gauge(utilityUnits, float64(c.Delivered), "delivered")
		e.gauge(utilityUnits, float64(c.Planned), "planned")
	}
	for _, m := range u.Status.Measures {
		if m.ProgressPercent != nil {
			e.gauge(utilityMeasure, float64(*m.ProgressPercent), m.Name)
		}
	}
}

func (e emitter) week(c *praxisv1.WeeklyCycle) {
	n := c.Status.Counts
	if n == nil {
		return
	}
	for state, count := range map[string]int32{
		"open": n.Open, "submitted": n.Submitted, "accepted": n.Accepted, "missed": n.Missed, "carriedOver": n.CarriedOver, "dropped": n.Dropped,
	} {
		e.gauge(actions, float64(count), state)
	}
}

func (e emitter) keyAction(ka *praxisv1.KeyAction) {
	e.onTrack(keyActionOnTrack, ka.Status.Conditions)
	e.gauge(keyActionDone, float64(ka.Status.ProgressPercent))
	e.gauge(keyActionDue, float64(ka.Status.ExpectedPercent))
	e.gauge(keyActionOff, float64(ka.Status.Deviation))
}

// onTrack has a series for each status, so that a query names the one that it means.
func (e emitter) onTrack(d *prometheus.Desc, conditions []metav1.Condition) {
	status := metav1.ConditionUnknown // silence is never green
	if c := meta.FindStatusCondition(conditions, praxisv1.ConditionOnTrack); c != nil {
		status = c.Status
	}
	for _, s := range []metav1.ConditionStatus{metav1.ConditionTrue, metav1.ConditionFalse, metav1.ConditionUnknown} {
		e.gauge(d, oneIf(s == status), strings.ToLower(string(s)))
	}
}

func oneIf(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// overdueReviews counts them by Utility.
func overdueReviews(reviews []praxisv1.Review) map[string]float64 {
	overdue := map[string]float64{}
	for i := range reviews {
		r := &reviews[i]
		complete := meta.FindStatusCondition(r.Status.Conditions, praxisv1.ConditionComplete)
		if complete != nil && complete.Reason == praxisv1.ReasonOverdue && meta.IsStatusConditionTrue(r.Status.Conditions, praxisv1.ConditionOpen) {
			overdue[r.Namespace+"/"+r.Spec.UtilityRef.Name]++
		}
	}
	return overdue
}

// lastHandedIn is when the latest piece for a week came, by the week: the name of an
// Action begins with that of its week.
func lastHandedIn(evidence []praxisv1.Evidence, at func(time.Time) time.Time) map[string]time.Time {
	last := map[string]time.Time{}
	for i := range evidence {
		e := &evidence[i]
		week, _, found := strings.Cut(progress.ActionOf(e), ".")
		if !found {
			continue
		}
		key := e.Namespace + "/" + week
		if came := at(e.CreationTimestamp.Time); came.After(last[key]) {
			last[key] = came
		}
	}
	return last
}
