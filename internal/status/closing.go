// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/chain"
	"github.com/praxis-dev/praxis/internal/evidence"
	"github.com/praxis-dev/praxis/internal/review"
	"github.com/praxis-dev/praxis/internal/text"
)

// settlingTime is when a week that is over and still counts is looked at again, should
// nothing else bring it back.
const settlingTime = time.Minute

// reviewed reports whether the weekly Review is complete. It is decided from the Review's
// spec, so that a signature counts at the instant at which the week is looked at.
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

// settled reports whether all that has come in was judged and counted: a week closes on
// figures that its evidence bears out.
func (in WeeklyCycleInput) settled() bool {
	if in.Unjudged {
		return false
	}
	byAction := map[string][]praxisv1.Evidence{}
	for i := range in.Evidence {
		if e := &in.Evidence[i]; e.Status.ActionRef != nil {
			byAction[e.Status.ActionRef.Name] = append(byAction[e.Status.ActionRef.Name], *e)
		}
	}
	for i := range in.Actions {
		a := &in.Actions[i]
		pieces := byAction[a.Name]
		judged := evidence.Input{Action: a, Team: in.Programme.Teams[a.Spec.Team]}
		for j := range pieces {
			judged.Evidence, judged.Same = &pieces[j], evidence.SameSource(pieces, &pieces[j])
			if o := judged.Judge(); !says(&pieces[j], o) {
				return false
			}
		}
		if !evidence.Settled(a, pieces) {
			return false
		}
	}
	return true
}

// says reports whether the status of a piece is what it comes to.
func says(e *praxisv1.Evidence, o evidence.Judgement) bool {
	accepted := meta.FindStatusCondition(e.Status.Conditions, praxisv1.ConditionAccepted)
	return accepted != nil && accepted.Status == o.Accepted && accepted.Reason == o.Reason && e.Status.JudgedBy == o.JudgedBy
}

// close writes down what the week came to, for good.
func (in WeeklyCycleInput) close(status *praxisv1.WeeklyCycleStatus, decided bool) {
	status.DecidedBy = ""
	if decided {
		status.DecidedBy = in.Weekly.Name
	}
	accepted := slices.DeleteFunc(slices.Clone(in.Evidence), func(e praxisv1.Evidence) bool { return !evidence.Counts(&e) })
	status.Evidence = new(chain.Root(chain.Week{
		Cycle: in.Cycle.Name, PlanHash: in.Plan.Hash, Actions: in.Actions, Evidence: accepted, PreviousRoot: in.PreviousRoot,
	}))
}

// AcceptedTooLate reports whether a piece was accepted in the moment in which its week closed, after
// the week had looked: then the root of the week is the one without it.
func AcceptedTooLate(cycle *praxisv1.WeeklyCycle, actions []praxisv1.Action, pieces []praxisv1.Evidence, e *praxisv1.Evidence) bool {
	if cycle.Status.Evidence == nil || cycle.Status.Plan == nil || !AcceptedAtClosing(cycle, e) {
		return false
	}
	without := func(left func(*praxisv1.Evidence) bool) string {
		counted := slices.DeleteFunc(slices.Clone(pieces), func(o praxisv1.Evidence) bool { return !evidence.Counts(&o) || left(&o) })
		return chain.Root(chain.Week{
			Cycle: cycle.Name, PlanHash: cycle.Status.Plan.Hash, Actions: actions, Evidence: counted, PreviousRoot: cycle.Status.Evidence.PreviousRoot,
		}).Root
	}
	return without(func(o *praxisv1.Evidence) bool { return o.Name == e.Name }) == cycle.Status.Evidence.Root ||
		without(func(o *praxisv1.Evidence) bool { return AcceptedAtClosing(cycle, o) }) == cycle.Status.Evidence.Root
}

// AcceptedAtClosing reports whether a piece was accepted no earlier than its week closed.
func AcceptedAtClosing(cycle *praxisv1.WeeklyCycle, e *praxisv1.Evidence) bool {
	closed := meta.FindStatusCondition(cycle.Status.Conditions, praxisv1.ConditionClosed)
	accepted := meta.FindStatusCondition(e.Status.Conditions, praxisv1.ConditionAccepted)
	return closed != nil && evidence.Counts(e) && !accepted.LastTransitionTime.Before(&closed.LastTransitionTime)
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

func (p *weeklyCyclePass) midweekChecked() {
	spec := &p.Cycle.Spec
	switch {
	case p.Midweek == nil:
		p.setFalse(praxisv1.ConditionMidweekChecked, praxisv1.ReasonNotYet, "The week was planned after its midweek; it has no check")
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
	case p.closing:
		p.setFalse(praxisv1.ConditionReviewed, praxisv1.ReasonReviewMissed, fmt.Sprintf("Nobody completed the review of %s until %s", spec.Week, text.Instant(spec.GraceEndsAt.Time)))
	default:
		p.setFalse(praxisv1.ConditionReviewed, praxisv1.ReasonNotYet, fmt.Sprintf("The review is at %s; it can be signed until %s", text.Instant(spec.ReviewAt.Time), text.Instant(spec.GraceEndsAt.Time)))
	}
}
