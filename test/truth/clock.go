// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"math"
	"time"
)

// Hours are hours since midnight before the Monday of a week. People work from nine to five,
// Monday to Friday.
type hours float64

const (
	opens, closes, workday = 9.0, 17.0, 8.0
	never                  = hours(1e6)

	starts, midweek, review, ends = hours(opens), hours(2*24 + 14), hours(4*24 + 15), hours(7*24 + opens)
)

var midnight = time.Date(2026, time.November, 23, 0, 0, 0, 0, time.UTC)

func (h hours) time() time.Time {
	return midnight.Add(time.Duration(float64(h)*3600) * time.Second)
}

// worked is how many hours of work lie before h.
func worked(h hours) float64 {
	day := math.Floor(float64(h) / 24)
	week := math.Floor(day / 7)
	weekday := day - 7*week
	today := min(workday, max(0, float64(h)-24*day-opens))
	if weekday > 4 {
		today = 0
	}
	return (5*week+min(5, weekday))*workday + today
}

// after is when so many more hours of work have passed.
func (h hours) after(work float64) hours {
	if h >= never {
		return never
	}
	total := max(0, worked(h)+work)
	day := math.Floor(total / workday)
	rest := total - day*workday
	return hours(24*(7*math.Floor(day/5)+math.Mod(day, 5)) + opens + rest)
}
