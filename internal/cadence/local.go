// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cadence

import (
	"fmt"
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

const (
	minute = 60
	day    = 24 * 60 * minute

	// widestOffset is more than any zone was ever away from UTC; the widest in the zone
	// database is 15:56, in Manila until 1844.
	widestOffset = 18 * 60 * minute
)

// date is a calendar day without a zone: days since 1970-01-01.
type date int64

func dateOf(t time.Time) date {
	year, month, dayOfMonth := t.Date()
	return civil(year, month, dayOfMonth)
}

func civil(year int, month time.Month, dayOfMonth int) date {
	return date(time.Date(year, month, dayOfMonth, 0, 0, 0, 0, time.UTC).Unix() / day)
}

// utc is midnight UTC at the start of the date, for arithmetic and names.
func (d date) utc() time.Time { return time.Unix(int64(d)*day, 0).UTC() }

// onOrAfter is the first date from d on that falls on the weekday.
func (d date) onOrAfter(weekday time.Weekday) date {
	return d + date(daysUntil(d.utc().Weekday(), weekday))
}

// daysUntil counts the days from one weekday to the next of another, 0 to 6.
func daysUntil(from, to time.Weekday) int { return (int(to-from) + 7) % 7 }

// wall is what a calendar and a clock on the wall show, in seconds since 1970-01-01 00:00 on
// that same clock. It has no zone, and may be a time that no clock ever showed.
type wall int64

// date is the day that the wall's calendar shows.
func (w wall) date() date { return date((w - w.ofDay()) / day) }

// ofDay is the time of the day, in seconds since midnight.
func (w wall) ofDay() wall { return (w%day + day) % day }

func wallAt(t time.Time) wall {
	_, offset := t.Zone()
	return wall(t.Unix() + int64(offset))
}

// in is the instant at which clocks of the zone show w: the first of two, and moved forward
// by the gap where they never do. time.Date guarantees neither, so the periods of equal
// offset are walked in order of time. In each period w stands for exactly one instant; the
// first period that does not end before that instant has it. If the instant lies before that
// period, the clocks jumped over w, and the offset from before the jump gives the moment as
// far after the jump as w is into the gap.
func (w wall) in(zone *time.Location) time.Time {
	stretch := time.Unix(int64(w)-widestOffset, 0).In(zone)
	instant := w.at(stretch)
	for {
		_, end := stretch.ZoneBounds()
		if end.IsZero() || instant < end.Unix() {
			return time.Unix(instant, 0).In(zone)
		}
		if !end.After(stretch) {
			// On the last day of a leap year such as 2040, the standard library reports that
			// a period of rules ends at the instant it is asked about; the offset still
			// holds, so go past that day.
			end = stretch.Add(24 * time.Hour)
			if instant < end.Unix() {
				return time.Unix(instant, 0).In(zone)
			}
		}
		next := w.at(end)
		if next < end.Unix() {
			return time.Unix(instant, 0).In(zone)
		}
		stretch, instant = end, next
	}
}

// at is the Unix time of w by the offset that is in force at t.
func (w wall) at(t time.Time) int64 {
	_, offset := t.Zone()
	return int64(w) - int64(offset)
}

// moment is a parsed WeekMoment.
type moment struct {
	weekday time.Weekday
	second  wall // of the day
}

func (m moment) on(d date) wall { return wall(d)*day + m.second }

var weekdays = map[praxisv1.Day]time.Weekday{
	praxisv1.Monday:    time.Monday,
	praxisv1.Tuesday:   time.Tuesday,
	praxisv1.Wednesday: time.Wednesday,
	praxisv1.Thursday:  time.Thursday,
	praxisv1.Friday:    time.Friday,
	praxisv1.Saturday:  time.Saturday,
	praxisv1.Sunday:    time.Sunday,
}

func parseMoment(m praxisv1.WeekMoment) (moment, error) {
	weekday, known := weekdays[m.Day]
	if !known {
		return moment{}, fmt.Errorf("day %q is not a day of the week; write it like \"Monday\"", string(m.Day))
	}
	clock, err := time.Parse("15:04", string(m.Time))
	// time.Parse takes "9:00" too, which the schema refuses.
	if err != nil || len(m.Time) != len("15:04") {
		return moment{}, fmt.Errorf("time %q is not a time of day; write it like \"09:00\"", string(m.Time))
	}
	return moment{weekday: weekday, second: wall(clock.Hour()*60+clock.Minute()) * minute}, nil
}
