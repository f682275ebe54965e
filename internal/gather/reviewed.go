// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package gather

import (
	"context"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/view"
)

// Reviewed reads what a Review is about: the Utility, the week and its Actions.
func Reviewed(ctx context.Context, c client.Reader, r *praxisv1.Review) (view.Objects, error) {
	objects := view.Objects{Reviews: []praxisv1.Review{*r}}
	u := &praxisv1.Utility{}
	switch err := c.Get(ctx, client.ObjectKey{Namespace: r.Namespace, Name: r.Spec.UtilityRef.Name}, u); {
	case err == nil:
		objects.Utilities = []praxisv1.Utility{*u}
	case !apierrors.IsNotFound(err):
		return objects, err
	}
	if r.Spec.CycleRef == nil {
		return objects, nil
	}
	week := &praxisv1.WeeklyCycle{}
	switch err := c.Get(ctx, client.ObjectKey{Namespace: r.Namespace, Name: r.Spec.CycleRef.Name}, week); {
	case err == nil:
		objects.Cycles = []praxisv1.WeeklyCycle{*week}
	case !apierrors.IsNotFound(err):
		return objects, err
	}
	var actions praxisv1.ActionList
	err := List(ctx, c, &actions, r.Namespace, client.MatchingLabels{praxisv1.LabelCycle: plan.LabelValue(r.Spec.CycleRef.Name)})
	objects.Actions = actions.Items
	return objects, err
}
