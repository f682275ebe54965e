// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package week

import (
	"slices"
	"strings"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

// Decisions are those of a signed WeeklyReview, by the names of Actions; nil where onMiss decides.
type Decisions map[string]praxisv1.ActionDecision

// DispositionOf decides what becomes of an Action in a closed week: the decision of its Review,
// else onMiss; but an Action that was carried maxCarries times escalates instead of
// being carried again, whatever was decided.
func DispositionOf(a *praxisv1.Action, policy *praxisv1.PlannedKeyAction, decisions Decisions) Disposition {
	if Finished(a) || a.Spec.Dropped {
		return ""
	}
	if policy == nil {
		return praxisv1.MissEscalate
	}
	disposition := policy.OnMiss
	if d, ok := decisions[a.Name]; ok {
		switch d.Decision {
		case praxisv1.DecideDrop:
			disposition = praxisv1.MissDrop
		case praxisv1.DecideEscalate:
			disposition = praxisv1.MissEscalate
		default: // CarryOver; Reassign and Reschedule at the end of a week also carry it into the next
			disposition = praxisv1.MissCarryOver
		}
	}
	if disposition == praxisv1.MissCarryOver && a.Spec.Carries >= policy.MaxCarries {
		return praxisv1.MissEscalate
	}
	return disposition
}

// Leftovers are the Actions of a closed week that go on in the next. A part that was split off
// while the week closed has become no Action in it, and goes on as well.
func Leftovers(closed *praxisv1.WeeklyCycle, actions []praxisv1.Action, decisions Decisions) []plan.Leftover {
	var left []plan.Leftover
	actions = slices.Concat(actions, plan.Unmade(actions))
	for i := range actions {
		a := &actions[i]
		if DispositionOf(a, plan.PlannedAs(closed, a.Spec.KeyActionRef.Name), decisions) != praxisv1.MissCarryOver {
			continue
		}
		l := plan.Leftover{Action: a, Week: closed.Spec.Week, Remaining: a.Spec.Target - a.Status.Accepted}
		switch d := decisions[a.Name]; d.Decision {
		case praxisv1.DecideReassign:
			l.Member = d.Member
		case praxisv1.DecideReschedule:
			l.DueAt = d.DueAt
		}
		left = append(left, l)
	}
	return left
}

// Escalated are the Actions of a closed week that were not carried into the next and need
// somebody's attention first, by name; among them those that it had no place for.
func Escalated(closed, next *praxisv1.WeeklyCycle, actions []praxisv1.Action, decisions Decisions) []*praxisv1.Action {
	carriedAll := next.Status.Plan == nil || next.Status.Plan.CarriedFrom != closed.Name
	var escalated []*praxisv1.Action
	for i := range actions {
		name := actions[i].Spec.KeyActionRef.Name
		switch DispositionOf(&actions[i], plan.PlannedAs(closed, name), decisions) {
		case praxisv1.MissEscalate:
			escalated = append(escalated, &actions[i])
		case praxisv1.MissCarryOver:
			if !carriedAll && plan.PlannedAs(next, name) == nil {
				escalated = append(escalated, &actions[i])
			}
		}
	}
	slices.SortFunc(escalated, func(a, b *praxisv1.Action) int { return strings.Compare(a.Name, b.Name) })
	return escalated
}
