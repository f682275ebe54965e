// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
	"github.com/praxis-dev/praxis/internal/plan"
)

// PreviewWeek is a regular week at the instant it starts, as the operator would have planned
// it: its cycle and its Actions, nothing delivered and nothing carried. The cycle is nil
// where the operator would make none: for a Utility that is Stalled, suspended or without
// KeyActions, and in weeks that are skipped.
func PreviewWeek(p *plan.Programme, cal *cadence.Calendar, week cadence.Week) (*praxisv1.WeeklyCycle, plan.Week) {
	if p.Problem != nil {
		return nil, plan.Week{}
	}
	at := week.StartsAt
	cycle, _ := plan.NextCycle(p, cal, nil, at)
	if cycle == nil {
		return nil, plan.Week{}
	}
	made := plan.Make(plan.Request{Programme: p, Week: week, Cycle: cycle.Name, From: at})
	actions := made.Actions()
	// Judged just before it starts: what is due at its very start is not missed yet.
	cycle.Status, _ = ForWeeklyCycle(WeeklyCycleInput{
		Cycle: cycle, Plan: plan.First(p, made.KeyActions, at), Planned: true, Actions: actions,
		PlanGaps: made.Gaps, Overloaded: plan.Overloaded(p.Teams, actions, week), Programme: p,
	}, at.Add(-time.Nanosecond))
	return cycle, made
}
