// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/review"
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
	closed := week.Closed(cycle) && cycle.Status.ClosingAt != nil
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

// work is one week with everything that a pass over it needs.
type work struct {
	cycle     *praxisv1.WeeklyCycle
	week      cadence.Week
	programme *plan.Programme
	previous  *praxisv1.WeeklyCycle // nil where there is none
	actions   []praxisv1.Action     // those that exist
	plan      *praxisv1.WeekPlan    // as far as it is frozen; nil before
	planned   bool
	problem   *plan.Problem
}

// gather returns nil if the Utility is gone: the garbage collector deletes the week.
func (r *WeeklyCycleReconciler) gather(ctx context.Context, cycle *praxisv1.WeeklyCycle) (*work, error) {
	planned := week.Planned(cycle) && cycle.Status.Plan != nil
	read := r.programme
	if !planned {
		read = r.programmeInTurn
	}
	programme, err := read(ctx, cycle.Namespace, cycle.Spec.UtilityRef.Name)
	if err != nil || programme.Utility == nil {
		return nil, err
	}
	dates, err := plan.WeekOfCycle(cycle)
	if err != nil {
		return nil, reconcile.TerminalError(err) // only a week that was made by hand can be malformed
	}
	w := &work{cycle: cycle, week: dates, programme: programme, plan: cycle.Status.Plan, planned: planned}
	actions, err := r.actions(ctx, cycle.Namespace, byCycle, cycle.Name)
	if err != nil {
		return nil, err
	}
	// Actions of a deleted week of the same name are about to be garbage-collected.
	w.actions = slices.DeleteFunc(slices.Clone(actions), func(a praxisv1.Action) bool { return !metav1.IsControlledBy(&a, cycle) })
	w.previous, err = getOrNil[praxisv1.WeeklyCycle](ctx, r.Deps, cycle.Namespace, cycle.Spec.Previous)
	return w, err
}

// judged is what a week is judged by: its work, and while it closes its evidence too.
func (r *WeeklyCycleReconciler) judged(ctx context.Context, w *work) (status.WeeklyCycleInput, error) {
	cycle := w.cycle
	in := status.WeeklyCycleInput{
		Cycle: cycle, Plan: w.plan, Planned: w.planned, Actions: w.actions, PlanGaps: w.gaps(), Programme: w.programme,
		Overloaded:   plan.Overloaded(w.programme.Teams, w.actions, w.week),
		CarryPending: w.carryPending(), Problem: w.problem,
	}
	var err error
	if in.Midweek, err = getOrNil[praxisv1.Review](ctx, r.Deps, cycle.Namespace, review.MidweekName(cycle.Name)); err != nil {
		return in, err
	}
	if in.Weekly, err = getOrNil[praxisv1.Review](ctx, r.Deps, cycle.Namespace, review.WeeklyName(cycle.Name)); err != nil {
		return in, err
	}
	if in.Weekly != nil && review.Signed(in.Weekly) {
		if in.Escalated, err = r.escalated(ctx, cycle); err != nil {
			return in, err
		}
	}
	return in, r.countedSoFar(ctx, w, &in)
}

// carryPending reports whether the previous week still has to close and hand over its Actions.
func (w *work) carryPending() bool {
	return w.previous != nil && (w.plan == nil || w.plan.CarriedFrom == "")
}

func (w *work) request() plan.Request {
	return plan.Request{Programme: w.programme, Week: w.week, Cycle: w.cycle.Name, From: w.cycle.Spec.PlannedFrom.Time}
}

func (w *work) gaps() []plan.Gap {
	gaps, _ := w.programme.Survey(w.week, w.cycle.Spec.PlannedFrom.Time)
	return gaps
}

// publish writes the status, and emits events about what changed for the week and its Utility.
func (r *WeeklyCycleReconciler) publish(ctx context.Context, w *work, status praxisv1.WeeklyCycleStatus) error {
	after := w.cycle.DeepCopy()
	after.Status = status
	written, err := r.writeStatus(ctx, w.cycle, after)
	if written {
		r.closed(w.cycle, after)
		r.announce(w.programme.Utility, after, w.cycle.Status.Conditions, status.Conditions,
			praxisv1.ConditionStalled, praxisv1.ConditionPlanned, praxisv1.ConditionReviewed, praxisv1.ConditionClosed)
	}
	return err
}
