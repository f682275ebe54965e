// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"maps"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

// restore puts the labels of an object that the operator made to what follows from its spec,
// and gives it back its owner where it has none. One that somebody else owns stays theirs,
// and so does one that is older than the owner: it was there before.
func (d Deps) restore(ctx context.Context, o, owner client.Object, wanted map[string]string) (restored bool, err error) {
	after := o.DeepCopyObject().(client.Object)
	for key, value := range wanted {
		if after.GetLabels()[key] != value {
			after.SetLabels(labels.Merge(after.GetLabels(), wanted))
			break
		}
	}
	created, ownerCreated := o.GetCreationTimestamp(), owner.GetCreationTimestamp()
	if metav1.GetControllerOf(o) == nil && !created.Before(&ownerCreated) {
		gvk, err := d.GroupVersionKindFor(owner)
		if err != nil {
			return false, err
		}
		after.SetOwnerReferences(append(after.GetOwnerReferences(), *metav1.NewControllerRef(owner, gvk)))
	}
	same := maps.Equal(o.GetLabels(), after.GetLabels()) && len(o.GetOwnerReferences()) == len(after.GetOwnerReferences())
	if same {
		return false, nil
	}
	return true, d.writeSpec(ctx, o, after)
}

// missesOne reports whether a week has fewer Actions of its own than its plan says of a
// KeyAction, or of what was carried: then one that has no owner is one of them.
func (d Deps) missesOne(ctx context.Context, cycle *praxisv1.WeeklyCycle, a *praxisv1.Action) (bool, error) {
	if !plan.Recorded(cycle.Status.Plan, a) {
		return false, nil
	}
	actions, err := d.actions(ctx, cycle.Namespace, byCycle, cycle.Name)
	var owned, planned int32
	for i := range actions {
		other := &actions[i]
		same := other.Spec.KeyActionRef == a.Spec.KeyActionRef && other.Spec.CarriedFrom == ""
		if a.Spec.CarriedFrom != "" {
			same = other.Spec.CarriedFrom != ""
		}
		if same && metav1.IsControlledBy(other, cycle) {
			owned++
		}
	}
	if a.Spec.CarriedFrom != "" {
		planned = cycle.Status.Plan.Carried
	} else if entry := plan.PlannedAs(cycle, a.Spec.KeyActionRef.Name); entry != nil {
		planned = entry.Actions
	}
	return owned < planned, err
}
