// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/progress"
)

// +kubebuilder:rbac:groups=praxis.dev,resources=utilities,verbs=get;list;watch
// +kubebuilder:rbac:groups=praxis.dev,resources=utilities/status,verbs=patch
// +kubebuilder:rbac:groups=praxis.dev,resources=utilities/finalizers,verbs=update
// +kubebuilder:rbac:groups=praxis.dev,resources=keyactions;teams;actionpackages,verbs=get;list;watch
// +kubebuilder:rbac:groups=praxis.dev,resources=weeklycycles,verbs=get;list;watch;create

// UtilityReconciler makes the cycle of the running week and says how the Utility stands.
type UtilityReconciler struct{ Deps }

// SetupWithManager adds the reconciler to a manager.
func (r *UtilityReconciler) SetupWithManager(mgr ctrl.Manager) error {
	return ctrl.NewControllerManagedBy(mgr).
		For(&praxisv1.Utility{}, specChanged).
		Watches(&praxisv1.KeyAction{}, to(utilityOf), specChanged).
		Watches(&praxisv1.WeeklyCycle{}, to(utilityOf), weekChanged).
		Watches(&praxisv1.Team{}, r.toUtilities(), specChanged).
		Watches(&praxisv1.ActionPackage{}, r.toUtilities(), specChanged).
		Complete(reconcile.AsReconciler(r.Client, r))
}

// Reconcile makes the cycle of the running week where there is none. The status waits
// until that week is planned, so that a new week costs one write.
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
	if in.Problem == nil && (next != nil || progress.BeingPlanned(in.Cycles, now)) {
		return r.at(wake), nil
	}
	return r.at(wake), r.publish(ctx, u, progress.Utility(in, now))
}

func (r *UtilityReconciler) gather(ctx context.Context, u *praxisv1.Utility) (progress.UtilityInput, error) {
	objects, err := r.objects(ctx, u.Namespace, u.Name)
	if err != nil {
		return progress.UtilityInput{}, err
	}
	objects.Utility = u
	cycles, err := r.cycles(ctx, u.Namespace, u.Name)
	return progress.UtilityInput{Objects: objects, Calendar: calendar(u), Cycles: cycles, Problem: plan.CheckUtility(objects)}, err
}

// nextCycle is the cycle to make, if any, and when to look again.
func (r *UtilityReconciler) nextCycle(in progress.UtilityInput, now time.Time) (*praxisv1.WeeklyCycle, time.Time) {
	if in.Calendar == nil {
		return nil, time.Time{}
	}
	next, wake := plan.NextCycle(in.Objects, in.Calendar, in.Cycles, now)
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
			praxisv1.ConditionStalled, praxisv1.ConditionOnTrack, praxisv1.ConditionFocused, praxisv1.ConditionCovered)
	}
	return err
}
