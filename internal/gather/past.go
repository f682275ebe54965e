// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package gather

import (
	"context"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/praxis-dev/praxis/internal/view"
)

// Past reads a namespace to explain how an object of it stood at an instant: the Actions and the
// evidence of the weeks that ran then, closed or not.
func Past(ctx context.Context, c client.Reader, namespace string, then time.Time) (view.Objects, error) {
	objects, err := Read(ctx, c, Scope{Namespace: namespace, Packages: true})
	if err != nil {
		return objects, err
	}
	objects.Actions = nil
	ran := map[string]bool{}
	for i := range objects.Cycles {
		ran[objects.Cycles[i].Name] = view.RunsAt(&objects.Cycles[i], then)
	}
	for i := range objects.Cycles {
		cycle, one := &objects.Cycles[i], objects.Cycles[i:i+1]
		of := Scope{Namespace: namespace, Cycle: cycle.Name}
		if ran[cycle.Name] {
			actions, err := Actions(ctx, c, of, one)
			if err != nil {
				return objects, err
			}
			objects.Actions = append(objects.Actions, actions...)
		}
		// What was not judged when its week closed went on to the week after.
		if ran[cycle.Name] || ran[cycle.Spec.Previous] {
			pieces, err := Evidence(ctx, c, of, one)
			if err != nil {
				return objects, err
			}
			objects.Evidence = append(objects.Evidence, pieces...)
		}
	}
	return objects, nil
}
