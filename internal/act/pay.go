// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package act

import (
	"context"
	"slices"

	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/incentive"
)

// Awaits reports what a statement waits for from an approver: an answer to its dispute, or an
// approval. The API server decides in the end; this is what is shown beforehand.
func Awaits(s *praxisv1.IncentiveStatement, me string) (answer, approval bool) {
	policy := &s.Spec.Policy
	final, _ := incentive.Final(s)
	if final || !incentive.Computed(s) || s.Spec.User == me || policy.AuthoredBy == me || !slices.Contains(policy.Approvers.Users, me) {
		return false, false
	}
	if s.Spec.Dispute != nil && s.Spec.Resolution == nil {
		return true, false
	}
	approved := slices.ContainsFunc(s.Spec.Approvals, func(a praxisv1.Approval) bool { return a.By == me })
	return false, !approved && !s.Status.Disputable && len(s.Spec.Approvals) < max(int(policy.Approvers.Count), 1)
}

// SayOf writes what somebody says to a statement, unless it has changed since it was read.
func SayOf(ctx context.Context, c client.Client, s *praxisv1.IncentiveStatement, say func(*praxisv1.IncentiveStatementSpec)) error {
	before := s.DeepCopy()
	say(&s.Spec)
	return c.Patch(ctx, s, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{}))
}
