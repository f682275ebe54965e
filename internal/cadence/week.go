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
	work   workTime
}

// Restore completes a week whose Name, times, work days and holidays were recorded earlier,
// possibly from a cadence that was edited since, so that it answers as it did then.
func Restore(timeZone string, recorded Week, workDays []praxisv1.Day, holidays []string) (Week, error) {
	zone, err := loadZone(timeZone)
	if err != nil {
		return Week{}, err
	}
	n, err := parseName(recorded.Name)
	if err != nil {
		return Week{}, err
	}
	work, err := workTimeOf(workDays, holidays)
	if err != nil {
		return Week{}, err
	}
	return Week{
		work:      work,
		Name:      recorded.Name,
		Number:    n,
		StartsAt:  recorded.StartsAt.In(zone),
		MidweekAt: recorded.MidweekAt.In(zone),
		ReviewAt:  recorded.ReviewAt.In(zone),
		EndsAt:    recorded.EndsAt.In(zone),
	}, nil
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
