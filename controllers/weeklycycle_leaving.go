// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"slices"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/review"
	"github.com/praxis-dev/praxis/internal/week"
)

// A KeyAction that joined a running week leaves it again if what made it join is undone within
// the week, as long as nobody has worked on it. The generated KeyAction itself is deleted by
// its own controller, once the week has nothing of it.

// letLeave marks the KeyActions that leave the week, before anything of theirs is deleted. The
// next pass goes on with finishLeaving.
func (r *WeeklyCycleReconciler) letLeave(ctx context.Context, w *work, now time.Time) error {
	names, err := r.leaving(ctx, w, now)
	for _, name := range names {
		if !plan.Waits(w.plan, name) {
			w.plan = plan.Marked(w.plan, name)
		}
	}
	return err
}

// finishLeaving deletes the Actions of the KeyActions that letLeave has marked, and then takes
// them out of the plan. One that somebody has begun to work on meanwhile stays: finishJoining
// completes its row again.
func (r *WeeklyCycleReconciler) finishLeaving(ctx context.Context, w *work, now time.Time) error {
	names, err := r.leaving(ctx, w, now)
	if err != nil {
		return err
	}
	for _, name := range names {
		if !plan.Waits(w.plan, name) {
			continue
		}
		own := plan.OwnOf(w.actions, name)
		for i := range own {
			a := &own[i]
			preconditions := client.Preconditions{UID: &a.UID, ResourceVersion: &a.ResourceVersion}
			if err := r.Delete(ctx, a.DeepCopy(), preconditions); client.IgnoreNotFound(err) != nil {
				return fmt.Errorf("deleting Action %s, which nothing asks for any more: %w", a.Name, err)
			}
		}
		w.actions = slices.DeleteFunc(slices.Clone(w.actions), func(a praxisv1.Action) bool {
			return slices.ContainsFunc(own, func(o praxisv1.Action) bool { return o.Name == a.Name })
		})
		w.plan = plan.Without(w.plan, w.programme, name, w.actions)
	}
	return nil
}

// leaving are the KeyActions that nothing asks for any more and nobody has worked on, of those
// that joined the running week.
func (r *WeeklyCycleReconciler) leaving(ctx context.Context, w *work, now time.Time) ([]string, error) {
	if !w.planned || !now.Before(w.cycle.Spec.EndsAt.Time) || week.Closing(w.cycle) {
		return nil, nil
	}
	var leaving []string
	for _, name := range plan.Joined(w.plan, w.cycle.Spec.PlannedAt.Time) {
		if !w.programme.Leaves(name) {
			continue
		}
		worked, err := r.workedOn(ctx, w, plan.OwnOf(w.actions, name), now)
		if err != nil {
			return nil, err
		}
		if !worked {
			leaving = append(leaving, name)
		}
	}
	return leaving, nil
}

// workedOn reports whether somebody has handed in evidence for one of some Actions, amended
// it, or decided on it, or should have handed something in by now: what is missed is let go by a
// signed Review alone.
func (r *WeeklyCycleReconciler) workedOn(ctx context.Context, w *work, actions []praxisv1.Action, now time.Time) (bool, error) {
	decided := map[string]bool{}
	for _, name := range []string{review.MidweekName(w.cycle.Name), review.WeeklyName(w.cycle.Name)} {
		rev, err := getOrNil[praxisv1.Review](ctx, r.Deps, w.cycle.Namespace, name)
		if err != nil {
			return false, err
		}
		for i := 0; rev != nil && i < len(rev.Spec.Decisions); i++ {
			decided[rev.Spec.Decisions[i].Action] = true
		}
	}
	for i := range actions {
		a := &actions[i]
		if decided[a.Name] || len(a.Spec.Amendments) > 0 || week.DueBy(a.Spec.Occurrences, now) > 0 {
			return true, nil
		}
		pieces, err := r.evidence(ctx, a.Namespace, byAction, a.Name)
		if err != nil || len(pieces) > 0 {
			return true, err
		}
	}
	return false, nil
}
