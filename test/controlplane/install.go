// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controlplane

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Install creates the objects of all YAML files in folders, kustomizations aside, as the
// cluster's admin. What a server is too old to know, such as a MutatingAdmissionPolicy
// before Kubernetes 1.36, is left out.
func (p *ControlPlane) Install(ctx context.Context, folders ...string) error {
	admin, err := client.New(p.Config, client.Options{})
	if err != nil {
		return fmt.Errorf("preparing to install: %w", err)
	}
	for _, folder := range folders {
		files, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
		if err != nil || len(files) == 0 {
			return fmt.Errorf("there is nothing to install in %s: %w", folder, errors.Join(err, os.ErrNotExist))
		}
		for _, file := range slices.DeleteFunc(files, func(f string) bool { return filepath.Base(f) == "kustomization.yaml" }) {
			if err := install(ctx, admin, file); err != nil {
				return fmt.Errorf("installing %s: %w", file, err)
			}
		}
	}
	return nil
}

func install(ctx context.Context, admin client.Client, file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	objects, err := Decode(text)
	if err != nil {
		return err
	}
	for _, o := range objects {
		if err := admin.Create(ctx, o); err != nil && !meta.IsNoMatchError(err) && !apierrors.IsAlreadyExists(err) {
			return err
		}
	}
	return nil
}
