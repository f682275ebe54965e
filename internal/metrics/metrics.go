// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package metrics turns what the status of objects says into Prometheus metrics. It is pure
// and computes no figure of its own except ages, so that a dashboard, the plugin and the
// status always show the same numbers. Labels are names that people chose, of Utilities,
// their measures and their KeyActions; never of Actions, members or evidence, so that the
// number of series depends on what is planned, not on how much is done.
package metrics

import (
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/evidence"
	"github.com/praxis-dev/praxis/internal/review"
)

// State is what the metrics are computed from.
type State struct {
	Utilities  []praxisv1.Utility
	KeyActions []praxisv1.KeyAction
	Cycles     []praxisv1.WeeklyCycle
	Reviews    []praxisv1.Review
	// Evidence is iterated one by one: there is far more of it than of anything else.
	Evidence iter.Seq[*praxisv1.Evidence]
	// LastRead is when a measure was last read from its source; zero where nobody knows.
	LastRead func(namespace, utility, measure string) time.Time
}

// name is that of an object.
type name struct{ namespace, name string }

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("praxis_"+name, help, labels, nil)
}

// All metrics that are computed from objects.
var (
	utilityReady     = describe("utility_ready", "1 where the Utility is understood and planned; 0 where its author has to fix it, or the operator has not looked at it.", "namespace", "utility")
	utilityOnTrack   = describe("utility_on_track", "1 for the status of the OnTrack condition, 0 for the others; unknown does not mean on track.", "namespace", "utility", "status")
	utilityEffective = describe("utility_effective", "1 for the status of the Effective condition, 0 for the others; false means that work is done and moves no outcome.", "namespace", "utility", "status")
	utilityProgress  = describe("utility_progress_percent", "Accepted work of the running week, in percent of what it planned; more than 100 where carried-over work comes on top.", "namespace", "utility")
	utilityExpected  = describe("utility_expected_percent", "Work of the running week that was due, in percent of what it planned; more than 100 where carried-over work comes on top.", "namespace", "utility")
	utilityDeviation = describe("utility_deviation_points", "Progress less expectation, in percentage points; below zero is behind.", "namespace", "utility")
	utilityCovered   = describe("utility_covered", "1 for the status of the Covered condition, 0 for the others; unknown is a goal that is suspended, stalled or without work.", "namespace", "utility", "status")
	utilityCoverage  = describe("utility_coverage_percent", "Part of the quarter's required units that is delivered or planned, in percent.", "namespace", "utility")
	utilityUnits     = describe("utility_units", "Utility units of the quarter: required, delivered, planned.", "namespace", "utility", "kind")
	utilityMeasure   = describe("utility_measure_progress_percent", "How far a measure of the outcome is from its baseline to its target, in percent.", "namespace", "utility", "measure")
	utilityMeasured  = describe("utility_measured", "1 for the status of the Measured condition, 0 for the others; false means that a measure is not read from its source, and unknown that none has one, or that it is not read yet.", "namespace", "utility", "status")
	measureValue     = describe("measure_value", "What the status says of a measure: its latest accepted reading, or what was last read from its source.", "namespace", "utility", "measure")
	measureAge       = describe("measure_reading_age_seconds", "Time since a measure was last read from its source; none where the operator has started since and not read it again.", "namespace", "utility", "measure")
	utilityStaleness = describe("utility_staleness_seconds", "Time since evidence was last handed in for the running week, or since the week began.", "namespace", "utility")
	oldestPending    = describe("evidence_oldest_pending_seconds", "How long the oldest piece of evidence for a week that is not closed has waited for a verdict; 0 where none waits.", "namespace", "utility")
	reviewsOverdue   = describe("reviews_overdue", "Reviews that nobody has signed in time and that can still be signed.", "namespace", "utility")
	actions          = describe("actions", "Actions of the running week by their state; each counts once.", "namespace", "utility", "state")
	cycleOverdue     = describe("cycle_overdue_seconds", "How long ago the oldest week that is past its grace should have been closed; 0 where there is none.", "namespace", "utility")
	keyActionReady   = describe("key_action_ready", "1 where the KeyAction is understood; 0 where its author has to fix it, or the operator has not looked at it.", "namespace", "utility", "key_action")
	keyActionOnTrack = describe("key_action_on_track", "1 for the status of the OnTrack condition, 0 for the others.", "namespace", "utility", "key_action", "status")
	keyActionDone    = describe("key_action_progress_percent", "Accepted work of the KeyAction, in percent of what the running week planned of it.", "namespace", "utility", "key_action")
	keyActionDue     = describe("key_action_expected_percent", "Work of the KeyAction that was due, in percent of what the running week planned of it.", "namespace", "utility", "key_action")
	keyActionOff     = describe("key_action_deviation_points", "Progress less expectation of the KeyAction, in percentage points.", "namespace", "utility", "key_action")
)

// Describe sends the descriptions of all metrics.
func Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		utilityReady, utilityOnTrack, utilityEffective, utilityProgress, utilityExpected, utilityDeviation, utilityCovered, utilityCoverage,
		utilityUnits, utilityMeasure, utilityMeasured, measureValue, measureAge, utilityStaleness, oldestPending, reviewsOverdue, actions, cycleOverdue, keyActionReady, keyActionOnTrack, keyActionDone, keyActionDue, keyActionOff,
	} {
		to <- d
	}
}

// Collect sends the figures at an instant; at converts a time that the API server wrote to
// the same clock.
func Collect(s State, now time.Time, at func(time.Time) time.Time, to chan<- prometheus.Metric) {
	weeks := map[name]*praxisv1.WeeklyCycle{}
	late := map[name]float64{}
	for i := range s.Cycles {
		c := &s.Cycles[i]
		if !meta.IsStatusConditionTrue(c.Status.Conditions, praxisv1.ConditionClosed) {
			weeks[name{c.Namespace, c.Name}] = c
			of := name{c.Namespace, c.Spec.UtilityRef.Name}
			late[of] = max(late[of], now.Sub(c.Spec.GraceEndsAt.Time).Seconds())
		}
	}
	overdue := overdueReviews(s.Reviews, now)
	evidence := lookThrough(s.Evidence, weeks, at)
	for i := range s.Utilities {
		u := &s.Utilities[i]
		e := emitter{to, []string{u.Namespace, u.Name}}
		e.sendUtility(u)
		e.sendMeasures(u, s.LastRead, now)
		e.gauge(reviewsOverdue, overdue[name{u.Namespace, u.Name}])
		e.gauge(cycleOverdue, late[name{u.Namespace, u.Name}])
		e.gauge(oldestPending, since(evidence.oldest[name{u.Namespace, u.Name}], now))
		current := name{u.Namespace, u.Status.CurrentCycle}
		if week := weeks[current]; week != nil {
			e.sendWeek(week)
			last := evidence.last[current]
			if last.Before(week.Spec.StartsAt.Time) {
				last = week.Spec.StartsAt.Time
			}
			e.gauge(utilityStaleness, since(last, now))
		}
	}
	for i := range s.KeyActions {
		ka := &s.KeyActions[i]
		if ka.Spec.ParentRef == nil { // leave out those made for Teams: there are as many as there are Teams
			emitter{to, []string{ka.Namespace, ka.Spec.UtilityRef.Name, ka.Name}}.sendKeyAction(ka)
		}
	}
}

// since is how long something has lasted, in seconds; zero if it never began.
func since(began, now time.Time) float64 {
	if began.IsZero() {
		return 0
	}
	return max(now.Sub(began).Seconds(), 0)
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

func (e emitter) sendUtility(u *praxisv1.Utility) {
	ready := meta.IsStatusConditionTrue(u.Status.Conditions, praxisv1.ConditionReady) && u.Status.ObservedGeneration >= u.Generation
	e.gauge(utilityReady, oneIf(ready))
	e.condition(utilityOnTrack, u.Status.Conditions, praxisv1.ConditionOnTrack)
	e.condition(utilityEffective, u.Status.Conditions, praxisv1.ConditionEffective)
	e.condition(utilityCovered, u.Status.Conditions, praxisv1.ConditionCovered)
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
}

// sendMeasures are those of a goal: how far, how much, and how old that is.
func (e emitter) sendMeasures(u *praxisv1.Utility, lastRead func(namespace, utility, measure string) time.Time, now time.Time) {
	e.condition(utilityMeasured, u.Status.Conditions, praxisv1.ConditionMeasured)
	for _, m := range u.Status.Measures {
		if m.ProgressPercent != nil {
			e.gauge(utilityMeasure, float64(*m.ProgressPercent), m.Name)
		}
		if value, err := strconv.ParseFloat(string(m.Current), 64); err == nil {
			e.gauge(measureValue, value, m.Name)
		}
		if m.Source == nil {
			continue
		}
		var last time.Time
		if m.Source.FailingSince != nil {
			last = m.Source.FailingSince.Time
		} else if lastRead != nil {
			last = lastRead(u.Namespace, u.Name, m.Name)
		}
		if !last.IsZero() {
			e.gauge(measureAge, since(last, now), m.Name)
		}
	}
}

func (e emitter) sendWeek(c *praxisv1.WeeklyCycle) {
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

func (e emitter) sendKeyAction(ka *praxisv1.KeyAction) {
	seen := ka.Status.ObservedGeneration >= ka.Generation
	e.gauge(keyActionReady, oneIf(seen && meta.IsStatusConditionTrue(ka.Status.Conditions, praxisv1.ConditionReady)))
	e.condition(keyActionOnTrack, ka.Status.Conditions, praxisv1.ConditionOnTrack)
	if ka.Status.ObservedGeneration < 1 {
		return // not looked at yet is not the same as a deviation of zero
	}
	e.gauge(keyActionDone, float64(ka.Status.ProgressPercent))
	e.gauge(keyActionDue, float64(ka.Status.ExpectedPercent))
	e.gauge(keyActionOff, float64(ka.Status.Deviation))
}

// condition has a series for each status, so that a query names the one that it means.
func (e emitter) condition(d *prometheus.Desc, conditions []metav1.Condition, kind string) {
	status := metav1.ConditionUnknown // a missing condition never counts as True
	if c := meta.FindStatusCondition(conditions, kind); c != nil {
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
func overdueReviews(reviews []praxisv1.Review, now time.Time) map[name]float64 {
	overdue := map[name]float64{}
	for i := range reviews {
		if r := &reviews[i]; review.Overdue(r, now) {
			overdue[name{r.Namespace, r.Spec.UtilityRef.Name}]++
		}
	}
	return overdue
}

// waits sums up the evidence for weeks that are not closed.
type waits struct {
	last   map[name]time.Time // when the latest piece for a week was created
	oldest map[name]time.Time // when the oldest piece that waits for a verdict in a Utility was created
}

// lookThrough looks at each piece once. The name of its Action, which begins with that of the
// week, says which week it belongs to. Pieces of closed weeks cost no more than that look.
func lookThrough(pieces iter.Seq[*praxisv1.Evidence], weeks map[name]*praxisv1.WeeklyCycle, at func(time.Time) time.Time) waits {
	w := waits{last: map[name]time.Time{}, oldest: map[name]time.Time{}}
	if pieces == nil {
		return w
	}
	for e := range pieces {
		week, _, found := strings.Cut(evidence.ActionOf(e), ".")
		key := name{e.Namespace, week}
		if !found || weeks[key] == nil {
			continue
		}
		came := at(e.CreationTimestamp.Time)
		if came.After(w.last[key]) {
			w.last[key] = came
		}
		// A piece without a known submitter can get no verdict that counts.
		of := name{e.Namespace, weeks[key].Spec.UtilityRef.Name}
		if first, there := w.oldest[of]; evidence.Pending(e) && e.Spec.SubmittedBy != "" && (!there || came.Before(first)) {
			w.oldest[of] = came
		}
	}
	return w
}
