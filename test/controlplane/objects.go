// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controlplane

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Decode reads the objects of a stream of YAML; documents that are empty are none.
func Decode(text []byte) ([]*unstructured.Unstructured, error) {
	var objects []*unstructured.Unstructured
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096)
	for {
		o := &unstructured.Unstructured{}
		switch err := decoder.Decode(&o.Object); {
		case errors.Is(err, io.EOF):
			return objects, nil
		case err != nil:
			return nil, fmt.Errorf("decoding: %w", err)
		case len(o.Object) > 0:
			objects = append(objects, o)
		}
	}
}

// CreateIn makes the objects of a stream of YAML in a namespace, each with its status.
func CreateIn(ctx context.Context, c client.Client, namespace string, text []byte) error {
	objects, err := Decode(text)
	if err != nil {
		return err
	}
	for _, o := range objects {
		status := o.Object["status"]
		o.SetNamespace(namespace)
		if err := c.Create(ctx, o); err != nil {
			return fmt.Errorf("%s %s: %w", o.GetKind(), o.GetName(), err)
		}
		if status == nil {
			continue
		}
		o.Object["status"] = status
		if err := c.Status().Update(ctx, o); err != nil {
			return fmt.Errorf("the status of %s %s: %w", o.GetKind(), o.GetName(), err)
		}
	}
	return nil
}

// RoleBinding lets a user do in a namespace what a role says; kind is Role or ClusterRole.
func RoleBinding(namespace, name, user, kind, role string) *rbacv1.RoleBinding {
	return &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: kind, Name: role},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: user}},
	}
}

// Grant makes a RoleBinding of a ClusterRole and waits until the server goes by it: its
// authorizer learns of bindings, and of roles that are put together from others, a moment
// after they are written. verb and resource of praxis.dev are a right that the role gives.
func Grant(ctx context.Context, admin client.Client, namespace, name, user, role, verb, resource string) error {
	if err := admin.Create(ctx, RoleBinding(namespace, name, user, "ClusterRole", role)); err != nil {
		return err
	}
	err := wait.PollUntilContextTimeout(ctx, 50*time.Millisecond, time.Minute, true, func(ctx context.Context) (bool, error) {
		review := &unstructured.Unstructured{Object: map[string]any{
			"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview",
			"spec": map[string]any{"user": user, "resourceAttributes": map[string]any{
				"namespace": namespace, "group": "praxis.dev", "resource": resource, "verb": verb,
			}},
		}}
		if err := admin.Create(ctx, review); err != nil {
			return false, err
		}
		allowed, _, err := unstructured.NestedBool(review.Object, "status", "allowed")
		return allowed, err
	})
	if err != nil {
		return fmt.Errorf("waiting until %s may %s %s in %s: %w", user, verb, resource, namespace, err)
	}
	return nil
}

// ClusterRoleBinding lets a user do everywhere what a ClusterRole says.
func ClusterRoleBinding(name, user, role string) *rbacv1.ClusterRoleBinding {
	return &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: user}},
	}
}
