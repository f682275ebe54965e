// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package gather

import (
	"context"
	"slices"
	"strings"

	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/evidence"
	"github.com/praxis-dev/praxis/internal/text"
	"github.com/praxis-dev/praxis/internal/view"
)

// Namespace reads a namespace to explain an object of it, since a cause may lie anywhere in it. It reads the Actions of
// the open weeks, and those of the week that was asked for.
func Namespace(ctx context.Context, c client.Reader, ref view.Ref) (view.Objects, error) {
	objects, err := Read(ctx, c, Scope{Namespace: ref.Namespace, Evidence: true, Packages: true})
	if err != nil || ref.Kind != "Action" && ref.Kind != "WeeklyCycle" && ref.Kind != "Evidence" {
		return objects, err
	}
	of := ref.Name
	if ref.Kind == "Evidence" {
		var piece praxisv1.Evidence
		if err := c.Get(ctx, client.ObjectKey{Namespace: ref.Namespace, Name: ref.Name}, &piece); err != nil {
			return objects, client.IgnoreNotFound(err) // that there is none is said with what there is
		}
		of = evidence.ActionOf(&piece)
		if !slices.ContainsFunc(objects.Evidence, func(e praxisv1.Evidence) bool { return e.Name == piece.Name }) {
			objects.Evidence = append(objects.Evidence, piece)
		}
	}
	for i := range objects.Cycles {
		cycle := &objects.Cycles[i]
		asked := cycle.Name == of || strings.HasPrefix(of, cycle.Name+".")
		if !asked || slices.ContainsFunc(text.NamesOf(objects.Actions, func(a *praxisv1.Action) string { return a.Spec.CycleRef.Name }), func(name string) bool { return name == cycle.Name }) {
			continue
		}
		actions, err := Actions(ctx, c, Scope{Namespace: ref.Namespace, Cycle: cycle.Name}, objects.Cycles[i:i+1])
		if err != nil {
			return objects, err
		}
		pieces, err := Evidence(ctx, c, Scope{Namespace: ref.Namespace, Cycle: cycle.Name}, objects.Cycles[i:i+1])
		if err != nil {
			return objects, err
		}
		objects.Actions = append(objects.Actions, actions...)
		objects.Evidence = append(objects.Evidence, Keep(pieces, func(e *praxisv1.Evidence) bool { return e.Name != ref.Name })...)
	}
	return objects, nil
}
