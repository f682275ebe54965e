// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"k8s.io/client-go/tools/events"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/praxis-dev/praxis/internal/metrics"
	"github.com/praxis-dev/praxis/internal/preflight"
)

func TestDefinitionsOfAnotherReleaseAreSaidOnceInAnEventAndInAMetric(t *testing.T) {
	live, err := client.New(plane.Config, client.Options{Scheme: scheme})
	if err != nil {
		t.Fatal(err)
	}
	label := func(version string) {
		t.Helper()
		patch := `{"metadata":{"labels":{"app.kubernetes.io/version":` + version + `}}}`
		if err := live.Patch(t.Context(), preflight.Definition(), client.RawPatch("application/merge-patch+json", []byte(patch))); err != nil {
			t.Fatal(err)
		}
	}
	registry := prometheus.NewRegistry()
	observed, err := metrics.NewObserved(registry)
	if err != nil {
		t.Fatal(err)
	}
	told := make(chan string, 10)
	r := &DefinitionsReconciler{Deps: Deps{Client: live, Events: &events.FakeRecorder{Events: told}, Observed: observed}, version: "v1.2.0"}
	look := func(differ string, events int) {
		t.Helper()
		for range 2 {
			if _, err := r.Reconcile(t.Context(), all); err != nil {
				t.Fatal(err)
			}
		}
		if len(told) != events {
			t.Errorf("there are %d events, want %d", len(told), events)
		}
		want := `# HELP praxis_definitions_differ 1 where the definitions are of another release than the operator: fields that only one of them knows have no effect.
# TYPE praxis_definitions_differ gauge
praxis_definitions_differ ` + differ + "\n"
		if err := testutil.GatherAndCompare(registry, strings.NewReader(want), "praxis_definitions_differ"); err != nil {
			t.Error(err)
		}
	}
	look("0", 0) // installed from a checkout, they name no release
	label(`"v1.3.0"`)
	look("1", 1)
	if event := <-told; !strings.Contains(event, "DefinitionsDiffer The definitions are of v1.3.0 and the operator is of v1.2.0") {
		t.Error(event)
	}
	label(`"v1.2.0"`)
	look("0", 0)
	label("null")
	look("0", 0)
}
