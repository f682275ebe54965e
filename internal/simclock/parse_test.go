// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package simclock

import (
	"testing"
	"time"

	clocktesting "k8s.io/utils/clock/testing"
	"pgregory.net/rapid"
)

var (
	newYear = time.Date(2030, time.January, 1, 0, 0, 0, 0, time.UTC)
	monday  = time.Date(2026, time.November, 23, 8, 0, 0, 0, time.UTC)
)

func TestAClockShowsWhatItsFlagsSay(t *testing.T) {
	for name, c := range map[string]struct {
		start, epoch string
		speed        float64
		after        time.Duration // of real time, since New Year 2030
		want         time.Time
	}{
		"nothing said is real time":                 {"", "", 1, time.Hour, newYear.Add(time.Hour)},
		"a start, from now on":                      {"2026-11-23T08:00:00Z", "", 1, time.Hour, monday.Add(time.Hour)},
		"an hour a minute":                          {"2026-11-23T08:00:00Z", "", 60, time.Minute, monday.Add(time.Hour)},
		"half the speed of time":                    {"2026-11-23T08:00:00Z", "", 0.5, time.Hour, monday.Add(30 * time.Minute)},
		"an epoch in the past, which a restart has": {"2026-11-23T08:00:00Z", "2029-12-31T23:00:00Z", 1, 0, monday.Add(time.Hour)},
		"an epoch alone, which is the start too":    {"", "2029-12-31T23:00:00Z", 2, 0, newYear.Add(time.Hour)},
		"a start of another zone":                   {"2026-11-23T09:00:00+01:00", "", 1, 0, monday},
	} {
		t.Run(name, func(t *testing.T) {
			real := clocktesting.NewFakePassiveClock(newYear)
			clock, err := Parse(real, c.start, c.epoch, c.speed)
			if err != nil {
				t.Fatal(err)
			}
			real.SetTime(newYear.Add(c.after))
			if got := clock.Now(); !got.Equal(c.want) {
				t.Errorf("it shows %s, want %s", got, c.want)
			}
		})
	}
}

func TestAnInvalidInstantSaysHowToWriteOne(t *testing.T) {
	const like = "is not an instant; write it like 2026-11-23T07:00:00Z"
	for name, c := range map[string]struct {
		start, epoch string
		speed        float64
		want         string
	}{
		"a start that is a day":  {"2026-11-23", "", 1, `"2026-11-23" ` + like},
		"an epoch that is a day": {"", "Monday", 1, `"Monday" ` + like},
		"both, at once":          {"a", "b", 1, `"a" ` + like + "\n" + `"b" ` + like},
		"a clock that stands":    {"", "", 0, "the clock cannot run at 0 times the speed of real time; give a number above 0"},
		"a clock that runs back": {"", "", -1.5, "the clock cannot run at -1.5 times the speed of real time; give a number above 0"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Parse(clocktesting.NewFakePassiveClock(newYear), c.start, c.epoch, c.speed); err == nil || err.Error() != c.want {
				t.Errorf("it says %v, want %s", err, c.want)
			}
		})
	}
}

func TestAWaitEndsWithinAMillisecondOfRealTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		speed := float64(rapid.IntRange(1, 10_000).Draw(t, "speed"))
		ahead := time.Duration(rapid.Int64Range(0, int64(90*24*time.Hour)).Draw(t, "ahead"))
		real := clocktesting.NewFakePassiveClock(newYear)
		clock, err := New(real, monday, newYear, speed)
		if err != nil {
			t.Fatal(err)
		}
		until := monday.Add(ahead)
		real.SetTime(newYear.Add(clock.Wait(until)))
		if late := clock.Now().Sub(until); late < 0 || late > time.Duration(speed)*time.Millisecond {
			t.Fatalf("it shows %s, %s after what was waited for", clock.Now(), late)
		}
	})
}
