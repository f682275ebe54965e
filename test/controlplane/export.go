// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controlplane

import (
	"context"
	"encoding/json"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/chain"
)

// Export is what the chains of a namespace are verified from, as the API server has it.
func Export(ctx context.Context, c client.Reader, namespace string) (chain.Export, error) {
	var export chain.Export
	for _, kind := range []string{"WeeklyCycle", "Action", "Evidence"} {
		var list unstructured.UnstructuredList
		list.SetGroupVersionKind(praxisv1.GroupVersion.WithKind(kind + "List"))
		if err := c.List(ctx, &list, client.InNamespace(namespace)); err != nil {
			return export, err
		}
		for i := range list.Items {
			text, err := json.Marshal(list.Items[i].Object)
			if err != nil {
				return export, err
			}
			if err := export.Add(text); err != nil {
				return export, err
			}
		}
	}
	return export, nil
}
