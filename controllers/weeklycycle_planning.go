// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/review"
	"github.com/praxis-dev/praxis/internal/week"
)

// bringForward makes what is missing of the week's Actions, in this order: the plan of
// the week, KeyActions that joined it since, and what the week before left. Actions
// come before the record that counts them, so that a pass that dies between the two
// is simply repeated.
func (r *WeeklyCycleReconciler) bringForward(ctx context.Context, w *work, now time.Time) error {
	steps := []func(context.Context, *work, time.Time) error{r.planWeek, r.finishJoining, r.letJoin, r.makeReviews, r.carryOver}
	for _, step := range steps {
		if err := step(ctx, w, now); err != nil || w.problem != nil {
			return err
		}
	}
	return nil
}

// planWeek makes the Actions of a week that has no plan yet, as of the instant written
// in its spec. While the Utility is Stalled there is nothing to go by; a week that
// passes like that is planned empty.
func (r *WeeklyCycleReconciler) planWeek(ctx context.Context, w *work, now time.Time) error {
	stalled := w.programme.Problem != nil
	if w.planned || stalled && now.Before(w.cycle.Spec.EndsAt.Time) {
		return nil
	}
	made := plan.Make(w.request())
	if week.Planned(w.cycle) {
		// Its record was lost, and its Actions were not: they are the plan.
		w.plan = plan.Rebuild(made.KeyActions, w.actions, w.cycle.Spec.PlannedAt.Time)
		w.planned = true
		return nil
	}
	if err := r.removeStale(ctx, w, made.Actions()); err != nil {
		return err
	}
	if err := r.create(ctx, w, made.Actions()); err != nil || w.problem != nil {
		return err
	}
	w.plan = plan.Record(nil, made.KeyActions, w.cycle.Spec.PlannedAt.Time)
	w.planned = true
	return nil
}

// removeStale deletes Actions of an attempt that was broken off and whose objects were
// edited before the next: nobody was told of them, since the plan is not recorded.
func (r *WeeklyCycleReconciler) removeStale(ctx context.Context, w *work, wanted []praxisv1.Action) error {
	specs := map[string]*praxisv1.ActionSpec{}
	for i := range wanted {
		specs[wanted[i].Name] = &wanted[i].Spec
	}
	var kept []praxisv1.Action
	for i := range w.actions {
		a := &w.actions[i]
		if a.Spec.CarriedFrom != "" { // carryOver's, of an attempt that got that far
			kept = append(kept, *a)
			continue
		}
		if spec := specs[a.Name]; spec != nil && equality.Semantic.DeepEqual(*spec, a.Spec) {
			kept = append(kept, *a)
			continue
		}
		preconditions := client.Preconditions{UID: &a.UID, ResourceVersion: &a.ResourceVersion}
		if err := r.Delete(ctx, a.DeepCopy(), preconditions); client.IgnoreNotFound(err) != nil {
			return fmt.Errorf("deleting Action %s of a plan that was broken off: %w", a.Name, err)
		}
	}
	w.actions = kept
	return nil
}

// letJoin writes down KeyActions that have no Actions in the running week and could
// have: when they joined, before anything is made for them. Another pass makes it.
func (r *WeeklyCycleReconciler) letJoin(_ context.Context, w *work, now time.Time) error {
	if !w.planned || w.programme.Utility.Spec.Suspend || !now.Before(w.cycle.Spec.EndsAt.Time) {
		return nil
	}
	joinedAt := now.Truncate(time.Second)
	request := w.request()
	request.From = joinedAt
	if !plan.MayJoin(w.plan, request) {
		return nil
	}
	joining := plan.Joining(w.plan, plan.Make(request))
	for i := range joining {
		joining[i].Planned.Hash = ""
	}
	if len(joining) > 0 {
		w.plan = plan.Record(w.plan, joining, joinedAt)
	}
	return nil
}

// finishJoining makes the Actions of those that were written down by letJoin, as of
// that instant.
func (r *WeeklyCycleReconciler) finishJoining(ctx context.Context, w *work, _ time.Time) error {
	if !w.planned {
		return nil
	}
	for i := range w.plan.KeyActions {
		entry := &w.plan.KeyActions[i]
		if entry.Hash != "" {
			continue
		}
		request := w.request()
		request.From = entry.JoinedAt.Time
		joined := plan.Only(plan.Make(request), entry.Name)
		if err := r.create(ctx, w, joined.Actions); err != nil || w.problem != nil {
			return err
		}
		w.plan = plan.Complete(w.plan, joined, w.actions)
	}
	return nil
}

// makeReviews makes the Reviews of a planned week that are not there.
func (r *WeeklyCycleReconciler) makeReviews(ctx context.Context, w *work, _ time.Time) error {
	if !w.planned {
		return nil
	}
	reviews := review.ForWeek(w.programme, w.cycle)
	for i := range reviews {
		reviews[i].OwnerReferences = []metav1.OwnerReference{*metav1.NewControllerRef(w.cycle, praxisv1.GroupVersion.WithKind("WeeklyCycle"))}
		taken, err := r.createOurs(ctx, &reviews[i])
		if err != nil || taken != nil {
			w.problem = taken
			return err
		}
	}
	return nil
}

// carryOver takes over what the week before left, once it is closed.
func (r *WeeklyCycleReconciler) carryOver(ctx context.Context, w *work, _ time.Time) error {
	if !w.planned || !w.carryPending() || !week.Closed(w.previous) {
		return nil
	}
	old, err := r.actions(ctx, w.cycle.Namespace, byCycle, w.previous.Name)
	if err != nil {
		return err
	}
	decisions, err := r.decisions(ctx, w.previous)
	if err != nil {
		return err
	}
	closedAt := meta.FindStatusCondition(w.previous.Status.Conditions, praxisv1.ConditionClosed).LastTransitionTime.Time
	carried := plan.CarryOver(w.request(), plan.Placed(w.plan, week.Leftovers(w.previous, old, decisions)), closedAt)
	if err := r.create(ctx, w, carried); err != nil || w.problem != nil {
		return err
	}
	w.plan = plan.RecordCarried(w.plan, w.previous, carried, closedAt)
	return nil
}

func (r *WeeklyCycleReconciler) create(ctx context.Context, w *work, wanted []praxisv1.Action) error {
	all, taken, err := r.createAll(ctx, w.cycle, wanted, w.actions)
	if err == nil && taken == nil {
		w.actions = all
	}
	w.problem = taken
	return err
}
