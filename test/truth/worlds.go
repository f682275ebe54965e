// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package main

// world is how people are, apart from what goes wrong.
type world struct {
	name string
	day  day
	// lead is how many hours of work before the due people aim to be done, median how late they are
	// against that in the middle, spread how much that differs from piece to piece, and own from
	// person to person.
	lead, median, spread, own float64
	// slips is how often a small piece is simply forgotten for days.
	slips float64
	// quick and slow bound how many hours of work a verdict takes.
	quick, slow float64
	// rejects is how often a piece is rejected and done again.
	rejects float64
}

// worlds are the one that the rule was found in, and others that it was not.
var worlds = []world{
	{"plain", tenHours, 10, 2.5, 0.6, 0.2, 0.05, 2, 20, 0.05},
	{"nine-to-five", nineToFive, 10, 2.5, 0.6, 0.2, 0.05, 2, 20, 0.05},
	{"no-slips", tenHours, 10, 2.5, 0.6, 0.2, 0, 2, 20, 0.05},
	{"sloppy", tenHours, 8, 3, 0.8, 0.4, 0.08, 2, 20, 0.08},
	{"quick-judges", tenHours, 10, 2.5, 0.6, 0.2, 0.05, 1, 6, 0.05},
	{"slow-judges", tenHours, 10, 2.5, 0.6, 0.2, 0.05, 4, 26, 0.05},
	{"all-a-little-late", tenHours, 5, 3, 0.6, 0.2, 0.03, 2, 20, 0.05},
}
