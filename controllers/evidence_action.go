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

// actionOf returns the Action that a piece was last matched to, or that it names, or else the
// reason why there is none.
func (r *EvidenceReconciler) actionOf(ctx context.Context, e *praxisv1.Evidence) (*praxisv1.Action, string, error) {
	name := evidence.ActionOf(e)
	switch {
	case name == "" && e.Spec.For == nil:
		return nil, "It names no Action; hand in a new piece that does", nil // the schema refuses it
	case name == "":
		return r.actionFor(ctx, e)
	}
	a, err := getOrNil[praxisv1.Action](ctx, r.Deps, e.Namespace, name)
	if err == nil && a == nil {
		return nil, fmt.Sprintf("Action %s is not in the namespace; look it up with kubectl get actions", name), nil
	}
	return a, "", err
}

// actionFor finds the Action by KeyAction and step in the week in which the piece was created.
// That time is the API server's, converted to the operator's clock.
func (r *EvidenceReconciler) actionFor(ctx context.Context, e *praxisv1.Evidence) (*praxisv1.Action, string, error) {
	var cycles praxisv1.WeeklyCycleList
	if err := r.List(ctx, &cycles, client.InNamespace(e.Namespace), shared); err != nil {
		return nil, "", err
	}
	made, target := r.Clock.At(e.CreationTimestamp.Time), e.Spec.For
	var found []praxisv1.Action
	for i := range cycles.Items {
		if !week.Running(&cycles.Items[i], made) {
			continue
		}
		actions, err := r.actions(ctx, e.Namespace, byStep, cycles.Items[i].Name+"/"+target.KeyAction+"/"+target.Step)
		if err != nil {
			return nil, "", err
		}
		found = append(found, actions...)
	}
	a, unresolved := evidence.Resolve(found, target)
	return a, unresolved, nil
}

// follow goes on from an Action whose week is closed to the one that carries on with
// it, where the piece still waits for a verdict. What was handed in after the week began
// to close belongs to what carries on, too; what came once it was closed came too late. It
// is nil while that has still to be made.
func (r *EvidenceReconciler) follow(ctx context.Context, e *praxisv1.Evidence, a *praxisv1.Action) (*praxisv1.Action, bool, error) {
	for {
		cycle, err := getOrNil[praxisv1.WeeklyCycle](ctx, r.Deps, a.Namespace, a.Spec.CycleRef.Name)
		switch {
		case err != nil:
			return nil, false, err
		case cycle == nil || week.Closed(cycle) && evidence.IsFinal(e):
			return a, true, nil
		case !week.Closed(cycle) && r.cameAfter(e, cycle.Status.ClosingAt):
			return nil, false, nil
		case !week.Closed(cycle):
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
}

// cameAfter reports whether a piece that nobody has looked at yet was handed in after an
// instant; nil is never.
func (r *EvidenceReconciler) cameAfter(e *praxisv1.Evidence, instant *metav1.Time) bool {
	return e.Status.ActionRef == nil && instant != nil && r.Clock.At(e.CreationTimestamp.Time).After(instant.Time)
}
