// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/status"
	"github.com/praxis-dev/praxis/internal/week"
)

// +kubebuilder:rbac:groups=praxis.dev,resources=teams/status,verbs=patch

// TeamReconciler reports what each member owes in the open weeks of all Utilities.
type TeamReconciler struct{ Deps }

// SetupWithManager adds the reconciler to a manager.
func (r *TeamReconciler) SetupWithManager(mgr ctrl.Manager) error {
	return complete(r.controllerFor(mgr, &praxisv1.Team{}).
		Watches(&praxisv1.WeeklyCycle{}, r.toTeams(), workOfWeekChanged).
		Watches(&praxisv1.Action{}, to(teamOf), workChanged), r)
}

// Reconcile counts the Actions of the latest planned week of each Utility.
func (r *TeamReconciler) Reconcile(ctx context.Context, team *praxisv1.Team) (ctrl.Result, error) {
	if wait, err := r.holdWork(ctx, team.Namespace); wait > 0 || err != nil {
		return ctrl.Result{RequeueAfter: wait}, err
	}
	in, err := r.gather(ctx, team)
	if err != nil {
		return ctrl.Result{}, err
	}
	status, next := status.ForTeam(in, r.Clock.Now())
	after := team.DeepCopy()
	after.Status = status
	written, err := r.writeStatus(ctx, team, after)
	if written {
		r.announce(after, nil, team.Status.Conditions, status.Conditions, praxisv1.ConditionFeasible, praxisv1.ConditionDistinct)
	}
	return r.at(next), err
}

func (r *TeamReconciler) gather(ctx context.Context, team *praxisv1.Team) (status.TeamInput, error) {
	in := status.TeamInput{Team: team}
	var cycles praxisv1.WeeklyCycleList
	if err := r.List(ctx, &cycles, client.InNamespace(team.Namespace), shared); err != nil {
		return in, err
	}
	for _, cycle := range week.Current(cycles.Items) {
		actions, err := r.actions(ctx, team.Namespace, byTeam, cycle.Name+"/"+team.Name)
		if err != nil {
			return in, err
		}
		in.Weeks = append(in.Weeks, status.TeamWeek{Cycle: cycle, Actions: actions})
	}
	return in, nil
}
