// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cadence_test

import (
	"fmt"
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
)

// zurich is the cadence of a Utility that sets only its zone.
func zurich() praxisv1.Cadence {
	return praxisv1.Cadence{
		TimeZone:          "Europe/Zurich",
		WeekStart:         praxisv1.WeekMoment{Day: praxisv1.Monday, Time: "09:00"},
		Midweek:           praxisv1.WeekMoment{Day: praxisv1.Wednesday, Time: "14:00"},
		Review:            praxisv1.WeekMoment{Day: praxisv1.Friday, Time: "15:00"},
		QuarterStartMonth: 1,
	}
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err) // not in an example
	}
	return value
}

// The week of an instant is the same for everybody, whatever their own time zone.
func ExampleCalendar_WeekOf() {
	calendar := must(cadence.New(zurich()))
	w := calendar.WeekOf(time.Date(2026, time.November, 25, 12, 0, 0, 0, time.UTC))
	const clock = "Monday 2 January 15:04"
	fmt.Println(w.Name)
	fmt.Println("starts  ", w.StartsAt.Format(clock))
	fmt.Println("midweek ", w.MidweekAt.Format(clock))
	fmt.Println("review  ", w.ReviewAt.Format(clock))
	fmt.Println("ends    ", w.EndsAt.Format(clock))
	// Output:
	// 2026-W48
	// starts   Monday 23 November 09:00
	// midweek  Wednesday 25 November 14:00
	// review   Friday 27 November 15:00
	// ends     Monday 30 November 09:00
}

// A week ends when the next one starts; the last day of a year may lie in a week of the
// year that follows.
func ExampleCalendar_Next() {
	calendar := must(cadence.New(zurich()))
	w := must(calendar.WeekNamed("2026-W52"))
	for range 3 {
		fmt.Println(w.Name, w.StartsAt.Format(time.DateOnly))
		w = calendar.Next(w)
	}
	// Output:
	// 2026-W52 2026-12-21
	// 2026-W53 2026-12-28
	// 2027-W01 2027-01-04
}

// A team moves the start of its weeks to Friday while 2026-W48 is open. That week keeps
// its end; the next one is short, and from then on weeks start on Fridays.
func ExampleCalendar_After() {
	c := zurich()
	before := must(must(cadence.New(c)).WeekNamed("2026-W48"))
	c.WeekStart.Day = praxisv1.Friday
	edited := must(cadence.New(c))
	for w, n := edited.After(before.Name, before.EndsAt), 0; n < 2; w, n = edited.Next(w), n+1 {
		fmt.Println(w.Name, "from", w.StartsAt.Format("Mon 2 Jan"), "to", w.EndsAt.Format("Mon 2 Jan"))
	}
	// Output:
	// 2026-W49 from Mon 30 Nov to Fri 4 Dec
	// 2026-W50 from Fri 4 Dec to Fri 11 Dec
}

// "Thursday at five" of a week is in its own zone, also for those who read it elsewhere.
func ExampleWeek_Moment() {
	calendar := must(cadence.New(zurich()))
	w := must(calendar.WeekNamed("2026-W48"))
	due := w.Moment(praxisv1.WeekMoment{Day: praxisv1.Thursday, Time: "17:00"})
	fmt.Println(due)
	fmt.Println(due.UTC())
	// Output:
	// 2026-11-26 17:00:00 +0100 CET
	// 2026-11-26 16:00:00 +0000 UTC
}

// What is left of the quarter: its weeks, including this one and without skipped ones.
func ExampleCalendar_RemainingWeeks() {
	c := zurich()
	c.Skip = []praxisv1.Week{"2026-W53"}
	calendar := must(cadence.New(c))
	w := must(calendar.WeekNamed("2026-W50"))
	fmt.Print(calendar.QuarterOf(w).Name, ":")
	for _, left := range calendar.RemainingWeeks(w) {
		fmt.Print(" ", left.Name)
	}
	// Output: 2026-Q4: 2026-W50 2026-W51 2026-W52
}
