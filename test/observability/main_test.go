// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package observability lets a real Prometheus scrape the real operator, and compares dashboards,
// alerts, the plugin and the status with each other.
package observability

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
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
