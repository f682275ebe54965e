// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

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

// Reflects reports whether the status of a piece follows from the verdict that it has, so that
// nobody has still to look at it.
func Reflects(e *praxisv1.Evidence) bool {
	accepted := meta.FindStatusCondition(e.Status.Conditions, praxisv1.ConditionAccepted)
	switch v := e.Status.Verdict; {
	case accepted == nil || e.Status.ObservedGeneration < e.Generation:
		return false
	case v == nil:
		return e.Status.JudgedBy == ""
	case e.Status.JudgedBy == "":
		return accepted.Reason != praxisv1.ReasonAwaitingVerdict && accepted.Status != metav1.ConditionTrue
	default:
		return e.Status.JudgedBy == v.By && Counts(e) == (v.Decision == praxisv1.DecisionAccepted)
	}
}

// AwaitedBy reports whether a piece that nobody has looked at may be for a week that is
// closing, of these Actions: it was made before the instant at which the week began to, and
// names one of them or was made while the week ran. made is when, by the decisions' clock.
func AwaitedBy(cycle *praxisv1.WeeklyCycle, actions []praxisv1.Action, e *praxisv1.Evidence, made time.Time) bool {
	if closing := cycle.Status.ClosingAt; closing == nil || made.After(closing.Time) {
		return false
	}
	if name := ActionOf(e); name != "" {
		return slices.ContainsFunc(actions, func(a praxisv1.Action) bool { return a.Name == name })
	}
	target := e.Spec.For
	return target != nil && target.Utility == "" && !made.Before(cycle.Spec.StartsAt.Time) && made.Before(cycle.Spec.EndsAt.Time)
}

func rejectedByVerdict(e *praxisv1.Evidence) bool {
	accepted := meta.FindStatusCondition(e.Status.Conditions, praxisv1.ConditionAccepted)
	return accepted != nil && accepted.Reason == praxisv1.ReasonRejected
}
