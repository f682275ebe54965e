// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package simclock is a clock that can start at another date and run faster than real time,
// so that a quarter passes in minutes.
package simclock

import (
	"errors"
	"fmt"
	"math"
	"time"

	"k8s.io/utils/clock"
)

// Clock maps the time of a real clock: at epoch it shows start, and from there on it
// runs speed times as fast. It never changes and may be shared.
type Clock struct {
	real         clock.PassiveClock
	start, epoch time.Time
	speed        float64
	until        time.Time // when it shows this it goes on as fast as real time; zero for never
}

// Parse is New with instants as people write them; an empty one is the zero time.
func Parse(real clock.PassiveClock, start, epoch string, speed float64) (*Clock, error) {
	startAt, errStart := instant(start)
	epochAt, errEpoch := instant(epoch)
	if err := errors.Join(errStart, errEpoch); err != nil {
		return nil, err
	}
	return New(real, startAt, epochAt, speed)
}

func instant(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, fmt.Errorf("%q is not an instant; write it like 2026-11-23T07:00:00Z", text)
	}
	return t, nil
}

// New is a clock that shows start at the real moment epoch. A zero start means epoch itself.
// A zero epoch means the real clock's current time, so that a restart begins at start again.
// The speed must be above zero.
func New(real clock.PassiveClock, start, epoch time.Time, speed float64) (*Clock, error) {
	if !(speed > 0) || math.IsInf(speed, 1) {
		return nil, fmt.Errorf("the clock cannot run at %v times the speed of real time; give a number above 0", speed)
	}
	if epoch.IsZero() {
		epoch = real.Now()
	}
	if start.IsZero() {
		start = epoch
	}
	// Drop the monotonic reading, so that the clock follows a wall clock that is set.
	return &Clock{real: real, start: start.Round(0), epoch: epoch.Round(0), speed: speed}, nil
}

// Until is the same clock which goes on as fast as real time once it shows an instant, so that
// people can look around in what it ran to. An empty one is never.
func (c *Clock) Until(text string) (*Clock, error) {
	until, err := instant(text)
	if err != nil {
		return nil, err
	}
	if !until.IsZero() && until.Before(c.start) {
		return nil, fmt.Errorf("the clock begins at %s, after the instant until which it runs; give a later one", c.start.UTC().Format(time.RFC3339))
	}
	slower := *c
	slower.until = until
	return &slower, nil
}

// Now is what the clock shows.
func (c *Clock) Now() time.Time { return c.At(c.real.Now()) }

// At is what the clock shows at a real moment, such as an API server's timestamp.
func (c *Clock) At(real time.Time) time.Time {
	shown := c.start.Add(time.Duration(float64(real.Round(0).Sub(c.epoch)) * c.speed))
	if c.until.IsZero() || !shown.After(c.until) {
		return shown
	}
	return c.until.Add(real.Round(0).Sub(c.epoch) - c.lasts(c.until.Sub(c.start)))
}

// lasts is how long a time of the clock takes while it runs at its speed.
func (c *Clock) lasts(shown time.Duration) time.Duration {
	return time.Duration(float64(shown) / c.speed)
}

// Wait is the real time until the clock shows t, and never less than a millisecond,
// so that a timer that fires early does not spin.
func (c *Clock) Wait(t time.Time) time.Duration {
	now, slow := c.Now(), t
	if !c.until.IsZero() {
		slow = c.until
	}
	fast := min(t.Sub(now), slow.Sub(now)) // at its speed, the rest at that of real time
	fast = max(fast, 0)
	return max(c.lasts(fast)+t.Sub(now)-fast, 0) + time.Millisecond
}
