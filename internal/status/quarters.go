// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"cmp"
	"math/big"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
	"github.com/praxis-dev/praxis/internal/forecast"
	"github.com/praxis-dev/praxis/internal/week"
)

// maxQuarters are those that a Utility tells of.
const maxQuarters = 8

// quarters are what the quarters of a Utility came to, newest first: each is judged until its last
// week has closed, and from then on stays as it was.
func (p *utilityPass) quarters() []praxisv1.QuarterResult {
	var results, running []praxisv1.QuarterResult
	for _, was := range p.Programme.Utility.Status.Quarters {
		// A goal that ended in midquarter and goes on has not closed that quarter.
		if was.ClosedAt != nil && (p.ended || !was.ClosedAt.Before(&was.EndsAt)) && !settles(p.Programme.Utility, &was, p.now) {
			results = append(results, was)
		} else {
			running = append(running, was)
		}
	}
	for _, q := range p.quartersOfWeeks() {
		if sameQuarter(results, q) != nil {
			continue // it is closed, by whatever name and hours the cadence has for it today
		}
		was := sameQuarter(running, q)
		if was == nil && p.forgot(q) {
			continue
		}
		required := p.Programme.Utility.Spec.Required
		if was != nil && !p.now.Before(q.EndsAt) {
			required = was.Required // what is asked of the next quarter changes nothing in this
		}
		results = append(results, p.quarter(q, required))
	}
	slices.SortFunc(results, func(a, b praxisv1.QuarterResult) int {
		return cmp.Or(b.StartsAt.Compare(a.StartsAt.Time), cmp.Compare(b.Name, a.Name))
	})
	return results[:min(len(results), maxQuarters)]
}

// sameQuarter is the result of the weeks of a quarter, or nil. Another name, time zone, or start
// of the week in the cadence moves the edges by less than a sixth; another first month by more.
func sameQuarter(results []praxisv1.QuarterResult, q cadence.Quarter) *praxisv1.QuarterResult {
	least := q.EndsAt.Sub(q.StartsAt) * 5 / 6
	for i := range results {
		r := &results[i]
		from, until := r.StartsAt.Time, r.EndsAt.Time
		if from.Before(q.StartsAt) {
			from = q.StartsAt
		}
		if until.After(q.EndsAt) {
			until = q.EndsAt
		}
		if until.Sub(from) > least {
			return r
		}
	}
	return nil
}

// quartersOfWeeks are the quarters that had a week, or whose week is running, by name.
func (p *utilityPass) quartersOfWeeks() map[string]cadence.Quarter {
	quarters := map[string]cadence.Quarter{p.forecast.Quarter.Name: p.forecast.Quarter}
	add := func(w cadence.Week) {
		q := p.Calendar.QuarterOf(w)
		quarters[q.Name] = q
	}
	for i := range p.Cycles {
		add(p.Calendar.WeekFrom(p.Cycles[i].Spec.StartsAt.Time))
	}
	for _, entry := range p.status.History {
		if w, err := p.Calendar.WeekNamed(string(entry.Week)); err == nil {
			add(w)
		}
	}
	return quarters
}

// forgot reports whether a quarter may have had weeks that the history no longer holds.
func (p *utilityPass) forgot(q cadence.Quarter) bool {
	if len(p.status.History) < maxHistory {
		return false
	}
	oldest, err := p.Calendar.WeekNamed(string(p.status.History[len(p.status.History)-1].Week))
	return err == nil && q.StartsAt.Before(oldest.StartsAt)
}

// quarter judges one, as far as it has come.
func (p *utilityPass) quarter(q cadence.Quarter, required int64) praxisv1.QuarterResult {
	delivered, pruned := forecast.DeliveredIn(p.Calendar, q.Name, p.Cycles, p.status.History)
	for _, units := range delivered {
		pruned += units
	}
	within, until, before := p.historyOf(q)
	result := praxisv1.QuarterResult{
		Name: q.Name, StartsAt: metav1.NewTime(q.StartsAt), EndsAt: metav1.NewTime(q.EndsAt),
		Required: required, Delivered: pruned, Percent: week.Percent(big.NewRat(pruned, max(1, required))),
		Weeks: int32(len(within)), ClosedAt: p.quarterClosed(q),
	}
	for i := range within {
		if executedWeek(&within[i]) {
			result.WeeksExecuted++
		}
	}
	u, current := p.Programme.Utility, p.status.Measures
	if result.ClosedAt != nil && len(within) > 0 {
		current = nil // what was read since belongs to the next
	}
	result.Effective, _, _ = effectiveness(u, until, current, q, p.forecast.Week, p.Calendar)
	for i := range u.Spec.Measures {
		result.Measures = append(result.Measures, quarterMeasure(&u.Spec.Measures[i], within, before, current))
	}
	return result
}

// historyOf divides the closed weeks, newest first: those of a quarter, those with all before
// them, and those before it.
func (p *utilityPass) historyOf(q cadence.Quarter) (within, until, before []praxisv1.HistoryEntry) {
	for _, entry := range p.status.History {
		w, err := p.Calendar.WeekNamed(string(entry.Week))
		if err != nil || !w.StartsAt.Before(q.EndsAt) {
			continue
		}
		until = append(until, entry)
		if w.StartsAt.Before(q.StartsAt) {
			before = append(before, entry)
		} else {
			within = append(within, entry)
		}
	}
	return within, until, before
}

func quarterMeasure(m *praxisv1.Measure, within, before []praxisv1.HistoryEntry, current []praxisv1.MeasureStatus) praxisv1.QuarterMeasure {
	measure := praxisv1.QuarterMeasure{Name: m.Name, From: m.Baseline}
	if len(before) > 0 {
		if read, ok := readingOf(before[0].Measures, m.Name); ok {
			measure.From = read
		}
	}
	if len(within) > 0 {
		measure.To, _ = readingOf(within[0].Measures, m.Name)
	}
	for i := range current {
		if current[i].Name == m.Name && current[i].Current != "" {
			measure.To = current[i].Current
		}
	}
	return measure
}

// quarterClosed is when the last week of a quarter that is over closed, or nil. Unless the goal
// has ended, that is not before the end of the quarter, whenever its last week was.
func (p *utilityPass) quarterClosed(q cadence.Quarter) *metav1.Time {
	if !p.ended && p.now.Before(q.EndsAt) {
		return nil
	}
	last, found := metav1.NewTime(q.EndsAt), !p.ended
	for i := range p.Cycles {
		cycle := &p.Cycles[i]
		if p.Calendar.QuarterOf(p.Calendar.WeekFrom(cycle.Spec.StartsAt.Time)).Name != q.Name {
			continue
		}
		closed := week.ClosedAt(cycle)
		if closed == nil {
			return nil
		}
		if !found || last.Before(closed) {
			last, found = *closed, true
		}
	}
	return &last
}
