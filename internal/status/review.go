// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/review"
	"github.com/praxis-dev/praxis/internal/text"
)

// ForReview decides the status of a Review, and the next instant at which it can change by
// itself (zero: never). A complete Review stays as it was signed.
func ForReview(in review.Input, now time.Time) (praxisv1.ReviewStatus, time.Time) {
	r := in.Review
	status := *r.Status.DeepCopy()
	c := begin(&status.ConditionedStatus, r.Generation, now, ofReview)
	if review.Settled(r) {
		return status, time.Time{}
	}
	if now.Before(r.Spec.OpensAt.Time) {
		// These are the schema's default.
		c.setTrue(praxisv1.ConditionReady, praxisv1.ReasonReconciled, "Scheduled")
		c.setFalse(praxisv1.ConditionOpen, praxisv1.ReasonNotYet, "It opens at spec.opensAt")
		c.setFalse(praxisv1.ConditionComplete, praxisv1.ReasonNotYet, "Write a conclusion, decide and sign once it is open")
		meta.RemoveStatusCondition(&status.Conditions, praxisv1.ConditionStalled)
		status.Summary, status.Agenda = "Not open yet", nil
		return status, nextBoundary(now, r.Spec.OpensAt.Time)
	}
	c.ready(nil, praxisv1.ReasonReconciled, "The agenda is made from the gaps")
	if !review.QuarterClosed(r) {
		status.Quarter = in.Quarter().DeepCopy()
		status.Agenda = in.Agenda(now)
	}
	reason, message := in.Lacks(now)
	switch over := in.Over(); {
	case reason == "":
		c.setTrue(praxisv1.ConditionComplete, praxisv1.ReasonSignedOff, fmt.Sprintf("%s is signed by %s", r.Name, r.Spec.SignOff.By))
		c.setFalse(praxisv1.ConditionOpen, praxisv1.ReasonSignedOff, "It is signed and no longer changes")
		status.Summary = summarize("Signed by " + r.Spec.SignOff.By)
		return status, time.Time{}
	case over:
		c.setFalse(praxisv1.ConditionOpen, praxisv1.ReasonOverdue, "Its week is closed; decide in the review of the running week")
		if in.Ended() {
			c.setFalse(praxisv1.ConditionOpen, praxisv1.ReasonEnded, "The goal has ended; nothing is to be signed")
			reason, message = praxisv1.ReasonEnded, "The goal has ended; nothing is to be signed"
			break
		}
		reason, message = praxisv1.ReasonOverdue, fmt.Sprintf("Nobody completed it by %s; its week is closed", text.Instant(r.Spec.DueAt.Time))
	default:
		c.setTrue(praxisv1.ConditionOpen, praxisv1.ReasonOpen, fmt.Sprintf("%s is open; %s concludes and signs it by %s", r.Name, r.Spec.Reviewer, text.Instant(r.Spec.DueAt.Time)))
	}
	c.setFalse(praxisv1.ConditionComplete, reason, message)
	status.Summary = summarize(message)
	return status, nextBoundary(now, r.Spec.DueAt.Time, in.AgendaChanges(now))
}
