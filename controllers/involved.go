// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"maps"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

// A Team or a package can matter to any Utility of its namespace, and mostly does to few.

// toInvolved enqueues what is found for each Utility that a change of a Team or of a package
// matters to.
func (d Deps) toInvolved(find func(ctx context.Context, namespace, utility string) ([]string, error)) handler.EventHandler {
	type queue = workqueue.TypedRateLimitingInterface[reconcile.Request]
	enqueue := func(ctx context.Context, before, after client.Object, q queue) {
		utilities, err := d.involved(ctx, before, after)
		for utility := range utilities {
			names, failed := find(ctx, after.GetNamespace(), utility)
			if failed != nil {
				err = failed
			}
			for _, r := range requests(after.GetNamespace(), names...) {
				q.Add(r)
			}
		}
		if err != nil {
			log.FromContext(ctx).Error(err, "finding what depends on it", "object", client.ObjectKeyFromObject(after))
		}
	}
	return handler.Funcs{
		CreateFunc: func(ctx context.Context, e event.CreateEvent, q queue) { enqueue(ctx, e.Object, e.Object, q) },
		UpdateFunc: func(ctx context.Context, e event.UpdateEvent, q queue) { enqueue(ctx, e.ObjectOld, e.ObjectNew, q) },
		DeleteFunc: func(ctx context.Context, e event.DeleteEvent, q queue) { enqueue(ctx, e.Object, e.Object, q) },
	}
}

// utilityItself is the name of a Utility.
func utilityItself(_ context.Context, _, utility string) ([]string, error) {
	return []string{utility}, nil
}

// involved are the Utilities that a change matters to.
func (d Deps) involved(ctx context.Context, before, after client.Object) (sets.Set[string], error) {
	found := sets.New[string]()
	var keyActions praxisv1.KeyActionList
	if err := d.List(ctx, &keyActions, client.InNamespace(after.GetNamespace()), shared); err != nil {
		return nil, err
	}
	// Who owns, and whose work it is, do not hang on labels.
	labelsAlone := before != after && before.GetGeneration() == after.GetGeneration()
	for i := range keyActions.Items {
		ka := &keyActions.Items[i]
		switch o := after.(type) {
		case *praxisv1.ActionPackage:
			if ka.Spec.PackageRef != nil && ka.Spec.PackageRef.Name == o.Name {
				found.Insert(ka.Spec.UtilityRef.Name)
			}
		case *praxisv1.Team:
			was, is := selects(ka, before), selects(ka, o)
			if was != is || !labelsAlone && (is || ka.Spec.TeamRef != nil && ka.Spec.TeamRef.Name == o.Name) {
				found.Insert(ka.Spec.UtilityRef.Name)
			}
		}
	}
	if _, team := after.(*praxisv1.Team); !team || labelsAlone {
		return found, nil
	}
	return found, d.concerned(ctx, after, found)
}

// selects reports whether the selector of an enterprise KeyAction finds a Team.
func selects(ka *praxisv1.KeyAction, team client.Object) bool {
	if ka.Spec.TeamSelector == nil {
		return false
	}
	selector, err := metav1.LabelSelectorAsSelector(ka.Spec.TeamSelector)
	return err == nil && selector.Matches(labels.Set(team.GetLabels()))
}

// concerned adds the Utilities that a Team owns, or owned when an open week was planned, and those
// in whose open weeks it has work, whatever their KeyActions say by now.
func (d Deps) concerned(ctx context.Context, team client.Object, found sets.Set[string]) error {
	var utilities praxisv1.UtilityList
	var cycles praxisv1.WeeklyCycleList
	if err := d.List(ctx, &utilities, client.InNamespace(team.GetNamespace()), shared); err != nil {
		return err
	}
	for i := range utilities.Items {
		if utilities.Items[i].Spec.Owner.Team == team.GetName() {
			found.Insert(utilities.Items[i].Name)
		}
	}
	if err := d.List(ctx, &cycles, client.InNamespace(team.GetNamespace()), shared); err != nil {
		return err
	}
	for i := range cycles.Items {
		c := &cycles.Items[i]
		if plan.WeekClosed(c) || found.Has(c.Spec.UtilityRef.Name) {
			continue
		}
		if p := c.Status.Plan; p != nil && p.Owner != nil && p.Owner.Team == team.GetName() {
			found.Insert(c.Spec.UtilityRef.Name)
			continue
		}
		work, err := d.actions(ctx, c.Namespace, byTeam, c.Name+"/"+team.GetName(), client.Limit(1))
		if err != nil {
			return err
		}
		if len(work) > 0 {
			found.Insert(c.Spec.UtilityRef.Name)
		}
	}
	return nil
}

// relabelled reports whether an object has other labels than before.
func relabelled(before, after client.Object) bool {
	return !maps.Equal(before.GetLabels(), after.GetLabels())
}
