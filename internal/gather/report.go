// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package gather

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/view"
)

// ForReport reads what a report is about: the Actions of the running weeks, or of the week that is
// named.
func ForReport(ctx context.Context, c client.Reader, s Scope, period, name string) (view.Objects, error) {
	objects, err := Read(ctx, c, s)
	if err != nil || period != view.PeriodWeek || name == "" {
		return objects, err
	}
	objects.Actions = nil
	for i := range objects.Cycles {
		if cycle := &objects.Cycles[i]; string(cycle.Spec.Week) == name {
			of, err := Actions(ctx, c, Scope{Namespace: cycle.Namespace, Cycle: cycle.Name}, []praxisv1.WeeklyCycle{*cycle})
			if err != nil {
				return objects, err
			}
			objects.Actions = append(objects.Actions, of...)
		}
	}
	return objects, nil
}
