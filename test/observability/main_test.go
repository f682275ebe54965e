// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package observability lets a real Prometheus scrape the real operator, and compares dashboards,
// alerts, the plugin and the status with each other.
package observability

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	"sigs.k8s.io/yaml"
)

var root = filepath.Join("..", "..")

func TestMain(m *testing.M) {
	ctrl.SetLogger(zap.New(zap.WriteTo(io.Discard)))
	os.Exit(m.Run())
}

var installed = sync.OnceValues(func() (string, error) {
	out, err := exec.Command(filepath.Join(root, "hack", "tools", "prometheus.sh")).CombinedOutput()
	return string(out), err
})

// needPrometheus skips a test where Prometheus can neither be found nor installed, but not
// where everything has to be proven.
func needPrometheus(t *testing.T) {
	t.Helper()
	out, err := installed()
	if err == nil {
		return
	}
	exit, ok := errors.AsType[*exec.ExitError](err)
	if ok && exit.ExitCode() == 3 && os.Getenv("PRAXIS_CI") == "" {
		t.Skip(out)
	}
	t.Fatal(err, out)
}

func read(t *testing.T, path ...string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(append([]string{root}, path...)...))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// rule is one alert.
type rule struct {
	Alert, Expr string
	Labels      map[string]string
	Annotations map[string]string
}

// ruleGroups are the groups of alerts as Prometheus reads them.
type ruleGroups struct {
	Groups []struct {
		Name  string
		Rules []rule
	}
}

// rules are the alerts, and the file that Prometheus reads them from.
func rules(t *testing.T) (ruleGroups, []byte) {
	t.Helper()
	var object struct{ Spec json.RawMessage }
	var groups ruleGroups
	if err := yaml.Unmarshal(read(t, "config", "prometheus", "rules.yaml"), &object); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(object.Spec, &groups); err != nil {
		t.Fatal(err)
	}
	return groups, object.Spec // JSON is YAML
}

func write(t *testing.T, text []byte, path string) string {
	t.Helper()
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}
