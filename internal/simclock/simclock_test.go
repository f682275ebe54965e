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
