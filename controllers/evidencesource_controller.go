// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"errors"
	"time"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	ctrlsource "sigs.k8s.io/controller-runtime/pkg/source"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/source"
	"github.com/praxis-dev/praxis/internal/status"
)

// +kubebuilder:rbac:groups=praxis.dev,resources=evidencesources,verbs=list;watch;operate
// +kubebuilder:rbac:groups=praxis.dev,resources=evidencesources/status,verbs=patch
// +kubebuilder:rbac:groups=praxis.dev,resources=evidence,verbs=create

// EvidenceSourceReconciler says whether a source can be received from, and has its objects watched.
type EvidenceSourceReconciler struct {
	Deps
	Objects *ObjectSources
}

// lookAgain is when the rights of a source are looked at again: nothing tells that somebody gave or
// took one.
const lookAgain = time.Minute

// SetupWithManager adds the reconciler to a manager.
func (r *EvidenceSourceReconciler) SetupWithManager(mgr ctrl.Manager) error {
	w := r.controllerFor(mgr, &praxisv1.EvidenceSource{})
	w.Builder.WatchesRawSource(ctrlsource.Channel(r.Objects.lost, &handler.TypedEnqueueRequestForObject[*praxisv1.EvidenceSource]{}))
	return complete(w, r)
}

// Reconcile compiles the rules, tries the rights, and says what comes of it.
func (r *EvidenceSourceReconciler) Reconcile(ctx context.Context, s *praxisv1.EvidenceSource) (ctrl.Result, error) {
	in := status.SourceInput{Source: s, Served: r.Receiver.Served, IssuerAllowed: r.Receiver.allowed}
	var err error
	if s.Spec.Object != nil {
		in.Unwatched, err = r.Objects.Follow(ctx, s)
	} else if r.Receiver.Served && source.SecretOf(&s.Spec) != "" {
		_, err = r.tokens(ctx, s)
		if wrong, is := errors.AsType[*secretProblem](err); is {
			in.Unreadable, err = wrong.says, nil
		}
	}
	if err != nil {
		return ctrl.Result{}, err
	}
	after := s.DeepCopy()
	after.Status = status.ForEvidenceSource(in, r.Clock.Now())
	written, err := r.writeStatus(ctx, s, after)
	if written {
		r.announce(after, nil, s.Status.Conditions, after.Status.Conditions, praxisv1.ConditionStalled, praxisv1.ConditionReceiving)
	}
	if in.Unwatched != "" || s.Spec.Object != nil || in.Unreadable != "" || source.SecretOf(&s.Spec) != "" {
		return ctrl.Result{RequeueAfter: lookAgain}, err
	}
	return ctrl.Result{}, err
}

type lostEvent = event.TypedGenericEvent[*praxisv1.EvidenceSource]
