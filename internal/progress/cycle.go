// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package progress

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

const maxGaps = 10 // in the status of a cycle

// CycleInput is what the status of a WeeklyCycle is decided from.
type CycleInput struct {
	Cycle *praxisv1.WeeklyCycle
	// Plan is the frozen plan as it stands after this pass.
	Plan *praxisv1.WeekPlan
	// Planned tells whether every Action of the plan has been made.
	Planned bool
	// Actions of the cycle, those made in this pass included.
	Actions []praxisv1.Action
	// PlanGaps are what the planner could not plan: KeyActions that are Stalled,
	// steps that nobody does.
	PlanGaps []plan.Gap
	// Overloaded tells whether a member has more than the capacity of the week.
	Overloaded func(team, member string) bool
	// Midweek and Weekly are the week's Reviews; nil where there are none.
	Midweek, Weekly *praxisv1.Review
	// Objects are what the decisions of a Review are checked against.
	Objects plan.Objects
	// Evidence of the week's Actions.
	Evidence []praxisv1.Evidence
	// Unjudged tells that a piece of evidence has not been looked at yet, which may be
	// for this week.
	Unjudged bool
	// PreviousRoot is the evidence root of the week before; empty where there is none.
	PreviousRoot string
	// CarryPending tells that the week before has still to close and hand over.
	CarryPending bool
	// Problem keeps the cycle from being made; nil in ordinary weeks.
	Problem *plan.Problem
}

// Closed tells whether a week counts nothing more.
func Closed(cycle *praxisv1.WeeklyCycle) bool {
	return meta.IsStatusConditionTrue(cycle.Status.Conditions, praxisv1.ConditionClosed)
}

// Planned tells whether every Action of a week was made once.
func Planned(cycle *praxisv1.WeeklyCycle) bool {
	return meta.IsStatusConditionTrue(cycle.Status.Conditions, praxisv1.ConditionPlanned)
}

// Running tells whether an instant lies in a week.
func Running(cycle *praxisv1.WeeklyCycle, now time.Time) bool {
	return !now.Before(cycle.Spec.StartsAt.Time) && now.Before(cycle.Spec.EndsAt.Time)
}

// Latest is the planned cycle that started last, or nil. Utility, KeyActions and
// Teams take their figures from it, so that a week that is only being planned
// shows nowhere by halves.
func Latest(cycles []praxisv1.WeeklyCycle) *praxisv1.WeeklyCycle {
	var latest *praxisv1.WeeklyCycle
	for i := range cycles {
		if c := &cycles[i]; Planned(c) && (latest == nil || c.Spec.StartsAt.After(latest.Spec.StartsAt.Time)) {
			latest = c
		}
	}
	return latest
}

// LatestRunning is the latest planned cycle where its week still runs, or nil.
func LatestRunning(cycles []praxisv1.WeeklyCycle, now time.Time) *praxisv1.WeeklyCycle {
	if latest := Latest(cycles); latest != nil && Running(latest, now) {
		return latest
	}
	return nil
}

// BeingPlanned tells whether the running week waits for its plan, and nobody has to
// mend anything first.
func BeingPlanned(cycles []praxisv1.WeeklyCycle, now time.Time) bool {
	return slices.ContainsFunc(cycles, func(c praxisv1.WeeklyCycle) bool {
		return Running(&c, now) && !Planned(&c) && !meta.IsStatusConditionTrue(c.Status.Conditions, praxisv1.ConditionStalled)
	})
}

// HasWork tells whether the running week has Actions of a KeyAction.
func HasWork(cycles []praxisv1.WeeklyCycle, keyAction string, now time.Time) bool {
	return slices.ContainsFunc(cycles, func(c praxisv1.WeeklyCycle) bool {
		entry := plan.PlannedAs(&c, keyAction)
		return Running(&c, now) && entry != nil && entry.Actions > 0
	})
}

// CurrentWeeks are the latest planned weeks of each Utility that are not closed.
func CurrentWeeks(cycles []praxisv1.WeeklyCycle) []*praxisv1.WeeklyCycle {
	byUtility := map[string][]praxisv1.WeeklyCycle{}
	for i := range cycles {
		name := cycles[i].Spec.UtilityRef.Name
		byUtility[name] = append(byUtility[name], cycles[i])
	}
	var current []*praxisv1.WeeklyCycle
	for _, name := range slices.Sorted(maps.Keys(byUtility)) {
		if latest := Latest(byUtility[name]); latest != nil && !Closed(latest) {
			current = append(current, latest)
		}
	}
	return current
}

// Cycle decides the status of a week, and the next instant at which it can change
// by itself (zero: never again).
func Cycle(in CycleInput, now time.Time) (praxisv1.WeeklyCycleStatus, time.Time) {
	status := *in.Cycle.Status.DeepCopy()
	spec := &in.Cycle.Spec
	c := begin(&status.ConditionedStatus, in.Cycle.Generation, now)
	c.ready(in.Problem, praxisv1.ReasonReconciled, fmt.Sprintf("Week %s is understood", spec.Week))
	if !in.Planned && now.Before(spec.GraceEndsAt.Time) {
		c.setFalse(praxisv1.ConditionPlanned, praxisv1.ReasonPlanning, "The Actions of the week are being made")
		c.setFalse(praxisv1.ConditionClosed, praxisv1.ReasonOpen, fmt.Sprintf("Open until %s", stamp(spec.GraceEndsAt.Time)))
		status.Summary = summarize(unplannedSummary(in.Problem))
		return status, nextBoundary(now, spec.EndsAt.Time, spec.GraceEndsAt.Time)
	}
	if in.Plan == nil {
		in.Plan = plan.Record(nil, nil, spec.PlannedAt.Time) // nobody could plan the week
	}
	reviewed := in.reviewed(now)
	over := !now.Before(spec.GraceEndsAt.Time) || reviewed && !now.Before(spec.EndsAt.Time)
	closing := over && !in.CarryPending && in.settled()
	work := Work{Plan: in.Plan, Actions: in.Actions, Overloaded: in.Overloaded, Closing: closing}
	if closing {
		work.Decisions = DecisionsOf(in.Weekly)
	}
	figures := Judge(work, now)
	figures.Gaps = append(figures.Gaps, plannerGaps(in.PlanGaps, in.Plan)...)

	status.Plan, status.Counts, status.Delivery = in.Plan, &figures.Counts, figures.Delivery
	status.KeyActions, status.Tiers = figures.KeyActions, figures.Tiers
	status.Gaps = figures.Gaps[:min(len(figures.Gaps), maxGaps)]
	c.setTrue(praxisv1.ConditionPlanned, praxisv1.ReasonPlanned, fmt.Sprintf("%s: %s", spec.Week, plannedMessage(in.Plan)))
	c.set(praxisv1.ConditionOnTrack, figures.Verdict.status, figures.Verdict.reason, onTrackMessage(string(spec.Week), figures.Delivery, figures.Verdict, firstMessage(figures.Gaps)))
	in.tellReviews(c, &status, reviewed, closing, now)
	status.Summary = summarize(cycleSummary(in.Plan, figures))
	if closing {
		in.close(&status, work.Decisions != nil)
		c.setTrue(praxisv1.ConditionClosed, praxisv1.ReasonClosed, fmt.Sprintf("%s: %s", spec.Week, closedMessage(figures.Counts)))
		status.Summary = summarize("Closed: " + closedMessage(figures.Counts))
		return status, time.Time{}
	}
	c.setFalse(praxisv1.ConditionClosed, praxisv1.ReasonOpen, fmt.Sprintf("Open until %s", stamp(spec.GraceEndsAt.Time)))
	if over {
		// What has come in is still being counted, or the week before has yet to close.
		return status, now.Add(settlingTime)
	}
	return status, nextBoundary(now, figures.NextDue, spec.MidweekAt.Time, spec.ReviewAt.Time, spec.EndsAt.Time, spec.GraceEndsAt.Time)
}

func unplannedSummary(problem *plan.Problem) string {
	if problem != nil {
		return problem.Message
	}
	return "Being planned"
}

func nextBoundary(now time.Time, instants ...time.Time) time.Time {
	var next time.Time
	for _, at := range instants {
		if at.After(now) {
			next = Soonest(next, at)
		}
	}
	return next
}

// stamp is an instant as messages show it, in its own zone.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 MST") }

// actionCount is a number of Actions in words.
func actionCount(n int32) string {
	if n == 1 {
		return "1 Action"
	}
	return fmt.Sprintf("%d Actions", n)
}

func plannedMessage(p *praxisv1.WeekPlan) string {
	text := fmt.Sprintf("%s of %d KeyActions, %s of work, %d units", actionCount(p.Actions), len(p.KeyActions), plan.FormatMinutes(p.Hours), p.Units)
	if p.Carried > 0 {
		text += fmt.Sprintf("; %d carried over", p.Carried)
	}
	return text
}

func closedMessage(counts praxisv1.ActionCounts) string {
	return fmt.Sprintf("%d accepted, %d carried over, %d missed, %d dropped", counts.Accepted, counts.CarriedOver, counts.Missed, counts.Dropped)
}

func cycleSummary(p *praxisv1.WeekPlan, f Figures) string {
	switch {
	case p.Actions+p.Carried == 0:
		return "Nothing is planned for anybody this week"
	case f.Verdict.reason == praxisv1.ReasonNotDue && len(f.Gaps) == 0:
		if p.Carried > 0 {
			return fmt.Sprintf("%s and %d carried over, %s, none due yet", actionCount(p.Actions), p.Carried, plan.FormatMinutes(p.Hours))
		}
		return fmt.Sprintf("%s planned, %s of work, none due yet", actionCount(p.Actions), plan.FormatMinutes(p.Hours))
	case len(f.Gaps) > 0 && f.Verdict.status == metav1.ConditionFalse:
		return fmt.Sprintf("%d points behind; first gap: %s", -f.Delivery.Deviation, gapName(f.Gaps[0]))
	case len(f.Gaps) > 0:
		return "Within tolerance; first gap: " + gapName(f.Gaps[0])
	}
	return fmt.Sprintf("%d of %d Actions accepted, none behind", f.Counts.Accepted, p.Actions+p.Carried)
}

// gapName is short: the step and whose it is, or the KeyAction.
func gapName(g praxisv1.Gap) string {
	if parts := strings.Split(g.Action, "."); len(parts) >= 4 {
		return parts[2] + " of " + parts[3]
	}
	return g.KeyAction + " " + g.Reason
}

func firstMessage(gaps []praxisv1.Gap) string {
	if len(gaps) == 0 {
		return ""
	}
	return gaps[0].Message
}

// onTrackMessage explains a verdict and, where work is behind, what to look at first.
func onTrackMessage(name string, d praxisv1.Delivery, v verdict, firstGap string) string {
	switch v.reason {
	case praxisv1.ReasonNothingPlanned:
		return fmt.Sprintf("Nothing is planned in %s; look at the gaps of the week", name)
	case praxisv1.ReasonNotDue:
		return fmt.Sprintf("Nothing is due yet in %s", name)
	case praxisv1.ReasonAwaitingAcceptance:
		return fmt.Sprintf("%s: the work is in, %d%% of %d%% accepted; a reviewer judges what is pending", name, d.ProgressPercent, d.ExpectedPercent)
	}
	text := fmt.Sprintf("%s: %d%% accepted of %d%% due", name, d.ProgressPercent, d.ExpectedPercent)
	if firstGap != "" {
		text += "; " + firstGap
	}
	return text
}

// plannerGaps are KeyActions that could not be planned, as gaps of the week. Steps
// that nobody does are in the frozen plan; warnings and loads have conditions of
// their own; and what joined the plan is past mending this week.
func plannerGaps(found []plan.Gap, frozen *praxisv1.WeekPlan) []praxisv1.Gap {
	notOfTheWeek := []string{praxisv1.ReasonAbstractVerb, praxisv1.ReasonNoKeyStep, praxisv1.ReasonOverCapacity}
	var gaps []praxisv1.Gap
	for _, g := range found {
		planned := slices.ContainsFunc(frozen.KeyActions, func(p praxisv1.PlannedKeyAction) bool { return p.Name == g.KeyAction })
		if g.KeyAction == "" || g.Step != "" || planned || slices.Contains(notOfTheWeek, g.Reason) {
			continue
		}
		gaps = append(gaps, praxisv1.Gap{KeyAction: g.KeyAction, Reason: g.Reason, Message: clip(g.Message, maxMessage)})
	}
	return gaps
}
