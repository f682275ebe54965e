// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"testing"
	"time"

	clocktesting "k8s.io/utils/clock/testing"
)

func TestABurstHoldsBackWhatIsDerivedFromItAndNothingElse(t *testing.T) {
	began := time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		events int
		apart  time.Duration
		// later is when it is asked, after the last event.
		later time.Duration
		held  bool
	}{
		"one piece goes through at once":          {1, 0, 0, false},
		"fifty a second are no burst":             {200, 20 * time.Millisecond, 0, false},
		"many at once are held":                   {20, time.Millisecond, time.Millisecond, true},
		"until none comes for a while":            {20, time.Millisecond, 101 * time.Millisecond, false},
		"a long burst is held for two seconds":    {1999, time.Millisecond, 0, true},
		"and then shows what there is by then":    {2020, time.Millisecond, 0, false},
		"before it holds back what comes further": {2200, time.Millisecond, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			clock := clocktesting.NewFakePassiveClock(began)
			b := newBurst(10, 100*time.Millisecond, 2*time.Second)
			b.clock = clock
			for i := range c.events {
				clock.SetTime(began.Add(time.Duration(i) * c.apart))
				b.note()
				if i < c.events-1 {
					b.hold()
				}
			}
			clock.SetTime(clock.Now().Add(c.later))
			if got := b.hold() > 0; got != c.held {
				t.Errorf("it is held: %v, want %v", got, c.held)
			}
		})
	}
}
