// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cadence

import (
	"fmt"
	"strings"
	"time"
)

// Quarter is a run of whole weeks, from the start of its first regular week to the
// end of its last.
type Quarter struct {
	// Name is the year in which the first of four quarters began, or in which the last ends, as
	// the cadence's fiscalYear says, and which of them this is. Example: "2026-Q4".
	Name             string
	StartsAt, EndsAt time.Time
}

// Slug is the name in the form that object names use. Example: "2026-q4".
func (q Quarter) Slug() string { return strings.ToLower(q.Name) }

// QuarterOf is the quarter of the date three days after the week starts.
func (c *Calendar) QuarterOf(w Week) Quarter {
	name, first, next := c.quarterOf(w.named())
	return Quarter{Name: name, StartsAt: c.firstWeekOf(first).StartsAt, EndsAt: c.firstWeekOf(next).StartsAt}
}

// RemainingWeeks are the weeks left in the quarter of w, including w and without skipped
// ones.
func (c *Calendar) RemainingWeeks(w Week) []Week {
	_, _, next := c.quarterOf(w.named())
	var weeks []Week
	for ; w.named() < next; w = c.Next(w) {
		if !c.Skips(w) {
			weeks = append(weeks, w)
		}
	}
	return weeks
}

// quarterOf is the name of the quarter of a date, its first date, and the first date
// of the next.
func (c *Calendar) quarterOf(d date) (name string, first, next date) {
	year, month, _ := d.utc().Date()
	if month < c.quarterStart {
		year--
		month += 12
	}
	quarter := (month - c.quarterStart) / 3
	first = civil(year, c.quarterStart+3*quarter, 1)
	next = civil(year, c.quarterStart+3*quarter+3, 1)
	if c.namedByEnd && c.quarterStart > time.January {
		year++
	}
	return fmt.Sprintf("%04d-Q%d", year, quarter+1), first, next
}

// firstWeekOf is the first regular week of the quarter that begins on that date.
func (c *Calendar) firstWeekOf(first date) Week {
	// The week before that of the date belongs to the previous quarter.
	w := c.week(numberOf(first) - 1)
	for w.named() < first {
		w = c.Next(w)
	}
	return w
}
