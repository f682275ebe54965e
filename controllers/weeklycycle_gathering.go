// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/review"
	"github.com/praxis-dev/praxis/internal/status"
	"github.com/praxis-dev/praxis/internal/week"
)

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
	waits     bool // for its turn to make very many Actions
}

// gather returns nil if the Utility is gone: the garbage collector deletes the week.
func (r *WeeklyCycleReconciler) gather(ctx context.Context, cycle *praxisv1.WeeklyCycle) (*work, error) {
	w := &work{cycle: cycle}
	known := false
	w.plan, known = r.Plans.of(cycle)
	w.planned = w.plan != nil && (known || week.Planned(cycle))
	read := r.programme
	if !w.planned {
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
	w.week, w.programme = dates, programme
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
