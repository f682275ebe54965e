// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"

	ctrl "sigs.k8s.io/controller-runtime"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/status"
	"github.com/praxis-dev/praxis/internal/week"
)

// +kubebuilder:rbac:groups=praxis.dev,resources=actions,verbs=create;delete
// +kubebuilder:rbac:groups=praxis.dev,resources=weeklycycles,verbs=patch
// +kubebuilder:rbac:groups=praxis.dev,resources=weeklycycles/status,verbs=patch
// +kubebuilder:rbac:groups=praxis.dev,resources=weeklycycles/finalizers,verbs=update

// WeeklyCycleReconciler makes the week's Actions, freezes the plan, keeps the figures of the
// week and closes it.
type WeeklyCycleReconciler struct{ Deps }

// SetupWithManager adds the reconciler to a manager.
func (r *WeeklyCycleReconciler) SetupWithManager(mgr ctrl.Manager) error {
	return complete(r.controllerFor(mgr, &praxisv1.WeeklyCycle{}).
		Watches(&praxisv1.Action{}, r.Bursts.work.counting(to(cycleOf)), workChanged).
		Watches(&praxisv1.Review{}, to(cycleOf), reviewChanged).
		// A week that closes waits until what came in is looked at.
		Watches(&praxisv1.Evidence{}, r.toClosingWeeks(), judgementChanged).
		// The week after takes over what a closed one leaves.
		Watches(&praxisv1.WeeklyCycle{}, r.toOpenWeeks(), weekClosed).
		Watches(&praxisv1.Utility{}, r.toOpenWeeks(), specChanged).
		Watches(&praxisv1.KeyAction{}, r.toOpenWeeks(), keyActionChanged).
		Watches(&praxisv1.Team{}, r.toInvolved(r.openWeeksOf), teamChanged).
		Watches(&praxisv1.ActionPackage{}, r.toInvolved(r.openWeeksOf), specChanged), r)
}

// Reconcile makes what is missing of the plan of the week, and then computes its status.
func (r *WeeklyCycleReconciler) Reconcile(ctx context.Context, cycle *praxisv1.WeeklyCycle) (ctrl.Result, error) {
	if !cycle.DeletionTimestamp.IsZero() {
		return ctrl.Result{}, nil
	}
	// A week that only says that it is closed, and never began to close, is put right.
	closed := plan.WeekClosed(cycle) && cycle.Status.ClosingAt != nil
	if restored, err := r.restoreMetadata(ctx, cycle); restored || err != nil || closed {
		return ctrl.Result{}, err
	}
	if wait, err := r.holdWork(ctx, cycle.Namespace); err != nil || wait > 0 && week.Planned(cycle) {
		return ctrl.Result{RequeueAfter: wait}, err
	}
	if week.Closing(cycle) {
		lock := r.Counting.Closing(cycle.Namespace)
		lock.Lock()
		defer lock.Unlock()
	}
	w, err := r.gather(ctx, cycle)
	if err != nil || w == nil {
		return ctrl.Result{}, err
	}
	now := r.Clock.Now()
	if err := r.bringForward(ctx, w, now); err != nil {
		return ctrl.Result{}, err
	}
	if w.waits {
		return ctrl.Result{RequeueAfter: bigPlanWait}, nil
	}
	in, err := r.judged(ctx, w)
	if err != nil {
		return ctrl.Result{}, err
	}
	status, next := status.ForWeeklyCycle(in, now)
	if plan.Joins(status.Plan) {
		next = now // the next pass makes what this one recorded
	}
	return r.at(next), r.publish(ctx, w, status)
}

// publish writes the status, and emits events about what changed for the week and its Utility.
func (r *WeeklyCycleReconciler) publish(ctx context.Context, w *work, status praxisv1.WeeklyCycleStatus) error {
	after := w.cycle.DeepCopy()
	after.Status = status
	written, err := r.writeStatus(ctx, w.cycle, after)
	r.Plans.left(w.cycle, status.Plan, plan.WeekClosed(after), err)
	if written {
		r.closed(w.cycle, after)
		r.announce(w.programme.Utility, after, w.cycle.Status.Conditions, status.Conditions,
			praxisv1.ConditionStalled, praxisv1.ConditionPlanned, praxisv1.ConditionReviewed, praxisv1.ConditionClosed)
	}
	return err
}
