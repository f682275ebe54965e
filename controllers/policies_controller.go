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
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/praxis-dev/praxis/config/admission"
	"github.com/praxis-dev/praxis/internal/preflight"
)

// +kubebuilder:rbac:groups=admissionregistration.k8s.io,resources=validatingadmissionpolicies;validatingadmissionpolicybindings;mutatingadmissionpolicies;mutatingadmissionpolicybindings,verbs=list;watch

// PoliciesReconciler warns of admission policies that are missing or differ from those of this
// release. They hold the rules about who may do what; without a policy, everybody may do what
// it refuses.
type PoliciesReconciler struct {
	Deps
	wanted []unstructured.Unstructured
	// reported is what was last reported to be wrong, by policy.
	reported map[string]string
}

// Reasons of events. There are no conditions for them, because policies belong to the cluster
// and not to a Utility.
const (
	reasonPolicyMissing = "PolicyMissing"
	reasonPolicyDiffers = "PolicyDiffers"
)

// policyReasons are the reasons that report a problem.
var policyReasons = map[preflight.State]string{
	preflight.Missing: reasonPolicyMissing,
	preflight.Differs: reasonPolicyDiffers,
}

// all is the one request that every event maps to: the policies are checked together.
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
	b := r.fair(ctrl.NewControllerManagedBy(mgr)).Named("policies").
		// Where none is there, nothing else would ask.
		WatchesRawSource(source.Func(func(_ context.Context, queue workqueue.TypedRateLimitingInterface[reconcile.Request]) error {
			queue.Add(all)
			return nil
		}))
	for _, o := range watched {
		b = b.Watches(o, handler.EnqueueRequestsFromMapFunc(func(context.Context, client.Object) []reconcile.Request {
			return []reconcile.Request{all}
		}))
	}
	return b.Complete(r)
}

// Reconcile checks all policies.
func (r *PoliciesReconciler) Reconcile(ctx context.Context, _ reconcile.Request) (ctrl.Result, error) {
	compared, err := preflight.Policies(r.wanted, func(ours *unstructured.Unstructured) (*unstructured.Unstructured, error) {
		return r.installed(ctx, ours)
	})
	if err != nil {
		return ctrl.Result{}, err
	}
	wrong := map[string]string{}
	for name, state := range compared.Worst() {
		r.Observed.Policy(name, state == preflight.Missing, state == preflight.Differs)
		if reason := policyReasons[state]; reason != "" {
			wrong[name] = reason
		}
	}
	r.tell(ctx, wrong)
	return ctrl.Result{}, nil
}

// installed returns the object of the same name in the cluster, or nil.
func (r *PoliciesReconciler) installed(ctx context.Context, ours *unstructured.Unstructured) (*unstructured.Unstructured, error) {
	o, err := r.Scheme().New(ours.GroupVersionKind()) // as it is watched
	if err != nil {
		return nil, err
	}
	theirs := o.(client.Object)
	if err := r.Get(ctx, client.ObjectKeyFromObject(ours), theirs); err != nil {
		return nil, client.IgnoreNotFound(err)
	}
	fields, err := runtime.DefaultUnstructuredConverter.ToUnstructured(theirs)
	return &unstructured.Unstructured{Object: fields}, err
}

// tell reports a problem once, and again when it changes.
func (r *PoliciesReconciler) tell(ctx context.Context, wrong map[string]string) {
	if maps.Equal(wrong, r.reported) {
		return
	}
	before := r.reported
	r.reported = wrong
	for reason, text := range map[string]string{
		reasonPolicyMissing: "admission policies are not installed or not bound; install config/admission",
		reasonPolicyDiffers: "admission policies were edited or are of another release than this operator; install config/admission of the same",
	} {
		var names []string
		for _, name := range slices.Sorted(maps.Keys(wrong)) {
			if wrong[name] == reason {
				names = append(names, name)
			}
		}
		if len(names) > 0 {
			log.FromContext(ctx).Error(nil, text, "policies", strings.Join(names, ", "))
		}
	}
	if len(wrong) == 0 {
		log.FromContext(ctx).Info("all admission policies are installed")
	}
	for i := range r.wanted {
		policy := &r.wanted[i]
		reason := wrong[policy.GetName()]
		if reason == "" || reason == before[policy.GetName()] || strings.HasSuffix(policy.GetKind(), "Binding") {
			continue
		}
		r.Events.Eventf(policy, nil, corev1.EventTypeWarning, reason, "Judge", "%s", policyMessage(policy, reason))
	}
}

// policyMessage says what is wrong with a policy, what follows from it, and what fixes it.
func policyMessage(policy *unstructured.Unstructured, reason string) string {
	install, missing, altered := "config/admission", "what it refuses is allowed to everybody", "what it should refuse may be allowed to everybody"
	if strings.HasPrefix(policy.GetKind(), "Mutating") {
		install, missing, altered = "config/admission/stamping", "people have to write their own names", "it may be that it writes the names of others than who acts"
	}
	if reason == reasonPolicyMissing {
		return fmt.Sprintf("%s is not installed or not bound: %s; install %s", policy.GetName(), missing, install)
	}
	return fmt.Sprintf("%s or its binding was edited or is of another release than the operator: %s; install %s of the operator's release", policy.GetName(), altered, install)
}
