// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"runtime/debug"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/text"
)

// conditioned is a pointer to an object whose status has conditions.
type conditioned interface {
	client.Object
	praxisv1.Conditioned
}

// recovering wraps a reconciler and confines its panics to the object that caused them.
type recovering[O conditioned] struct {
	Deps
	reconcile.ObjectReconciler[O]
}

// reconciler wraps the reconciler of a kind for a controller.
func reconciler[O conditioned](d Deps, r reconcile.ObjectReconciler[O]) reconcile.Reconciler {
	return reconcile.AsReconciler(d.Client, &recovering[O]{Deps: d, ObjectReconciler: r})
}

// Reconcile calls the wrapped reconciler. A panic is counted and reported in the status of the
// object, and the object is not tried again until something changes: the same object would
// panic again, and the work on other objects has to go on.
func (r *recovering[O]) Reconcile(ctx context.Context, o O) (result ctrl.Result, err error) {
	defer func() {
		if found := recover(); found != nil {
			log.FromContext(ctx).Error(fmt.Errorf("%v", found), "the object cannot be read; please report this", "stack", string(debug.Stack()))
			result, err = ctrl.Result{}, r.tellUnreadable(ctx, o, found)
		}
	}()
	return r.ObjectReconciler.Reconcile(ctx, o)
}

// tellUnreadable counts a panic and reports it in the status of the object.
func (r *recovering[O]) tellUnreadable(ctx context.Context, o O, found any) error {
	kind := fmt.Sprintf("%T", o)
	if gvk, err := r.GroupVersionKindFor(o); err == nil {
		kind = gvk.Kind
	}
	r.Observed.Panicked(kind)
	after := o.DeepCopyObject().(O)
	status := after.GetConditioned()
	status.ObservedGeneration = o.GetGeneration()
	status.Summary = "It cannot be read; see its condition Ready"
	meta.SetStatusCondition(&status.Conditions, metav1.Condition{
		Type: praxisv1.ConditionReady, Status: metav1.ConditionFalse, Reason: praxisv1.ReasonUnreadable,
		Message:            text.Clip(fmt.Sprintf("%s %s cannot be read; undo what was changed by hand in it, or report: %v", kind, text.Clip(o.GetName(), 40), found), text.MaxMessage),
		ObservedGeneration: o.GetGeneration(), LastTransitionTime: metav1.NewTime(r.Clock.Now()),
	})
	if _, err := r.writeStatus(ctx, o, after); err != nil {
		return err
	}
	return reconcile.TerminalError(fmt.Errorf("%s %s cannot be read: %v", kind, o.GetName(), found))
}
