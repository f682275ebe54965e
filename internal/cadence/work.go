// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cadence

import (
	"fmt"
	"slices"
	"strings"
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// workTime is on which days of a week there is work. It is a value that can be compared, and so
// is the Week that has it.
type workTime struct {
	days [7]bool // by weekday
	// holidays are dates in order, each with a comma behind it; on none of them there is work.
	holidays string
}

// usual is Monday to Friday, for cadences that say nothing.
var usual = []praxisv1.Day{praxisv1.Monday, praxisv1.Tuesday, praxisv1.Wednesday, praxisv1.Thursday, praxisv1.Friday}

func workTimeOf(days []praxisv1.Day, holidays []string) (workTime, error) {
	if len(days) == 0 {
		days = usual
	}
	var work workTime
	for _, day := range days {
		weekday, known := weekdays[day]
		if !known {
			return workTime{}, fmt.Errorf("workDays: day %q is not a day of the week; write it like \"Monday\"", string(day))
		}
		work.days[weekday] = true
	}
	sorted := slices.Clone(holidays)
	slices.Sort(sorted)
	for _, date := range slices.Compact(sorted) {
		if _, err := time.Parse(time.DateOnly, date); err != nil {
			return workTime{}, fmt.Errorf("holidays: %q is not a date; write it like \"2026-12-25\"", date)
		}
		work.holidays += date + ","
	}
	return work, nil
}

func datesOf(holidays []praxisv1.Holiday) []string {
	dates := make([]string, len(holidays))
	for i := range holidays {
		dates[i] = holidays[i].Date
	}
	return dates
}

func (d date) String() string { return d.utc().Format(time.DateOnly) }

func (w workTime) holiday(d date) bool { return strings.Contains(w.holidays, d.String()+",") }

func (w workTime) on(d date) bool { return w.days[d.utc().Weekday()] && !w.holiday(d) }

// Dates are the seven dates from the start date, like "2026-11-23".
func (w Week) Dates() []string {
	days := make([]string, 0, 7)
	start := dateOf(w.StartsAt)
	for d := start; d < start+7; d++ {
		days = append(days, d.String())
	}
	return days
}

// WorkingDays are the dates among the seven from the start date that are days of work and no
// holidays, like "2026-11-23".
func (w Week) WorkingDays() []string {
	var days []string
	start := dateOf(w.StartsAt)
	for d := start; d < start+7; d++ {
		if w.work.on(d) {
			days = append(days, d.String())
		}
	}
	return days
}

// DaysOfWork is how many WorkingDays the week has, 0 to 7.
func (w Week) DaysOfWork() int {
	if w.work.holidays != "" {
		return len(w.WorkingDays())
	}
	return w.FullDays()
}

// FullDays is how many days of work a week without holidays has, 1 to 7.
func (w Week) FullDays() int {
	full := 0
	for _, works := range w.work.days {
		if works {
			full++
		}
	}
	return full
}

// Holidays are the dates between the start and the end of the week on which there is no work
// though the day of the week may be one of work, like "2026-12-25".
func (w Week) Holidays() []string {
	var days []string
	for d := dateOf(w.StartsAt); d <= dateOf(w.EndsAt); d++ {
		if w.work.holiday(d) {
			days = append(days, d.String())
		}
	}
	return days
}

// Moment is what a due day and time means in this week: the earliest such moment in it. If a
// clock change leaves a week from weekStart to weekStart without one, it is StartsAt. In a
// week that an edited cadence gave another start, it counts as no due time, which is
// AtReview: at StartsAt the work would be overdue from the first minute.
//
// One on a holiday moves to the same time of the next working day that is not after the review,
// else of the last working day before it. A week with no such day leaves it where it is.
func (w Week) Moment(m praxisv1.WeekMoment) time.Time {
	if parsed, err := parseMoment(m); err == nil {
		if shown, t, found := w.first(parsed, beforeAll); found {
			return w.offHoliday(shown, t)
		}
	}
	if w.isRegular() {
		return w.StartsAt
	}
	return w.AtReview()
}

// AtReview is when work is due that names no due time: at ReviewAt, moved as a Moment is where
// that is a holiday. The review itself stays where it is.
func (w Week) AtReview() time.Time { return w.offHoliday(wallAt(w.ReviewAt), w.ReviewAt) }

// offHoliday moves what a clock on the wall shows at t off a holiday.
func (w Week) offHoliday(shown wall, t time.Time) time.Time {
	due, zone := shown.date(), w.StartsAt.Location()
	if !w.work.holiday(due) {
		return t
	}
	at := func(d date) time.Time { return (shown + wall(d-due)*day).in(zone) }
	for d := due + 1; !at(d).After(w.ReviewAt); d++ {
		if w.work.on(d) {
			return at(d)
		}
	}
	for d := due - 1; !at(d).Before(w.StartsAt); d-- {
		if w.work.on(d) {
			return at(d)
		}
	}
	return t
}

// longestWait is how many days WorkAfter looks ahead.
const longestWait = 400

// WorkAfter is the instant at which a time has passed since another, where only days of work
// count, from midnight to midnight of the week's zone. Of days after the week no holidays are
// known. It is zero where there is no such instant within a year, as where no day is one of
// work.
func (w Week) WorkAfter(since time.Time, needed time.Duration) time.Time {
	zone := w.StartsAt.Location()
	at := since.In(zone)
	for range longestWait {
		today := dateOf(at)
		midnight := (wall(today+1) * day).in(zone)
		if w.work.on(today) {
			left := midnight.Sub(at)
			if needed <= left {
				return at.Add(needed)
			}
			needed -= left
		}
		at = midnight
	}
	return time.Time{}
}
