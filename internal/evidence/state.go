// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"k8s.io/apimachinery/pkg/api/meta"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// IsFinal reports whether nothing changes what a piece came to any more, should its Action
// be gone or its week closed: it was accepted, or refused for good.
func IsFinal(e *praxisv1.Evidence) bool {
	return e.Status.ActionRef != nil && !Pending(e)
}

// Counts reports whether a piece was accepted.
func Counts(e *praxisv1.Evidence) bool {
	return meta.IsStatusConditionTrue(e.Status.Conditions, praxisv1.ConditionAccepted)
}

// Pending reports whether a piece awaits a verdict that counts.
func Pending(e *praxisv1.Evidence) bool {
	accepted := meta.FindStatusCondition(e.Status.Conditions, praxisv1.ConditionAccepted)
	if accepted == nil || !meta.IsStatusConditionTrue(e.Status.Conditions, praxisv1.ConditionValid) {
		return false
	}
	return awaits(accepted.Reason)
}

// Reflected reports whether a piece was looked at since it has a verdict. A verdict that is
// changed later is not asked after: there are few.
func Reflected(e *praxisv1.Evidence) bool {
	accepted := meta.FindStatusCondition(e.Status.Conditions, praxisv1.ConditionAccepted)
	return accepted != nil && e.Status.ObservedGeneration > 0 && (e.Status.Verdict == nil || accepted.Reason != praxisv1.ReasonAwaitingVerdict)
}

func awaits(reason string) bool {
	return reason == praxisv1.ReasonAwaitingVerdict || reason == praxisv1.ReasonSelfAcceptance || reason == praxisv1.ReasonNotAReviewer
}

func rejectedByVerdict(e *praxisv1.Evidence) bool {
	accepted := meta.FindStatusCondition(e.Status.Conditions, praxisv1.ConditionAccepted)
	return accepted != nil && accepted.Reason == praxisv1.ReasonRejected
}
