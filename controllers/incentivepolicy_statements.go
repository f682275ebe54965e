// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"errors"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/incentive"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/status"
	"github.com/praxis-dev/praxis/internal/week"
)

// createMissing makes the statements that persons of a quarter do not have yet. Of a quarter that
// the policy did not pay from its beginning none is made later.
func (r *IncentivePolicyReconciler) createMissing(ctx context.Context, in *incentives, ledger *incentive.Ledger) (*plan.Problem, error) {
	has := map[string]bool{}
	for _, s := range ledger.Statements {
		if s.Spec.Quarter == ledger.Quarter {
			has[s.Spec.User] = true
		}
	}
	if running := ledger.Quarter == in.quarter && in.problem == nil; !running && len(has) == 0 {
		return nil, nil
	}
	hash, err := incentive.Hash(ledger.Spec)
	if err != nil {
		return nil, err
	}
	var taken *plan.Problem
	var errs []error
	for _, user := range ledger.Users() {
		if has[user] {
			continue
		}
		s := statementFor(in.policy, ledger, user, hash)
		problem, err := r.createOurs(ctx, s)
		switch {
		case problem != nil:
			taken = problem
		case err != nil:
			errs = append(errs, err)
		case s.UID != "": // what was there already comes with the cache
			ledger.Statements, in.statements = append(ledger.Statements, s), append(in.statements, s)
		}
	}
	return taken, errors.Join(errs...)
}

func statementFor(policy *praxisv1.IncentivePolicy, ledger *incentive.Ledger, user, hash string) *praxisv1.IncentiveStatement {
	return &praxisv1.IncentiveStatement{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: policy.Namespace, Name: incentive.StatementName(policy.Name, ledger.Quarter, user),
			Labels:          map[string]string{praxisv1.LabelUtility: plan.LabelValue(policy.Spec.UtilityRef.Name)},
			OwnerReferences: []metav1.OwnerReference{*metav1.NewControllerRef(policy, praxisv1.GroupVersion.WithKind("IncentivePolicy"))},
		},
		Spec: praxisv1.IncentiveStatementSpec{
			PolicyRef: praxisv1.LocalReference{Name: policy.Name}, UtilityRef: policy.Spec.UtilityRef, Quarter: ledger.Quarter,
			User: user, Policy: *ledger.Spec.DeepCopy(), PolicyHash: hash,
		},
	}
}

// writeStatements writes what each statement of a quarter comes to.
func (r *IncentivePolicyReconciler) writeStatements(ctx context.Context, ledger *incentive.Ledger, now time.Time) (next time.Time, err error) {
	lines, roots := ledger.Lines(), ledger.Roots()
	var errs []error
	for _, s := range ledger.Statements {
		if s.Spec.Quarter != ledger.Quarter {
			continue
		}
		decided, soonest := status.ForIncentiveStatement(status.IncentiveStatementInput{Statement: s, Ledger: ledger, Lines: lines[s.Spec.User], Roots: roots}, now)
		after := s.DeepCopy()
		after.Status = decided
		_, err := r.writeStatus(ctx, s, after)
		next, errs = week.Soonest(next, soonest), append(errs, err)
	}
	return next, errors.Join(errs...)
}

// tellUnclear says on statements that nobody has approved yet that what they are paid by cannot be
// understood. Everything else of them stays as it is.
func (r *IncentivePolicyReconciler) tellUnclear(ctx context.Context, in *incentives, now time.Time) error {
	var errs []error
	for _, s := range in.unclear {
		after := s.DeepCopy()
		after.Status = status.UnclearStatement(s, now)
		_, err := r.writeStatus(ctx, s, after)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
