// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"errors"
	"fmt"
	"slices"

	ctrl "sigs.k8s.io/controller-runtime"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/review"
	"github.com/praxis-dev/praxis/internal/status"
)

// +kubebuilder:rbac:groups=praxis.dev,resources=reviews,verbs=list;watch;create;patch
// +kubebuilder:rbac:groups=praxis.dev,resources=reviews/status,verbs=patch
// +kubebuilder:rbac:groups=praxis.dev,resources=actions,verbs=patch

// ReviewReconciler maintains the agenda of a Review, says what is missing before it is complete,
// and carries out what a signed MidweekCheck decided.
type ReviewReconciler struct{ Deps }

// SetupWithManager adds the reconciler to a manager.
func (r *ReviewReconciler) SetupWithManager(mgr ctrl.Manager) error {
	return complete(r.controllerFor(mgr, &praxisv1.Review{}).
		Watches(&praxisv1.Action{}, to(reviewsOfAction), workChanged).
		// What a MidweekCheck could not carry out stands on the agenda of the WeeklyReview.
		Watches(&praxisv1.Review{}, to(reviewAfter), reviewChanged).
		// What a closed week escalates stands on the agendas of the next.
		Watches(&praxisv1.WeeklyCycle{}, r.toOpenReviews(), weekClosed).
		Watches(&praxisv1.WeeklyCycle{}, r.toOpenReviews(), weekFilled).
		Watches(&praxisv1.Utility{}, r.toOpenReviews(), quartersChanged).
		Watches(&praxisv1.KeyAction{}, r.toOpenReviews(), conditionsChanged).
		Watches(&praxisv1.Team{}, r.toInvolved(r.openReviewsOf), specChanged), r)
}

// Reconcile keeps the reviewers and the page of an unsigned Review up to date, carries out a
// signed one, and writes its status.
func (r *ReviewReconciler) Reconcile(ctx context.Context, rev *praxisv1.Review) (ctrl.Result, error) {
	if !rev.DeletionTimestamp.IsZero() {
		return ctrl.Result{}, nil
	}
	if restored, err := r.restoreMetadata(ctx, rev); restored || err != nil || review.Settled(rev) {
		return ctrl.Result{}, err
	}
	if wait, err := r.holdWork(ctx, rev.Namespace); wait > 0 || err != nil {
		return ctrl.Result{RequeueAfter: wait}, err
	}
	in, err := r.gather(ctx, rev)
	if err != nil || in == nil {
		return ctrl.Result{}, err
	}
	if in.Review, err = r.refresh(ctx, *in); err != nil {
		return ctrl.Result{}, err
	}
	if err := r.carryOut(ctx, *in); err != nil {
		return ctrl.Result{}, err
	}
	now := r.Clock.Now()
	status, next := status.ForReview(*in, now)
	after := in.Review.DeepCopy()
	after.Status = status
	written, err := r.writeStatus(ctx, in.Review, after)
	if written {
		r.announce(in.Programme.Utility, after, rev.Status.Conditions, status.Conditions, praxisv1.ConditionOpen, praxisv1.ConditionComplete)
	}
	return r.at(next), err
}

// refresh updates who may sign, and the hash of the page, until somebody signs.
func (r *ReviewReconciler) refresh(ctx context.Context, in review.Input) (*praxisv1.Review, error) {
	rev := in.Review
	if rev.Spec.SignOff != nil {
		return rev, nil
	}
	after := rev.DeepCopy()
	review.Ask(after, review.Signers(in.Programme, in.InForce))
	if rev.Spec.Type == praxisv1.ReviewCalibration {
		after.Spec.Page = review.Page(in.Programme.Utility)
	}
	return after, r.writeSpec(ctx, rev, after)
}

// carryOut changes the Actions that a signed MidweekCheck decided on, each once.
func (r *ReviewReconciler) carryOut(ctx context.Context, in review.Input) error {
	if in.Cycle == nil || plan.WeekClosed(in.Cycle) {
		return nil
	}
	var errs []error
	for _, d := range review.ToCarryOut(in) {
		i := slices.IndexFunc(in.Actions, func(a praxisv1.Action) bool { return a.Name == d.Action })
		after := review.Amend(in.Programme, in.Review.Name, &d, &in.Actions[i], r.User)
		if after == nil {
			continue
		}
		if err := r.writeSpec(ctx, &in.Actions[i], after); err != nil {
			errs = append(errs, fmt.Errorf("carrying out %s on %s: %w", d.Decision, d.Action, err))
			continue
		}
		in.Actions[i] = *after
	}
	return errors.Join(errs...)
}
