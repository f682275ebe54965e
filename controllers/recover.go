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

// conditioned is an object that a reconciler can say something about.
type conditioned interface {
	client.Object
	praxisv1.Conditioned
}

// recovering is a reconciler whose panics stay with the object that caused them.
type recovering[O conditioned] struct {
	Deps
	reconcile.ObjectReconciler[O]
}

// reconciler makes a controller's reconciler of one for a kind.
func reconciler[O conditioned](d Deps, r reconcile.ObjectReconciler[O]) reconcile.Reconciler {
	return reconcile.AsReconciler(d.Client, &recovering[O]{Deps: d, ObjectReconciler: r})
}

// Reconcile lets the reconciler look at the object. Where that panics, it is counted and
// said on the object itself, and nothing is tried again until something changes: the same
// object would do the same, and its neighbours are to go on.
func (r *recovering[O]) Reconcile(ctx context.Context, o O) (result ctrl.Result, err error) {
	defer func() {
		if found := recover(); found != nil {
			log.FromContext(ctx).Error(fmt.Errorf("%v", found), "the object cannot be read; please report this", "stack", string(debug.Stack()))
			result, err = ctrl.Result{}, r.tellUnreadable(ctx, o, found)
		}
	}()
	return r.ObjectReconciler.Reconcile(ctx, o)
}

// tellUnreadable counts a panic and says it on the object.
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
