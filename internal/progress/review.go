// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package progress

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

// ReviewInput is what the status of a Review is decided from.
type ReviewInput struct {
	Review  *praxisv1.Review
	Objects plan.Objects
	// Cycle is the reviewed week, nil for a Calibration; Actions are the week's.
	Cycle   *praxisv1.WeeklyCycle
	Actions []praxisv1.Action
	// Overloaded tells whether a member has more than the capacity of the week.
	Overloaded func(team, member string) bool
	// Escalated are Actions that the week before left to be decided on.
	Escalated []*praxisv1.Action
}

// Completed tells whether a Review has come to its end.
func Completed(r *praxisv1.Review) bool {
	return meta.IsStatusConditionTrue(r.Status.Conditions, praxisv1.ConditionComplete)
}

// AwaitsSignature tells of a Review that somebody can sign now.
func AwaitsSignature(r *praxisv1.Review) bool {
	return meta.IsStatusConditionTrue(r.Status.Conditions, praxisv1.ConditionOpen) && !Completed(r)
}

// Overdue tells of a Review that nobody has signed in time and that still can be. The
// reason of its Complete condition does not tell: a decision that is invalid or a wrong
// signer comes before it, since that is what to mend.
func Overdue(r *praxisv1.Review, now time.Time) bool {
	return AwaitsSignature(r) && !now.Before(r.Spec.DueAt.Time)
}

// signed tells whether somebody who may sign has done so.
func signed(r *praxisv1.Review) bool {
	return r.Spec.SignOff != nil && r.Spec.Conclusion != "" && slices.Contains(r.Spec.Reviewers, r.Spec.SignOff.By)
}

// Review decides the status of a Review, and the next instant at which it can change
// by itself (zero: never). What is complete stays as it was signed.
func Review(in ReviewInput, now time.Time) (praxisv1.ReviewStatus, time.Time) {
	r := in.Review
	status := *r.Status.DeepCopy()
	c := begin(&status.ConditionedStatus, r.Generation, now)
	if Completed(r) || now.Before(r.Spec.OpensAt.Time) {
		return status, nextBoundary(now, r.Spec.OpensAt.Time)
	}
	c.ready(nil, praxisv1.ReasonReconciled, "The agenda is made from the gaps")
	status.Agenda = in.agenda(now)
	reason, message := in.lacks(now)
	switch over := in.over(); {
	case reason == "":
		c.setTrue(praxisv1.ConditionComplete, praxisv1.ReasonSignedOff, fmt.Sprintf("%s is signed by %s", r.Name, r.Spec.SignOff.By))
		c.setFalse(praxisv1.ConditionOpen, praxisv1.ReasonSignedOff, "It is signed and no longer changes")
		status.Summary = summarize("Signed by " + r.Spec.SignOff.By)
		return status, time.Time{}
	case over:
		c.setFalse(praxisv1.ConditionOpen, praxisv1.ReasonOverdue, "Its week is closed; decide in the review of the running week")
		reason, message = praxisv1.ReasonOverdue, fmt.Sprintf("Nobody completed it until %s; its week is closed", stamp(r.Spec.DueAt.Time))
	default:
		c.setTrue(praxisv1.ConditionOpen, praxisv1.ReasonOpen, fmt.Sprintf("%s is open; %s concludes and signs it until %s", r.Name, r.Spec.Reviewer, stamp(r.Spec.DueAt.Time)))
	}
	c.setFalse(praxisv1.ConditionComplete, reason, message)
	status.Summary = summarize(message)
	return status, nextBoundary(now, r.Spec.DueAt.Time)
}

// over tells whether the week closed without the Review.
func (in ReviewInput) over() bool { return in.Cycle != nil && Closed(in.Cycle) && in.ofAWeek() }

// ofAWeek tells whether the Review decides on Actions.
func (in ReviewInput) ofAWeek() bool {
	return in.Review.Spec.Type == praxisv1.ReviewMidweekCheck || in.Review.Spec.Type == praxisv1.ReviewWeekly
}

// lacks says what keeps a Review from being complete; nothing where it is.
func (in ReviewInput) lacks(now time.Time) (reason, message string) {
	r := in.Review
	if invalid := in.invalid(); len(invalid) > 0 {
		return praxisv1.ReasonUndecidedGaps, invalid[0]
	}
	undecided := in.undecided()
	switch signer := r.Spec.SignOff; {
	case signer != nil && !slices.Contains(r.Spec.Reviewers, signer.By):
		return praxisv1.ReasonNotAReviewer, fmt.Sprintf("%s may not sign it; %s has to", signer.By, r.Spec.Reviewer)
	case signer != nil && len(undecided) == 0:
		return "", ""
	case signer == nil && !now.Before(r.Spec.DueAt.Time):
		return praxisv1.ReasonOverdue, fmt.Sprintf("It was due %s; %s concludes and signs it", stamp(r.Spec.DueAt.Time), r.Spec.Reviewer)
	case len(undecided) > 0:
		return praxisv1.ReasonUndecidedGaps, fmt.Sprintf("%d unfinished key Actions want a decision: %s", len(undecided), strings.Join(undecided, ", "))
	}
	return praxisv1.ReasonNotYet, fmt.Sprintf("%s writes a conclusion and signs it", r.Spec.Reviewer)
}

// invalid are the decisions that have no effect, as sentences.
func (in ReviewInput) invalid() []string {
	if !in.ofAWeek() || in.Cycle == nil {
		return nil
	}
	var why []string
	for i := range in.Review.Spec.Decisions {
		if wrong := plan.InvalidDecision(in.Objects, in.Review, in.Cycle, in.Actions, &in.Review.Spec.Decisions[i]); wrong != "" {
			why = append(why, "The decision on "+wrong)
		}
	}
	return why
}

// ToCarryOut are the valid decisions of a signed MidweekCheck.
func ToCarryOut(in ReviewInput) []praxisv1.ActionDecision {
	if in.Review.Spec.Type != praxisv1.ReviewMidweekCheck || !signed(in.Review) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(in.Review.Spec.Decisions), func(d praxisv1.ActionDecision) bool {
		return plan.InvalidDecision(in.Objects, in.Review, in.Cycle, in.Actions, &d) != ""
	})
}

// undecided are the unfinished key-tier Actions of a WeeklyReview that nothing is
// decided on, without their cycle; of the first that an agenda can hold.
func (in ReviewInput) undecided() []string {
	if in.Review.Spec.Type != praxisv1.ReviewWeekly {
		return nil
	}
	decided := map[string]bool{}
	for _, d := range in.Review.Spec.Decisions {
		decided[d.Action] = true
	}
	var names []string
	for _, a := range unfinishedKey(in.Actions) {
		if !decided[a.Name] {
			names = append(names, shortName(a.Name))
		}
	}
	return names
}

func unfinishedKey(actions []praxisv1.Action) []*praxisv1.Action {
	var unfinished []*praxisv1.Action
	for i := range actions {
		if a := &actions[i]; a.Spec.Tier == praxisv1.TierKey && !a.Spec.Dropped && !finished(a) {
			unfinished = append(unfinished, a)
		}
	}
	slices.SortFunc(unfinished, func(a, b *praxisv1.Action) int { return strings.Compare(a.Name, b.Name) })
	return unfinished[:min(len(unfinished), maxAgenda)]
}
