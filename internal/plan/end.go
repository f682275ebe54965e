// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"slices"
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
)

// checkEnd wants the last week of a goal to be one that there is.
func checkEnd(p *Programme) *Problem {
	end := p.Utility.Spec.End
	if end == nil {
		return nil
	}
	cal, err := cadence.New(p.Utility.Spec.Cadence)
	if err != nil {
		return nil // checkCadence came first
	}
	if _, err := cal.WeekNamed(string(end.Week)); err != nil {
		return problem(praxisv1.ReasonInvalidSpec, "spec.end.week: %v; name the last week that is worked", err).at("spec.end.week")
	}
	return nil
}

// LastWeek is the week that a goal ends with, or false where it ends with none.
func LastWeek(u *praxisv1.Utility, cal *cadence.Calendar) (cadence.Week, bool) {
	if u == nil || u.Spec.End == nil || cal == nil {
		return cadence.Week{}, false
	}
	last, err := cal.WeekNamed(string(u.Spec.End.Week))
	return last, err == nil
}

// AfterEnd reports whether a week comes after the last one of a goal.
func AfterEnd(u *praxisv1.Utility, cal *cadence.Calendar, w cadence.Week) bool {
	last, ends := LastWeek(u, cal)
	return ends && w.Number > last.Number
}

// Ended reports whether the last week of a goal is over and all its weeks are closed. A goal
// that has had no week has not ended: its end is wrong.
func Ended(u *praxisv1.Utility, cal *cadence.Calendar, cycles []praxisv1.WeeklyCycle, now time.Time) bool {
	last, ends := LastWeek(u, cal)
	if !ends || now.Before(last.EndsAt) || EndProblem(u, cal, cycles, now) != nil {
		return false
	}
	return !slices.ContainsFunc(cycles, func(c praxisv1.WeeklyCycle) bool { return !WeekClosed(&c) })
}

// EndProblem is what is wrong with an end that names a week of the past, or nil.
func EndProblem(u *praxisv1.Utility, cal *cadence.Calendar, cycles []praxisv1.WeeklyCycle, now time.Time) *Problem {
	last, ends := LastWeek(u, cal)
	if !ends {
		return nil
	}
	if latest := latestOf(cycles); latest != nil {
		if planned, err := cal.WeekNamed(string(latest.Spec.Week)); err == nil && planned.Number > last.Number {
			return problem(praxisv1.ReasonInvalidSpec, "spec.end.week %s is before %s, which has been planned; name that week or a later one", last.Name, planned.Name).at("spec.end.week")
		}
		return nil
	}
	if len(u.Status.History) == 0 && !now.Before(last.EndsAt) {
		return problem(praxisv1.ReasonInvalidSpec, "spec.end.week %s is over and the goal has had no week; name one to come, or delete the Utility", last.Name).at("spec.end.week")
	}
	return nil
}

// EndWords say how a goal ended. Example: "Ended: Achieved".
func EndWords(u *praxisv1.Utility) string { return fmt.Sprintf("Ended: %s", u.Spec.End.As) }
