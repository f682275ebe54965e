// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cadence

import (
	"testing"
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

func FuzzWeekNamed(f *testing.F) {
	for _, name := range []string{"2026-W48", "2026-W53", "2025-W53", "0000-W01", "9999-W52", "2026-W00", "-001-W01", "2026-W4", "2026-w48", ""} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		cal, err := New(praxisv1.Cadence{
			TimeZone: "Europe/Zurich", QuarterStartMonth: 1,
			WeekStart: praxisv1.WeekMoment{Day: praxisv1.Monday, Time: "09:00"}, Midweek: praxisv1.WeekMoment{Day: praxisv1.Wednesday, Time: "14:00"}, Review: praxisv1.WeekMoment{Day: praxisv1.Friday, Time: "15:00"},
		})
		if err != nil {
			t.Fatal(err)
		}
		w, err := cal.WeekNamed(name)
		if err != nil {
			return
		}
		if w.Name != name || cal.WeekOf(w.StartsAt).Name != name {
			t.Errorf("%q is read as %s, which begins in %s", name, w.Name, cal.WeekOf(w.StartsAt).Name)
		}
		if restored, err := Restore("Europe/Zurich", w, nil, nil); err != nil || restored.Number != w.Number {
			t.Errorf("%s is restored as %+v, %v", name, restored, err)
		}
	})
}

// Whatever a cadence says, it is refused, or its weeks follow each other.
func FuzzCadence(f *testing.F) {
	f.Add("Europe/Zurich", "Monday", "09:00", "Wednesday", "14:00", "Friday", "15:00", "2026-W53", int32(1), int64(1_795_000_000))
	f.Add("Pacific/Apia", "Sunday", "00:00", "Saturday", "23:59", "Saturday", "23:59", "", int32(12), int64(1_325_000_000))
	f.Add("America/Sao_Paulo", "Sunday", "00:00", "Sunday", "00:00", "Sunday", "00:30", "2018-W44", int32(4), int64(1_541_000_000))
	f.Add("../etc", "Noday", "24:00", "", "9:00", "Friday", "-1:00", "W", int32(0), int64(0))
	f.Fuzz(func(t *testing.T, zone, startDay, start, midDay, mid, reviewDay, review, skip string, month int32, at int64) {
		moment := func(day, clock string) praxisv1.WeekMoment {
			return praxisv1.WeekMoment{Day: praxisv1.Day(day), Time: praxisv1.TimeOfDay(clock)}
		}
		cal, err := New(praxisv1.Cadence{
			TimeZone: zone, QuarterStartMonth: month, Skip: []praxisv1.Week{praxisv1.Week(skip)},
			WeekStart: moment(startDay, start), Midweek: moment(midDay, mid), Review: moment(reviewDay, review),
		})
		if err != nil || month < 1 || month > 12 {
			return
		}
		now := time.Unix(at%(1<<33), 0)
		w := cal.WeekOf(now)
		if now.Before(w.StartsAt) || !now.Before(w.EndsAt) || w.MidweekAt.Before(w.StartsAt) || w.ReviewAt.Before(w.MidweekAt) || w.EndsAt.Before(w.ReviewAt) {
			t.Errorf("%s is in %+v", now, w)
		}
		if next := cal.Next(w); !next.StartsAt.Equal(w.EndsAt) {
			t.Errorf("after %+v comes %+v", w, next)
		}
		if left := cal.RemainingWeeks(w); len(left) > 15 {
			t.Errorf("a quarter has %d weeks left", len(left))
		}
	})
}
