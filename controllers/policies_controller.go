// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"cmp"
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
)

// +kubebuilder:rbac:groups=admissionregistration.k8s.io,resources=validatingadmissionpolicies;validatingadmissionpolicybindings;mutatingadmissionpolicies;mutatingadmissionpolicybindings,verbs=list;watch

// PoliciesReconciler says which admission policies are missing, or say something else than
// those of this release. They hold the rules about who may do what; without one, what it
// refuses is allowed to everybody.
type PoliciesReconciler struct {
	Deps
	wanted []unstructured.Unstructured
	// reported is what was wrong with which policy when it was reported last.
	reported map[string]string
}

// Reasons of events; no condition says them, since policies are of the cluster and not of
// a goal.
const (
	reasonPolicyMissing = "PolicyMissing"
	reasonPolicyDiffers = "PolicyDiffers"
)

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
		b = b.Watches(o, handler.EnqueueRequestsFromMapFunc(func(context.Context, client.Object) []reconcile.Request {
			return []reconcile.Request{all}
		}))
	}
	return b.Complete(r)
}

// Reconcile looks at all of them.
func (r *PoliciesReconciler) Reconcile(ctx context.Context, _ reconcile.Request) (ctrl.Result, error) {
	wrong := map[string]string{}
	for i := range r.wanted {
		// A binding has the name of its policy; without either nothing is held.
		name := r.wanted[i].GetName()
		reason, err := r.look(ctx, &r.wanted[i])
		if err != nil {
			return ctrl.Result{}, err
		}
		if wrong[name] != reasonPolicyMissing {
			wrong[name] = cmp.Or(reason, wrong[name])
		}
	}
	for name, reason := range wrong {
		r.Observed.Policy(name, reason == reasonPolicyMissing, reason == reasonPolicyDiffers)
	}
	maps.DeleteFunc(wrong, func(_, reason string) bool { return reason == "" })
	r.tell(ctx, wrong)
	return ctrl.Result{}, nil
}

// look returns the reason why a policy or binding does not hold what ours does, or nothing.
func (r *PoliciesReconciler) look(ctx context.Context, ours *unstructured.Unstructured) (reason string, err error) {
	o, err := r.Scheme().New(ours.GroupVersionKind()) // as it is watched
	if err != nil {
		return "", err
	}
	theirs := o.(client.Object)
	switch err := r.Get(ctx, client.ObjectKeyFromObject(ours), theirs); {
	case apierrors.IsNotFound(err):
		return reasonPolicyMissing, nil
	case err != nil:
		return "", err
	}
	fields, err := runtime.DefaultUnstructuredConverter.ToUnstructured(theirs)
	if err == nil && admission.Differs(ours, &unstructured.Unstructured{Object: fields}) {
		reason = reasonPolicyDiffers
	}
	return reason, err
}

// tell says it once, and again when it changed.
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
		r.Events.Eventf(policy, nil, corev1.EventTypeWarning, reason, "Judge", "%s", speak(policy, reason))
	}
}

// speak says what is wrong with a policy, what comes of it, and what mends it.
func speak(policy *unstructured.Unstructured, reason string) string {
	install, missing, altered := "config/admission", "what it refuses is allowed to everybody", "what it should refuse may be allowed to everybody"
	if strings.HasPrefix(policy.GetKind(), "Mutating") {
		install, missing, altered = "config/admission/stamping", "people have to write their own names", "it may be that it writes the names of others than who acts"
	}
	if reason == reasonPolicyMissing {
		return fmt.Sprintf("%s is not installed or not bound: %s; install %s", policy.GetName(), missing, install)
	}
	return fmt.Sprintf("%s or its binding was edited or is of another release than the operator: %s; install %s of the operator's release", policy.GetName(), altered, install)
}
