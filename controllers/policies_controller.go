// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/praxis-dev/praxis/config/admission"
)

// +kubebuilder:rbac:groups=admissionregistration.k8s.io,resources=validatingadmissionpolicies;validatingadmissionpolicybindings;mutatingadmissionpolicies;mutatingadmissionpolicybindings,verbs=list;watch

// PoliciesReconciler says which admission policies are missing. They hold the rules about
// who may do what; without one, what it refuses is allowed to everybody.
type PoliciesReconciler struct {
	Deps
	wanted []unstructured.Unstructured
	// told are those that were missing when it was said last.
	told []string
}

// reasonPolicyMissing is the reason of the event; no condition says it, since policies are
// of the cluster and not of a goal.
const reasonPolicyMissing = "PolicyMissing"

// all is what is asked for: the policies are looked at together.
var all = reconcile.Request{NamespacedName: client.ObjectKey{Name: "policies"}}

// SetupWithManager adds the reconciler to a manager.
func (r *PoliciesReconciler) SetupWithManager(mgr ctrl.Manager) error {
	everywhere, stamping, err := admission.Objects()
	if err != nil {
		return err
	}
	r.wanted = everywhere
	watched := []client.Object{&admissionv1.ValidatingAdmissionPolicy{}, &admissionv1.ValidatingAdmissionPolicyBinding{}}
	if r.Stamping {
		_, err := mgr.GetRESTMapper().RESTMapping(admissionv1.SchemeGroupVersion.WithKind("MutatingAdmissionPolicy").GroupKind(), admissionv1.SchemeGroupVersion.Version)
		switch {
		case meta.IsNoMatchError(err):
			return errors.New("-stamping: names are written by servers from Kubernetes 1.36 on; leave it out, and people write their own")
		case err != nil:
			return fmt.Errorf("asking whether the server stamps names: %w", err)
		}
		r.wanted = append(r.wanted, stamping...)
		watched = append(watched, &admissionv1.MutatingAdmissionPolicy{}, &admissionv1.MutatingAdmissionPolicyBinding{})
	}
	b := ctrl.NewControllerManagedBy(mgr).Named("policies").
		// Where none is there, nothing else would ask.
		WatchesRawSource(source.Func(func(_ context.Context, queue workqueue.TypedRateLimitingInterface[reconcile.Request]) error {
			queue.Add(all)
			return nil
		}))
	for _, o := range watched {
		b = b.WatchesMetadata(o, handler.EnqueueRequestsFromMapFunc(func(context.Context, client.Object) []reconcile.Request {
			return []reconcile.Request{all}
		}))
	}
	return b.Complete(r)
}

// Reconcile looks at all of them.
func (r *PoliciesReconciler) Reconcile(ctx context.Context, _ reconcile.Request) (ctrl.Result, error) {
	missing := map[string]bool{}
	for i := range r.wanted {
		o := &metav1.PartialObjectMetadata{}
		o.SetGroupVersionKind(r.wanted[i].GroupVersionKind())
		err := r.Get(ctx, client.ObjectKeyFromObject(&r.wanted[i]), o)
		if client.IgnoreNotFound(err) != nil {
			return ctrl.Result{}, err
		}
		// A binding has the name of its policy; without either nothing is held.
		name := r.wanted[i].GetName()
		missing[name] = missing[name] || apierrors.IsNotFound(err)
	}
	r.Observed.Policies(missing)
	r.tell(ctx, missing)
	return ctrl.Result{}, nil
}

// tell says it once, and again when it changed.
func (r *PoliciesReconciler) tell(ctx context.Context, missing map[string]bool) {
	maps.DeleteFunc(missing, func(_ string, is bool) bool { return !is })
	names := slices.Sorted(maps.Keys(missing))
	if slices.Equal(names, r.told) {
		return
	}
	r.told = names
	if len(names) == 0 {
		log.FromContext(ctx).Info("all admission policies are installed")
		return
	}
	list := strings.Join(names, ", ")
	log.FromContext(ctx).Error(nil, "admission policies are not installed or not bound; install config/admission", "missing", list)
	for i := range r.wanted {
		policy := &r.wanted[i]
		if !missing[policy.GetName()] || strings.HasSuffix(policy.GetKind(), "Binding") {
			continue
		}
		otherwise := "what it refuses is allowed to everybody; install config/admission"
		if strings.HasPrefix(policy.GetKind(), "Mutating") {
			otherwise = "people have to write their own names; install config/admission/stamping"
		}
		r.Events.Eventf(policy, nil, corev1.EventTypeWarning, reasonPolicyMissing, "Judge", "%s is not installed or not bound: %s", policy.GetName(), otherwise)
	}
}
