// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/review"
	"github.com/praxis-dev/praxis/internal/week"
)

// bringForward makes the missing Actions of the week, in this order: those of the plan of the
// week, of KeyActions that joined it since, those that the previous week left, and those that
// were split from others. It takes
// those away that nothing asks for any more, see weeklycycle_leaving.go. Actions are made
// before the record that counts them, so that a pass that is interrupted between the two is
// simply repeated.
func (r *WeeklyCycleReconciler) bringForward(ctx context.Context, w *work, now time.Time) error {
	steps := []func(context.Context, *work, time.Time) error{r.planWeek, r.finishLeaving, r.finishJoining, r.letLeave, r.letJoin, r.makeReviews, r.carryOver, r.splitOff}
	for _, step := range steps {
		if err := step(ctx, w, now); err != nil || w.problem != nil || w.waits {
			return err
		}
	}
	return nil
}

// planWeek makes the Actions of a week that has no plan yet, as of the plannedAt of its spec.
// While the Utility is Stalled there is nothing to plan from; a week that is over by then gets
// an empty plan.
func (r *WeeklyCycleReconciler) planWeek(ctx context.Context, w *work, now time.Time) error {
	stalled := w.programme.Problem != nil
	if w.planned || stalled && now.Before(w.cycle.Spec.EndsAt.Time) {
		return nil
	}
	made := plan.Make(w.request())
	if week.Planned(w.cycle) {
		// The status was lost but the Actions were not, so they are the plan.
		w.plan = plan.Rebuild(w.programme, made.KeyActions, w.actions, w.cycle.Spec.PlannedAt.Time)
		w.planned = true
		return nil
	}
	if err := r.removeStale(ctx, w, made.Actions()); err != nil {
		return err
	}
	if all, err := r.create(ctx, w, made.Actions()); !all {
		return err
	}
	w.plan = plan.First(w.programme, made.KeyActions, w.cycle.Spec.PlannedAt.Time)
	w.planned = true
	return nil
}

// removeStale deletes the Actions of an interrupted attempt that no longer belong to the plan
// because its objects were edited since. That is safe because the plan is not recorded yet.
func (r *WeeklyCycleReconciler) removeStale(ctx context.Context, w *work, wanted []praxisv1.Action) error {
	specs := map[string]*praxisv1.ActionSpec{}
	for i := range wanted {
		specs[wanted[i].Name] = &wanted[i].Spec
	}
	var kept []praxisv1.Action
	for i := range w.actions {
		a := &w.actions[i]
		if a.Spec.CarriedFrom != "" { // made by carryOver in an attempt that got that far
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

// letJoin records the KeyActions that have no Actions in the running week but could have, with
// the time at which they joined, before anything is made for them. The next pass makes their
// Actions.
func (r *WeeklyCycleReconciler) letJoin(_ context.Context, w *work, now time.Time) error {
	if !w.planned || w.programme.Utility.Spec.Suspend || !now.Before(w.cycle.Spec.EndsAt.Time) {
		return nil
	}
	joinedAt := plan.JoinAt(w.cycle.Spec.PlannedAt.Time, now)
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

// finishJoining makes the Actions of the KeyActions that letJoin recorded, as of the recorded
// instant.
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
		if all, err := r.create(ctx, w, joined.Actions); !all {
			return err
		}
		w.plan = plan.Complete(w.plan, joined, w.actions)
	}
	return nil
}

// makeReviews makes the missing Reviews of a planned week.
func (r *WeeklyCycleReconciler) makeReviews(ctx context.Context, w *work, _ time.Time) error {
	if !w.planned {
		return nil
	}
	reviews := review.ForWeek(w.programme, w.cycle, w.plan)
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

// carryOver takes over what the previous week left unfinished, once that week is closed.
func (r *WeeklyCycleReconciler) carryOver(ctx context.Context, w *work, _ time.Time) error {
	if !w.planned || !w.carryPending() || !plan.WeekClosed(w.previous) {
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
	closedAt := week.ClosedAt(w.previous).Time
	leftovers := plan.Placed(w.plan, week.Leftovers(w.previous, old, decisions))
	if all, err := r.create(ctx, w, plan.CarryOver(w.request(), leftovers, w.actions, closedAt)); !all {
		return err
	}
	carried := slices.DeleteFunc(slices.Clone(w.actions), func(a praxisv1.Action) bool { return a.Spec.CarriedFrom == "" })
	w.plan = plan.RecordCarried(w.plan, w.previous, carried, w.programme.Teams, closedAt)
	return nil
}

// splitOff makes the Actions that amendments split from others.
func (r *WeeklyCycleReconciler) splitOff(ctx context.Context, w *work, _ time.Time) error {
	if !w.planned {
		return nil
	}
	if unmakeable := plan.Unmakeable(w.actions); len(unmakeable) > 0 {
		log.FromContext(ctx).Info("No Action can be made of a part, since the member in its amendment is not named as in a Team; split off the rest anew", "actions", unmakeable)
	}
	_, err := r.create(ctx, w, plan.MissingParts(w.request(), w.actions))
	return err
}

// create makes the missing ones of Actions. It reports whether all are there: not so where a name
// is taken, or where they are so many that others come first.
func (r *WeeklyCycleReconciler) create(ctx context.Context, w *work, wanted []praxisv1.Action) (all bool, err error) {
	missing := missingOf(w.cycle, wanted, w.actions)
	done, taken := r.BigPlans.take(len(missing))
	if !taken {
		w.waits = true
		return false, nil
	}
	defer done()
	if w.problem, err = r.createAll(ctx, missing); err != nil || w.problem != nil {
		return false, err
	}
	for _, a := range missing {
		w.actions = append(w.actions, *a)
	}
	return true, nil
}
