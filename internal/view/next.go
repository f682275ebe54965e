// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package view

import (
	"cmp"
	"slices"
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
	"github.com/praxis-dev/praxis/internal/plan"
)

// NextWeek is the week after another of a goal: as it is planned, or as it would be from the goals
// as they are now.
type NextWeek struct {
	Week string
	// Planned is set where it has begun.
	Planned bool
	// Skipped is set where the cadence leaves it out.
	Skipped bool
	Actions int
	People  []NextPerson
	Gaps    []PreviewGap
}

// NextPerson is what the week asks of somebody, in whole minutes.
type NextPerson struct {
	Team, Name, Display          string
	Actions                      int
	PlannedMinutes, HoursMinutes int64
}

// After previews the week after a week of a Utility. It needs the Utility, its KeyActions and weeks,
// and the Teams and packages of the namespace.
func (o Objects) After(cycle *praxisv1.WeeklyCycle, now time.Time) (*NextWeek, error) {
	u := find(o.Utilities, cycle.Namespace, cycle.Spec.UtilityRef.Name)
	if u == nil {
		return nil, nil
	}
	cal, err := cadence.New(u.Spec.Cadence)
	if err != nil {
		return nil, err
	}
	week := cal.WeekFrom(cycle.Spec.EndsAt.Time)
	next := &NextWeek{Week: week.Name, Skipped: cal.Skips(week)}
	next.Planned = slices.ContainsFunc(o.Cycles, func(c praxisv1.WeeklyCycle) bool {
		return c.Spec.UtilityRef.Name == u.Name && string(c.Spec.Week) == week.Name
	})
	if next.Skipped || next.Planned {
		return next, nil
	}
	preview, err := PreviewWeek([]*plan.Programme{o.programmeOf(u)}, week.Name, now)
	if err != nil || len(preview.Utilities) == 0 {
		return nil, err
	}
	p := &preview.Utilities[0]
	next.Actions, next.Gaps = len(p.Actions), p.Gaps
	for _, m := range p.Members {
		person := NextPerson{Team: m.Team, Name: m.Name, Display: cmp.Or(m.DisplayName, m.Name), PlannedMinutes: m.PlannedMinutes, HoursMinutes: m.CapacityMinutes}
		for i := range p.Actions {
			if p.Actions[i].Team == m.Team && p.Actions[i].Member == m.Name {
				person.Actions++
			}
		}
		next.People = append(next.People, person)
	}
	return next, nil
}
