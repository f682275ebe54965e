// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/status"
	"github.com/praxis-dev/praxis/internal/week"
)

// +kubebuilder:rbac:groups=praxis.dev,resources=incentivepolicies,verbs=list;watch
// +kubebuilder:rbac:groups=praxis.dev,resources=incentivestatements,verbs=list;watch;create
// +kubebuilder:rbac:groups=praxis.dev,resources=incentivepolicies/finalizers,verbs=update
// +kubebuilder:rbac:groups=praxis.dev,resources=incentivepolicies/status;incentivestatements/status,verbs=patch

// IncentivePolicyReconciler makes the statements of a policy and keeps them: those of one quarter
// are decided together, since they share a pool.
type IncentivePolicyReconciler struct{ Deps }

// SetupWithManager adds the reconciler to a manager.
func (r *IncentivePolicyReconciler) SetupWithManager(mgr ctrl.Manager) error {
	return complete(r.controllerFor(mgr, &praxisv1.IncentivePolicy{}).
		Watches(&praxisv1.IncentivePolicy{}, r.toPolicies(), builder.WithPredicates(gone)). // the next one pays from then on
		Watches(&praxisv1.IncentiveStatement{}, to(policyOf), builder.WithPredicates(r.Own.others(), notNew)).
		// Lines come week by week; whoever has work in a week that is planned has a statement.
		Watches(&praxisv1.WeeklyCycle{}, r.toPolicies(), workOfWeekChanged).
		Watches(&praxisv1.Action{}, r.toPolicies(), handedOver).
		Watches(&praxisv1.Utility{}, r.toPolicies(), quarterCloses).
		// What is taken back of a closed week is corrected.
		Watches(&praxisv1.Evidence{}, r.toPoliciesOfClosed(), verdictChanged).
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
	now := r.Clock.Now()
	var errs []error
	var next time.Time
	for _, ledger := range in.ledgers {
		if in.problem == nil || len(ledger.Statements) > 0 {
			taken, err := r.createMissing(ctx, in, ledger)
			in.problem = cmp.Or(in.problem, taken)
			errs = append(errs, err)
		}
		soonest, err := r.writeStatements(ctx, ledger, now)
		next, errs = week.Soonest(next, soonest), append(errs, err)
	}
	if len(in.statements) > 0 {
		next = week.Soonest(next, in.ends)
	}
	errs = append(errs, r.tellUnclear(ctx, in, now))
	after := policy.DeepCopy()
	after.Status = status.ForIncentivePolicy(in.status(), now)
	written, err := r.writeStatus(ctx, policy, after)
	if written {
		r.announce(after, nil, unpriced(policy.Status.Conditions), unpriced(after.Status.Conditions), praxisv1.ConditionAligned, praxisv1.ConditionStalled)
	}
	return r.at(next), errors.Join(append(errs, err)...)
}

// unpriced are conditions without their messages, which may tell amounts: more people see events
// than may see policies.
func unpriced(conditions []metav1.Condition) []metav1.Condition {
	all := slices.Clone(conditions)
	for i := range all {
		all[i].Message = "The condition " + all[i].Type + " of the IncentivePolicy says why"
	}
	return all
}
