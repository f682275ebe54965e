// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package simclock

import (
	"math"
	"testing"
	"time"

	clocktesting "k8s.io/utils/clock/testing"
)

// Flags that are taken make a clock that goes on.
func FuzzParse(f *testing.F) {
	f.Add("2026-11-23T07:00:00Z", "", 5040.0)
	f.Add("", "2026-11-23T07:00:00+01:00", 1.0)
	f.Add("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", 0.5)
	f.Add("Monday", "", -1.0)
	f.Add("", "", math.NaN())
	f.Add("", "", math.Inf(1))
	f.Fuzz(func(t *testing.T, start, epoch string, speed float64) {
		now := time.Date(2026, time.November, 26, 9, 0, 0, 0, time.UTC)
		clock, err := Parse(clocktesting.NewFakePassiveClock(now), start, epoch, speed)
		if err != nil {
			return
		}
		if !(speed > 0) || math.IsInf(speed, 1) {
			t.Fatalf("a clock runs at %v times the speed of time", speed)
		}
		if later := clock.At(now.Add(time.Second)); later.Before(clock.At(now)) {
			t.Errorf("it goes from %s back to %s", clock.At(now), later)
		}
		if clock.Wait(clock.Now()) < 0 {
			t.Error("it waits for less than nothing")
		}
	})
}
