// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"math"
	"time"
)

// Hours are hours since midnight before the Monday of a week.
type hours float64

const (
	never                         = hours(1e6)
	starts, midweek, review, ends = hours(9), hours(2*24 + 14), hours(4*24 + 15), hours(7*24 + 9)
)

// day is when people work, Monday to Friday: from what hour on, and for how many.
type day struct{ opens, lasts float64 }

var (
	tenHours   = day{8, 10}
	nineToFive = day{9, 8}
)

var midnight = time.Date(2026, time.November, 23, 0, 0, 0, 0, time.UTC)

func (h hours) time() time.Time {
	return midnight.Add(time.Duration(float64(h)*3600) * time.Second)
}

// worked is how many hours of work lie before h.
func (d day) worked(h hours) float64 {
	days := math.Floor(float64(h) / 24)
	week := math.Floor(days / 7)
	weekday := days - 7*week
	today := min(d.lasts, max(0, float64(h)-24*days-d.opens))
	if weekday > 4 {
		today = 0
	}
	return (5*week+min(5, weekday))*d.lasts + today
}

// after is when so many more hours of work have passed since h.
func (d day) after(h hours, work float64) hours {
	if h >= never {
		return never
	}
	total := max(0, d.worked(h)+work)
	days := math.Floor(total / d.lasts)
	rest := total - days*d.lasts
	return hours(24*(7*math.Floor(days/5)+math.Mod(days, 5)) + d.opens + rest)
}
