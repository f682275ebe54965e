// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/review"
	"github.com/praxis-dev/praxis/internal/week"
)

// gather returns nil if the Utility or the week is gone: the garbage collector deletes the Review.
func (r *ReviewReconciler) gather(ctx context.Context, rev *praxisv1.Review) (*review.Input, error) {
	programme, err := r.programme(ctx, rev.Namespace, rev.Spec.UtilityRef.Name)
	if err != nil || programme.Utility == nil {
		return nil, err
	}
	in := &review.Input{Review: rev, Programme: programme}
	if !review.IsOfAWeek(rev) {
		return in, r.gatherQuarter(ctx, in)
	}
	if rev.Spec.CycleRef == nil {
		return in, nil
	}
	if in.Cycle, err = getOrNil[praxisv1.WeeklyCycle](ctx, r.Deps, rev.Namespace, rev.Spec.CycleRef.Name); err != nil {
		return nil, err
	}
	if in.Cycle == nil {
		return nil, nil
	}
	in.InForce = in.Cycle.Status.Plan
	if in.Actions, err = r.actions(ctx, rev.Namespace, byCycle, in.Cycle.Name); err != nil {
		return nil, err
	}
	week, err := plan.WeekOfCycle(in.Cycle)
	if err != nil {
		return nil, reconcile.TerminalError(err)
	}
	in.Overloaded = plan.Overloaded(programme.Teams, in.Actions, week)
	if in.Escalated, err = r.escalated(ctx, in.Cycle); err != nil {
		return nil, err
	}
	if before := review.Before(rev, in.Cycle); before != "" {
		in.Earlier, err = getOrNil[praxisv1.Review](ctx, r.Deps, rev.Namespace, before)
	}
	return in, err
}

// gatherQuarter adds what a Review is about that is not of a single week.
func (r *ReviewReconciler) gatherQuarter(ctx context.Context, in *review.Input) error {
	rev := in.Review
	cycles, err := r.cycles(ctx, rev.Namespace, rev.Spec.UtilityRef.Name)
	if err != nil {
		return err
	}
	if running := week.InForce(cycles); running != nil {
		in.InForce = running.Status.Plan
	}
	if rev.Spec.CycleRef == nil {
		return nil
	}
	in.Cycles = cycles
	in.Cycle, err = getOrNil[praxisv1.WeeklyCycle](ctx, r.Deps, rev.Namespace, rev.Spec.CycleRef.Name)
	return err
}
