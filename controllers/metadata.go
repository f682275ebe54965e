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
	"github.com/praxis-dev/praxis/internal/review"
)

// restoreMetadata puts the labels and the owner of a week right.
func (r *WeeklyCycleReconciler) restoreMetadata(ctx context.Context, cycle *praxisv1.WeeklyCycle) (bool, error) {
	u, err := getOrNil[praxisv1.Utility](ctx, r.Deps, cycle.Namespace, cycle.Spec.UtilityRef.Name)
	if err != nil || u == nil {
		return false, err
	}
	return r.restore(ctx, cycle, u, plan.CycleLabels(u.Name, string(cycle.Spec.Week)))
}

// restoreMetadata puts the labels and the owner of an Action right.
func (r *ActionReconciler) restoreMetadata(ctx context.Context, a *praxisv1.Action) (bool, error) {
	cycle, err := getOrNil[praxisv1.WeeklyCycle](ctx, r.Deps, a.Namespace, a.Spec.CycleRef.Name)
	if err != nil || cycle == nil {
		return false, err
	}
	if metav1.GetControllerOf(a) == nil {
		if misses, err := r.missesOne(ctx, cycle, a); err != nil || !misses {
			return false, err
		}
	}
	return r.restore(ctx, a, cycle, plan.ActionLabels(&a.Spec, string(cycle.Spec.Week)))
}

// restoreMetadata puts the labels and the owner of a Review right: its week, or its Utility.
func (r *ReviewReconciler) restoreMetadata(ctx context.Context, rev *praxisv1.Review) (bool, error) {
	cycle := (*praxisv1.WeeklyCycle)(nil)
	var err error
	if ref := rev.Spec.CycleRef; ref != nil && review.IsOfAWeek(rev) {
		if cycle, err = getOrNil[praxisv1.WeeklyCycle](ctx, r.Deps, rev.Namespace, ref.Name); err != nil || cycle == nil {
			return false, err
		}
		return r.restore(ctx, rev, cycle, review.Labels(rev, cycle))
	}
	u, err := getOrNil[praxisv1.Utility](ctx, r.Deps, rev.Namespace, rev.Spec.UtilityRef.Name)
	if err != nil || u == nil {
		return false, err
	}
	return r.restore(ctx, rev, u, review.Labels(rev, nil))
}

// restore puts the labels of an object that the operator made to what follows from its spec,
// and gives it back its owner where it has none. One that somebody else owns stays theirs,
// and so does one that is older than the owner: it was there before.
func (d Deps) restore(ctx context.Context, o, owner client.Object, wanted map[string]string) (restored bool, err error) {
	after := o.DeepCopyObject().(client.Object)
	after.SetLabels(relabel(after.GetLabels(), wanted))
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
// KeyAction, or of what was carried: then one that has no owner is one of them. What was split
// from an Action of the week is of the week too.
func (d Deps) missesOne(ctx context.Context, cycle *praxisv1.WeeklyCycle, a *praxisv1.Action) (bool, error) {
	if !plan.Recorded(cycle.Status.Plan, a) {
		return false, nil
	}
	actions, err := d.actions(ctx, cycle.Namespace, byCycle, cycle.Name)
	var owned, planned int32
	for i := range actions {
		other := &actions[i]
		same := other.Spec.KeyActionRef == a.Spec.KeyActionRef && other.Spec.CarriedFrom == "" && other.Spec.SplitFrom == ""
		if a.Spec.CarriedFrom != "" {
			same = other.Spec.CarriedFrom != ""
		}
		if a.Spec.SplitFrom != "" {
			if metav1.IsControlledBy(other, cycle) && plan.PartOf(a, other) {
				return true, err
			}
			continue
		}
		if same && metav1.IsControlledBy(other, cycle) {
			owned++
		}
	}
	if a.Spec.SplitFrom != "" {
		return false, err
	}
	if a.Spec.CarriedFrom != "" {
		planned = cycle.Status.Plan.Carried
	} else if entry := plan.PlannedAs(cycle, a.Spec.KeyActionRef.Name); entry != nil {
		planned = entry.Actions
	}
	return owned < planned, err
}

// relabel returns labels in which those of ours are as they should be, and others stay.
func relabel(has, should map[string]string) map[string]string {
	out := labels.Merge(has, should)
	maps.DeleteFunc(out, func(name, _ string) bool {
		_, ours := should[name]
		return !ours && isOurs(name)
	})
	return out
}
