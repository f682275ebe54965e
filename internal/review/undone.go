// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package review

import (
	"fmt"
	"slices"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/text"
	"github.com/praxis-dev/praxis/internal/week"
)

// A decision that has become impossible by the time it is carried out keeps no Review open,
// since nobody can write into one that is signed. It stands first on the agenda of the next
// Review of a week, to be decided anew.

// Before is the name of the Review whose decisions the next one of a week takes up: of a
// WeeklyReview the MidweekCheck, and of that the WeeklyReview of the week before; of both the
// latter in a week that was planned too late for a MidweekCheck. It is empty where there is none.
func Before(r *praxisv1.Review, cycle *praxisv1.WeeklyCycle) string {
	switch {
	case !IsOfAWeek(r):
		return ""
	case r.Spec.Type == praxisv1.ReviewWeekly && !cycle.Spec.MidweekAt.Time.Before(cycle.Spec.PlannedAt.Time):
		return MidweekName(cycle.Name)
	case cycle.Spec.Previous != "":
		return WeeklyName(cycle.Spec.Previous)
	}
	return ""
}

// undone are the decisions of the Review before that were not carried out, of what is still
// open, in their order.
func (in Input) undone(ahead *span) []praxisv1.AgendaItem {
	earlier := in.Earlier
	if earlier == nil || !Signed(earlier) {
		return nil
	}
	var items []praxisv1.AgendaItem
	for i := range earlier.Spec.Decisions {
		d := &earlier.Spec.Decisions[i]
		a, why := in.action(d.Action), ""
		switch {
		case earlier.Spec.Type == praxisv1.ReviewMidweekCheck:
			why = in.whyUndone(earlier, d, a)
		default:
			if a = in.carriedFrom(d.Action); a != nil {
				why = whyCarriedOtherwise(in.Programme, d, a)
			}
		}
		if why == "" {
			continue
		}
		g := praxisv1.Gap{Reason: praxisv1.ReasonNotCarriedOut, Message: text.Clip(fmt.Sprintf("%s, decided in %s, %s", d.Decision, earlier.Name, why), text.MaxMessage)}
		if a != nil {
			g.Action, g.KeyAction, g.Tier = a.Name, a.Spec.KeyActionRef.Name, a.Spec.Tier
		}
		item := in.item(g, ahead)
		if a != nil && d.Decision == praxisv1.DecideReassign && len(item.Candidates) > 0 {
			item.Proposed = praxisv1.DecideReassign
		}
		items = append(items, item)
	}
	return items
}

// whyUndone says why a MidweekCheck that is complete has not changed an Action of the week;
// empty if it has, or if nothing of it is left to decide on. What has become possible since
// stays undone, as nobody looks at a complete Review again.
func (in Input) whyUndone(check *praxisv1.Review, d *praxisv1.ActionDecision, a *praxisv1.Action) string {
	if !Completed(check) || a != nil && (carriedOut(a, check.Name) || a.Spec.Dropped || week.Finished(a)) {
		return ""
	}
	if why := WhyInvalid(in.Programme, check, in.Cycle, in.Actions, d); why != "" {
		return notPossible + why
	}
	return "was not possible then, and is by now; decide anew"
}

const notPossible = "was not possible: "

// carriedFrom is the Action of the week that goes on with one of the week before, or nil.
func (in Input) carriedFrom(name string) *praxisv1.Action {
	i := slices.IndexFunc(in.Actions, func(a praxisv1.Action) bool { return a.Spec.CarriedFrom == name })
	if i < 0 {
		return nil
	}
	return &in.Actions[i]
}

// whyCarriedOtherwise says why an Action was carried over otherwise than its Review decided;
// empty if it was not, or once somebody has decided anew.
func whyCarriedOtherwise(p *plan.Programme, d *praxisv1.ActionDecision, a *praxisv1.Action) string {
	if len(a.Spec.Amendments) > 0 || a.Spec.Dropped || week.Finished(a) {
		return ""
	}
	switch {
	case d.Decision == praxisv1.DecideReassign && a.Spec.Member != d.Member:
		if team := p.TeamOf(a); team != nil {
			return fmt.Sprintf(notPossible+"%s was not in Team %s", d.Member, team.Name)
		}
		return fmt.Sprintf(notPossible+"there was no Team %s", a.Spec.Team)
	case d.Decision == praxisv1.DecideReschedule && d.DueAt != nil && !slices.ContainsFunc(a.Spec.Occurrences, func(o praxisv1.Occurrence) bool { return o.DueAt.Equal(d.DueAt) }):
		return fmt.Sprintf(notPossible+"%s was not ahead in the next week", text.Instant(d.DueAt.Time))
	}
	return ""
}
