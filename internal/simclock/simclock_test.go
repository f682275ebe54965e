// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package simclock

import (
	"testing"
	"time"

	clocktesting "k8s.io/utils/clock/testing"
)

func TestARestartInSimulatedTimeContinuesWhereItWas(t *testing.T) {
	epoch := time.Date(2030, time.January, 1, 0, 0, 0, 0, time.UTC)
	start := time.Date(2026, time.November, 23, 8, 0, 0, 0, time.UTC)
	real := clocktesting.NewFakePassiveClock(epoch.Add(time.Minute))
	for range 2 {
		c, err := New(real, start, epoch, 60)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Now(); !got.Equal(start.Add(time.Hour)) {
			t.Errorf("a minute after the epoch it shows %s", got)
		}
		if wait := c.Wait(start.Add(2 * time.Hour)); wait != time.Minute+time.Millisecond {
			t.Errorf("an hour later is in %s", wait)
		}
		if wait := c.Wait(start); wait != time.Millisecond {
			t.Errorf("what is past is in %s", wait)
		}
	}
}

func TestAClockNeedsASpeed(t *testing.T) {
	if _, err := New(clocktesting.NewFakePassiveClock(time.Time{}), time.Time{}, time.Time{}, 0); err == nil {
		t.Error("it may stand still")
	}
}

func TestAClockGoesOnAsFastAsRealTimeFromAnInstant(t *testing.T) {
	epoch := time.Date(2030, time.January, 1, 0, 0, 0, 0, time.UTC)
	start := time.Date(2026, time.November, 23, 8, 0, 0, 0, time.UTC)
	until := start.Add(2 * time.Hour)
	for name, c := range map[string]struct {
		real  time.Duration // since the epoch
		shows time.Duration // since the start
		wait  time.Duration // for what is three hours after the start
	}{
		"at the beginning":     {0, 0, 2*time.Minute + time.Hour},
		"while it is fast":     {time.Minute, time.Hour, time.Minute + time.Hour},
		"when it becomes slow": {2 * time.Minute, 2 * time.Hour, time.Hour},
		"while it is slow":     {32 * time.Minute, 2*time.Hour + 30*time.Minute, 30 * time.Minute},
		"afterwards":           {2*time.Minute + 2*time.Hour, 4 * time.Hour, 0},
	} {
		t.Run(name, func(t *testing.T) {
			fast, err := New(clocktesting.NewFakePassiveClock(epoch.Add(c.real)), start, epoch, 60)
			if err != nil {
				t.Fatal(err)
			}
			clock, err := fast.Until(until.Format(time.RFC3339))
			if err != nil {
				t.Fatal(err)
			}
			if got := clock.Now().Sub(start); got != c.shows {
				t.Errorf("it shows %s after its start, want %s", got, c.shows)
			}
			if got := clock.Wait(start.Add(3 * time.Hour)); got != c.wait+time.Millisecond {
				t.Errorf("three o'clock is in %s, want %s", got, c.wait)
			}
		})
	}
	fast, err := New(clocktesting.NewFakePassiveClock(epoch), start, epoch, 60)
	if err != nil {
		t.Fatal(err)
	}
	for _, wrong := range []string{"noon", start.Add(-time.Hour).Format(time.RFC3339)} {
		if _, err := fast.Until(wrong); err == nil {
			t.Errorf("it runs until %s", wrong)
		}
	}
	if same, err := fast.Until(""); err != nil || !same.At(epoch.Add(time.Hour)).Equal(start.Add(60*time.Hour)) {
		t.Error("it becomes slow though nothing says so", err)
	}
}
