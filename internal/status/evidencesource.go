// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"errors"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/source"
)

// SourceInput is what the status of an EvidenceSource is decided from.
type SourceInput struct {
	Source *praxisv1.EvidenceSource
	// Served is set where the operator runs a receiver.
	Served bool
	// IssuerAllowed tells of an issuer of tokens whether the operator may ask it.
	IssuerAllowed func(issuer string) bool
	// Unreadable says why the Secret cannot be read, and what to do; empty if it can.
	Unreadable string
	// Unwatched says why the objects are not watched, and what to do; empty if they are.
	Unwatched string
}

// ForEvidenceSource decides the status of an EvidenceSource. What came in is counted by whoever
// received it, and stays as it is.
func ForEvidenceSource(in SourceInput, now time.Time) praxisv1.EvidenceSourceStatus {
	s := in.Source
	status := *s.Status.DeepCopy()
	c := begin(&status.ConditionedStatus, s.Generation, now, ofEvidenceSource)
	status.Path = ""
	if s.Spec.Object == nil {
		status.Path = source.Path(s.Namespace, s.Name)
	}
	problem := in.problem()
	switch {
	case problem != nil:
		c.ready(problem, "", "")
		c.remove(praxisv1.ConditionReceiving)
		status.Summary = summarize(problem.Message)
		return status
	case s.Spec.Suspend:
		c.ready(nil, praxisv1.ReasonSuspended, "Suspended: what comes is answered, and nothing is made of it")
	default:
		c.ready(nil, praxisv1.ReasonReconciled, rulesInForce(len(s.Spec.Rules)))
	}
	kind, reason, message := in.receiving()
	c.whole(praxisv1.ConditionReceiving, kind, reason, message)
	status.Summary = summarize(message)
	return status
}

func (in SourceInput) problem() *plan.Problem {
	if _, err := source.Compile(&in.Source.Spec); err != nil {
		field := "spec.rules"
		if invalid, is := errors.AsType[*source.Invalid](err); is {
			field = invalid.Field
		}
		return &plan.Problem{Reason: praxisv1.ReasonInvalidRule, Field: field, Message: err.Error()}
	}
	if oidc := in.Source.Spec.OIDC; oidc != nil && in.Served && !in.IssuerAllowed(oidc.Issuer) {
		return &plan.Problem{Reason: praxisv1.ReasonIssuerNotAllowed, Field: "spec.oidc.issuer", Message: fmt.Sprintf(
			"The operator may not ask %s; have the administrator of the cluster add it to --oidc-issuers", oidc.Issuer)}
	}
	return nil
}

func (in SourceInput) receiving() (kind metav1.ConditionStatus, reason, message string) {
	s := in.Source
	object := s.Spec.Object
	switch last := s.Status.LastEvents; {
	case object != nil && in.Unwatched != "":
		return metav1.ConditionFalse, praxisv1.ReasonNoRights, in.Unwatched
	case object == nil && !in.Served:
		return metav1.ConditionFalse, praxisv1.ReasonNotServed, "The operator runs without a receiver; the administrator of the cluster turns it on with --receiver-bind-address"
	case in.Unreadable != "":
		return metav1.ConditionFalse, praxisv1.ReasonSecretNotReadable, in.Unreadable
	case len(last) > 0 && failed(last[0].Outcome):
		return metav1.ConditionFalse, praxisv1.ReasonRulesFailing, "The newest event could not be used: " + last[0].Message
	case object != nil:
		return metav1.ConditionTrue, praxisv1.ReasonReceiving, "Objects of kind " + object.Kind + " are watched"
	case s.Status.Counts == nil || s.Status.Counts.Received == 0:
		return metav1.ConditionUnknown, praxisv1.ReasonNeverReceived, "Nothing has come yet; have the sender post to " + source.Path(s.Namespace, s.Name)
	}
	return metav1.ConditionTrue, praxisv1.ReasonReceiving, "Events come in"
}

func failed(outcome praxisv1.SourceOutcome) bool {
	return outcome == praxisv1.SourceRuleFailed || outcome == praxisv1.SourceRefused
}

func rulesInForce(n int) string {
	if n == 1 {
		return "1 rule is in force"
	}
	return fmt.Sprintf("%d rules are in force", n)
}
