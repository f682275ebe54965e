// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"k8s.io/apimachinery/pkg/api/meta"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// IsFinal reports whether a piece keeps its outcome even if its Action is gone or its week
// closed: it was accepted, or refused for good.
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

func awaits(reason string) bool {
	return reason == praxisv1.ReasonAwaitingVerdict || reason == praxisv1.ReasonSelfAcceptance || reason == praxisv1.ReasonNotAReviewer
}

func rejectedByVerdict(e *praxisv1.Evidence) bool {
	accepted := meta.FindStatusCondition(e.Status.Conditions, praxisv1.ConditionAccepted)
	return accepted != nil && accepted.Reason == praxisv1.ReasonRejected
}
