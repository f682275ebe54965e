// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"errors"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/incentive"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/status"
	"github.com/praxis-dev/praxis/internal/week"
)

// +kubebuilder:rbac:groups=praxis.dev,resources=incentivepolicies,verbs=list;watch
// +kubebuilder:rbac:groups=praxis.dev,resources=incentivestatements,verbs=list;watch;create
// +kubebuilder:rbac:groups=praxis.dev,resources=incentivepolicies/status;incentivestatements/status,verbs=patch

// IncentivePolicyReconciler makes the statements of a policy and keeps them: those of one quarter
// are decided together, since they share a pool.
type IncentivePolicyReconciler struct{ Deps }

// SetupWithManager adds the reconciler to a manager.
func (r *IncentivePolicyReconciler) SetupWithManager(mgr ctrl.Manager) error {
	return complete(r.controllerFor(mgr, &praxisv1.IncentivePolicy{}).
		Watches(&praxisv1.IncentiveStatement{}, to(policyOf), builder.WithPredicates(r.Own.others())).
		// Lines come week by week; whoever has work in a week that is planned has a statement.
		Watches(&praxisv1.WeeklyCycle{}, r.toPolicies(), weekClosed).
		Watches(&praxisv1.WeeklyCycle{}, r.toPolicies(), weekFilled).
		Watches(&praxisv1.Action{}, r.toPolicies(), specChanged).
		Watches(&praxisv1.Utility{}, r.toPolicies(), quartersChanged).
		// What is taken back of a closed week is corrected.
		Watches(&praxisv1.Evidence{}, r.toPoliciesOfClosed(), judgementChanged).
		// Who is in no Team any more has left.
		Watches(&praxisv1.Team{}, r.toPoliciesHere(), specChanged), r)
}

// Reconcile makes the statements that are missing and writes what each comes to.
func (r *IncentivePolicyReconciler) Reconcile(ctx context.Context, policy *praxisv1.IncentivePolicy) (ctrl.Result, error) {
	if !policy.DeletionTimestamp.IsZero() {
		return ctrl.Result{}, nil
	}
	if wait, err := r.holdWork(ctx, policy.Namespace); wait > 0 || err != nil {
		return ctrl.Result{RequeueAfter: wait}, err
	}
	in, err := r.gather(ctx, policy)
	if err != nil {
		return ctrl.Result{}, err
	}
	var errs []error
	var next time.Time
	for _, ledger := range in.ledgers {
		if in.problem == nil || len(ledger.Statements) > 0 {
			taken, err := r.createMissing(ctx, policy, ledger, ledger.Quarter == in.quarter && in.problem == nil)
			if taken != nil && in.problem == nil {
				in.problem = taken
			}
			errs = append(errs, err)
		}
		soonest, err := r.writeStatements(ctx, ledger)
		next, errs = week.Soonest(next, soonest), append(errs, err)
	}
	now := r.Clock.Now()
	after := policy.DeepCopy()
	after.Status = status.ForIncentivePolicy(in.status(), now)
	written, err := r.writeStatus(ctx, policy, after)
	if written {
		r.announce(after, nil, policy.Status.Conditions, after.Status.Conditions, praxisv1.ConditionAligned, praxisv1.ConditionStalled)
	}
	return r.at(next), errors.Join(append(errs, err)...)
}

// createMissing makes the statements that persons of a quarter do not have yet. Of a quarter that
// the policy did not pay from its beginning none is made later.
func (r *IncentivePolicyReconciler) createMissing(ctx context.Context, policy *praxisv1.IncentivePolicy, ledger *incentive.Ledger, running bool) (*plan.Problem, error) {
	has := map[string]bool{}
	for _, s := range ledger.Statements {
		if s.Spec.Quarter == ledger.Quarter {
			has[s.Spec.User] = true
		}
	}
	if !running && len(has) == 0 {
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
		s := &praxisv1.IncentiveStatement{
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
		problem, err := r.createOurs(ctx, s)
		if problem != nil {
			taken = problem
		}
		errs = append(errs, err)
	}
	return taken, errors.Join(errs...)
}

// writeStatements writes what each statement of a quarter comes to.
func (r *IncentivePolicyReconciler) writeStatements(ctx context.Context, ledger *incentive.Ledger) (next time.Time, err error) {
	lines, roots := ledger.Lines(), ledger.Roots()
	var errs []error
	for _, s := range ledger.Statements {
		if s.Spec.Quarter != ledger.Quarter {
			continue
		}
		decided, soonest := status.ForIncentiveStatement(status.IncentiveStatementInput{Statement: s, Ledger: ledger, Lines: lines[s.Spec.User], Roots: roots}, r.Clock.Now())
		after := s.DeepCopy()
		after.Status = decided
		_, err := r.writeStatus(ctx, s, after)
		next, errs = week.Soonest(next, soonest), append(errs, err)
	}
	return next, errors.Join(errs...)
}
