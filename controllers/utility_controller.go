// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"cmp"
	"context"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/source"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/status"
	"github.com/praxis-dev/praxis/internal/week"
)

// +kubebuilder:rbac:groups=praxis.dev,resources=utilities,verbs=list;watch
// +kubebuilder:rbac:groups=praxis.dev,resources=utilities/status,verbs=patch
// +kubebuilder:rbac:groups=praxis.dev,resources=utilities/finalizers,verbs=update
// +kubebuilder:rbac:groups=praxis.dev,resources=keyactions;teams;actionpackages,verbs=list;watch
// +kubebuilder:rbac:groups=praxis.dev,resources=weeklycycles,verbs=list;watch;create;delete
// +kubebuilder:rbac:groups=praxis.dev,resources=reviews,verbs=delete

// UtilityReconciler makes the cycle of the running week and maintains the Utility's status.
type UtilityReconciler struct{ Deps }

// SetupWithManager adds the reconciler to a manager.
func (r *UtilityReconciler) SetupWithManager(mgr ctrl.Manager) error {
	w := r.controllerFor(mgr, &praxisv1.Utility{})
	if r.Readings != nil {
		w.WatchesRawSource(source.Channel(r.Readings.changed, &handler.EnqueueRequestForObject{}))
	}
	return complete(w.
		Watches(&praxisv1.KeyAction{}, to(utilityOf), keyActionChanged).
		Watches(&praxisv1.WeeklyCycle{}, to(utilityOf), weekChanged).
		Watches(&praxisv1.Review{}, to(utilityOf), reviewChanged).
		Watches(&praxisv1.Evidence{}, to(utilityOf), judgementChanged).
		Watches(&praxisv1.Team{}, r.toInvolved(utilityItself), teamChanged).
		Watches(&praxisv1.ActionPackage{}, r.toInvolved(utilityItself), specChanged), r)
}

// Reconcile makes the cycle of the running week if there is none. The status is not written
// until that week is planned, so that a new week costs one status write.
func (r *UtilityReconciler) Reconcile(ctx context.Context, u *praxisv1.Utility) (ctrl.Result, error) {
	in, err := r.gather(ctx, u)
	if err != nil || !u.DeletionTimestamp.IsZero() {
		return ctrl.Result{}, err
	}
	now := r.Clock.Now()
	next, wake := r.nextCycle(in, now)
	if next != nil {
		if in.Problem, err = r.createCycle(ctx, u, next); err != nil {
			return ctrl.Result{}, err
		}
	}
	if in.Problem == nil && (next != nil || week.BeingPlanned(in.Cycles, now)) {
		return r.at(wake), nil
	}
	if err := r.makeReviews(ctx, &in, now); err != nil {
		return ctrl.Result{}, err
	}
	status, wakeForReview := status.ForUtility(in, now)
	if err := r.publish(ctx, u, status); err != nil {
		return ctrl.Result{}, err
	}
	return r.at(week.Soonest(wake, wakeForReview)), r.prune(ctx, in)
}

// prune deletes the weeks beyond those that are kept, with what they own, once nothing
// needs them any more. Their figures stay in the history of the status.
func (r *UtilityReconciler) prune(ctx context.Context, in status.UtilityInput) error {
	for _, cycle := range status.Prunable(in.Programme.Utility, in.Programme, in.Cycles, r.HistoryWeeks) {
		preconditions := client.Preconditions{UID: &cycle.UID, ResourceVersion: &cycle.ResourceVersion}
		if err := r.Delete(ctx, cycle.DeepCopy(), preconditions); client.IgnoreNotFound(err) != nil {
			return fmt.Errorf("pruning week %s: %w", cycle.Name, err)
		}
	}
	return nil
}

func (r *UtilityReconciler) gather(ctx context.Context, u *praxisv1.Utility) (status.UtilityInput, error) {
	objects, err := r.objects(ctx, u.Namespace, u.Name)
	if err != nil {
		return status.UtilityInput{}, err
	}
	objects.Utility = u
	programme := r.programmeOf(objects)
	in := status.UtilityInput{Programme: programme, Calendar: calendar(u), Problem: programme.Problem}
	if in.Cycles, err = r.cycles(ctx, u.Namespace, u.Name); err != nil {
		return in, err
	}
	in.Problem = cmp.Or(in.Problem, plan.EndProblem(u, in.Calendar, in.Cycles, r.Clock.Now()))
	if in.Reviews, err = r.reviews(ctx, u.Namespace, u.Name); err != nil {
		return in, err
	}
	in.Taken = r.Readings.all(client.ObjectKeyFromObject(u))
	in.Readings, err = r.evidence(ctx, u.Namespace, byMeasured, u.Name)
	return in, err
}

// nextCycle returns the cycle to make, if any, and when to check again.
func (r *UtilityReconciler) nextCycle(in status.UtilityInput, now time.Time) (*praxisv1.WeeklyCycle, time.Time) {
	if in.Calendar == nil {
		return nil, time.Time{}
	}
	next, wake := plan.NextCycle(in.Programme, in.Calendar, in.Cycles, now)
	if in.Problem != nil {
		next = nil
	}
	return next, wake
}

func (r *UtilityReconciler) createCycle(ctx context.Context, u *praxisv1.Utility, cycle *praxisv1.WeeklyCycle) (*plan.Problem, error) {
	cycle.OwnerReferences = []metav1.OwnerReference{*metav1.NewControllerRef(u, praxisv1.GroupVersion.WithKind("Utility"))}
	return r.createOurs(ctx, cycle)
}

func (r *UtilityReconciler) publish(ctx context.Context, u *praxisv1.Utility, status praxisv1.UtilityStatus) error {
	after := u.DeepCopy()
	after.Status = status
	written, err := r.writeStatus(ctx, u, after)
	if written {
		r.announce(after, nil, u.Status.Conditions, status.Conditions,
			praxisv1.ConditionStalled, praxisv1.ConditionOnTrack, praxisv1.ConditionFocused, praxisv1.ConditionCovered,
			praxisv1.ConditionCalibrated, praxisv1.ConditionEffective, praxisv1.ConditionMeasured)
	}
	return err
}
