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
	"github.com/praxis-dev/praxis/internal/review"
	"github.com/praxis-dev/praxis/internal/text"
)

// reviewed reports whether the weekly Review is complete. It is decided from the Review's
// spec, so that a signature counts at once, before the Review's status shows it.
func (in WeeklyCycleInput) reviewed(now time.Time) bool {
	if in.Weekly == nil {
		return false
	}
	cycle := *in.Cycle
	cycle.Status.Plan = in.Plan
	rev := review.Input{Review: in.Weekly, Programme: in.Programme, Cycle: &cycle, Actions: in.Actions, Overloaded: in.Overloaded, Escalated: in.Escalated}
	reason, _ := rev.Lacks(now)
	return review.Completed(in.Weekly) || reason == "" && review.Signed(in.Weekly)
}

// Settled reports whether all that came in for the week is counted: each piece says what
// follows from its verdict, and each Action what its pieces come to. A week closes on figures
// that its evidence bears out.
func (in WeeklyCycleInput) Settled() bool {
	if in.Awaited {
		return false
	}
	byAction := map[string][]praxisv1.Evidence{}
	for i := range in.Evidence {
		e := &in.Evidence[i]
		if !evidence.Reflects(e) {
			return false
		}
		byAction[evidence.ActionOf(e)] = append(byAction[evidence.ActionOf(e)], *e)
	}
	return !slices.ContainsFunc(in.Actions, func(a praxisv1.Action) bool { return !evidence.Settled(&a, byAction[a.Name]) })
}

// close records the results of the week, for good.
func (in WeeklyCycleInput) close(status *praxisv1.WeeklyCycleStatus, decided bool) {
	status.DecidedBy = ""
	if decided {
		status.DecidedBy = in.Weekly.Name
	}
	status.Evidence = in.Root
}

// reviewNames are the names of the week's Reviews.
func (in WeeklyCycleInput) reviewNames() []string {
	var names []string
	for _, r := range []*praxisv1.Review{in.Midweek, in.Weekly} {
		if r != nil {
			names = append(names, r.Name)
		}
	}
	return names
}

// missingTeams are those of the plan that are not in the namespace. The admission policies ask
// the plan about the work of these, since there is no Team that they could ask.
func (in WeeklyCycleInput) missingTeams() []string {
	var names []string
	for _, t := range in.Plan.Teams {
		if in.Programme != nil && in.Programme.Teams[t.Name] == nil {
			names = append(names, t.Name)
		}
	}
	return names
}

func (p *weeklyCyclePass) midweekChecked() {
	spec := &p.Cycle.Spec
	switch {
	case p.Midweek == nil:
		p.setFalse(praxisv1.ConditionMidweekChecked, praxisv1.ReasonNotYet, p.noReview("midweek", "check", spec.MidweekAt))
	case review.Completed(p.Midweek):
		p.setTrue(praxisv1.ConditionMidweekChecked, praxisv1.ReasonChecked, "The midweek check is signed")
	case p.now.Before(spec.ReviewAt.Time):
		p.setFalse(praxisv1.ConditionMidweekChecked, praxisv1.ReasonNotYet, fmt.Sprintf("The midweek check is from %s to %s", text.Instant(spec.MidweekAt.Time), text.Instant(spec.ReviewAt.Time)))
	default:
		p.setFalse(praxisv1.ConditionMidweekChecked, praxisv1.ReasonReviewMissed, fmt.Sprintf("Nobody signed %s until %s", p.Midweek.Name, text.Instant(spec.ReviewAt.Time)))
	}
}

func (p *weeklyCyclePass) weekReviewed() {
	spec := &p.Cycle.Spec
	switch {
	case p.reviewed:
		p.setTrue(praxisv1.ConditionReviewed, praxisv1.ReasonSignedOff, "The review is signed")
	case p.Weekly == nil:
		p.setFalse(praxisv1.ConditionReviewed, praxisv1.ReasonNotYet, p.noReview("review", "review", spec.ReviewAt))
	case p.closes:
		p.setFalse(praxisv1.ConditionReviewed, praxisv1.ReasonReviewMissed, fmt.Sprintf("Nobody completed the review of %s until %s", spec.Week, text.Instant(spec.GraceEndsAt.Time)))
	default:
		p.setFalse(praxisv1.ConditionReviewed, praxisv1.ReasonNotYet, fmt.Sprintf("The review is at %s; it can be signed until %s", text.Instant(spec.ReviewAt.Time), text.Instant(spec.GraceEndsAt.Time)))
	}
}

// noReview says why a week has no Review that opens at an instant.
func (p *weeklyCyclePass) noReview(moment, what string, opens metav1.Time) string {
	if opens.Time.Before(p.Cycle.Spec.PlannedAt.Time) {
		return fmt.Sprintf("The week was planned after its %s; it has no %s", moment, what)
	}
	return fmt.Sprintf("The week has no %s: the Team that owns the goal has no owner, lead or reviewer who could sign it", what)
}
