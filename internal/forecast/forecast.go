// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package forecast

import (
	"math/big"
	"slices"
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/week"
)

// Forecast is what is delivered and planned in the quarter of the running week, by KeyAction.
type Forecast struct {
	Week      cadence.Week
	Quarter   cadence.Quarter
	WeeksLeft int
	Delivered map[string]int64
	Planned   map[string]int64
	Target    map[string]int64 // key-tier target of the running week
	Pruned    int64            // delivered in weeks whose cycles are gone
}

// For is the forecast at an instant, for a Utility or a KeyAction; written is its own
// history, which keeps what was delivered in weeks whose cycles are pruned. The running week
// is that of the latest planned cycle while it lasts, so that the figures of a week appear
// together with its plan; else it is the calendar's.
//
//	delivered = Σ accepted key-tier completions × contribution, this quarter
//	planned   = Σ over the weeks left of key-tier target × contribution: of the running
//	            week what its Actions can still deliver, of the others what the planner
//	            makes of today's objects
func For(p *plan.Programme, cal *cadence.Calendar, cycles []praxisv1.WeeklyCycle, written []praxisv1.HistoryEntry, now time.Time) Forecast {
	running := cal.WeekOf(now)
	latest := week.LatestRunning(cycles, now)
	if latest != nil {
		if recorded, err := plan.WeekOfCycle(latest); err == nil {
			running = recorded
		}
	}
	left := slices.DeleteFunc(cal.RemainingWeeks(running), func(w cadence.Week) bool { return plan.AfterEnd(p.Utility, cal, w) })
	out := Forecast{
		Week: running, Quarter: cal.QuarterOf(running), WeeksLeft: len(left),
		Planned: map[string]int64{}, Target: map[string]int64{},
	}
	out.Delivered, out.Pruned = DeliveredIn(cal, out.Quarter.Name, cycles, written)
	if latest != nil && inQuarter(cal, latest, out.Quarter.Name) {
		for _, row := range latest.Status.KeyActions {
			out.Planned[row.Name] += row.UnitsAhead
			out.Target[row.Name] = row.KeyTarget
		}
	}
	if p.Utility.Spec.Suspend {
		return out
	}
	contributions := p.Contributions()
	for _, w := range left {
		if !w.StartsAt.After(running.StartsAt) {
			continue
		}
		for name, target := range p.KeyTargets(w) {
			out.Planned[name] += target * contributions[name]
		}
	}
	return out
}

// DeliveredIn are the units that the weeks of a quarter delivered: by KeyAction those of weeks
// whose cycles are there, and together those that only the written history keeps.
func DeliveredIn(cal *cadence.Calendar, quarter string, cycles []praxisv1.WeeklyCycle, written []praxisv1.HistoryEntry) (delivered map[string]int64, pruned int64) {
	delivered = map[string]int64{}
	there := map[praxisv1.Week]bool{}
	for i := range cycles {
		there[cycles[i].Spec.Week] = true
		if !inQuarter(cal, &cycles[i], quarter) {
			continue
		}
		for _, row := range cycles[i].Status.KeyActions {
			delivered[row.Name] += row.UnitsDelivered
		}
	}
	for _, entry := range written {
		if w, err := cal.WeekNamed(string(entry.Week)); err == nil && !there[entry.Week] && cal.QuarterOf(w).Name == quarter {
			pruned += entry.UnitsDelivered
		}
	}
	return delivered, pruned
}

func inQuarter(cal *cadence.Calendar, cycle *praxisv1.WeeklyCycle, quarter string) bool {
	return cal.QuarterOf(cal.WeekFrom(cycle.Spec.StartsAt.Time)).Name == quarter
}

// Coverage is the forecast for the whole Utility.
func (out Forecast) Coverage(required int64) praxisv1.Coverage {
	c := praxisv1.Coverage{Delivered: out.Pruned}
	for _, units := range out.Delivered {
		c.Delivered += units
	}
	for _, units := range out.Planned {
		c.Planned += units
	}
	c.Required = required
	c.Percent = week.Percent(big.NewRat(c.Delivered+c.Planned, max(1, required)))
	return c
}

// Carries reports whether units reach a share of what is required; the share is in percent
// and exact, so that 99.6 % is not enough.
func Carries(units, required int64, weight *big.Rat) bool {
	need := new(big.Rat).Mul(weight, big.NewRat(required, 100))
	return new(big.Rat).SetInt64(units).Cmp(need) >= 0
}

// NeededPerWeek is max(0, ceil((required·weight/100 − delivered) / (contribution·weeksLeft))).
func NeededPerWeek(required int64, weight *big.Rat, delivered, contribution int64, weeksLeft int) int64 {
	if weeksLeft == 0 {
		return 0
	}
	need := new(big.Rat).Mul(weight, big.NewRat(required, 100))
	need.Sub(need, big.NewRat(delivered, 1))
	need.Quo(need, big.NewRat(contribution*int64(weeksLeft), 1))
	return max(0, week.Ceil(need))
}
