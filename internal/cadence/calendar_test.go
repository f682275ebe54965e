// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cadence

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

type fataler interface{ Fatal(...any) }

// standard is the cadence of the schema's defaults.
func standard(zone string, modify ...func(*praxisv1.Cadence)) praxisv1.Cadence {
	c := praxisv1.Cadence{
		TimeZone:          zone,
		WeekStart:         praxisv1.WeekMoment{Day: praxisv1.Monday, Time: "09:00"},
		Midweek:           praxisv1.WeekMoment{Day: praxisv1.Wednesday, Time: "14:00"},
		Review:            praxisv1.WeekMoment{Day: praxisv1.Friday, Time: "15:00"},
		QuarterStartMonth: 1,
	}
	for _, m := range modify {
		m(&c)
	}
	return c
}

func startsOn(day praxisv1.Day, clock praxisv1.TimeOfDay) func(*praxisv1.Cadence) {
	return func(c *praxisv1.Cadence) { c.WeekStart = praxisv1.WeekMoment{Day: day, Time: clock} }
}

func read(t fataler, c praxisv1.Cadence) *Calendar {
	calendar, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return calendar
}

func instant(t fataler, text string) time.Time {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// show is a week as one would write it down: its name, and when it starts, has its midweek
// check and review, and ends, in its zone.
func show(w Week) string {
	parts := []string{w.Name}
	for _, t := range []time.Time{w.StartsAt, w.MidweekAt, w.ReviewAt, w.EndsAt} {
		parts = append(parts, t.Format("Mon 02 Jan 15:04"))
	}
	return strings.Join(parts, " | ")
}

func TestTheWeekOfAnInstant(t *testing.T) {
	for name, c := range map[string]struct {
		cadence praxisv1.Cadence
		at      string
		want    string
	}{
		"the week of the design": {
			standard("Europe/Zurich"), "2026-11-25T12:00:00Z",
			"2026-W48 | Mon 23 Nov 09:00 | Wed 25 Nov 14:00 | Fri 27 Nov 15:00 | Mon 30 Nov 09:00",
		},
		"the first instant belongs to it": {
			standard("Europe/Zurich"), "2026-11-23T08:00:00Z",
			"2026-W48 | Mon 23 Nov 09:00 | Wed 25 Nov 14:00 | Fri 27 Nov 15:00 | Mon 30 Nov 09:00",
		},
		"the second before belongs to the week before": {
			standard("Europe/Zurich"), "2026-11-23T07:59:59Z",
			"2026-W47 | Mon 16 Nov 09:00 | Wed 18 Nov 14:00 | Fri 20 Nov 15:00 | Mon 23 Nov 09:00",
		},
		"2026 has a week 53, which runs into the next year": {
			standard("Europe/Zurich"), "2027-01-03T12:00:00Z",
			"2026-W53 | Mon 28 Dec 09:00 | Wed 30 Dec 14:00 | Fri 01 Jan 15:00 | Mon 04 Jan 09:00",
		},
		"the last days of a year may be the first week of the next": {
			standard("Asia/Kathmandu"), "2025-12-30T12:00:00Z",
			"2026-W01 | Mon 29 Dec 09:00 | Wed 31 Dec 14:00 | Fri 02 Jan 15:00 | Mon 05 Jan 09:00",
		},
		"a Sunday start takes the name of its Wednesday": {
			standard("America/New_York", startsOn(praxisv1.Sunday, "20:00")), "2026-11-24T12:00:00Z",
			"2026-W48 | Sun 22 Nov 20:00 | Wed 25 Nov 14:00 | Fri 27 Nov 15:00 | Sun 29 Nov 20:00",
		},
		"a Thursday start takes the name of its Sunday": {
			standard("Europe/Zurich", startsOn(praxisv1.Thursday, "09:00")), "2026-11-27T12:00:00Z",
			"2026-W48 | Thu 26 Nov 09:00 | Wed 02 Dec 14:00 | Thu 03 Dec 09:00 | Thu 03 Dec 09:00",
		},
		"a Friday start takes the name of the Monday that follows": {
			standard("Europe/Zurich", startsOn(praxisv1.Friday, "09:00"), func(c *praxisv1.Cadence) { c.Review = praxisv1.WeekMoment{Day: praxisv1.Thursday, Time: "15:00"} }), "2026-11-28T12:00:00Z",
			"2026-W49 | Fri 27 Nov 09:00 | Wed 02 Dec 14:00 | Thu 03 Dec 15:00 | Fri 04 Dec 09:00",
		},
		"the last day of a leap year that only rules reach": {
			standard("Europe/Oslo"), "2041-01-01T12:00:00Z",
			"2041-W01 | Mon 31 Dec 09:00 | Wed 02 Jan 14:00 | Fri 04 Jan 15:00 | Mon 07 Jan 09:00",
		},
		"a start that daylight saving leaves out moves forward": {
			standard("Europe/Zurich", startsOn(praxisv1.Sunday, "02:30")), "2026-03-30T12:00:00Z",
			"2026-W14 | Sun 29 Mar 03:30 | Wed 01 Apr 14:00 | Fri 03 Apr 15:00 | Sun 05 Apr 02:30",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := show(read(t, c.cadence).WeekOf(instant(t, c.at))); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestALocalTimeThatComesTwiceIsTheFirst(t *testing.T) {
	calendar := read(t, standard("Europe/Zurich", startsOn(praxisv1.Sunday, "02:30")))
	if got := calendar.WeekOf(instant(t, "2026-10-26T12:00:00Z")).StartsAt; !got.Equal(instant(t, "2026-10-25T00:30:00Z")) {
		t.Errorf("it starts at %s", got.UTC())
	}
}

func TestWeeksAreNumberedFromTheFirstMondayOf1970(t *testing.T) {
	calendar := read(t, standard("Europe/Zurich"))
	for name, want := range map[string]int{"1970-W02": 0, "1970-W03": 1, "2026-W48": 2968} {
		t.Run(name, func(t *testing.T) {
			if w, err := calendar.WeekNamed(name); err != nil || w.Number != want || w.Name != name {
				t.Errorf("it is %s, number %d, %v", w.Name, w.Number, err)
			}
		})
	}
}

func TestAnInvalidWeekIsReportedInWordsForPeople(t *testing.T) {
	calendar := read(t, standard("Europe/Zurich"))
	for name, want := range map[string]string{
		"2025-W53": "W01 to W52", "2026-W00": "W01 to W53", "2026-48": "write it like", "2026-W4": "write it like", "": "write it like",
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := calendar.WeekNamed(name); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("it says %v, want %q", err, want)
			}
		})
	}
}

func TestZonesThatAreNotInTheDatabaseAreUnknown(t *testing.T) {
	for _, zone := range []string{"", "Local", "localtime", "europe/zurich", "Mars/Olympus", "Europe/Zürich", "posix/Europe/Zurich", "../etc/passwd", "Factory"} {
		_, err := New(standard(zone))
		if _, unknown := errors.AsType[*UnknownZoneError](err); !unknown {
			t.Errorf("%q: %v", zone, err)
		}
	}
	for _, zone := range []string{"UTC", "Europe/Zurich", "America/Argentina/Buenos_Aires", "Etc/GMT+5"} {
		read(t, standard(zone))
	}
}

func TestAfterAnEditOfTheCadence(t *testing.T) {
	end := instant(t, "2026-11-30T08:00:00Z") // of 2026-W48 that began on Monday at 09:00 in Zurich
	for name, c := range map[string]struct {
		start praxisv1.WeekMoment
		want  []string
	}{
		"the same again":   {praxisv1.WeekMoment{Day: praxisv1.Monday, Time: "09:00"}, []string{"2026-W49 Mon 30 09:00 to Mon 07 09:00", "2026-W50 Mon 07 09:00 to Mon 14 09:00"}},
		"to Friday":        {praxisv1.WeekMoment{Day: praxisv1.Friday, Time: "09:00"}, []string{"2026-W49 Mon 30 09:00 to Fri 04 09:00", "2026-W50 Fri 04 09:00 to Fri 11 09:00"}},
		"to an hour later": {praxisv1.WeekMoment{Day: praxisv1.Monday, Time: "10:00"}, []string{"2026-W49 Mon 30 09:00 to Mon 07 10:00", "2026-W50 Mon 07 10:00 to Mon 14 10:00"}},
		"to Tuesday":       {praxisv1.WeekMoment{Day: praxisv1.Tuesday, Time: "09:00"}, []string{"2026-W49 Mon 30 09:00 to Tue 08 09:00", "2026-W50 Tue 08 09:00 to Tue 15 09:00"}},
	} {
		t.Run(name, func(t *testing.T) {
			calendar := read(t, standard("Europe/Zurich", startsOn(c.start.Day, c.start.Time)))
			first := calendar.After("2026-W48", end)
			var got []string
			for _, w := range []Week{first, calendar.Next(first)} {
				got = append(got, w.Name+" "+w.StartsAt.Format("Mon 02 15:04")+" to "+w.EndsAt.Format("Mon 02 15:04"))
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if open := calendar.OpenAt(first.StartsAt.Add(time.Hour), "2026-W48", end); open.Name != first.Name || !open.EndsAt.Equal(first.EndsAt) {
				t.Errorf("an hour later it is %s", show(open))
			}
		})
	}
}

func TestADueWithoutAMomentInTheWeek(t *testing.T) {
	// Samoa had no Friday 2011-12-30.
	calendar := read(t, standard("Pacific/Apia"))
	w := calendar.WeekOf(instant(t, "2011-12-28T12:00:00Z"))
	if got := w.Moment(praxisv1.WeekMoment{Day: praxisv1.Friday, Time: "12:00"}); got.Before(w.StartsAt) || !got.Before(w.EndsAt) {
		t.Errorf("the due is %s, outside of %s", got, show(w))
	}
	if days := w.WorkingDays(); len(days) != 5 || len(w.Dates()) != 7 {
		t.Errorf("the working days are %v", days)
	}
}

// anyCadence draws weeks of all kinds, in zones with all kinds of clock changes.
func anyCadence(t *rapid.T) praxisv1.Cadence {
	zones := []string{
		"Europe/Oslo", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu", "America/Sao_Paulo",
		"Africa/Casablanca", "Asia/Tehran", "America/Santiago", "Africa/Cairo", "America/Havana", "UTC",
	}
	days := []praxisv1.Day{praxisv1.Monday, praxisv1.Tuesday, praxisv1.Wednesday, praxisv1.Thursday, praxisv1.Friday, praxisv1.Saturday, praxisv1.Sunday}
	moment := func(label string) praxisv1.WeekMoment {
		clock := rapid.StringMatching(`(0[0-9]|1[0-9]|2[0-3]):[0-5][0-9]`).Draw(t, label+" time")
		return praxisv1.WeekMoment{Day: rapid.SampledFrom(days).Draw(t, label+" day"), Time: praxisv1.TimeOfDay(clock)}
	}
	return standard(rapid.SampledFrom(zones).Draw(t, "zone"), func(c *praxisv1.Cadence) {
		c.WeekStart, c.Midweek, c.Review = moment("start"), moment("midweek"), moment("review")
		c.QuarterStartMonth = rapid.Int32Range(1, 12).Draw(t, "quarterStartMonth")
	})
}

func TestWeeksTileTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		calendar := read(t, anyCadence(t))
		at := time.Unix(rapid.Int64Range(0, 4_000_000_000).Draw(t, "instant"), 0)
		w := calendar.WeekOf(at)
		if at.Before(w.StartsAt) || !at.Before(w.EndsAt) {
			t.Fatalf("%s is not in %s", at.UTC(), show(w))
		}
		if w.MidweekAt.Before(w.StartsAt) || w.ReviewAt.Before(w.MidweekAt) || w.EndsAt.Before(w.ReviewAt) {
			t.Fatalf("out of order: %s", show(w))
		}
		next := calendar.Next(w)
		if !next.StartsAt.Equal(w.EndsAt) || next.Number != w.Number+1 || next.Name <= w.Name {
			t.Fatalf("%s is followed by %s", show(w), show(next))
		}
		named, err := calendar.WeekNamed(w.Name)
		if err != nil || show(named) != show(w) || show(calendar.Previous(next)) != show(w) {
			t.Fatalf("by its name %s is %s (%v)", show(w), show(named), err)
		}
		if from := calendar.WeekFrom(w.StartsAt); show(from) != show(w) {
			t.Fatalf("from its start %s is %s", show(w), show(from))
		}
		if last := calendar.WeekOf(w.EndsAt.Add(-time.Nanosecond)); last.Name != w.Name {
			t.Fatalf("the end of %s is in %s", show(w), show(last))
		}
	})
}

func TestQuartersTileTheWeeks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		calendar := read(t, anyCadence(t))
		w := calendar.WeekOf(time.Unix(rapid.Int64Range(0, 4_000_000_000).Draw(t, "instant"), 0))
		q := calendar.QuarterOf(w)
		if w.StartsAt.Before(q.StartsAt) || w.EndsAt.After(q.EndsAt) {
			t.Fatalf("%s is not in %s, %s to %s", show(w), q.Name, q.StartsAt, q.EndsAt)
		}
		left := calendar.RemainingWeeks(w)
		if last := left[len(left)-1]; left[0].Name != w.Name || !last.EndsAt.Equal(q.EndsAt) || len(left) > 14 {
			t.Fatalf("of %s there are %d weeks left, until %s", q.Name, len(left), last.EndsAt)
		}
		following := calendar.QuarterOf(calendar.WeekOf(q.EndsAt))
		if !following.StartsAt.Equal(q.EndsAt) || following.Name <= q.Name {
			t.Fatalf("%s is followed by %s", q.Name, following.Name)
		}
	})
}

func TestTheQuarterOfAWeek(t *testing.T) {
	for name, c := range map[string]struct {
		month int32
		skip  []praxisv1.Week
		week  string
		want  string
		left  int
		year  praxisv1.FiscalYear
	}{
		"named by the year in which it ends":        {month: 10, week: "2026-W48", want: "2027-Q1", left: 6, year: praxisv1.FiscalYearEnd},
		"or by that in which it begins":             {month: 10, week: "2026-W48", want: "2026-Q1", left: 6, year: praxisv1.FiscalYearStart},
		"which is the same from January on":         {month: 1, week: "2026-W48", want: "2026-Q4", left: 6, year: praxisv1.FiscalYearEnd},
		"April to March, by its end":                {month: 4, week: "2027-W03", want: "2027-Q4", left: 10, year: praxisv1.FiscalYearEnd},
		"the fourth of the year":                    {month: 1, week: "2026-W48", want: "2026-Q4", left: 6},
		"a skipped week is not left":                {month: 1, skip: []praxisv1.Week{"2026-W53"}, week: "2026-W48", want: "2026-Q4", left: 5},
		"W40 begins in September, its Thursday not": {month: 1, week: "2026-W40", want: "2026-Q4", left: 14},
		"years that begin in April":                 {month: 4, week: "2026-W48", want: "2026-Q3", left: 6},
		"and January belongs to the year before":    {month: 4, week: "2027-W03", want: "2026-Q4", left: 10},
		"quarters that begin in February":           {month: 2, week: "2026-W48", want: "2026-Q4", left: 10},
	} {
		t.Run(name, func(t *testing.T) {
			calendar := read(t, standard("Europe/Zurich", func(k *praxisv1.Cadence) { k.QuarterStartMonth, k.Skip, k.FiscalYear = c.month, c.skip, c.year }))
			w, err := calendar.WeekNamed(c.week)
			if err != nil {
				t.Fatal(err)
			}
			if q, left := calendar.QuarterOf(w), calendar.RemainingWeeks(w); q.Name != c.want || len(left) != c.left {
				t.Errorf("%s with %d weeks left, want %s with %d", q.Name, len(left), c.want, c.left)
			}
		})
	}
}
