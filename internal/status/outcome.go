// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"cmp"
	"fmt"
	"math/big"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
	"github.com/praxis-dev/praxis/internal/evidence"
	"github.com/praxis-dev/praxis/internal/forecast"
	"github.com/praxis-dev/praxis/internal/measure"
	"github.com/praxis-dev/praxis/internal/week"
)

// The outcome is measured apart from the work: nothing in this file reads an Action.

// measures are the values of the accepted readings; the latest counts, and of those from the
// same second the last by name. One with a source has what was read from it, whatever people
// handed in. The instant is the next at which a reading gets stale; zero where none does.
func measures(in UtilityInput, now time.Time) ([]praxisv1.MeasureStatus, time.Time) {
	u := in.Programme.Utility
	latest := latestReadings(in.Readings)
	var out []praxisv1.MeasureStatus
	var staleAt time.Time
	for i := range u.Spec.Measures {
		m := &u.Spec.Measures[i]
		status := praxisv1.MeasureStatus{Name: m.Name, Baseline: m.Baseline, Target: m.Target}
		if m.Source != nil {
			var at time.Time
			status.Current, status.Source, at = measure.Decide(m, measure.StatusOf(&u.Status, m.Name), in.Taken[m.Name], now)
			staleAt = week.Soonest(staleAt, at)
		} else if reading := latest[m.Name]; reading != nil {
			status.Current = *reading.Spec.Value
		}
		if status.Current != "" {
			status.ProgressPercent = new(week.Percent(covers(m, status.Current)))
		}
		out = append(out, status)
	}
	return out, staleAt
}

func latestReadings(readings []praxisv1.Evidence) map[string]*praxisv1.Evidence {
	latest := map[string]*praxisv1.Evidence{}
	for i := range readings {
		r := &readings[i]
		if !evidence.Counts(r) || r.Spec.For == nil || r.Spec.Value == nil {
			continue
		}
		if was := latest[r.Spec.For.Measure]; was == nil || evidence.OlderFirst(was, r) < 0 {
			latest[r.Spec.For.Measure] = r
		}
	}
	return latest
}

// covers is how much of the way from baseline to target a value has covered:
// clamp((current−baseline)/(target−baseline), 0, 1), so that a target below the baseline
// works the same.
func covers(m *praxisv1.Measure, current praxisv1.Decimal) *big.Rat {
	read := func(d praxisv1.Decimal) *big.Rat {
		if r, ok := new(big.Rat).SetString(string(d)); ok {
			return r
		}
		return new(big.Rat) // the schema refuses it
	}
	baseline := read(m.Baseline)
	way := new(big.Rat).Sub(read(m.Target), baseline)
	if way.Sign() == 0 {
		return new(big.Rat)
	}
	done := new(big.Rat).Sub(read(current), baseline)
	done.Quo(done, way)
	switch one := big.NewRat(1, 1); {
	case done.Sign() < 0:
		return new(big.Rat)
	case done.Cmp(one) > 0:
		return one
	}
	return done
}

// outcomeCell is the progress of the measure that moved least, and whether that is stale.
func outcomeCell(measures []praxisv1.MeasureStatus) string {
	var least *praxisv1.MeasureStatus
	for i := range measures {
		if p := measures[i].ProgressPercent; p != nil && (least == nil || *p < *least.ProgressPercent) {
			least = &measures[i]
		}
	}
	switch {
	case least == nil:
		return "-"
	case measure.Stale(least):
		return fmt.Sprintf("%d%% (stale)", *least.ProgressPercent)
	}
	return fmt.Sprintf("%d%%", *least.ProgressPercent)
}

const (
	judgedWeeks   = 4 // closed weeks that Effective looks at
	executedWeeks = 3 // how many of them have to be executed
)

// effective sets whether delivered work moves the outcome.
func effective(c conditions, u *praxisv1.Utility, history []praxisv1.HistoryEntry, current []praxisv1.MeasureStatus, look forecast.Forecast, cal *cadence.Calendar) {
	status, reason, message := effectiveness(u, history, current, look.Quarter, look.Week, cal)
	c.set(praxisv1.ConditionEffective, status, reason, message)
}

// effectiveness is whether delivered work moves the outcome, over the newest four closed weeks
// of a history: with delivery of at least 80 % in three of them, each measure that has a reading must have
// gained a quarter of what linear progress over the quarter requires for that time, or have
// reached its target. A measure that lags is judged by the work of the weeks that lie that far
// back.
func effectiveness(u *praxisv1.Utility, history []praxisv1.HistoryEntry, current []praxisv1.MeasureStatus, q cadence.Quarter, running cadence.Week, cal *cadence.Calendar) (status metav1.ConditionStatus, reason, message string) {
	weeks := max(1, int64(q.EndsAt.Sub(q.StartsAt).Hours()/(24*7)+0.5))
	span := min(len(history), judgedWeeks)
	least := big.NewRat(int64(span), 4*weeks)
	idle, lagging := "", "" // why a measure cannot be judged: for want of work, or as it lags
	var moved []string
	if len(u.Spec.Measures) == 0 {
		idle = notExecuted(history, &praxisv1.Measure{}, running, cal)
	}
	for i := range u.Spec.Measures {
		m := &u.Spec.Measures[i]
		switch why := notExecuted(history, m, running, cal); {
		case why != "" && m.LagWeeks == 0:
			idle = why
			continue
		case why != "":
			lagging = cmp.Or(lagging, why)
			continue
		}
		gained, there := gainOf(history, m, span)
		if there && gained.Cmp(least) < 0 {
			return metav1.ConditionFalse, praxisv1.ReasonPathNotWorking, fmt.Sprintf("The work is done and %s gained %d%% in %d weeks, where %d%% is the least; look at the path in a Calibration",
				m.Name, week.Percent(gained), span, week.Percent(least))
		}
		if there {
			moved = append(moved, m.Name)
		}
	}
	switch {
	case idle != "": // what lags shows work of earlier weeks, and says nothing of the others
		return metav1.ConditionUnknown, praxisv1.ReasonNotExecuted, idle
	case len(moved) > 0:
		message = fmt.Sprintf("%s moved with the work of the last %d closed weeks", strings.Join(moved, ", "), span)
		if lagging != "" {
			message += "; " + lagging
		}
		return metav1.ConditionTrue, praxisv1.ReasonOutcomeMoving, message
	case lagging != "":
		return metav1.ConditionUnknown, praxisv1.ReasonNotExecuted, lagging
	}
	return metav1.ConditionUnknown, praxisv1.ReasonNoMeasure, noMeasure(u, current)
}

// notExecuted says why the work behind a measure cannot be judged; empty if it can.
func notExecuted(history []praxisv1.HistoryEntry, m *praxisv1.Measure, running cadence.Week, cal *cadence.Calendar) string {
	lag, n := int(m.LagWeeks), len(history)
	if lag > 0 && n < lag+executedWeeks {
		until := running
		for left := lag + executedWeeks - n - 1; left > 0; {
			if until = cal.Next(until); !cal.Skips(until) {
				left--
			}
		}
		return fmt.Sprintf("%s lags behind the work by %d weeks; it cannot be judged before %s is closed", m.Name, lag, until.Name)
	}
	window, executed := history[lag:min(n, lag+judgedWeeks)], 0
	for i := range window {
		if executedWeek(&window[i]) {
			executed++
		}
	}
	switch {
	case executed >= executedWeeks:
		return ""
	case lag > 0:
		return fmt.Sprintf("%d of the %d weeks that %s shows by now came to 80%%; with %d of %d it says whether the path is right", executed, len(window), m.Name, executedWeeks, judgedWeeks)
	}
	return fmt.Sprintf("%d of the last %d closed weeks came to 80%%; with %d of %d the outcome says whether the path is right", executed, len(window), executedWeeks, judgedWeeks)
}

// gainOf is how much of the way a measure came in the last closed weeks, and all that could be
// asked where it has reached its target; there is none without a reading.
func gainOf(history []praxisv1.HistoryEntry, m *praxisv1.Measure, span int) (gained *big.Rat, there bool) {
	now, there := readingOf(history[0].Measures, m.Name)
	if !there {
		return nil, false
	}
	came, from := covers(m, now), new(big.Rat)
	if came.Cmp(big.NewRat(1, 1)) >= 0 {
		return came, true
	}
	if len(history) > span {
		if before, known := readingOf(history[span].Measures, m.Name); known {
			from = covers(m, before)
		}
	}
	return came.Sub(came, from), true
}

// executedWeek reports whether at least 80 % of what a week had planned was accepted.
func executedWeek(e *praxisv1.HistoryEntry) bool { return executedOf(e).Cmp(big.NewRat(80, 100)) >= 0 }

func noMeasure(u *praxisv1.Utility, current []praxisv1.MeasureStatus) string {
	if len(u.Spec.Measures) == 0 {
		return "The Utility has no measure; add one to spec.measures"
	}
	for i := range current {
		if current[i].Current != "" {
			return "No measure had a reading when the last week closed; it is judged when the next one does"
		}
	}
	for i := range u.Spec.Measures {
		if u.Spec.Measures[i].Source != nil {
			return "No measure has a reading yet; the condition Measured says why"
		}
	}
	return "No measure has a reading yet; hand in evidence for one, with its value"
}

func executedOf(e *praxisv1.HistoryEntry) *big.Rat {
	if exact, ok := new(big.Rat).SetString(e.Progress); ok {
		return exact
	}
	return big.NewRat(int64(e.ProgressPercent), 100)
}

func readingOf(readings []praxisv1.MeasureReading, name string) (praxisv1.Decimal, bool) {
	for _, r := range readings {
		if r.Name == name {
			return r.Value, true
		}
	}
	return "", false
}

// readings are the measures as they are now, for the history of the week that closes. What is
// stale says nothing of that week, so the week closes without it.
func readings(measures []praxisv1.MeasureStatus) []praxisv1.MeasureReading {
	var out []praxisv1.MeasureReading
	for _, m := range measures {
		if m.Current != "" && !measure.Stale(&m) {
			out = append(out, praxisv1.MeasureReading{Name: m.Name, Value: m.Current})
		}
	}
	return out
}
