// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"time"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

var schemaless = schema.GroupVersionKind{Group: "bench.praxis.dev", Version: "v1", Kind: "Plain"}

// plainDefinition lets everything through: no field is checked, defaulted or left out.
func plainDefinition() *apiextensionsv1.CustomResourceDefinition {
	return &apiextensionsv1.CustomResourceDefinition{
		ObjectMeta: metav1.ObjectMeta{Name: "plains." + schemaless.Group},
		Spec: apiextensionsv1.CustomResourceDefinitionSpec{
			Group: schemaless.Group, Scope: apiextensionsv1.NamespaceScoped,
			Names: apiextensionsv1.CustomResourceDefinitionNames{Plural: "plains", Singular: "plain", Kind: schemaless.Kind, ListKind: "PlainList"},
			Versions: []apiextensionsv1.CustomResourceDefinitionVersion{{
				Name: schemaless.Version, Served: true, Storage: true,
				Schema: &apiextensionsv1.CustomResourceValidation{
					OpenAPIV3Schema: &apiextensionsv1.JSONSchemaProps{Type: "object", XPreserveUnknownFields: new(true)},
				},
			}},
		},
	}
}

// bareSchemaless creates objects that have every byte of the Actions, the status included
// that their schema gives them, and no schema: what those bytes cost at least.
func (b *bench) bareSchemaless(ctx context.Context, namespace string) (time.Duration, error) {
	if err := b.namespace(ctx, namespace); err != nil {
		return 0, err
	}
	made, team, err := b.week(namespace)
	if err != nil {
		return 0, err
	}
	if err := b.client.Create(ctx, team); err != nil {
		return 0, err
	}
	if err := b.client.Create(ctx, &made[0]); err != nil { // to see what status it gets
		return 0, err
	}
	status := made[0].Status
	var objects []client.Object
	for i := range made {
		a := made[i].DeepCopy()
		a.ObjectMeta = metav1.ObjectMeta{Name: a.Name, Namespace: a.Namespace, Labels: a.Labels, OwnerReferences: []metav1.OwnerReference{ownedBy(team)}}
		a.Status = status
		fields, err := runtime.DefaultUnstructuredConverter.ToUnstructured(a)
		if err != nil {
			return 0, fmt.Errorf("taking the fields of %s: %w", a.Name, err)
		}
		o := &unstructured.Unstructured{Object: fields}
		o.SetGroupVersionKind(schemaless)
		objects = append(objects, o)
	}
	of := &unstructured.Unstructured{}
	of.SetGroupVersionKind(schemaless)
	return b.timed(ctx, namespace, of, func() error { return b.createAll(ctx, objects) })
}

// ownedBy points to the Team, since the garbage collector would look for a cycle that is
// not there; the size is the same.
func ownedBy(team *praxisv1.Team) metav1.OwnerReference {
	return metav1.OwnerReference{APIVersion: praxisv1.GroupVersion.String(), Kind: "Team", Name: team.Name, UID: team.UID}
}
