// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controlplane

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Install creates the objects of all YAML files in folders, kustomizations aside, as the
// cluster's admin. What a server is too old to know, such as a MutatingAdmissionPolicy
// before Kubernetes 1.36, is left out. Where there are such policies they are in force when it returns.
func (p *ControlPlane) Install(ctx context.Context, folders ...string) error {
	admin, err := client.New(p.Config, client.Options{})
	if err != nil {
		return fmt.Errorf("preparing to install: %w", err)
	}
	stamps := false
	for _, folder := range folders {
		files, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
		if err != nil || len(files) == 0 {
			return fmt.Errorf("there is nothing to install in %s: %w", folder, errors.Join(err, os.ErrNotExist))
		}
		for _, file := range slices.DeleteFunc(files, func(f string) bool { return filepath.Base(f) == "kustomization.yaml" }) {
			mutates, err := install(ctx, admin, file)
			if err != nil {
				return fmt.Errorf("installing %s: %w", file, err)
			}
			stamps = stamps || mutates
		}
	}
	if stamps {
		return awaitStamping(ctx, admin)
	}
	return nil
}

// install reports whether it made a policy that changes what is written.
func install(ctx context.Context, admin client.Client, file string) (mutates bool, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return false, err
	}
	objects, err := Decode(text)
	if err != nil {
		return false, err
	}
	for _, o := range objects {
		switch err := admin.Create(ctx, o); {
		case meta.IsNoMatchError(err):
		case err != nil && !apierrors.IsAlreadyExists(err):
			return false, err
		default:
			mutates = mutates || o.GetKind() == "MutatingAdmissionPolicy"
		}
	}
	return mutates, nil
}

// stamped are objects without the name that a stamping policy writes into each, and where.
var stamped = []struct {
	path   []string
	object string
}{
	{[]string{"spec", "submittedBy"}, `{"apiVersion": "praxis.dev/v1alpha1", "kind": "Evidence", "spec": {"actionRef": {"name": "none"}}}`},
	{[]string{"spec", "authoredBy"}, `{"apiVersion": "praxis.dev/v1alpha1", "kind": "IncentivePolicy", "spec": {
		"utilityRef": {"name": "none"}, "unit": "EUR", "approvers": {"users": ["a", "b"]},
		"rules": [{"name": "all", "tiers": ["Key"], "rhythm": "Weekly", "rate": {"amount": "1", "per": "Unit"}}]}}`},
}

// awaitStamping waits until the server writes names, which it does some moments after it has the
// policies that say so.
func awaitStamping(ctx context.Context, admin client.Client) error {
	for _, s := range stamped {
		var refused error
		err := wait.PollUntilContextTimeout(ctx, 50*time.Millisecond, patience, true, func(ctx context.Context) (bool, error) {
			o := &unstructured.Unstructured{}
			if err := o.UnmarshalJSON([]byte(s.object)); err != nil {
				return false, err
			}
			o.SetNamespace("default")
			o.SetGenerateName("stamped-")
			if refused = admin.Create(ctx, o, client.DryRunAll); meta.IsNoMatchError(refused) {
				return true, nil // the kinds are not installed
			}
			name, _, err := unstructured.NestedString(o.Object, s.path...)
			return refused == nil && name != "", err
		})
		if err != nil {
			return fmt.Errorf("%s is not stamped: %w", strings.Join(s.path, "."), cmp.Or(refused, err))
		}
	}
	return nil
}
