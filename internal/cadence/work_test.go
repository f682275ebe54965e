// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cadence

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

func worksOn(days ...praxisv1.Day) func(*praxisv1.Cadence) {
	return func(c *praxisv1.Cadence) { c.WorkDays = days }
}

func off(dates ...string) func(*praxisv1.Cadence) {
	return func(c *praxisv1.Cadence) {
		for _, d := range dates {
			c.Holidays = append(c.Holidays, praxisv1.Holiday{Date: d})
		}
	}
}

var sundayToThursday = worksOn(praxisv1.Sunday, praxisv1.Monday, praxisv1.Tuesday, praxisv1.Wednesday, praxisv1.Thursday)

func TestTheDaysOfWorkOfAWeek(t *testing.T) {
	for name, c := range map[string]struct {
		cadence praxisv1.Cadence
		want    string // the days of 2026-W48, of how many
		full    int
	}{
		"Monday to Friday":         {standard("Europe/Zurich"), "23 24 25 26 27", 5},
		"Sunday to Thursday":       {standard("Asia/Riyadh", sundayToThursday, startsOn(praxisv1.Sunday, "08:00")), "22 23 24 25 26", 5},
		"four days":                {standard("Europe/Zurich", worksOn(praxisv1.Thursday, praxisv1.Monday, praxisv1.Tuesday, praxisv1.Wednesday)), "23 24 25 26", 4},
		"a holiday is none":        {standard("Europe/Zurich", off("2026-11-25")), "23 24 26 27", 5},
		"nor is one on a Saturday": {standard("Europe/Zurich", off("2026-11-28")), "23 24 25 26 27", 5},
		"one of another year":      {standard("Europe/Zurich", off("2027-11-25")), "23 24 25 26 27", 5},
		"out of order":             {standard("Europe/Zurich", off("2026-11-27", "2026-11-23")), "24 25 26", 5},
		"nobody works":             {standard("Europe/Zurich", off("2026-11-27", "2026-11-23", "2026-11-26", "2026-11-24", "2026-11-25")), "", 5},
	} {
		t.Run(name, func(t *testing.T) {
			w, err := read(t, c.cadence).WeekNamed("2026-W48")
			if err != nil {
				t.Fatal(err)
			}
			var days []string
			for _, d := range w.WorkingDays() {
				days = append(days, d[len(d)-2:])
			}
			if got := strings.Join(days, " "); got != c.want || w.FullDays() != c.full {
				t.Errorf("%s of %d, want %s of %d", got, w.FullDays(), c.want, c.full)
			}
		})
	}
}

func TestWorkThatIsDueOnAHolidayMoves(t *testing.T) {
	noon := func(day praxisv1.Day) praxisv1.WeekMoment { return praxisv1.WeekMoment{Day: day, Time: "12:00"} }
	for name, c := range map[string]struct {
		cadence praxisv1.Cadence
		due     praxisv1.WeekMoment
		want    string
	}{
		"not where there is none":             {standard("Europe/Zurich"), noon(praxisv1.Wednesday), "Wed 25 12:00"},
		"to the next working day":             {standard("Europe/Zurich", off("2026-11-25")), noon(praxisv1.Wednesday), "Thu 26 12:00"},
		"over several":                        {standard("Europe/Zurich", off("2026-11-24", "2026-11-25", "2026-11-26")), noon(praxisv1.Tuesday), "Fri 27 12:00"},
		"back where the review comes first":   {standard("Europe/Zurich", off("2026-11-27")), noon(praxisv1.Friday), "Thu 26 12:00"},
		"back where it would be after that":   {standard("Europe/Zurich", off("2026-11-26")), praxisv1.WeekMoment{Day: praxisv1.Thursday, Time: "17:00"}, "Wed 25 17:00"},
		"to the review at the latest":         {standard("Europe/Zurich", off("2026-11-26")), praxisv1.WeekMoment{Day: praxisv1.Thursday, Time: "15:00"}, "Fri 27 15:00"},
		"never onto a day without work":       {standard("Europe/Zurich", worksOn(praxisv1.Monday, praxisv1.Wednesday), off("2026-11-25")), noon(praxisv1.Wednesday), "Mon 23 12:00"},
		"not before the week":                 {standard("Europe/Zurich", off("2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27")), noon(praxisv1.Monday), "Mon 23 12:00"},
		"not where nobody would work anyway":  {standard("Europe/Zurich"), noon(praxisv1.Saturday), "Sat 28 12:00"},
		"a holiday on a day that is none too": {standard("Europe/Zurich", off("2026-11-28")), noon(praxisv1.Saturday), "Fri 27 12:00"},
	} {
		t.Run(name, func(t *testing.T) {
			w, err := read(t, c.cadence).WeekNamed("2026-W48")
			if err != nil {
				t.Fatal(err)
			}
			if got := w.Moment(c.due).Format("Mon 02 15:04"); got != c.want {
				t.Errorf("it is due %s, want %s", got, c.want)
			}
		})
	}
}

func TestWorkWithoutADueTimeIsDueAtTheReviewOrBeforeItsHoliday(t *testing.T) {
	for name, c := range map[string]struct {
		holidays []string
		want     string
	}{
		"at the review":                     {nil, "Fri 27 15:00"},
		"the day before a holiday":          {[]string{"2026-11-27"}, "Thu 26 15:00"},
		"the last day on which people work": {[]string{"2026-11-26", "2026-11-27"}, "Wed 25 15:00"},
		"at the review where nobody works":  {[]string{"2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27"}, "Fri 27 15:00"},
	} {
		t.Run(name, func(t *testing.T) {
			w, err := read(t, standard("Europe/Zurich", off(c.holidays...))).WeekNamed("2026-W48")
			if err != nil {
				t.Fatal(err)
			}
			if got := w.AtReview().Format("Mon 02 15:04"); got != c.want {
				t.Errorf("it is due %s, want %s", got, c.want)
			}
			if got := w.ReviewAt.Format("Mon 02 15:04"); got != "Fri 27 15:00" {
				t.Errorf("the review is %s", got)
			}
		})
	}
}

func TestWorkDaysAndHolidaysThatCannotBeRead(t *testing.T) {
	for name, c := range map[string]struct {
		cadence praxisv1.Cadence
		want    string
	}{
		"a day that is none":  {standard("Europe/Zurich", worksOn("Caturday")), `workDays: day "Caturday" is not a day of the week; write it like "Monday"`},
		"a date that is none": {standard("Europe/Zurich", off("25.12.2026")), `holidays: "25.12.2026" is not a date; write it like "2026-12-25"`},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := New(c.cadence); err == nil || err.Error() != c.want {
				t.Errorf("it says %v, want %s", err, c.want)
			}
			if _, err := Restore("Europe/Zurich", Week{Name: "2026-W48"}, c.cadence.WorkDays, datesOf(c.cadence.Holidays)); err == nil || err.Error() != c.want {
				t.Errorf("restored, it says %v, want %s", err, c.want)
			}
		})
	}
}

// Whatever the holidays, work is due within its week, and on none of them as long as there is a
// day of work that it can move to.
func TestMovedWorkIsDueOnADayOfItsWeek(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyCadence(t)
		w := read(t, c).WeekOf(time.Unix(rapid.Int64Range(0, 4_000_000_000).Draw(t, "instant"), 0))
		free := rapid.SliceOfDistinct(rapid.SampledFrom(w.Dates()), rapid.ID[string]).Draw(t, "holidays")
		off(free...)(&c)
		moved, err := Restore(c.TimeZone, w, c.WorkDays, free)
		if err != nil {
			t.Fatal(err)
		}
		due := praxisv1.WeekMoment{Day: rapid.SampledFrom(usual).Draw(t, "day"), Time: "12:00"}
		was, at := w.Moment(due), moved.Moment(due)
		if at.Before(w.StartsAt) || !at.Before(w.EndsAt) {
			t.Fatalf("it is due %s, outside of %s", at, show(w))
		}
		if day := was.In(w.StartsAt.Location()).Format(time.DateOnly); !slices.Contains(free, day) && !at.Equal(was) {
			t.Fatalf("it moves from %s to %s, and %s is no holiday", was, at, day)
		}
		if day := dateOf(at.In(w.StartsAt.Location())); !at.Equal(was) && !moved.work.on(day) {
			t.Fatalf("it moves to %s, and nobody works on %s", at, day)
		}
	})
}
