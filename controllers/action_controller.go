// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/status"
	"github.com/praxis-dev/praxis/internal/week"
)

// +kubebuilder:rbac:groups=praxis.dev,resources=actions,verbs=list;watch
// +kubebuilder:rbac:groups=praxis.dev,resources=actions/status,verbs=patch

// ActionReconciler maintains the status of an Action.
type ActionReconciler struct{ Deps }

// SetupWithManager adds the reconciler to a manager.
func (r *ActionReconciler) SetupWithManager(mgr ctrl.Manager) error {
	return complete(r.controllerFor(mgr, &praxisv1.Action{}).
		Watches(&praxisv1.WeeklyCycle{}, r.toActions(), weekPlanned).
		// A closed week decides what becomes of its Actions.
		Watches(&praxisv1.WeeklyCycle{}, r.toActions(), weekClosed).
		Watches(&praxisv1.Evidence{}, r.Bursts.evidence.counting(to(actionOfEvidence)), judgementChanged).
		// What others wait for may be done now.
		Watches(&praxisv1.Action{}, r.toDependants(), workChanged), r)
}

// Reconcile writes the state at this instant, and requeues for when the next work is due.
func (r *ActionReconciler) Reconcile(ctx context.Context, a *praxisv1.Action) (ctrl.Result, error) {
	if wait, err := r.holdEvidence(ctx, a.Namespace); wait > 0 || err != nil {
		return ctrl.Result{RequeueAfter: wait}, err
	}
	in, err := r.gather(ctx, a)
	if err != nil || in == nil {
		return ctrl.Result{}, err
	}
	if restored, err := r.restoreMetadata(ctx, a); restored || err != nil {
		return ctrl.Result{}, err
	}
	status, next := status.ForAction(*in, r.Clock.Now())
	after := a.DeepCopy()
	after.Status = status
	_, err = r.writeStatus(ctx, a, after)
	return r.at(next), err
}

// gather returns nil for an Action whose week is gone, since the garbage collector deletes it,
// and for one whose week is still being planned: creating up to a thousand Actions needs the
// processor, and until then the status that the schema defaults is right.
func (r *ActionReconciler) gather(ctx context.Context, a *praxisv1.Action) (*status.ActionInput, error) {
	var cycle praxisv1.WeeklyCycle
	if err := r.Get(ctx, client.ObjectKey{Namespace: a.Namespace, Name: a.Spec.CycleRef.Name}, &cycle); err != nil {
		return nil, client.IgnoreNotFound(err)
	}
	if !week.Planned(&cycle) {
		return nil, nil
	}
	in := &status.ActionInput{Action: a, Closed: plan.WeekClosed(&cycle)}
	if in.Closed {
		decisions, err := r.decisions(ctx, &cycle)
		in.Disposition = week.DispositionOf(a, plan.PlannedAs(&cycle, a.Spec.KeyActionRef.Name), decisions)
		return in, err
	}
	var err error
	if in.Evidence, err = r.evidence(ctx, a.Namespace, byAction, a.Name); err != nil {
		return nil, err
	}
	for _, step := range a.Spec.DependsOn {
		others, err := r.actions(ctx, a.Namespace, byStep, stepKey(a, step))
		if err != nil {
			return nil, err
		}
		in.Others = append(in.Others, others...)
	}
	return in, nil
}
