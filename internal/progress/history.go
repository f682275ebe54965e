// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package progress

import (
	"math/big"
	"slices"
	"strings"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// history is what the closed weeks came to, newest first: those that are still
// there as cycles, and before them what was written when they closed. It is that of
// the whole Utility, or of the given KeyActions.
func history(cycles []praxisv1.WeeklyCycle, written []praxisv1.HistoryEntry, of []praxisv1.KeyAction) []praxisv1.HistoryEntry {
	var entries []praxisv1.HistoryEntry
	known := map[praxisv1.Week]bool{}
	sorted := byStart(cycles)
	slices.Reverse(sorted)
	for _, cycle := range sorted {
		if !Closed(cycle) {
			continue
		}
		if entry, ok := historyEntry(cycle, of); ok {
			entries = append(entries, entry)
			known[entry.Week] = true
		}
	}
	for _, entry := range written {
		if !known[entry.Week] {
			entries = append(entries, entry)
		}
	}
	slices.SortStableFunc(entries, func(a, b praxisv1.HistoryEntry) int { return strings.Compare(string(b.Week), string(a.Week)) })
	return entries[:min(len(entries), maxHistory)]
}

func historyEntry(cycle *praxisv1.WeeklyCycle, of []praxisv1.KeyAction) (praxisv1.HistoryEntry, bool) {
	entry := praxisv1.HistoryEntry{Week: cycle.Spec.Week, ProgressPercent: cycle.Status.ProgressPercent}
	found := len(of) == 0
	var all mean
	for i := range cycle.Status.KeyActions {
		row := &cycle.Status.KeyActions[i]
		if len(of) > 0 && !slices.ContainsFunc(of, func(ka praxisv1.KeyAction) bool { return ka.Name == row.Name }) {
			continue
		}
		found = true
		entry.Planned += row.Actions
		entry.Accepted += row.AcceptedActions
		entry.CarriedOver += row.CarriedOver
		entry.UnitsDelivered += row.UnitsDelivered
		if row.Exact != nil {
			all.add(big.NewRat(1, 1), exactly(row, nil))
		}
	}
	if len(of) > 0 {
		entry.ProgressPercent = all.account().delivery().ProgressPercent
	}
	return entry, found
}
