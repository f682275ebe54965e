// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cadence

import (
	"fmt"
	"time"
)

// epoch is Monday 1970-01-05, which opens week 0.
const epoch date = 4

// mondayOf is the Monday that opens ISO week n.
func mondayOf(n int) date { return epoch + date(7*n) }

// numberOf is the number of the ISO week that a date lies in.
func numberOf(d date) int {
	n := int(d-epoch) / 7
	if d < mondayOf(n) {
		n--
	}
	return n
}

// nameOf is the ISO name of week n.
func nameOf(n int) string {
	year, week := mondayOf(n).utc().ISOWeek()
	return fmt.Sprintf("%04d-W%02d", year, week)
}

// parseName is the number of the week of that name; its errors are worded for people.
func parseName(name string) (int, error) {
	var year, week int
	if _, err := fmt.Sscanf(name, "%4d-W%2d", &year, &week); err != nil || fmt.Sprintf("%04d-W%02d", year, week) != name || year < 0 {
		return 0, fmt.Errorf("%q is not the name of a week; write it like \"2026-W48\"", name)
	}
	// 4 January lies in the first ISO week of its year, 28 December in the last.
	first, last := numberOf(civil(year, time.January, 4)), numberOf(civil(year, time.December, 28))
	if weeks := last - first + 1; week < 1 || week > weeks {
		return 0, fmt.Errorf("%s is not a week of %04d, which has W01 to W%d", name, year, weeks)
	}
	return first + week - 1, nil
}
