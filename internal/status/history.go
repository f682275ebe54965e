// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"math/big"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/sets"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/week"
)

// history is what the closed weeks came to, newest first: those that are still
// there as cycles, and before them what was written when they closed. It is that of
// the whole Utility where of is nil, else of these KeyActions. A week that closes takes the measures as
// they stand; later it keeps them.
func history(cycles []praxisv1.WeeklyCycle, written []praxisv1.HistoryEntry, of sets.Set[string], measures []praxisv1.MeasureReading) []praxisv1.HistoryEntry {
	var entries []praxisv1.HistoryEntry
	known := map[praxisv1.Week]bool{}
	sorted := week.ByStart(cycles)
	slices.Reverse(sorted)
	for _, cycle := range sorted {
		if !plan.WeekClosed(cycle) {
			continue
		}
		if entry, ok := historyEntry(cycle, of); ok {
			entry.Measures = measures
			if was := slices.IndexFunc(written, func(w praxisv1.HistoryEntry) bool { return w.Week == entry.Week }); was >= 0 {
				entry.Measures = written[was].Measures
			}
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

func historyEntry(cycle *praxisv1.WeeklyCycle, of sets.Set[string]) (praxisv1.HistoryEntry, bool) {
	entry := praxisv1.HistoryEntry{Week: cycle.Spec.Week}
	found := of == nil
	var all week.Mean
	for i := range cycle.Status.KeyActions {
		row := &cycle.Status.KeyActions[i]
		if of != nil && !of.Has(row.Name) {
			continue
		}
		found = true
		entry.Planned += row.Actions
		entry.Accepted += row.AcceptedActions
		entry.CarriedOver += row.CarriedOver
		entry.UnitsDelivered += row.UnitsDelivered
		if row.Exact == nil {
			continue
		}
		weight := big.NewRat(1, 1)
		if planned := plan.PlannedAs(cycle, row.Name); of == nil && planned != nil {
			weight = week.WeightOf(planned)
		}
		all.Add(weight, week.Exactly(row, nil))
	}
	account := all.Account()
	entry.ProgressPercent = account.Delivery().ProgressPercent
	entry.Progress = week.Fraction(account.Accepted)
	return entry, found
}

// Prunable are the closed weeks beyond the newest that are kept, oldest first: those whose
// next week is closed and chained to them, and whose roll-up is recorded in the Utility and
// in every KeyAction that had work in them.
func Prunable(u *praxisv1.Utility, p *plan.Programme, cycles []praxisv1.WeeklyCycle, keep int) []*praxisv1.WeeklyCycle {
	sorted := week.ByStart(cycles)
	closed := 0
	for _, c := range sorted {
		if plan.WeekClosed(c) {
			closed++
		}
	}
	var prunable []*praxisv1.WeeklyCycle
	for i, c := range sorted {
		if !plan.WeekClosed(c) || closed <= keep || i+1 >= len(sorted) || !plan.WeekClosed(sorted[i+1]) || !rolledUp(u, p, c) {
			break // later weeks wait for it, so that the chain has no gap
		}
		closed--
		prunable = append(prunable, c)
	}
	return prunable
}

func rolledUp(u *praxisv1.Utility, p *plan.Programme, cycle *praxisv1.WeeklyCycle) bool {
	has := func(history []praxisv1.HistoryEntry) bool {
		return slices.ContainsFunc(history, func(e praxisv1.HistoryEntry) bool { return e.Week == cycle.Spec.Week })
	}
	if !has(u.Status.History) {
		return false
	}
	for i := range p.KeyActions {
		ka := &p.KeyActions[i]
		if _, worked := historyEntry(cycle, p.PartNames(ka)); worked && !has(ka.Status.History) {
			return false
		}
	}
	return true
}

const (
	maxHistory = 30 // weeks; what a measure shows by now may lie 26 of them back
	maxMissing = 13 // weeks
)
