// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package formulas

import (
	"fmt"
	"slices"
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// calendar numbers weeks from the one of 5 January 1970, a Monday.
type calendar struct {
	zone         *time.Location
	start        praxisv1.WeekMoment
	review       praxisv1.WeekMoment
	workDays     []praxisv1.Day
	holidays     []string
	skip         []praxisv1.Week
	quarterStart int
}

func calendarOf(c praxisv1.Cadence) calendar {
	zone, err := time.LoadLocation(c.TimeZone)
	if err != nil {
		panic(err)
	}
	out := calendar{zone: zone, start: c.WeekStart, review: c.Review, workDays: c.WorkDays, skip: c.Skip, quarterStart: int(c.QuarterStartMonth)}
	if out.start.Day == "" {
		out.start, out.review = praxisv1.WeekMoment{Day: praxisv1.Monday, Time: "09:00"}, praxisv1.WeekMoment{Day: praxisv1.Friday, Time: "15:00"}
	}
	if len(out.workDays) == 0 {
		out.workDays = weekdays[:5]
	}
	for _, h := range c.Holidays {
		out.holidays = append(out.holidays, h.Date)
	}
	return out
}

// numberOf is the number of the week of an ISO name.
func numberOf(name string) int {
	for n := 2900; n < 3100; n++ {
		if year, week := monday1970(n).ISOWeek(); fmt.Sprintf("%d-W%02d", year, week) == name {
			return n
		}
	}
	panic(name)
}

func monday1970(n int) time.Time { return time.Date(1970, 1, 5+7*n, 0, 0, 0, 0, time.UTC) }

// first is the date on which a week starts: the one whose third day after it lies in the ISO week.
func (c calendar) first(n int) time.Time {
	for shift := -3; shift <= 3; shift++ {
		if day := monday1970(n).AddDate(0, 0, shift); day.Weekday().String() == string(c.start.Day) {
			return day
		}
	}
	panic(c.start.Day)
}

func (c calendar) name(n int) praxisv1.Week {
	year, week := c.first(n).AddDate(0, 0, 3).ISOWeek()
	return praxisv1.Week(fmt.Sprintf("%d-W%02d", year, week))
}

func (c calendar) dates(n int) (days []time.Time) {
	for i := range 7 {
		days = append(days, c.first(n).AddDate(0, 0, i))
	}
	return days
}

func (c calendar) works(day time.Time) bool {
	return slices.Contains(c.workDays, praxisv1.Day(day.Weekday().String())) && !slices.Contains(c.holidays, day.Format(time.DateOnly))
}

func (c calendar) working(n int) (days []time.Time) {
	return slices.DeleteFunc(c.dates(n), func(day time.Time) bool { return !c.works(day) })
}

// at is the moment of a time of day in the zone of the goal.
func (c calendar) at(day time.Time, hm praxisv1.TimeOfDay) time.Time {
	of, err := time.Parse("15:04", string(hm))
	if err != nil {
		panic(err)
	}
	return time.Date(day.Year(), day.Month(), day.Day(), of.Hour(), of.Minute(), 0, 0, c.zone)
}

func (c calendar) bounds(n int) (starts, ends time.Time) {
	return c.at(c.first(n), c.start.Time), c.at(c.first(n+1), c.start.Time)
}

// moment is the first such moment of a week, and its date.
func (c calendar) moment(n int, m praxisv1.WeekMoment) (at, day time.Time) {
	starts, ends := c.bounds(n)
	for i := range 8 {
		day := c.first(n).AddDate(0, 0, i)
		at := c.at(day, m.Time)
		if day.Weekday().String() == string(m.Day) && !at.Before(starts) && at.Before(ends) {
			return at, day
		}
	}
	return starts, c.first(n)
}

// due is when a part is due: on a holiday, at the same time of the next working day that is
// not after the review, else of the last before it that is in the week.
func (c calendar) due(n int, m praxisv1.WeekMoment) time.Time {
	at, day := c.moment(n, m)
	if !slices.Contains(c.holidays, day.Format(time.DateOnly)) {
		return at
	}
	starts, ends := c.bounds(n)
	review, _ := c.moment(n, c.review)
	for i := 1; i <= 7; i++ {
		next := day.AddDate(0, 0, i)
		if moved := c.at(next, m.Time); c.works(next) && !moved.After(review) && moved.Before(ends) {
			return moved
		}
	}
	for i := 1; i <= 7; i++ {
		before := day.AddDate(0, 0, -i)
		if moved := c.at(before, m.Time); c.works(before) && !moved.Before(starts) {
			return moved
		}
	}
	return at
}

// quarter numbers quarters by the fourth day of the week.
func (c calendar) quarter(n int) int {
	day := c.first(n).AddDate(0, 0, 3)
	return (day.Year()*12 + int(day.Month()) - c.quarterStart) / 3
}
