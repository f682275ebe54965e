// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cadence

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

func TestACadenceThatCannotBeReadSaysWhichFieldAndWhatToWrite(t *testing.T) {
	for name, c := range map[string]struct {
		wrong func(*praxisv1.Cadence)
		want  string
	}{
		"a zone that is not in the database": {func(c *praxisv1.Cadence) { c.TimeZone = "Mars/Olympus" },
			`time zone "Mars/Olympus" is not in the IANA database; write a name like "Europe/Zurich"`},
		"an invalid day": {startsOn("Moonday", "09:00"),
			`weekStart: day "Moonday" is not a day of the week; write it like "Monday"`},
		"an invalid hour": {func(c *praxisv1.Cadence) { c.Midweek.Time = "24:00" },
			`midweek: time "24:00" is not a time of day; write it like "09:00"`},
		"an hour of one digit, which the schema refuses too": {func(c *praxisv1.Cadence) { c.Review.Time = "9:00" },
			`review: time "9:00" is not a time of day; write it like "09:00"`},
		"a month too early": {func(c *praxisv1.Cadence) { c.QuarterStartMonth = 0 },
			`quarterStartMonth 0 is not a month; write 1 to 12`},
		"a month too late": {func(c *praxisv1.Cadence) { c.QuarterStartMonth = 13 },
			`quarterStartMonth 13 is not a month; write 1 to 12`},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := New(standard("Europe/Zurich", c.wrong)); err == nil || err.Error() != c.want {
				t.Errorf("it says %v, want %s", err, c.want)
			}
		})
	}
}

// On 29 March 2026 clocks in Zurich jump from 02:00 to 03:00.
func TestAWeekThatLosesAMomentToAClockChange(t *testing.T) {
	sunday := func(clock praxisv1.TimeOfDay) praxisv1.WeekMoment {
		return praxisv1.WeekMoment{Day: praxisv1.Sunday, Time: clock}
	}
	for name, c := range map[string]struct {
		modify func(*praxisv1.Cadence)
		week   string
		want   string
	}{
		"midweek is at the start where it has no moment": {
			func(c *praxisv1.Cadence) { c.WeekStart, c.Midweek = sunday("02:15"), sunday("03:00") }, "2026-W14",
			"2026-W14 | Sun 29 Mar 03:15 | Sun 29 Mar 03:15 | Fri 03 Apr 15:00 | Sun 05 Apr 02:15",
		},
		"the review is at the end where it has no moment": {
			func(c *praxisv1.Cadence) { c.WeekStart, c.Review = sunday("02:15"), sunday("03:00") }, "2026-W14",
			"2026-W14 | Sun 29 Mar 03:15 | Wed 01 Apr 14:00 | Sun 05 Apr 02:15 | Sun 05 Apr 02:15",
		},
		"midweek that would move beyond the review is at the review": {
			func(c *praxisv1.Cadence) { c.Midweek, c.Review = sunday("02:30"), sunday("03:00") }, "2026-W13",
			"2026-W13 | Mon 23 Mar 09:00 | Sun 29 Mar 03:00 | Sun 29 Mar 03:00 | Mon 30 Mar 09:00",
		},
	} {
		t.Run(name, func(t *testing.T) {
			w, err := read(t, standard("Europe/Zurich", c.modify)).WeekNamed(c.week)
			if err != nil {
				t.Fatal(err)
			}
			if got := show(w); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestADueMeansTheEarliestSuchMomentOfItsWeek(t *testing.T) {
	regular := read(t, standard("Europe/Zurich")).WeekOf(instant(t, "2026-11-25T12:00:00Z"))
	// From Monday at 09:00 to Friday at 09:00, since the cadence was edited while 2026-W48 was open.
	short := read(t, standard("Europe/Zurich", startsOn(praxisv1.Friday, "09:00"))).After("2026-W48", instant(t, "2026-11-30T08:00:00Z"))
	// From Sunday at 03:15, where clocks jumped over 02:15, to Sunday at 02:15.
	jumped := read(t, standard("Europe/Zurich", startsOn(praxisv1.Sunday, "02:15"))).WeekOf(instant(t, "2026-03-30T12:00:00Z"))
	for name, c := range map[string]struct {
		week Week
		due  praxisv1.WeekMoment
		want string
	}{
		"a day of the week":                                       {regular, praxisv1.WeekMoment{Day: praxisv1.Thursday, Time: "17:00"}, "Thu 26 Nov 17:00"},
		"the start counts":                                        {regular, praxisv1.WeekMoment{Day: praxisv1.Monday, Time: "09:00"}, "Mon 23 Nov 09:00"},
		"before the start means the end of the week":              {regular, praxisv1.WeekMoment{Day: praxisv1.Monday, Time: "08:59"}, "Mon 30 Nov 08:59"},
		"what cannot be read is the start":                        {regular, praxisv1.WeekMoment{Day: "Moonday", Time: "09:00"}, "Mon 23 Nov 09:00"},
		"a short week may have it":                                {short, praxisv1.WeekMoment{Day: praxisv1.Wednesday, Time: "12:00"}, "Wed 02 Dec 12:00"},
		"a short week without it has no due, which is its review": {short, praxisv1.WeekMoment{Day: praxisv1.Saturday, Time: "12:00"}, "Fri 04 Dec 09:00"},
		"a week that lost it to the clocks has it at the start":   {jumped, praxisv1.WeekMoment{Day: praxisv1.Sunday, Time: "03:00"}, "Sun 29 Mar 03:15"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.week.Moment(c.due).Format("Mon 02 Jan 15:04"); got != c.want {
				t.Errorf("it is due %s, want %s", got, c.want)
			}
		})
	}
}

func TestOnceTheWeekAfterAnEditIsOverTheRegularOneIsOpen(t *testing.T) {
	end := instant(t, "2026-11-30T08:00:00Z")
	calendar := read(t, standard("Europe/Zurich", startsOn(praxisv1.Friday, "09:00")))
	for at, want := range map[string]string{
		"2026-11-28T12:00:00Z": "2026-W49", // 2026-W48 still runs, and this one follows
		"2026-12-04T07:59:59Z": "2026-W49",
		"2026-12-04T08:00:00Z": "2026-W50",
		"2026-12-25T12:00:00Z": "2026-W53",
	} {
		t.Run(at, func(t *testing.T) {
			if got := calendar.OpenAt(instant(t, at), "2026-W48", end).Name; got != want {
				t.Errorf("%s is open, want %s", got, want)
			}
		})
	}
}

func TestDaysAfterKeepTheTimeOfTheDayWhereClocksChange(t *testing.T) {
	calendar := read(t, standard("Europe/Zurich"))
	saturday := instant(t, "2026-10-24T10:00:00Z") // noon in Zurich, an hour earlier in UTC than a day later
	for days, want := range map[int]string{0: "2026-10-24T12:00:00+02:00", 1: "2026-10-25T12:00:00+01:00", 8: "2026-11-01T12:00:00+01:00", -1: "2026-10-23T12:00:00+02:00"} {
		t.Run(want, func(t *testing.T) {
			if got := calendar.DaysAfter(saturday, days).Format(time.RFC3339); got != want {
				t.Errorf("%d days later it is %s", days, got)
			}
		})
	}
}

func TestThePreviousWorkedWeekIsNeverASkippedOne(t *testing.T) {
	calendar := read(t, standard("Europe/Zurich", func(c *praxisv1.Cadence) {
		c.Skip = []praxisv1.Week{"2026-W52", "2026-W53", "2025-W53"} // 2025 has no week 53, so that one skips nothing
	}))
	for week, want := range map[string]string{"2027-W01": "2026-W51", "2026-W52": "2026-W51", "2026-W51": "2026-W50", "2026-W01": "2025-W52"} {
		t.Run(week, func(t *testing.T) {
			w, err := calendar.WeekNamed(week)
			if err != nil {
				t.Fatal(err)
			}
			if got := calendar.PreviousWorked(w).Name; got != want {
				t.Errorf("%s came before, want %s", got, want)
			}
		})
	}
}

func TestNamesOfObjectsHaveNoCapitals(t *testing.T) {
	calendar := read(t, standard("Europe/Zurich"))
	w := calendar.WeekOf(instant(t, "2026-11-25T12:00:00Z"))
	if w.Slug() != "2026-w48" {
		t.Errorf("the week is %s", w.Slug())
	}
	if q := calendar.QuarterOf(w); q.Slug() != "2026-q4" {
		t.Errorf("the quarter is %s", q.Slug())
	}
}

func TestAnInvalidRecordedWeekIsNotRestored(t *testing.T) {
	for name, c := range map[string]struct{ zone, week, want string }{
		"an unknown zone":                    {"Mars/Olympus", "2026-W48", `time zone "Mars/Olympus" is not in the IANA database; write a name like "Europe/Zurich"`},
		"an invalid name of a week":          {"Europe/Zurich", "week 48", `"week 48" is not the name of a week; write it like "2026-W48"`},
		"a week that its year does not have": {"Europe/Zurich", "2025-W53", `2025-W53 is not a week of 2025, which has W01 to W52`},
		"nothing whatsoever":                 {"", "", `time zone "" is not in the IANA database; write a name like "Europe/Zurich"`},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Restore(c.zone, Week{Name: c.week}, nil, nil); err == nil || err.Error() != c.want {
				t.Errorf("it says %v, want %s", err, c.want)
			}
		})
	}
}

// A status keeps the name and the times of a week, in UTC and to the second.
func TestARestoredWeekAnswersAsItDid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyCadence(t)
		calendar := read(t, c)
		was := calendar.WeekOf(time.Unix(rapid.Int64Range(0, 4_000_000_000).Draw(t, "instant"), 0))
		if rapid.Bool().Draw(t, "edited") {
			was = calendar.After(was.Name, was.EndsAt.Add(time.Duration(rapid.IntRange(1, 160).Draw(t, "hours"))*time.Hour))
		}
		is, err := Restore(c.TimeZone, Week{
			Name: was.Name, StartsAt: was.StartsAt.UTC(), MidweekAt: was.MidweekAt.UTC(), ReviewAt: was.ReviewAt.UTC(), EndsAt: was.EndsAt.UTC(),
		}, c.WorkDays, was.Holidays())
		if err != nil {
			t.Fatal(err)
		}
		due := praxisv1.WeekMoment{Day: praxisv1.Thursday, Time: "17:00"}
		if show(is) != show(was) || is.Number != was.Number || !is.Moment(due).Equal(was.Moment(due)) || calendar.QuarterOf(is).Name != calendar.QuarterOf(was).Name {
			t.Fatalf("%s was restored as %s", show(was), show(is))
		}
	})
}
