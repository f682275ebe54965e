// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cadence

import (
	"math"
	"strings"
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// Week is one week of a calendar, [StartsAt, EndsAt). All its times are in the
// calendar's zone. It is a value; two weeks of one calendar are the same if their
// names are.
type Week struct {
	// Name is the ISO name of the date three days after the start. Example: "2026-W48".
	Name string
	// Number counts weeks from that of Monday 1970-01-05, which is 0.
	Number int
	// StartsAt is when the plan freezes.
	StartsAt time.Time
	// MidweekAt is when the midweek check happens; not before StartsAt.
	MidweekAt time.Time
	// ReviewAt is when the week is reviewed; not before MidweekAt.
	ReviewAt time.Time
	// EndsAt is when the next week starts; not before ReviewAt.
	EndsAt time.Time
}

// Restore completes a week whose Name and times were recorded earlier, possibly from a
// cadence that was edited since, so that it answers as it did then.
func Restore(timeZone string, recorded Week) (Week, error) {
	zone, err := loadZone(timeZone)
	if err != nil {
		return Week{}, err
	}
	n, err := parseName(recorded.Name)
	if err != nil {
		return Week{}, err
	}
	return Week{
		Name:      recorded.Name,
		Number:    n,
		StartsAt:  recorded.StartsAt.In(zone),
		MidweekAt: recorded.MidweekAt.In(zone),
		ReviewAt:  recorded.ReviewAt.In(zone),
		EndsAt:    recorded.EndsAt.In(zone),
	}, nil
}

// Moment is what a due day and time means in this week: the earliest such moment in it. If a
// clock change leaves a week from weekStart to weekStart without one, it is StartsAt. In a
// week that an edited cadence gave another start, it counts as no due time, which is
// ReviewAt: at StartsAt the work would be overdue from the first minute.
func (w Week) Moment(m praxisv1.WeekMoment) time.Time {
	if parsed, err := parseMoment(m); err == nil {
		if _, t, found := w.first(parsed, beforeAll); found {
			return t
		}
	}
	if w.isRegular() {
		return w.StartsAt
	}
	return w.ReviewAt
}

// Dates are the seven dates from the start date, like "2026-11-23".
func (w Week) Dates() []string {
	days := make([]string, 0, 7)
	start := dateOf(w.StartsAt)
	for d := start; d < start+7; d++ {
		days = append(days, d.utc().Format(time.DateOnly))
	}
	return days
}

// WorkingDays are the Monday to Friday dates among the seven from the start date, five
// in all, like "2026-11-23".
func (w Week) WorkingDays() []string {
	days := make([]string, 0, 5)
	start := dateOf(w.StartsAt)
	for d := start; d < start+7; d++ {
		if t := d.utc(); t.Weekday() != time.Saturday && t.Weekday() != time.Sunday {
			days = append(days, t.Format(time.DateOnly))
		}
	}
	return days
}

// Slug is the name in the form that object names use. Example: "2026-w48".
func (w Week) Slug() string { return strings.ToLower(w.Name) }

// named is the date that gives the week its quarter and, in most cases, its name.
func (w Week) named() date { return dateOf(w.StartsAt) + 3 }

// beforeAll, passed to first, allows any moment of the week.
const beforeAll = wall(math.MinInt64)

// first is the earliest moment m of the week that is not before since by the local clock, and
// what that clock then shows; beforeAll if the week has none.
func (w Week) first(m moment, since wall) (wall, time.Time, bool) {
	// Start from the day before: a moment of that day may lie in this week where clocks jump
	// over midnight, or over a whole day.
	for d := (dateOf(w.StartsAt) - 1).onOrAfter(m.weekday); ; d += 7 {
		shown := m.on(d)
		t := shown.in(w.StartsAt.Location())
		if !t.Before(w.EndsAt) {
			return beforeAll, time.Time{}, false
		}
		if !t.Before(w.StartsAt) && shown >= since {
			return shown, t, true
		}
	}
}

// isRegular reports whether this week and the next start on the same day and time of the
// week. A clock change may have moved either end, but never both.
func (w Week) isRegular() bool {
	zone := w.StartsAt.Location()
	return (wallAt(w.StartsAt) + 7*day).in(zone).Equal(w.EndsAt) || (wallAt(w.EndsAt) - 7*day).in(zone).Equal(w.StartsAt)
}
