// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package gather

import (
	"context"
	"errors"

	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// Index lets a cache find what is read here by a field, as the API server does.
func Index(ctx context.Context, cache client.FieldIndexer) error {
	ref := func(r *praxisv1.LocalReference) []string {
		if r == nil {
			return []string{""}
		}
		return []string{r.Name}
	}
	return errors.Join(
		cache.IndexField(ctx, &praxisv1.Action{}, "spec.user", func(o client.Object) []string { return []string{o.(*praxisv1.Action).Spec.User} }),
		cache.IndexField(ctx, &praxisv1.Evidence{}, "spec.submittedBy", func(o client.Object) []string { return []string{o.(*praxisv1.Evidence).Spec.SubmittedBy} }),
		cache.IndexField(ctx, &praxisv1.Evidence{}, "spec.actionRef.name", func(o client.Object) []string { return ref(o.(*praxisv1.Evidence).Spec.ActionRef) }),
		cache.IndexField(ctx, &praxisv1.Evidence{}, "status.cycleRef.name", func(o client.Object) []string { return ref(o.(*praxisv1.Evidence).Status.CycleRef) }),
	)
}
