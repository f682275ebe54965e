// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"cmp"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
)

// defaultGraceHours is the schema's, for objects that no API server has seen.
const defaultGraceHours = 48

// NextCycle is the cycle that a sound Utility needs at an instant and does not have,
// or nil, and when to ask again if nothing else changes.
//
// Weeks that passed while the operator was down are not planned afterwards. A clock that is
// set back makes no week twice either: nothing starts before the end of the latest.
func NextCycle(p *Programme, cal *cadence.Calendar, cycles []praxisv1.WeeklyCycle, now time.Time) (*praxisv1.WeeklyCycle, time.Time) {
	latest := latestOf(cycles)
	week := cal.WeekOf(now)
	if latest != nil {
		if now.Before(latest.Spec.EndsAt.Time) {
			return nil, latest.Spec.EndsAt.Time
		}
		week = cal.OpenAt(now, string(latest.Spec.Week), latest.Spec.EndsAt.Time)
	}
	if p.Utility.Spec.Suspend || len(p.Within) == 0 || cal.Skips(week) || AfterEnd(p.Utility, cal, week) {
		return nil, week.EndsAt
	}
	return newCycle(p.Utility, cal, week, latest, now), week.EndsAt
}

func newCycle(u *praxisv1.Utility, cal *cadence.Calendar, week cadence.Week, latest *praxisv1.WeeklyCycle, now time.Time) *praxisv1.WeeklyCycle {
	// The API keeps whole seconds, and the instant that is planned from must be the one that
	// is read back.
	plannedAt := now.UTC().Truncate(time.Second)
	grace := time.Duration(*cmp.Or(u.Spec.Cadence.GraceHours, new(int32(defaultGraceHours)))) * time.Hour
	cycle := &praxisv1.WeeklyCycle{
		ObjectMeta: metav1.ObjectMeta{
			Name: CycleName(u.Name, week), Namespace: u.Namespace,
			Labels: CycleLabels(u.Name, week.Name),
		},
		Spec: praxisv1.WeeklyCycleSpec{
			UtilityRef: praxisv1.LocalReference{Name: u.Name}, Week: praxisv1.Week(week.Name), TimeZone: u.Spec.Cadence.TimeZone,
			StartsAt: metav1.NewTime(week.StartsAt.UTC()), MidweekAt: metav1.NewTime(week.MidweekAt.UTC()),
			ReviewAt: metav1.NewTime(week.ReviewAt.UTC()), EndsAt: metav1.NewTime(week.EndsAt.UTC()),
			GraceEndsAt: metav1.NewTime(week.EndsAt.Add(grace).UTC()),
			PlannedAt:   metav1.NewTime(plannedAt), PlannedFrom: metav1.NewTime(plannedAt),
			WorkDays: slices.Clone(u.Spec.Cadence.WorkDays), Holidays: week.Holidays(),
		},
	}
	if latest != nil {
		cycle.Spec.Previous = latest.Name
		if string(latest.Spec.Week) == cal.PreviousWorked(week).Name {
			// The previous week was worked, so this one is planned whole, however late.
			cycle.Spec.PlannedFrom = cycle.Spec.StartsAt
		}
	}
	return cycle
}

// CycleLabels are the labels of a week of a Utility.
func CycleLabels(utility, week string) map[string]string {
	return map[string]string{praxisv1.LabelUtility: LabelValue(utility), praxisv1.LabelWeek: week}
}

// WeekOfCycle is the week of a cycle as it was recorded, whatever the cadence says today.
func WeekOfCycle(cycle *praxisv1.WeeklyCycle) (cadence.Week, error) {
	return cadence.Restore(cycle.Spec.TimeZone, cadence.Week{
		Name: string(cycle.Spec.Week), StartsAt: cycle.Spec.StartsAt.Time, MidweekAt: cycle.Spec.MidweekAt.Time,
		ReviewAt: cycle.Spec.ReviewAt.Time, EndsAt: cycle.Spec.EndsAt.Time,
	}, cycle.Spec.WorkDays, cycle.Spec.Holidays)
}
