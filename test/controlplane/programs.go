// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controlplane

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

// Build builds the operator, as praxis, and further programs of the checkout into a folder.
func Build(ctx context.Context, folder string, packages ...string) error {
	root, err := Root()
	if err != nil {
		return err
	}
	// Of a file there can be one program only, so go is told that it is a folder.
	target := folder + string(filepath.Separator)
	build := exec.CommandContext(ctx, "go", append([]string{"build", "-o", target, "."}, packages...)...)
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("building %s: %w\n%s", strings.Join(append([]string{"the operator"}, packages...), ", "), err, out)
	}
	return nil
}
