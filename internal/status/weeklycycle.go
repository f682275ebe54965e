// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/evidence"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/review"
	"github.com/praxis-dev/praxis/internal/text"
	"github.com/praxis-dev/praxis/internal/week"
)

const maxGaps = 10

// ForWeeklyCycle decides the status of a week, and the next instant at which it can change
// by itself (zero: never again).
func ForWeeklyCycle(in WeeklyCycleInput, now time.Time) (praxisv1.WeeklyCycleStatus, time.Time) {
	status := *in.Cycle.Status.DeepCopy()
	spec := &in.Cycle.Spec
	status.DecidedBy = "" // until it is closed
	c := begin(&status.ConditionedStatus, in.Cycle.Generation, now, ofWeeklyCycle)
	c.ready(in.Problem, praxisv1.ReasonReconciled, fmt.Sprintf("Week %s is understood", spec.Week))
	if !in.Planned && now.Before(spec.GraceEndsAt.Time) {
		c.setFalse(praxisv1.ConditionPlanned, praxisv1.ReasonPlanning, "The Actions of the week are being made")
		c.setFalse(praxisv1.ConditionClosed, praxisv1.ReasonOpen, fmt.Sprintf("Open until %s", text.Instant(spec.GraceEndsAt.Time)))
		status.Summary = summarize(unplannedSummary(in.Problem))
		return status, nextBoundary(now, spec.EndsAt.Time, spec.GraceEndsAt.Time)
	}
	if in.Plan == nil {
		in.Plan = plan.Record(nil, nil, spec.PlannedAt.Time) // the week could not be planned
	}
	p := &weeklyCyclePass{WeeklyCycleInput: in, conditions: c, status: &status, now: now}
	p.reviewed = in.reviewed(now)
	over := !now.Before(spec.GraceEndsAt.Time) || p.reviewed && !now.Before(spec.EndsAt.Time)
	begins := over && !in.CarryPending && status.ClosingAt == nil
	if begins {
		status.ClosingAt = new(metav1.NewTime(now.Truncate(time.Second)))
	}
	p.closing = status.ClosingAt != nil
	p.closes = p.closing && !begins && in.Root != nil && in.Settled()
	work := week.WorkOf(in.Cycle, in.Plan, in.Programme, in.Actions, now)
	work.Overloaded, work.Closing = in.Overloaded, p.closes
	work.JudgesOf = evidence.JudgesOf(in.Plan, in.Programme, in.Actions, in.Evidence)
	if p.closes {
		work.Decisions = review.DecisionsOf(in.Weekly)
	}
	p.figures = week.Judge(work, now)
	p.figures.Gaps = append(p.figures.Gaps, plannerGaps(in.PlanGaps, in.Plan)...)

	status.Plan, status.Counts, status.Delivery = in.Plan, &p.figures.Counts, p.figures.Delivery
	status.KeyActions, status.Tiers = p.figures.KeyActions, p.figures.Tiers
	status.Gaps = p.figures.Gaps[:min(len(p.figures.Gaps), maxGaps)]
	status.Reviews, status.MissingTeams = in.reviewNames(), in.missingTeams()
	for _, d := range weeklyCycleDecisions {
		d.decide(p)
	}
	switch {
	case p.closes:
		in.close(&status, work.Decisions != nil)
		status.Summary = summarize("Closed: " + closedMessage(p.figures.Counts))
		return status, time.Time{}
	case begins:
		status.Summary = summarize(closingSummary)
		return status, now // what has come in may be counted already
	case p.closing:
		status.Summary = summarize(closingSummary)
		return status, time.Time{} // what is counted brings it back
	case over:
		status.Summary = summarize(weeklyCycleSummary(in.Plan, p.figures, in.Actions))
		return status, time.Time{} // the week before brings it back when it closes
	}
	status.Summary = summarize(weeklyCycleSummary(in.Plan, p.figures, in.Actions))
	return status, nextBoundary(now, p.figures.Next, p.nextDay(), spec.MidweekAt.Time, spec.ReviewAt.Time, spec.EndsAt.Time, spec.GraceEndsAt.Time)
}

// weeklyCycleDecisions are all the decisions beyond Ready for a planned week; none depends on
// another.
var weeklyCycleDecisions = []struct {
	condition string
	decide    func(*weeklyCyclePass)
}{
	{praxisv1.ConditionPlanned, (*weeklyCyclePass).planned},
	{praxisv1.ConditionOnTrack, (*weeklyCyclePass).onTrack},
	{praxisv1.ConditionMidweekChecked, (*weeklyCyclePass).midweekChecked},
	{praxisv1.ConditionReviewed, (*weeklyCyclePass).weekReviewed},
	{praxisv1.ConditionClosed, (*weeklyCyclePass).closed},
}

func (p *weeklyCyclePass) planned() {
	p.setTrue(praxisv1.ConditionPlanned, praxisv1.ReasonPlanned, fmt.Sprintf("%s: %s", p.Cycle.Spec.Week, plannedMessage(p.Plan)))
}

func (p *weeklyCyclePass) onTrack() {
	v := p.figures.Verdict
	p.set(praxisv1.ConditionOnTrack, v.Status, v.Reason, onTrackMessage(string(p.Cycle.Spec.Week), p.figures.Delivery, v, firstGap(v, p.figures.Gaps).Message))
}

func (p *weeklyCyclePass) closed() {
	switch {
	case p.closes:
		p.setTrue(praxisv1.ConditionClosed, praxisv1.ReasonClosed, fmt.Sprintf("%s: %s", p.Cycle.Spec.Week, closedMessage(p.figures.Counts)))
	case p.closing:
		p.setFalse(praxisv1.ConditionClosed, praxisv1.ReasonClosing, fmt.Sprintf("What came in until %s is being counted", text.Instant(p.status.ClosingAt.Time)))
	default:
		p.setFalse(praxisv1.ConditionClosed, praxisv1.ReasonOpen, fmt.Sprintf("Open until %s", text.Instant(p.Cycle.Spec.GraceEndsAt.Time)))
	}
}

// nextDay is when the next day of the week begins: who is away then may leave work behind that
// is missing.
func (p *weeklyCyclePass) nextDay() time.Time {
	dates, err := plan.WeekOfCycle(p.Cycle)
	if err != nil || p.Programme == nil || !p.now.Before(dates.EndsAt) || !p.Programme.SomebodyIsAway(dates) {
		return time.Time{}
	}
	return plan.NextDay(dates, p.now)
}

// plannerGaps are KeyActions that could not be planned, as gaps of the week. Steps that
// nobody does are in the frozen plan; warnings and loads have conditions of their own; and a
// KeyAction already in the plan can no longer be fixed this week.
func plannerGaps(found []plan.Gap, frozen *praxisv1.WeekPlan) []praxisv1.Gap {
	notOfTheWeek := []string{praxisv1.ReasonAbstractVerb, praxisv1.ReasonNoKeyStep, praxisv1.ReasonOverCapacity}
	var gaps []praxisv1.Gap
	for _, g := range found {
		planned := slices.ContainsFunc(frozen.KeyActions, func(p praxisv1.PlannedKeyAction) bool { return p.Name == g.KeyAction })
		if g.KeyAction == "" || g.Step != "" || planned || slices.Contains(notOfTheWeek, g.Reason) {
			continue
		}
		gaps = append(gaps, praxisv1.Gap{KeyAction: g.KeyAction, Reason: g.Reason, Message: text.Clip(g.Message, text.MaxMessage)})
	}
	if plan.Full(frozen) {
		gaps = append(gaps, praxisv1.Gap{Reason: praxisv1.ReasonTooManyKeyActions, Message: fmt.Sprintf("The week holds %d KeyActions and takes no more; what is new is planned from the next week on", len(frozen.KeyActions))})
	}
	return gaps
}
