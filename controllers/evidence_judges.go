// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/evidence"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/week"
)

// Who may judge the evidence of an Action, and which of it a change makes worth looking at: of
// many pieces only those whose status says something else than they come to.

// judging returns who may judge the evidence of an Action of a week, and that evidence.
func (d Deps) judging(ctx context.Context, a *praxisv1.Action, cycle *praxisv1.WeeklyCycle) (evidence.Input, error) {
	in := evidence.Input{Action: a}
	if cycle != nil {
		in.Planned = plan.PlannedTeam(cycle.Status.Plan, a.Spec.Team)
	}
	var err error
	if in.Team, err = getOrNil[praxisv1.Team](ctx, d, a.Namespace, a.Spec.Team); err != nil {
		return in, err
	}
	if in.Team == nil {
		if in.Heir, err = d.heir(ctx, a); err != nil {
			return in, err
		}
	}
	if in.Before, err = d.carriedOn(ctx, a); err != nil {
		return in, err
	}
	in.Pieces, err = d.evidence(ctx, a.Namespace, byAction, a.Name)
	return in, err
}

// judgingReadings adds who may judge readings of a Utility's measures: the owner's Team, as the
// plan of the running week has it, or as it is where no week runs.
func (d Deps) judgingReadings(ctx context.Context, in *evidence.Input, u *praxisv1.Utility) error {
	cycles, err := d.cycles(ctx, u.Namespace, u.Name)
	if err != nil {
		return err
	}
	name := u.Spec.Owner.Team
	if running := week.InForce(cycles); running != nil && running.Status.Plan != nil && running.Status.Plan.Owner != nil {
		name = running.Status.Plan.Owner.Team
		in.Planned, in.Since = plan.PlannedTeam(running.Status.Plan, name), running.Spec.PlannedAt.Time
	}
	if in.Team, err = getOrNil[praxisv1.Team](ctx, d, u.Namespace, name); err != nil || in.Team != nil {
		return err
	}
	in.Heir, err = getOrNil[praxisv1.Team](ctx, d, u.Namespace, u.Spec.Owner.Team)
	return err
}

// unsettledReadings are the names of the readings of a week's Utility that can come to something
// else by who may judge in that week: all but what counted by a verdict from before.
func (d Deps) unsettledReadings(ctx context.Context, cycle *praxisv1.WeeklyCycle) ([]string, error) {
	readings, err := d.evidence(ctx, cycle.Namespace, byMeasured, cycle.Spec.UtilityRef.Name)
	unsettled := slices.DeleteFunc(slices.Clone(readings), func(e praxisv1.Evidence) bool {
		return evidence.CountedBefore(&e, cycle.Spec.PlannedAt.Time)
	})
	return evidenceNames(unsettled), err
}

// heir returns the Team that the KeyAction of an Action names now, or nil.
func (d Deps) heir(ctx context.Context, a *praxisv1.Action) (*praxisv1.Team, error) {
	ka, err := getOrNil[praxisv1.KeyAction](ctx, d, a.Namespace, a.Spec.KeyActionRef.Name)
	if err != nil || ka == nil || ka.Spec.TeamRef == nil {
		return nil, err
	}
	return getOrNil[praxisv1.Team](ctx, d, a.Namespace, ka.Spec.TeamRef.Name)
}

// mostOrigins is how far back an Action is followed to whoever had its work first.
const mostOrigins = 100

// carriedOn returns the Actions that an Action carries on from earlier weeks or was split from,
// oldest first, as far as they are still kept.
func (d Deps) carriedOn(ctx context.Context, a *praxisv1.Action) ([]*praxisv1.Action, error) {
	var before []*praxisv1.Action
	for range mostOrigins {
		name := cmp.Or(a.Spec.SplitFrom, a.Spec.CarriedFrom)
		if name == "" {
			break
		}
		origin, err := getOrNil[praxisv1.Action](ctx, d, a.Namespace, name)
		if err != nil || origin == nil {
			return before, err
		}
		before = append([]*praxisv1.Action{origin}, before...)
		a = origin
	}
	return before, nil
}

// withPiece returns the pieces for an Action, one of them as it was read.
func withPiece(pieces []praxisv1.Evidence, e *praxisv1.Evidence) []praxisv1.Evidence {
	i := slices.IndexFunc(pieces, func(other praxisv1.Evidence) bool { return other.Name == e.Name })
	if i < 0 {
		return append(pieces, *e) // it has just been matched to the Action
	}
	pieces[i] = *e
	return pieces
}

// weekOf returns the week of an Action, or nil; it is only read.
func (d Deps) weekOf(ctx context.Context, a *praxisv1.Action) (*praxisv1.WeeklyCycle, error) {
	cycle := &praxisv1.WeeklyCycle{}
	err := d.Get(ctx, client.ObjectKey{Namespace: a.Namespace, Name: a.Spec.CycleRef.Name}, cycle, shared)
	if apierrors.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the week of Action %s: %w", a.Name, err)
	}
	return cycle, nil
}

// outdated returns the names of the evidence for Actions that has to be looked at again; none
// of a week that is closed.
func (d Deps) outdated(ctx context.Context, actions ...*praxisv1.Action) ([]string, error) {
	var names []string
	for _, a := range actions {
		cycle, err := d.weekOf(ctx, a)
		if err != nil {
			return nil, err
		}
		if cycle == nil || plan.WeekClosed(cycle) {
			continue
		}
		in, err := d.judging(ctx, a, cycle)
		if err != nil {
			return nil, err
		}
		names = append(names, in.Outdated()...)
	}
	return names, nil
}

// toOutdated enqueues, of the evidence for the Actions of a piece, that which comes to
// something else because of it.
func (d Deps) toOutdated() handler.EventHandler {
	type queue = workqueue.TypedRateLimitingInterface[reconcile.Request]
	enqueue := func(ctx context.Context, q queue, pieces ...client.Object) {
		namespace, named := pieces[0].GetNamespace(), sets.New[string]()
		for _, o := range pieces {
			named.Insert(evidence.ActionOf(o.(*praxisv1.Evidence)))
		}
		for name := range named.Delete("") {
			a, err := getOrNil[praxisv1.Action](ctx, d, namespace, name)
			var names []string
			if err == nil && a != nil {
				names, err = d.outdated(ctx, a)
			}
			if err != nil {
				log.FromContext(ctx).Error(err, "finding evidence that comes to something else", "action", name)
			}
			for _, r := range requests(namespace, names...) {
				q.Add(r)
			}
		}
	}
	return handler.Funcs{
		UpdateFunc: func(ctx context.Context, e event.UpdateEvent, q queue) { enqueue(ctx, q, e.ObjectOld, e.ObjectNew) },
		DeleteFunc: func(ctx context.Context, e event.DeleteEvent, q queue) { enqueue(ctx, q, e.Object) },
	}
}

// toJudged enqueues the evidence of the namespace that awaits a verdict, since a Team has
// changed who can give it, and that of its open weeks, readings among it, which counts by a
// verdict that no longer does.
func (d Deps) toJudged() handler.EventHandler {
	return d.toAll(func(ctx context.Context, o client.Object) ([]string, error) {
		undecidedOnes, err := d.evidence(ctx, o.GetNamespace(), byState, undecided)
		if err != nil {
			return nil, err
		}
		var cycles praxisv1.WeeklyCycleList
		if err := d.List(ctx, &cycles, client.InNamespace(o.GetNamespace()), shared); err != nil {
			return nil, err
		}
		names := sets.New(evidenceNames(undecidedOnes)...)
		for i := range cycles.Items {
			if plan.WeekClosed(&cycles.Items[i]) {
				continue
			}
			actions, err := d.actions(ctx, o.GetNamespace(), byTeam, cycles.Items[i].Name+"/"+o.GetName())
			if err != nil {
				return nil, err
			}
			outdated, err := d.outdated(ctx, pointers(actions)...)
			if err != nil {
				return nil, err
			}
			readings, err := d.unsettledReadings(ctx, &cycles.Items[i])
			if err != nil {
				return nil, err
			}
			names.Insert(outdated...).Insert(readings...)
		}
		return sets.List(names), nil
	})
}

// toOutdatedOfWeek enqueues the evidence for the Actions of a week that has to be looked at
// again, and the readings of its Utility, once its plan says who is in a Team.
func (d Deps) toOutdatedOfWeek() handler.EventHandler {
	return d.toAll(func(ctx context.Context, o client.Object) ([]string, error) {
		actions, err := d.actions(ctx, o.GetNamespace(), byCycle, o.GetName())
		if err != nil {
			return nil, err
		}
		names, err := d.outdated(ctx, pointers(actions)...)
		if err != nil {
			return nil, err
		}
		readings, err := d.unsettledReadings(ctx, o.(*praxisv1.WeeklyCycle))
		return append(names, readings...), err
	})
}

func pointers(actions []praxisv1.Action) []*praxisv1.Action {
	out := make([]*praxisv1.Action, len(actions))
	for i := range actions {
		out[i] = &actions[i]
	}
	return out
}
