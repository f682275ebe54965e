// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package gather

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/evidence"
	"github.com/praxis-dev/praxis/internal/view"
)

// Around reads what belongs to a piece or to an Action: each other, the week, and who judges.
func Around(ctx context.Context, c client.Reader, namespace string, e *praxisv1.Evidence, a *praxisv1.Action) (view.Objects, error) {
	var o view.Objects
	if e != nil {
		o.Evidence = []praxisv1.Evidence{*e}
		a = &praxisv1.Action{}
		if name := evidence.ActionOf(e); name != "" {
			if err := c.Get(ctx, client.ObjectKey{Namespace: namespace, Name: name}, a); client.IgnoreNotFound(err) != nil {
				return o, err
			}
		}
	}
	if a.Name != "" {
		pieces, err := PiecesFor(ctx, c, a)
		if err != nil {
			return o, err
		}
		o.Evidence = pieces
		o.Actions = []praxisv1.Action{*a}
		cycle := &praxisv1.WeeklyCycle{}
		if err := c.Get(ctx, client.ObjectKey{Namespace: namespace, Name: a.Spec.CycleRef.Name}, cycle); client.IgnoreNotFound(err) != nil {
			return o, err
		}
		o.Cycles = []praxisv1.WeeklyCycle{*cycle}
	}
	var teams praxisv1.TeamList
	var utilities praxisv1.UtilityList
	for _, list := range []client.ObjectList{&teams, &utilities} {
		if err := List(ctx, c, list, namespace); err != nil {
			return o, err
		}
	}
	o.Teams, o.Utilities = teams.Items, utilities.Items
	return o, nil
}
