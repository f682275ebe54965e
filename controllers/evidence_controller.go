// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"

	ctrl "sigs.k8s.io/controller-runtime"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/evidence"
	"github.com/praxis-dev/praxis/internal/status"
)

// +kubebuilder:rbac:groups=praxis.dev,resources=evidence,verbs=list;watch
// +kubebuilder:rbac:groups=praxis.dev,resources=evidence/status,verbs=patch

// EvidenceReconciler finds the Action that a piece of evidence is for, and says whether
// the piece counts.
type EvidenceReconciler struct{ Deps }

// SetupWithManager adds the reconciler to a manager.
func (r *EvidenceReconciler) SetupWithManager(mgr ctrl.Manager) error {
	return complete(r.controllerFor(mgr, &praxisv1.Evidence{}).
		// Of pieces with one source one counts, and of very many the first.
		Watches(&praxisv1.Evidence{}, r.toOutdated(), rankChanged).
		Watches(&praxisv1.Action{}, r.toEvidence(), planChanged).
		Watches(&praxisv1.WeeklyCycle{}, r.toEvidenceOfWeek(), weekClosed).
		Watches(&praxisv1.WeeklyCycle{}, r.toOutdatedOfWeek(), teamsPlanned).
		Watches(&praxisv1.Team{}, r.toJudged(), specChanged).
		// The Team that takes the place of one that is gone judges for it.
		Watches(&praxisv1.KeyAction{}, r.toUndecidedEvidence(), teamReplaced).
		Watches(&praxisv1.Utility{}, r.toReadings(), measuresChanged), r)
}

// Reconcile finds what a piece is for, and judges it by that.
func (r *EvidenceReconciler) Reconcile(ctx context.Context, e *praxisv1.Evidence) (ctrl.Result, error) {
	// No week of the namespace closes between what is read here and what is written.
	done, now := r.Counting.Piece(e.Namespace)
	if !now {
		return ctrl.Result{RequeueAfter: countingWait}, nil
	}
	defer done()
	in, err := r.gather(ctx, e)
	if err != nil || in == nil {
		return ctrl.Result{}, err
	}
	after := e.DeepCopy()
	after.Status = status.ForEvidence(*in, r.Clock.Now())
	written, err := r.writeStatus(ctx, e, after)
	if written {
		r.judged(in, after)
		r.announce(after, nil, e.Status.Conditions, after.Status.Conditions, praxisv1.ConditionAccepted)
	}
	return ctrl.Result{}, err
}

// gather returns nil for a piece that has to wait: its week is closed, and the Action that its
// Action is carried over to is about to be made.
func (r *EvidenceReconciler) gather(ctx context.Context, e *praxisv1.Evidence) (*evidence.Input, error) {
	in := &evidence.Input{Evidence: e}
	if target := e.Spec.For; target != nil && target.Utility != "" {
		return in, r.gatherMeasure(ctx, in, target)
	}
	err := r.actionOf(ctx, in)
	if err != nil || in.Unresolved != "" || in.Unknown != "" {
		return in, err
	}
	if in.Action, in.Closed, err = r.follow(ctx, e, in.Action); err != nil || in.Action == nil {
		return nil, err
	}
	cycle, err := r.weekOf(ctx, in.Action)
	if err != nil {
		return nil, err
	}
	judged, err := r.judging(ctx, in.Action, cycle)
	judged.Evidence, judged.Closed, judged.Pieces = e, in.Closed, withPiece(judged.Pieces, e)
	return &judged, err
}

func (r *EvidenceReconciler) gatherMeasure(ctx context.Context, in *evidence.Input, target *praxisv1.EvidenceTarget) error {
	u, err := getOrNil[praxisv1.Utility](ctx, r.Deps, in.Evidence.Namespace, target.Utility)
	if err != nil {
		return err
	}
	if u == nil {
		in.Unresolved = fmt.Sprintf("Utility %s is not in the namespace; correct the name in a new piece", target.Utility)
		return nil
	}
	m := evidence.MeasureOf(u, target.Measure)
	if m == nil {
		in.Unresolved = fmt.Sprintf("Utility %s has no measure %s; correct the name in a new piece", u.Name, target.Measure)
		return nil
	}
	in.Sourced = m.Source != nil
	return r.judgingReadings(ctx, in, u)
}
