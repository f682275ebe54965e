// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"slices"
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/measure"
	"github.com/praxis-dev/praxis/internal/week"
)

// A week keeps what its measures were when it closed. What a status says of a measure may be days
// old where the operator has not run meanwhile: a value that stands still is not written, and so
// not when it was read either. So a week takes nothing from a source that this process has not
// read; it is given that once the first reading is there, if that comes soon.

// settling is how long after it closed a week is given what was not read then.
const settling = time.Hour

// witnessed are the readings that this process has seen itself, and those of people.
func witnessed(in UtilityInput, measures []praxisv1.MeasureStatus) []praxisv1.MeasureReading {
	return readings(slices.DeleteFunc(slices.Clone(measures), func(m praxisv1.MeasureStatus) bool {
		return m.Source != nil && !measure.Witnessed(in.Taken[m.Name], m.Source)
	}))
}

// settled is a history whose newest week has what was read from a source soon after it closed.
func settled(in UtilityInput, history []praxisv1.HistoryEntry, measures []praxisv1.MeasureStatus, now time.Time) []praxisv1.HistoryEntry {
	sorted := week.ByStart(in.Cycles)
	for i := len(sorted) - 1; i >= 0; i-- {
		closed := week.ClosedAt(sorted[i])
		if closed == nil {
			continue
		}
		at := slices.IndexFunc(history, func(e praxisv1.HistoryEntry) bool { return e.Week == sorted[i].Spec.Week })
		if at < 0 || now.Sub(closed.Time) >= settling {
			return history
		}
		history[at].Measures = completed(history[at].Measures, witnessed(in, sourcedOnly(measures)))
		return history
	}
	return history
}

func sourcedOnly(measures []praxisv1.MeasureStatus) []praxisv1.MeasureStatus {
	return slices.DeleteFunc(slices.Clone(measures), func(m praxisv1.MeasureStatus) bool { return m.Source == nil })
}

// completed are readings, and those of others that are missing among them.
func completed(readings, others []praxisv1.MeasureReading) []praxisv1.MeasureReading {
	out := slices.Clone(readings)
	for _, r := range others {
		if _, known := readingOf(out, r.Name); !known {
			out = append(out, r)
		}
	}
	return out
}

// settles reports whether a quarter that has just closed may still be given what a measure came
// to, so that it is looked at again.
func settles(u *praxisv1.Utility, q *praxisv1.QuarterResult, now time.Time) bool {
	if now.Sub(q.ClosedAt.Time) >= settling {
		return false
	}
	return slices.ContainsFunc(u.Spec.Measures, func(m praxisv1.Measure) bool {
		return m.Source != nil && slices.ContainsFunc(q.Measures, func(of praxisv1.QuarterMeasure) bool { return of.Name == m.Name && of.To == "" })
	})
}
