// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
	"github.com/praxis-dev/praxis/internal/forecast"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/review"
	"github.com/praxis-dev/praxis/internal/text"
	"github.com/praxis-dev/praxis/internal/week"
)

// ForUtility decides the status of a Utility, and the next instant at which a Review of it
// is overdue, a quarter of it over, or a reading stale (zero: none).
func ForUtility(in UtilityInput, now time.Time) (praxisv1.UtilityStatus, time.Time) {
	u := in.Programme.Utility
	status := *u.Status.DeepCopy()
	c := begin(&status.ConditionedStatus, u.Generation, now, ofUtility)
	ended := plan.Ended(u, in.Calendar, in.Cycles, now)
	if ended {
		in.Problem = nil // what it was planned from may be gone by now
	}
	reason, message := understood(u, ended)
	c.ready(in.Problem, reason, message)
	status.Columns = &praxisv1.UtilityColumns{Delivery: "-", Outcome: "-", Covered: "-"}
	var staleAt time.Time
	status.Measures, staleAt = measures(in, now)
	status.Columns.Outcome = outcomeCell(status.Measures)
	c.measured(status.Measures, ended)
	if in.Calendar == nil {
		status.Summary = summarize(in.Problem.Message)
		return status, staleAt
	}

	p := &utilityPass{UtilityInput: in, conditions: c, status: &status, now: now, ended: ended}
	p.forecast = forecast.For(in.Programme, in.Calendar, in.Cycles, status.History, asOf(u, in.Calendar, ended, now))
	p.next = review.Next(in.Reviews, in.Cycles)
	if ended {
		p.forecast.WeeksLeft, p.next = 0, review.LookingBack(in.Reviews)
	}
	quarter := p.forecast.Quarter
	status.Week = praxisv1.Week(p.forecast.Week.Name)
	status.Quarter = &praxisv1.QuarterStatus{
		Name: quarter.Name, StartsAt: metav1.NewTime(quarter.StartsAt), EndsAt: metav1.NewTime(quarter.EndsAt), WeeksLeft: int32(p.forecast.WeeksLeft),
	}
	status.SuspendedWeeks = suspended(in, status.SuspendedWeeks, p.forecast.Week)
	status.MissingWeeks = missing(in.Calendar, in.Cycles, quarter, status.SuspendedWeeks)
	status.History = settled(in, history(in.Cycles, status.History, nil, witnessed(in, status.Measures)), status.Measures, now)
	status.NextReview = nil
	if p.next != nil {
		status.NextReview = &praxisv1.NextReview{Name: p.next.Name, Type: p.next.Spec.Type, DueAt: p.next.Spec.DueAt}
	}
	for _, d := range utilityDecisions {
		if ended && d.asks {
			c.remove(d.condition)
			continue
		}
		d.decide(p)
	}
	status.Quarters = p.quarters()
	status.Summary = summarize(utilitySummary(in, status, ended, p.next != nil && review.Overdue(p.next, now)))
	boundaries := []time.Time{staleAt}
	if p.next != nil {
		boundaries = append(boundaries, p.next.Spec.DueAt.Time)
	}
	for _, q := range status.Quarters {
		if q.ClosedAt == nil {
			boundaries = append(boundaries, q.EndsAt.Time)
		}
	}
	return status, nextBoundary(now, boundaries...)
}

// understood is what Ready says of a Utility with which nothing is wrong.
func understood(u *praxisv1.Utility, ended bool) (reason, message string) {
	switch {
	case ended:
		return praxisv1.ReasonEnded, plan.EndWords(u) + " - " + u.Spec.End.Because
	case u.Spec.Suspend:
		return praxisv1.ReasonSuspended, "No new week is planned; set spec.suspend to false to go on"
	}
	return praxisv1.ReasonReconciled, "The Utility is understood and planned week by week"
}

// utilityDecisions are all the decisions beyond Ready for a Utility whose cadence can be
// read; none depends on another. Those that ask somebody to act are left out once the goal
// has ended.
var utilityDecisions = []struct {
	condition string
	asks      bool
	decide    func(*utilityPass)
}{
	{praxisv1.ConditionFocused, true, func(p *utilityPass) { focused(p.conditions, p.Programme) }},
	{praxisv1.ConditionCovered, false, func(p *utilityPass) { covered(p.conditions, p.status, p.UtilityInput, p.forecast, p.ended) }},
	{praxisv1.ConditionOnTrack, false, func(p *utilityPass) { delivery(p.conditions, p.status, p.UtilityInput, p.ended, p.now) }},
	{praxisv1.ConditionCalibrated, true, func(p *utilityPass) { calibrated(p.conditions, p.UtilityInput, p.forecast.Week) }},
	{praxisv1.ConditionEffective, false, func(p *utilityPass) {
		effective(p.conditions, p.Programme.Utility, p.status.History, p.status.Measures, p.forecast, p.Calendar)
	}},
}

func focused(c conditions, p *plan.Programme) {
	limit := p.Utility.Spec.MaxKeyActions
	if len(p.Beyond) > 0 {
		c.setFalse(praxisv1.ConditionFocused, praxisv1.ReasonTooManyKeyActions,
			fmt.Sprintf("%d KeyActions are beyond maxKeyActions (%d) and not planned: %s; merge or delete some", len(p.Beyond), limit, strings.Join(p.Beyond, ", ")))
		return
	}
	c.setTrue(praxisv1.ConditionFocused, praxisv1.ReasonWithinLimit, fmt.Sprintf("%d of at most %d KeyActions", len(p.Within), limit))
}

func covered(c conditions, status *praxisv1.UtilityStatus, in UtilityInput, look forecast.Forecast, ended bool) {
	u := in.Programme.Utility
	coverage := look.Coverage(u.Spec.Required)
	status.Coverage = &coverage
	status.Columns.Covered = fmt.Sprintf("%d%%", coverage.Percent)
	units, idle := coverage.Delivered+coverage.Planned, unplanned(u, in.Problem, ended)
	if idle != "" {
		units = coverage.Delivered // what is planned may never be delivered
	}
	switch {
	case len(in.Programme.Within) == 0 && !ended:
		status.Columns.Covered = "-"
		c.setUnknown(praxisv1.ConditionCovered, praxisv1.ReasonNothingPlanned, "No KeyAction refers to the Utility; create one with utilityRef "+u.Name)
	case forecast.Carries(units, u.Spec.Required, big.NewRat(100, 1)):
		c.setTrue(praxisv1.ConditionCovered, praxisv1.ReasonCarried, fmt.Sprintf("%d units delivered and %d planned carry the %d required in %s", coverage.Delivered, coverage.Planned, u.Spec.Required, look.Quarter.Name))
	case idle != "":
		c.setUnknown(praxisv1.ConditionCovered, praxisv1.ReasonNothingPlanned, fmt.Sprintf("%d of %d units required in %s are delivered; %s", units, u.Spec.Required, look.Quarter.Name, idle))
	default:
		fix := fmt.Sprintf("plan %d more", u.Spec.Required-units)
		if look.WeeksLeft == 0 {
			fix = "no week of it is left: take some out of spec.cadence.skip"
		}
		c.setFalse(praxisv1.ConditionCovered, praxisv1.ReasonNotCarried, fmt.Sprintf("%d of %d units required in %s are delivered or planned; %s", units, u.Spec.Required, look.Quarter.Name, fix))
	}
}

// unplanned says why no new week of a Utility is planned; empty if one is. Without a plan
// nothing is covered, but that follows from this reason and is not a second thing to fix.
func unplanned(u *praxisv1.Utility, problem *plan.Problem, ended bool) string {
	switch {
	case ended:
		return "the goal has ended"
	case problem != nil:
		return "nothing is planned until what stalls the Utility is fixed"
	case u.Spec.Suspend:
		return "nothing more is planned while the Utility is suspended"
	}
	return ""
}

// delivery copies the figures of the latest planned week.
func delivery(c conditions, status *praxisv1.UtilityStatus, in UtilityInput, ended bool, now time.Time) {
	status.CurrentCycle, status.Delivery, status.KeyActions = "", nil, nil
	if cycles := week.ByStart(in.Cycles); status.FirstWeek == "" && len(cycles) > 0 {
		status.FirstWeek = cycles[0].Spec.Week
	}
	if ended {
		c.setUnknown(praxisv1.ConditionOnTrack, praxisv1.ReasonNothingPlanned, endedOnTrack(in.Programme.Utility))
		return
	}
	latest := week.LatestRunning(in.Cycles, now)
	if latest == nil {
		c.setUnknown(praxisv1.ConditionOnTrack, praxisv1.ReasonNothingPlanned, fmt.Sprintf("%s has no cycle", status.Week))
		return
	}
	status.CurrentCycle = latest.Name
	d := latest.Status.Delivery
	status.Delivery = &d
	status.Columns.Delivery = text.Clip(fmt.Sprintf("%d%% of %d%%", d.ProgressPercent, d.ExpectedPercent), maxColumn)
	if onTrack := meta.FindStatusCondition(latest.Status.Conditions, praxisv1.ConditionOnTrack); onTrack != nil {
		c.set(praxisv1.ConditionOnTrack, onTrack.Status, onTrack.Reason, onTrack.Message)
	}
	for _, ka := range in.Programme.KeyActions {
		if plan.IsGenerated(&ka) {
			continue
		}
		v, d := week.RollUp(in.Programme, &ka, latest)
		status.KeyActions = append(status.KeyActions, praxisv1.KeyActionProgress{Name: ka.Name, Weight: plan.PercentOf(&ka), Delivery: d, OnTrack: v.Status})
	}
	slices.SortFunc(status.KeyActions, func(a, b praxisv1.KeyActionProgress) int {
		if a.Weight != b.Weight {
			return int(b.Weight - a.Weight)
		}
		return strings.Compare(a.Name, b.Name)
	})
	// Those that are cut off are too light to be planned; Focused counts them.
	status.KeyActions = status.KeyActions[:min(len(status.KeyActions), maxKeyActions)]
}

// maxKeyActions are those that a Utility tells of.
const maxKeyActions = 64

// maxColumn is how long a figure in a column is at most.
const maxColumn = 20

// suspended are the weeks in which a Utility rested, newest first, with the running one where it
// is suspended and has no cycle in it.
func suspended(in UtilityInput, was []praxisv1.Week, running cadence.Week) []praxisv1.Week {
	w := praxisv1.Week(running.Name)
	planned := slices.ContainsFunc(in.Cycles, func(c praxisv1.WeeklyCycle) bool { return c.Spec.Week == w })
	switch {
	case planned: // it was resumed in the week
		return slices.DeleteFunc(slices.Clone(was), func(rested praxisv1.Week) bool { return rested == w })
	case !in.Programme.Utility.Spec.Suspend || len(in.Cycles) == 0 || in.Calendar.Skips(running) || slices.Contains(was, w):
		return was
	}
	weeks := slices.Concat([]praxisv1.Week{w}, was)
	return weeks[:min(len(weeks), maxMissing)]
}

// missing are the weeks of a quarter between two cycles that follow each other in which the goal
// neither rested nor was skipped: the operator was down, or nothing could be planned.
func missing(cal *cadence.Calendar, cycles []praxisv1.WeeklyCycle, quarter cadence.Quarter, rested []praxisv1.Week) []praxisv1.Week {
	sorted := week.ByStart(cycles)
	var weeks []praxisv1.Week
	for i := len(sorted) - 1; i > 0; i-- {
		var between []praxisv1.Week
		from, until := sorted[i-1].Spec, sorted[i].Spec
		for w := cal.After(string(from.Week), from.EndsAt.Time); w.StartsAt.Before(until.StartsAt.Time) && len(between) < 2*maxMissing; w = cal.Next(w) {
			name := praxisv1.Week(w.Name)
			if !cal.Skips(w) && name != until.Week && cal.QuarterOf(w).Name == quarter.Name && !slices.Contains(rested, name) {
				between = append(between, name)
			}
		}
		slices.Reverse(between)
		weeks = append(weeks, between...)
	}
	return weeks[:min(len(weeks), maxMissing)]
}
