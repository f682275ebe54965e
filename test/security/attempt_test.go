// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package security

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// request is what somebody asks of the API server, and the object that comes of it.
type request func(context.Context, client.Client) (*unstructured.Unstructured, error)

// attempt is who asks for what, and the answer: the refusal, or what the object then says.
type attempt struct {
	who     string
	asks    request
	refused string
	gives   string
}

// on tells an answer that is another.
func (a attempt) on(ctx context.Context, c client.Client) error {
	o, err := a.asks(ctx, c)
	switch {
	case a.refused == "" && err != nil:
		return fmt.Errorf("it is refused: %w", err)
	case a.refused != "" && err == nil:
		return fmt.Errorf("it is let through, want %q", a.refused)
	case a.refused != "" && !strings.Contains(err.Error(), a.refused):
		return fmt.Errorf("it says %q, want %q", err, a.refused)
	case a.refused != "" || a.gives == "":
		return nil
	}
	text, err := json.Marshal(o.Object)
	if err == nil && !strings.Contains(string(text), a.gives) {
		err = fmt.Errorf("it comes to %s, want %q in it", text, a.gives)
	}
	return err
}

// tries are attempts by name. What is to be refused is tried in earnest, and what is to be let
// through without being kept, so that afterwards every object is byte for byte what it was.
func (s *stage) tries(t *testing.T, attempts map[string]attempt) {
	t.Helper()
	for name, a := range attempts {
		t.Run(name, func(t *testing.T) {
			c := s.clients[a.who]
			if a.refused == "" {
				c = client.NewDryRunClient(c)
			}
			before := s.everything(t)
			if err := a.on(t.Context(), c); err != nil {
				t.Error(err)
			}
			for key, text := range s.everything(t) {
				if before[key] != text {
					t.Errorf("%s was\n%s\nand is\n%s", key, before[key], text)
				}
				delete(before, key)
			}
			for key := range before {
				t.Errorf("%s is gone", key)
			}
		})
	}
}

// everything is every object of both namespaces, as the API server returns it.
func (s *stage) everything(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, kind := range []string{"Utility", "Team", "ActionPackage", "KeyAction", "WeeklyCycle", "Action", "Evidence", "Review", "IncentivePolicy", "IncentiveStatement"} {
		list := &unstructured.UnstructuredList{}
		list.SetGroupVersionKind(praxisv1.GroupVersion.WithKind(kind + "List"))
		for _, namespace := range []string{shop, neighbour} {
			if err := s.admin.List(t.Context(), list, client.InNamespace(namespace)); err != nil {
				t.Fatal(err)
			}
			for _, o := range list.Items {
				text, err := o.MarshalJSON()
				if err != nil {
					t.Fatal(err)
				}
				all[namespace+" "+kind+"/"+o.GetName()] = string(text)
			}
		}
	}
	return all
}

func object(kind, name string) *unstructured.Unstructured {
	o := &unstructured.Unstructured{}
	o.SetGroupVersionKind(praxisv1.GroupVersion.WithKind(kind))
	o.SetNamespace(shop)
	o.SetName(name)
	return o
}

// patch merges a text into an object.
func patch(kind, name, text string) request {
	return func(ctx context.Context, c client.Client) (*unstructured.Unstructured, error) {
		o := object(kind, name)
		return o, c.Patch(ctx, o, client.RawPatch(types.MergePatchType, []byte(text)))
	}
}

func patchStatus(kind, name, text string) request {
	return func(ctx context.Context, c client.Client) (*unstructured.Unstructured, error) {
		o := object(kind, name)
		return o, c.Status().Patch(ctx, o, client.RawPatch(types.MergePatchType, []byte(text)))
	}
}

func create(text string) request {
	return func(ctx context.Context, c client.Client) (*unstructured.Unstructured, error) {
		o := object("", "")
		if err := json.Unmarshal([]byte(text), &o.Object); err != nil {
			return nil, err
		}
		o.SetAPIVersion(praxisv1.GroupVersion.String())
		o.SetNamespace(shop)
		return o, c.Create(ctx, o)
	}
}

func remove(kind, name string, options ...client.DeleteOption) request {
	return func(ctx context.Context, c client.Client) (*unstructured.Unstructured, error) {
		o := object(kind, name)
		return o, c.Delete(ctx, o, options...)
	}
}
