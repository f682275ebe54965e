// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/evidence"
)

// ForEvidence decides the status of a piece of evidence.
func ForEvidence(in evidence.Input, now time.Time) praxisv1.EvidenceStatus {
	e := in.Evidence
	status := *e.Status.DeepCopy()
	c := begin(&status.ConditionedStatus, e.Generation, now, ofEvidence)
	c.setTrue(praxisv1.ConditionReady, praxisv1.ReasonReconciled, "The evidence was looked at")
	if (in.Unresolved != "" || in.Unknown != "" || in.Sourced || in.Closed) && evidence.IsFinal(e) {
		return status
	}
	o := in.Judge()
	status.JudgedBy, status.Judges = o.JudgedBy, slices.Clone(o.Judges)
	if in.Action != nil {
		status.ActionRef = &praxisv1.LocalReference{Name: in.Action.Name}
		status.CycleRef = in.Action.Spec.CycleRef.DeepCopy()
	}
	switch {
	case o.Reason == praxisv1.ReasonTooManyPieces:
		// What was said of Valid stands.
	case o.Valid == metav1.ConditionTrue:
		c.setTrue(praxisv1.ConditionValid, praxisv1.ReasonValid, "It has what the standard asks for")
	case in.Unknown != "":
		c.whole(praxisv1.ConditionValid, o.Valid, o.Reason, o.Message)
	default:
		c.set(praxisv1.ConditionValid, o.Valid, o.Reason, o.Message)
	}
	c.set(praxisv1.ConditionAccepted, o.Accepted, o.Reason, o.Message)
	status.Summary = summarize(o.Message)
	return status
}
