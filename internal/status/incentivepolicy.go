// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/incentive"
	"github.com/praxis-dev/praxis/internal/plan"
)

// IncentivePolicyInput is what the status of an IncentivePolicy is decided from.
type IncentivePolicyInput struct {
	Policy *praxisv1.IncentivePolicy
	// Problem is why it pays nothing; nil where it does.
	Problem *plan.Problem
	// Cycle is the running week of its Utility, and Actions those of it; nil where there is none.
	Cycle   *praxisv1.WeeklyCycle
	Actions []praxisv1.Action
	// Quarter is the running one.
	Quarter string
	// Users are those who have a statement, Statements how many there are, and Payable how many of
	// them are not in shadow.
	Users               []string
	Statements, Payable int
}

// ForIncentivePolicy decides the status of an IncentivePolicy. It tells no amounts of persons and
// no names but those of whoever wrote it.
func ForIncentivePolicy(in IncentivePolicyInput, now time.Time) praxisv1.IncentivePolicyStatus {
	status := *in.Policy.Status.DeepCopy()
	c := begin(&status.ConditionedStatus, in.Policy.Generation, now, ofIncentivePolicy)
	c.ready(in.Problem, praxisv1.ReasonReconciled, "What it pays stands in its IncentiveStatements")
	status.Statements, status.Payable = int32(in.Statements), int32(in.Payable)
	if in.Problem != nil {
		status.Summary = summarize(in.Problem.Message)
		return status
	}
	status.Quarter = in.Quarter
	parsed, err := incentive.Parse(&in.Policy.Spec)
	if err != nil {
		return status // it is the Problem
	}
	if in.Cycle == nil || in.Cycle.Status.Plan == nil {
		c.setUnknown(praxisv1.ConditionAligned, praxisv1.ReasonNothingPlanned, "It is judged from the plan of the running week, and there is none")
		status.Summary = "Waits for a week of its Utility"
		return status
	}
	reason, message := parsed.Alignment(in.Cycle.Status.Plan, in.Actions)
	if reason == praxisv1.ReasonAligned && incentive.TooFewApprovers(&in.Policy.Spec, in.Users) != "" {
		reason = praxisv1.ReasonTooFewApprovers
		message = fmt.Sprintf("Of somebody's statement fewer than %d of the approvers may approve: nobody approves one's own, nor who changed the policy last; name more", in.Policy.Spec.Approvers.Count)
	}
	if reason != praxisv1.ReasonAligned {
		c.setFalse(praxisv1.ConditionAligned, reason, message)
		status.Summary = summarize(message)
		return status
	}
	c.setTrue(praxisv1.ConditionAligned, reason, message)
	status.Summary = summarize(fmt.Sprintf("%d statements, %s", in.Statements, in.Quarter))
	return status
}
