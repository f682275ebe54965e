// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package programs gives tests what they need of a distribution: a Prometheus, a browser.
package programs

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
)

// nowhere is what a script of hack/tools exits with where the machine lets nothing be installed.
const nowhere = 3

// Need installs a program by hack/tools/NAME.sh where it is not there. Where it cannot be installed
// the test is skipped, or fails where everything has to be proven, which PRAXIS_CI says.
func Need(t *testing.T, name string) {
	t.Helper()
	_, here, _, _ := runtime.Caller(0)
	out, err := exec.CommandContext(t.Context(), filepath.Join(filepath.Dir(here), "..", "..", "hack", "tools", name+".sh")).CombinedOutput()
	if err == nil {
		return
	}
	if exit, ok := errors.AsType[*exec.ExitError](err); ok && exit.ExitCode() == nowhere && !Everything() {
		t.Skip(string(out))
	}
	t.Fatal(err, string(out))
}

// Everything reports whether nothing may be left out.
func Everything() bool { return os.Getenv("PRAXIS_CI") != "" }
