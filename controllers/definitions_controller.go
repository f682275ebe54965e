// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/praxis-dev/praxis/internal/preflight"
)

// +kubebuilder:rbac:groups=apiextensions.k8s.io,resources=customresourcedefinitions,resourceNames=utilities.praxis.dev,verbs=list;watch

// DefinitionsReconciler warns when the CustomResourceDefinitions are from another release than
// the operator: an older operator ignores fields that only newer definitions have, and the API
// server drops fields that older definitions do not know.
type DefinitionsReconciler struct {
	Deps
	version string
	// reported is the release of the definitions that was reported last.
	reported string
}

// reasonDefinitionsDiffer is the reason of the event. There is no condition for it, because
// definitions belong to the cluster and not to a Utility.
const reasonDefinitionsDiffer = "DefinitionsDiffer"

// SetupWithManager adds the reconciler to a manager.
func (r *DefinitionsReconciler) SetupWithManager(mgr ctrl.Manager) error {
	return r.fair(ctrl.NewControllerManagedBy(mgr)).Named("definitions").
		WatchesMetadata(preflight.Definition(), &handler.EnqueueRequestForObject{}).Complete(r)
}

// Reconcile compares the two releases.
func (r *DefinitionsReconciler) Reconcile(ctx context.Context, _ reconcile.Request) (ctrl.Result, error) {
	d := preflight.Definition()
	if err := r.Get(ctx, client.ObjectKeyFromObject(d), d); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	theirs, differ := preflight.Release(d, r.version)
	r.Observed.Definitions(differ)
	if theirs == r.reported {
		return ctrl.Result{}, nil
	}
	r.reported = theirs
	if differ {
		log.FromContext(ctx).Error(nil, "the definitions are of another release than this operator; install both of the same", "definitions", theirs, "operator", r.version)
		r.Events.Eventf(d, nil, corev1.EventTypeWarning, reasonDefinitionsDiffer, "Judge",
			"The definitions are of %s and the operator is of %s: what one of them does not know is not planned with; install both of one release", theirs, r.version)
	}
	return ctrl.Result{}, nil
}
