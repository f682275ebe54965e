// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package review

import (
	"fmt"
	"slices"
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/evidence"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/text"
	"github.com/praxis-dev/praxis/internal/week"
)

const maxAgenda = 50

// Agenda is what a Review looks at, the most important first: what the Review before decided and
// could not be carried out, what was escalated to it, unfinished key Actions and gaps of its week; for a quarter what it came to; and for a quarter
// and the one page, what the conditions of the Utility and its KeyActions say is wrong.
func (in Input) Agenda(now time.Time) []praxisv1.AgendaItem {
	var items []praxisv1.AgendaItem
	switch {
	case in.ofAWeek():
		items = in.weekAgenda(now)
	case isOfAQuarter(in.Review):
		items = in.quarterAgenda()
	default:
		items = in.structureAgenda(structural)
	}
	return items[:min(len(items), maxAgenda)]
}

// AgendaChanges is the next instant at which the agenda of a week can change by itself, since
// more is due then; zero is never.
func (in Input) AgendaChanges(now time.Time) time.Time {
	if !in.ofAWeek() || in.Cycle == nil || in.Cycle.Status.Plan == nil {
		return time.Time{}
	}
	next := in.figures(now).Next
	if dates, err := plan.WeekOfCycle(in.Cycle); err == nil && now.Before(dates.EndsAt) {
		next = week.Soonest(next, plan.NextDay(dates, now)) // then others are away for the rest of the week
	}
	return next
}

func (in Input) figures(now time.Time) week.Figures {
	work := week.WorkOf(in.Cycle, in.Cycle.Status.Plan, in.Programme, in.Actions, now)
	work.Overloaded = in.Overloaded
	work.JudgesOf = evidence.JudgesOf(in.Cycle.Status.Plan, in.Programme, in.Actions, nil)
	return week.Judge(work, now)
}

func (in Input) weekAgenda(now time.Time) []praxisv1.AgendaItem {
	if in.Cycle == nil || in.Cycle.Status.Plan == nil {
		return nil
	}
	ahead := in.ahead(now)
	items := in.undone(ahead)
	listed := map[string]bool{}
	for i := range items {
		listed[items[i].Action] = true
	}
	for _, a := range in.Escalated {
		// Nothing is proposed, since no decision is possible on an Action of another week.
		items = append(items, praxisv1.AgendaItem{Team: a.Spec.Team, Gap: praxisv1.Gap{
			Action: a.Name, KeyAction: a.Spec.KeyActionRef.Name, Tier: a.Spec.Tier, Reason: praxisv1.ReasonMissed,
			Message: text.Clip(fmt.Sprintf("Escalated after %d carries: %d of %d are still open; change the plan or the people", a.Spec.Carries, a.Spec.Target-a.Status.Accepted, a.Spec.Target), text.MaxMessage),
		}})
	}
	open := in.figures(now).Open
	var rest []praxisv1.AgendaItem
	for _, g := range append(open, in.withoutAnybody(open, ahead)...) {
		if g.Action != "" && listed[g.Action] {
			continue
		}
		listed[g.Action] = true
		rest = append(rest, in.item(in.whyGone(g, ahead), ahead))
	}
	if in.Review.Spec.Type == praxisv1.ReviewWeekly {
		// They need a decision even if the first gap is another one, so they are not cut off.
		for _, a := range unfinishedKey(in.Actions) {
			if !listed[a.Name] {
				g := praxisv1.Gap{
					Action: a.Name, KeyAction: a.Spec.KeyActionRef.Name, Tier: a.Spec.Tier, Reason: week.State(a, "", false, now),
					Message: text.Clip(fmt.Sprintf("%d of %d of %s are accepted; decide what becomes of the rest", a.Status.Accepted, a.Spec.Target, a.Spec.Step), text.MaxMessage),
				}
				rest = append(rest, in.item(in.whyGone(g, ahead), ahead))
			}
		}
		rest = keepKey(rest, maxAgenda-len(items))
	}
	items = append(items, rest...)
	return items[:min(len(items), maxAgenda)]
}

// keepKey drops items that are not of the key tier, from the end, until the agenda fits.
func keepKey(items []praxisv1.AgendaItem, most int) []praxisv1.AgendaItem {
	for i := len(items) - 1; i >= 0 && len(items) > max(0, most); i-- {
		if items[i].Tier != praxisv1.TierKey {
			items = slices.Delete(items, i, i+1)
		}
	}
	return items
}
