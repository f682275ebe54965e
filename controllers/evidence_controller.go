// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/progress"
)

// +kubebuilder:rbac:groups=praxis.dev,resources=evidence,verbs=get;list;watch
// +kubebuilder:rbac:groups=praxis.dev,resources=evidence/status,verbs=patch

// EvidenceReconciler finds the Action that a piece of evidence is for, and says whether
// the piece counts.
type EvidenceReconciler struct{ Deps }

// SetupWithManager adds the reconciler to a manager.
func (r *EvidenceReconciler) SetupWithManager(mgr ctrl.Manager) error {
	return ctrl.NewControllerManagedBy(mgr).
		For(&praxisv1.Evidence{}, verdictChanged).
		// Of pieces with one source and id, one counts.
		Watches(&praxisv1.Evidence{}, r.toSameSource(), judgementChanged).
		Watches(&praxisv1.Action{}, r.toEvidence(), planChanged).
		Watches(&praxisv1.WeeklyCycle{}, r.toEvidenceOfWeek(), weekClosed).
		Watches(&praxisv1.Team{}, r.toUndecidedEvidence(), specChanged).
		Watches(&praxisv1.Utility{}, r.toUndecidedEvidence(), specChanged).
		Complete(reconcile.AsReconciler(r.Client, r))
}

// Reconcile judges a piece by what it is for.
func (r *EvidenceReconciler) Reconcile(ctx context.Context, e *praxisv1.Evidence) (ctrl.Result, error) {
	in, err := r.gather(ctx, e)
	if err != nil || in == nil {
		return ctrl.Result{}, err
	}
	after := e.DeepCopy()
	after.Status = progress.Evidence(*in, r.Clock.Now())
	written, err := r.writeStatus(ctx, e, after)
	if written {
		r.announce(after, nil, e.Status.Conditions, after.Status.Conditions, praxisv1.ConditionAccepted)
	}
	return ctrl.Result{}, err
}

// gather is nil for a piece that waits: its week is closed, and the Action that goes on
// with its Action is about to be made.
func (r *EvidenceReconciler) gather(ctx context.Context, e *praxisv1.Evidence) (*progress.EvidenceInput, error) {
	in := &progress.EvidenceInput{Evidence: e}
	if target := e.Spec.For; target != nil && target.Utility != "" {
		return in, r.gatherMeasure(ctx, in, target)
	}
	a, lost, err := r.actionOf(ctx, e)
	if err != nil || lost != "" {
		in.Lost = lost
		return in, err
	}
	if in.Late, err = r.late(ctx, e, a); err != nil {
		return nil, err
	}
	if in.Action, in.Closed, err = r.follow(ctx, e, a, in.Late); err != nil || in.Action == nil {
		return nil, err
	}
	in.Team, err = maybe[praxisv1.Team](ctx, r.Deps, e.Namespace, in.Action.Spec.Team)
	if err != nil || e.Spec.Source == nil {
		return in, err
	}
	pieces, err := r.evidence(ctx, e.Namespace, byAction, in.Action.Name)
	in.Same = progress.SameSource(append(pieces[:len(pieces):len(pieces)], *e), e)
	return in, err
}

func (r *EvidenceReconciler) gatherMeasure(ctx context.Context, in *progress.EvidenceInput, target *praxisv1.EvidenceTarget) error {
	u, err := maybe[praxisv1.Utility](ctx, r.Deps, in.Evidence.Namespace, target.Utility)
	switch {
	case err != nil:
		return err
	case u == nil:
		in.Lost = fmt.Sprintf("Utility %s is not in the namespace; correct the name in a new piece", target.Utility)
		return nil
	case !plan.HasMeasure(u, target.Measure):
		in.Lost = fmt.Sprintf("Utility %s has no measure %s; correct the name in a new piece", u.Name, target.Measure)
		return nil
	}
	in.Team, err = maybe[praxisv1.Team](ctx, r.Deps, u.Namespace, u.Spec.Owner.Team)
	return err
}

// actionOf is the Action that a piece was last found to be for, or that it names; or
// why there is none.
func (r *EvidenceReconciler) actionOf(ctx context.Context, e *praxisv1.Evidence) (*praxisv1.Action, string, error) {
	name := actionName(e)
	if name == "" {
		return r.actionFor(ctx, e)
	}
	a, err := maybe[praxisv1.Action](ctx, r.Deps, e.Namespace, name)
	if err == nil && a == nil {
		return nil, fmt.Sprintf("Action %s is not in the namespace; look it up with kubectl get actions", name), nil
	}
	return a, "", err
}

// actionName is empty for a piece that finds its Action by meaning and has not yet.
func actionName(e *praxisv1.Evidence) string {
	switch {
	case e.Status.ActionRef != nil:
		return e.Status.ActionRef.Name
	case e.Spec.ActionRef != nil:
		return e.Spec.ActionRef.Name
	}
	return ""
}

// actionFor finds the Action by meaning: of the week in which the piece was made, by
// the server's time as our clock reads it.
func (r *EvidenceReconciler) actionFor(ctx context.Context, e *praxisv1.Evidence) (*praxisv1.Action, string, error) {
	var cycles praxisv1.WeeklyCycleList
	if err := r.List(ctx, &cycles, client.InNamespace(e.Namespace), shared); err != nil {
		return nil, "", err
	}
	made, target := r.Clock.At(e.CreationTimestamp.Time), e.Spec.For
	var found []praxisv1.Action
	for i := range cycles.Items {
		if !progress.Running(&cycles.Items[i], made) {
			continue
		}
		actions, err := r.actions(ctx, e.Namespace, byStep, cycles.Items[i].Name+"/"+target.KeyAction+"/"+target.Step)
		if err != nil {
			return nil, "", err
		}
		found = append(found, actions...)
	}
	a, lost := progress.Meant(found, target)
	return a, lost, nil
}

// late tells whether a piece was accepted as its week closed, too late to be counted.
func (r *EvidenceReconciler) late(ctx context.Context, e *praxisv1.Evidence, a *praxisv1.Action) (bool, error) {
	cycle, err := maybe[praxisv1.WeeklyCycle](ctx, r.Deps, a.Namespace, a.Spec.CycleRef.Name)
	if err != nil || cycle == nil || !progress.AcceptedAtClosing(cycle, e) {
		return false, err
	}
	actions, err := r.actions(ctx, a.Namespace, byCycle, cycle.Name)
	if err != nil {
		return false, err
	}
	evidence, err := r.evidenceOf(ctx, a.Namespace, cycle.Name)
	return progress.Late(cycle, actions, evidence, e), err
}

// follow goes on from an Action whose week is closed to the one that carries on with
// it, where the piece still waits for a verdict. A piece that nobody looked at before
// the week closed came too late. It is nil while the Action that carries on is being made.
func (r *EvidenceReconciler) follow(ctx context.Context, e *praxisv1.Evidence, a *praxisv1.Action, late bool) (*praxisv1.Action, bool, error) {
	for {
		cycle, err := maybe[praxisv1.WeeklyCycle](ctx, r.Deps, a.Namespace, a.Spec.CycleRef.Name)
		if err != nil {
			return nil, false, err
		}
		closed := cycle == nil || progress.Closed(cycle)
		if cycle == nil || !closed || e.Status.ActionRef == nil || progress.Fixed(e) && !late {
			return a, closed, nil
		}
		next, err := r.actions(ctx, a.Namespace, byOrigin, a.Name)
		if err != nil {
			return nil, false, err
		}
		if len(next) == 0 {
			decisions, err := r.decisions(ctx, cycle)
			if progress.FateOf(a, plan.PlannedAs(cycle, a.Spec.KeyActionRef.Name), decisions) == praxisv1.MissCarryOver {
				return nil, false, err
			}
			return a, true, err
		}
		a = next[0].DeepCopy()
	}
}
