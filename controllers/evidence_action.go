// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/evidence"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/week"
)

// Which Action a piece of evidence is for: the one that it names, the one that it describes by
// KeyAction and step, or the later one that such an Action was carried over to.

// actionOf finds the Action that a piece was last matched to, or that it names, or else says why
// there is none.
func (r *EvidenceReconciler) actionOf(ctx context.Context, in *evidence.Input) (err error) {
	e := in.Evidence
	name := evidence.ActionOf(e)
	switch {
	case name == "" && e.Spec.For == nil:
		in.Unresolved = "It names no Action; hand in a new piece that does" // the schema refuses it
		return nil
	case name == "":
		return r.actionFor(ctx, in)
	}
	in.Action, err = getOrNil[praxisv1.Action](ctx, r.Deps, e.Namespace, name)
	if err == nil && in.Action == nil {
		in.Unresolved = fmt.Sprintf("Action %s is not in the namespace; look it up with kubectl get actions", name)
	}
	return err
}

// actionFor finds the Action by KeyAction and step in the week in which the piece was created.
// That time is the API server's, converted to the operator's clock.
func (r *EvidenceReconciler) actionFor(ctx context.Context, in *evidence.Input) error {
	e, target := in.Evidence, in.Evidence.Spec.For.DeepCopy()
	var err error
	if in.Unknown, err = r.findMember(ctx, e, target); err != nil || in.Unknown != "" {
		return err
	}
	var cycles praxisv1.WeeklyCycleList
	if err := r.List(ctx, &cycles, client.InNamespace(e.Namespace), shared); err != nil {
		return err
	}
	made := r.Clock.At(e.CreationTimestamp.Time)
	var found []praxisv1.Action
	for i := range cycles.Items {
		if !plan.WeekRunning(&cycles.Items[i], made) {
			continue
		}
		if outside := evidence.OutsideWeek(e, &cycles.Items[i]); outside != "" {
			in.Unresolved = outside
			return nil
		}
		actions, err := r.actions(ctx, e.Namespace, byStep, cycles.Items[i].Name+"/"+target.KeyAction+"/"+target.Step)
		if err != nil {
			return err
		}
		found = append(found, actions...)
	}
	in.Action, in.Unresolved = evidence.Resolve(found, target)
	return nil
}

// findMember writes into a target which member did the work, where an EvidenceSource names an
// account. It says so if no member of the KeyAction's Team has that.
func (r *EvidenceReconciler) findMember(ctx context.Context, e *praxisv1.Evidence, target *praxisv1.EvidenceTarget) (string, error) {
	if !evidence.FromSource(e) || e.Spec.Source.Account == "" {
		return "", nil
	}
	ka, err := getOrNil[praxisv1.KeyAction](ctx, r.Deps, e.Namespace, target.KeyAction)
	if err != nil || ka == nil || ka.Spec.TeamRef == nil {
		return "", err // there is no Action of it either
	}
	team, err := getOrNil[praxisv1.Team](ctx, r.Deps, e.Namespace, ka.Spec.TeamRef.Name)
	if err != nil {
		return "", err
	}
	member := evidence.MemberOf(team, e.Spec.Source.Kind, e.Spec.Source.Account)
	if member == nil {
		return evidence.UnknownAccount(ka.Spec.TeamRef.Name, e.Spec.Source), nil
	}
	target.Member = member.Name
	return "", nil
}

// follow goes on from an Action whose week is closed to the one that carries on with
// it, where the piece still waits for a verdict. What was handed in after the week began
// to close belongs to what carries on, too; what came once it was closed came too late. It
// is nil while that has still to be made. It goes mostOrigins weeks at most: what somebody wrote by
// hand may lead in a circle.
func (r *EvidenceReconciler) follow(ctx context.Context, e *praxisv1.Evidence, a *praxisv1.Action) (*praxisv1.Action, bool, error) {
	for range mostOrigins {
		cycle, err := getOrNil[praxisv1.WeeklyCycle](ctx, r.Deps, a.Namespace, a.Spec.CycleRef.Name)
		switch {
		case err != nil:
			return nil, false, err
		case cycle == nil || plan.WeekClosed(cycle) && evidence.IsFinal(e):
			return a, true, nil
		case !plan.WeekClosed(cycle) && r.cameAfter(e, cycle.Status.ClosingAt):
			return nil, false, nil
		case !plan.WeekClosed(cycle):
			return a, false, nil
		case r.cameAfter(e, week.ClosedAt(cycle)):
			return a, true, nil
		}
		next, err := r.actions(ctx, a.Namespace, byOrigin, a.Name)
		if err != nil {
			return nil, false, err
		}
		if len(next) == 0 {
			decisions, err := r.decisions(ctx, cycle)
			if week.DispositionOf(a, plan.PlannedAs(cycle, a.Spec.KeyActionRef.Name), decisions) == praxisv1.MissCarryOver {
				return nil, false, err
			}
			return a, true, err
		}
		a = next[0].DeepCopy()
	}
	return a, true, nil
}

// cameAfter reports whether a piece that nobody has looked at yet was handed in after an
// instant; nil is never.
func (r *EvidenceReconciler) cameAfter(e *praxisv1.Evidence, instant *metav1.Time) bool {
	return e.Status.ActionRef == nil && instant != nil && r.Clock.At(e.CreationTimestamp.Time).After(instant.Time)
}
