// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package dashboard has a real browser use the pages of a real control plane with a real operator.
package dashboard

import (
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"

	"github.com/praxis-dev/praxis/test/programs"
)

var root = filepath.Join("..", "..")

var (
	full  = flag.Bool("full", false, "look at every page in every width, colour scheme and language")
	shots = flag.String("shots", "", "a folder to keep pictures of the pages in")
	docs  = flag.Bool("docs", false, "write the pictures of docs/dashboard.md anew")
)

func TestMain(m *testing.M) {
	ctrl.SetLogger(zap.New(zap.WriteTo(io.Discard)))
	os.Exit(m.Run())
}

// needBrowser skips a test where a browser can neither be found nor installed, but not where
// everything has to be proven.
func needBrowser(t *testing.T) {
	t.Helper()
	if !*full && !*docs && !programs.Everything() {
		if _, err := exec.LookPath("chromium"); err != nil {
			t.Skip("there is no chromium here; make test-dashboard installs it")
		}
	}
	programs.Need(t, "browser")
}
