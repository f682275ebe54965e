// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/fields"
	apiruntime "k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/apiutil"
)

// memory is a client for objects that no schema has validated. It keeps nothing that is written.
type memory struct {
	client.Client
	objects map[schema.GroupVersionKind][]client.Object
	indexes map[string]client.IndexerFunc
}

func (m *memory) IndexField(_ context.Context, o client.Object, field string, value client.IndexerFunc) error {
	m.indexes[fmt.Sprintf("%T %s", o, field)] = value
	return nil
}

func (m *memory) GroupVersionKindFor(o apiruntime.Object) (schema.GroupVersionKind, error) {
	return apiutil.GVKForObject(o, scheme)
}

func (m *memory) Get(_ context.Context, key client.ObjectKey, into client.Object, _ ...client.GetOption) error {
	gvk, err := apiutil.GVKForObject(into, scheme)
	for _, o := range m.objects[gvk] {
		if client.ObjectKeyFromObject(o) == key {
			reflect.ValueOf(into).Elem().Set(reflect.ValueOf(o.DeepCopyObject()).Elem())
			return nil
		}
	}
	return errors.Join(err, apierrors.NewNotFound(schema.GroupResource{Resource: gvk.Kind}, key.Name))
}

func (m *memory) List(_ context.Context, into client.ObjectList, options ...client.ListOption) error {
	gvk, err := apiutil.GVKForObject(into, scheme)
	if err != nil {
		return err
	}
	gvk.Kind = strings.TrimSuffix(gvk.Kind, "List")
	narrowed := &client.ListOptions{}
	narrowed.ApplyOptions(options)
	var found []apiruntime.Object
	for _, o := range m.objects[gvk] {
		if m.matches(o, narrowed.FieldSelector) {
			found = append(found, o)
		}
	}
	list, raw := into.(*unstructured.UnstructuredList)
	if !raw {
		return meta.SetList(into, found)
	}
	for _, o := range found {
		content, err := apiruntime.DefaultUnstructuredConverter.ToUnstructured(o)
		if err != nil {
			return err
		}
		list.Items = append(list.Items, unstructured.Unstructured{Object: content})
	}
	return nil
}

func (m *memory) matches(o client.Object, selector fields.Selector) bool {
	if selector == nil {
		return true
	}
	for _, r := range selector.Requirements() {
		if r.Field == "metadata.name" {
			if o.GetName() != r.Value {
				return false
			}
			continue
		}
		if !slices.Contains(m.indexes[fmt.Sprintf("%T %s", o, r.Field)](o), r.Value) {
			return false
		}
	}
	return true
}

func (m *memory) Create(context.Context, client.Object, ...client.CreateOption) error { return nil }
func (m *memory) Update(context.Context, client.Object, ...client.UpdateOption) error { return nil }
func (m *memory) Delete(context.Context, client.Object, ...client.DeleteOption) error { return nil }
func (m *memory) Patch(context.Context, client.Object, client.Patch, ...client.PatchOption) error {
	return nil
}
func (m *memory) Status() client.SubResourceWriter { return unwritten{} }

type unwritten struct{ client.SubResourceWriter }

func (unwritten) Patch(context.Context, client.Object, client.Patch, ...client.SubResourcePatchOption) error {
	return nil
}
