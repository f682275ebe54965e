// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package review

import (
	"fmt"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

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

// item is a gap with whose it is, who can take it over, and what is proposed.
func (in Input) item(g praxisv1.Gap, ahead *span) praxisv1.AgendaItem {
	item := praxisv1.AgendaItem{Gap: g}
	a := in.action(g.Action)
	if a == nil {
		return item
	}
	item.Team, item.Candidates = a.Spec.Team, in.candidates(a, ahead)
	item.Proposed = in.proposal(a, g, len(item.Candidates) > 0)
	return item
}

func (in Input) action(name string) *praxisv1.Action {
	i := slices.IndexFunc(in.Actions, func(a praxisv1.Action) bool { return a.Name == name })
	if i < 0 {
		return nil
	}
	return &in.Actions[i]
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

// proposal is the decision that the plan suggests for a gap: at the end of a week what
// happens by default, in midweek what can still help. What nobody goes on with is for somebody
// else, where there is one; where there is none, nothing is proposed.
func (in Input) proposal(a *praxisv1.Action, g praxisv1.Gap, somebodyElse bool) praxisv1.ReviewDecision {
	decided := praxisv1.DecideReschedule
	if in.Review.Spec.Type == praxisv1.ReviewWeekly {
		decided = praxisv1.ReviewDecision(week.DispositionOf(a, plan.PlannedAs(in.Cycle, g.KeyAction), nil))
		if decided != praxisv1.DecideCarryOver {
			return decided
		}
	}
	switch g.Reason {
	case praxisv1.ReasonUnassigned, praxisv1.ReasonMemberLeft, praxisv1.ReasonMemberAway:
		if somebodyElse {
			return praxisv1.DecideReassign
		}
		return ""
	case praxisv1.ReasonAwaitingAcceptance, praxisv1.ReasonJudgeLate:
		if decided == praxisv1.DecideReschedule {
			return "" // it needs a verdict
		}
	case praxisv1.ReasonOverloaded:
		if decided == praxisv1.DecideReschedule {
			return praxisv1.DecideReassign
		}
	}
	return decided
}

// structural are the conditions that a Calibration looks at.
var structural = []string{
	praxisv1.ConditionStalled, praxisv1.ConditionEffective, praxisv1.ConditionFocused, praxisv1.ConditionCovered,
	praxisv1.ConditionCalibrated, praxisv1.ConditionActionable, praxisv1.ConditionFeasible,
}

// structureAgenda is what some conditions of the Utility and its KeyActions say is wrong.
func (in Input) structureAgenda(structural []string) []praxisv1.AgendaItem {
	var items []praxisv1.AgendaItem
	add := func(keyAction string, conditions []metav1.Condition) {
		for _, kind := range structural {
			for _, c := range conditions {
				wrong := c.Status == metav1.ConditionFalse
				if kind == praxisv1.ConditionStalled {
					wrong = c.Status == metav1.ConditionTrue
				}
				if c.Type == kind && wrong {
					items = append(items, praxisv1.AgendaItem{Gap: praxisv1.Gap{KeyAction: keyAction, Reason: c.Reason, Message: c.Message}})
				}
			}
		}
	}
	add("", in.Programme.Utility.Status.Conditions)
	for _, ka := range in.Programme.KeyActions {
		if !plan.IsGenerated(&ka) {
			add(ka.Name, ka.Status.Conditions)
		}
	}
	slices.SortStableFunc(items, func(a, b praxisv1.AgendaItem) int {
		switch {
		case a.KeyAction < b.KeyAction:
			return -1
		case a.KeyAction > b.KeyAction:
			return 1
		}
		return 0
	})
	return items
}
