// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/status"
	"github.com/praxis-dev/praxis/internal/week"
)

// +kubebuilder:rbac:groups=praxis.dev,resources=keyactions,verbs=create;patch;delete
// +kubebuilder:rbac:groups=praxis.dev,resources=keyactions/status,verbs=patch
// +kubebuilder:rbac:groups=praxis.dev,resources=keyactions/finalizers,verbs=update

// KeyActionReconciler checks a KeyAction, makes one for each Team of an enterprise one,
// and says how it stands.
type KeyActionReconciler struct{ Deps }

// SetupWithManager adds the reconciler to a manager.
func (r *KeyActionReconciler) SetupWithManager(mgr ctrl.Manager) error {
	return complete(r.controllerFor(mgr, &praxisv1.KeyAction{}).
		// Rank and names depend on the other KeyActions of the Utility.
		Watches(&praxisv1.KeyAction{}, r.toKeyActions(), keyActionChanged).
		Watches(&praxisv1.Utility{}, r.toKeyActions(), utilityChanged).
		Watches(&praxisv1.WeeklyCycle{}, r.toKeyActions(), weekChanged).
		Watches(&praxisv1.Team{}, r.toInvolved(r.keyActionsOf), teamChanged).
		Watches(&praxisv1.ActionPackage{}, r.toInvolved(r.keyActionsOf), specChanged), r)
}

// Reconcile writes the status once the running week is planned, so that a new week
// costs one write.
func (r *KeyActionReconciler) Reconcile(ctx context.Context, ka *praxisv1.KeyAction) (ctrl.Result, error) {
	in, err := r.gather(ctx, ka)
	if err != nil || !ka.DeletionTimestamp.IsZero() {
		return ctrl.Result{}, err
	}
	now := r.Clock.Now()
	if in.Problem == nil {
		if in.Problem, err = r.syncChildren(ctx, in, now); err != nil {
			return ctrl.Result{}, err
		}
	}
	awaited, wake := awaitsPlan(in, now)
	if awaited {
		return r.at(wake), nil
	}
	return r.at(wake), r.publish(ctx, ka, status.ForKeyAction(in, now))
}

func (r *KeyActionReconciler) gather(ctx context.Context, ka *praxisv1.KeyAction) (status.KeyActionInput, error) {
	programme, err := r.programme(ctx, ka.Namespace, ka.Spec.UtilityRef.Name)
	if err != nil {
		return status.KeyActionInput{}, err
	}
	cycles, err := r.cycles(ctx, ka.Namespace, ka.Spec.UtilityRef.Name)
	if err != nil {
		return status.KeyActionInput{}, err
	}
	turns, err := r.turns(ctx, programme, ka, cycles)
	return status.KeyActionInput{
		KeyAction: ka, Programme: programme, Calendar: calendar(programme.Utility), Cycles: cycles, Turns: turns,
		Problem: programme.ProblemOf(ka),
	}, err
}

// awaitsPlan reports whether the running week is about to be planned, and when the
// next one begins.
func awaitsPlan(in status.KeyActionInput, now time.Time) (awaited bool, wake time.Time) {
	if in.Calendar == nil {
		return false, time.Time{}
	}
	next, wake := plan.NextCycle(in.Programme, in.Calendar, in.Cycles, now)
	sound := in.Problem == nil && in.Programme.Problem == nil
	// A week whose name is taken is never planned, so waiting for it would never end.
	if stalled := meta.FindStatusCondition(in.Programme.Utility.Status.Conditions, praxisv1.ConditionStalled); stalled != nil {
		sound = sound && stalled.Reason != praxisv1.ReasonNameTaken
	}
	return sound && (next != nil || week.BeingPlanned(in.Cycles, now)), wake
}

// syncChildren brings the KeyActions made for an enterprise KeyAction in line with it. The one
// for a Team that is no longer selected is deleted once no running week has Actions of it.
func (r *KeyActionReconciler) syncChildren(ctx context.Context, in status.KeyActionInput, now time.Time) (*plan.Problem, error) {
	existing := map[string]*praxisv1.KeyAction{}
	for i := range in.Programme.KeyActions {
		if child := &in.Programme.KeyActions[i]; plan.IsChild(child, in.KeyAction) {
			existing[child.Name] = child
		}
	}
	for _, wanted := range in.Programme.Children(in.KeyAction) {
		child := existing[wanted.Name]
		delete(existing, wanted.Name)
		if taken, err := r.apply(ctx, in.KeyAction, &wanted, child); taken != nil || err != nil {
			return taken, err
		}
	}
	for name, child := range existing {
		if week.HasWork(in.Cycles, name, now) {
			continue
		}
		// Only the object as it was read: a child that was recreated meanwhile stays.
		preconditions := client.Preconditions{UID: &child.UID, ResourceVersion: &child.ResourceVersion}
		if err := r.Delete(ctx, child.DeepCopy(), preconditions); client.IgnoreNotFound(err) != nil {
			return nil, fmt.Errorf("deleting KeyAction %s, whose Team is no longer selected: %w", name, err)
		}
	}
	return nil, nil
}

func (r *KeyActionReconciler) apply(ctx context.Context, parent, wanted, child *praxisv1.KeyAction) (*plan.Problem, error) {
	wanted = wanted.DeepCopy() // the server's answer is read into it, and the programme is others' too
	if child == nil {
		wanted.OwnerReferences = []metav1.OwnerReference{*metav1.NewControllerRef(parent, praxisv1.GroupVersion.WithKind("KeyAction"))}
		return r.createOurs(ctx, wanted)
	}
	update := child.DeepCopy()
	update.Spec = wanted.Spec
	update.Labels = relabel(update.Labels, wanted.Labels)
	if metav1.GetControllerOf(child) == nil {
		update.OwnerReferences = append(update.OwnerReferences, *metav1.NewControllerRef(parent, praxisv1.GroupVersion.WithKind("KeyAction")))
	}
	return nil, r.writeSpec(ctx, child, update)
}

func (r *KeyActionReconciler) publish(ctx context.Context, ka *praxisv1.KeyAction, status praxisv1.KeyActionStatus) error {
	after := ka.DeepCopy()
	after.Status = status
	written, err := r.writeStatus(ctx, ka, after)
	r.Plans.leftTurns(ka, status.Turns, err)
	if written {
		r.announce(after, nil, ka.Status.Conditions, status.Conditions, praxisv1.ConditionStalled,
			praxisv1.ConditionOnTrack, praxisv1.ConditionActionable, praxisv1.ConditionFeasible)
	}
	return err
}
