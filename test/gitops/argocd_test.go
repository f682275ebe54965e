// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package gitops

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	sigsyaml "sigs.k8s.io/yaml"
)

var customizations = filepath.Join(config, "argocd", "resource_customizations", "praxis.dev")

// healthTests and actionTests are the files in which Argo CD's own repository keeps such
// tests.
type healthTests struct {
	Tests []struct {
		InputPath    string `json:"inputPath"`
		HealthStatus health `json:"healthStatus"`
	} `json:"tests"`
}

type health struct {
	Status  string `json:"status"`
	Message string `json:"message"`
}

type actionTests struct {
	DiscoveryTests []struct {
		InputPath string              `json:"inputPath"`
		Result    []map[string]string `json:"result"`
	} `json:"discoveryTests"`
	ActionTests []struct {
		Action             string `json:"action"`
		InputPath          string `json:"inputPath"`
		ExpectedOutputPath string `json:"expectedOutputPath"`
	} `json:"actionTests"`
}

// readInto reads the last document of a file.
func readInto(t *testing.T, file string, to any) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	documents := bytes.Split(text, []byte("\n---\n"))
	if err := sigsyaml.UnmarshalStrict(documents[len(documents)-1], to); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}

func script(t *testing.T, path ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func healthOf(t *testing.T, kind string, object map[string]any) health {
	t.Helper()
	got, err := runLua(t.Context(), script(t, customizations, kind, "health.lua"), object)
	if err != nil {
		t.Fatal(err)
	}
	said := got.(map[string]any)
	message, _ := said["message"].(string)
	return health{said["status"].(string), message}
}

func TestEveryFixtureHasTheHealthThatItsTestExpects(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(customizations, "*", "testdata", "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no fixtures: %v", err)
	}
	tested := map[string]bool{}
	tests, err := filepath.Glob(filepath.Join(customizations, "*", "health_test.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range tests {
		kind := filepath.Base(filepath.Dir(file))
		var list healthTests
		readInto(t, file, &list)
		for _, test := range list.Tests {
			input := filepath.Join(filepath.Dir(file), test.InputPath)
			tested[input] = true
			t.Run(kind+"/"+filepath.Base(input), func(t *testing.T) {
				if got := healthOf(t, kind, readJSON(t, input)); got != test.HealthStatus {
					t.Errorf("got %+v, want %+v", got, test.HealthStatus)
				}
			})
		}
	}
	for _, file := range files {
		if !tested[file] {
			t.Errorf("%s is in no health_test.yaml", file)
		}
	}
}

func TestHealthHoldsForObjectsThatNoRunLeaves(t *testing.T) {
	condition := func(kind, status, reason string) any {
		return map[string]any{"type": kind, "status": status, "reason": reason, "message": reason + "!"}
	}
	object := func(observed float64, conditions ...any) map[string]any {
		return map[string]any{
			"metadata": map[string]any{"generation": 2.0}, "spec": map[string]any{},
			"status": map[string]any{"observedGeneration": observed, "conditions": conditions, "summary": "In short"},
		}
	}
	ready := condition("Ready", "True", "Reconciled")
	for name, test := range map[string]struct {
		object map[string]any
		want   string
	}{
		"an object without a status":                   {map[string]any{"metadata": map[string]any{"generation": 1.0}}, "Progressing"},
		"a status without conditions":                  {map[string]any{"metadata": map[string]any{}, "status": map[string]any{}}, "Progressing"},
		"an unseen generation of what was stalled":     {object(1, condition("Stalled", "True", "InvalidSpec")), "Progressing"},
		"a status without the generation it speaks of": {map[string]any{"metadata": map[string]any{"generation": 1.0}, "status": map[string]any{"conditions": []any{ready}}}, "Progressing"},
		"a stall that is over":                         {object(2, ready, condition("Stalled", "False", "Reconciled")), "Healthy"},
		"a stall of what is suspended":                 {object(2, condition("Stalled", "True", "InvalidSpec"), condition("Ready", "False", "Suspended")), "Degraded"},
		"nothing but Ready":                            {object(2, ready), "Healthy"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, kind := range []string{"Utility", "Team", "KeyAction", "WeeklyCycle", "Action", "Evidence", "Review"} {
				got := healthOf(t, kind, test.object)
				if got.Status != test.want || got.Message == "" {
					t.Errorf("%s: got %+v, want %s", kind, got, test.want)
				}
			}
		})
	}
}

// A kind without a status has nothing to be judged by; one with a status and without a
// script would look green whatever it says.
func TestExactlyTheKindsWithAStatusHaveAHealthScript(t *testing.T) {
	for _, crd := range readCRDs(t) {
		_, status := crd.properties["status"]
		_, err := os.Stat(filepath.Join(customizations, crd.kind, "health.lua"))
		if status != (err == nil) {
			t.Errorf("%s: status %t, health script %t", crd.kind, status, err == nil)
		}
	}
}

func TestActionsEditNothingButWhatTheySay(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(customizations, "*", "actions", "action_test.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no tests of actions: %v", err)
	}
	for _, file := range files {
		folder := filepath.Dir(file)
		kind := filepath.Base(filepath.Dir(folder))
		var list actionTests
		readInto(t, file, &list)
		for _, test := range list.DiscoveryTests {
			t.Run(kind+"/discovery/"+filepath.Base(test.InputPath), func(t *testing.T) {
				got, err := runLua(t.Context(), script(t, folder, "discovery.lua"), readJSON(t, filepath.Join(folder, test.InputPath)))
				if err != nil {
					t.Fatal(err)
				}
				want := map[string]any{}
				for _, offer := range test.Result {
					want[offer["name"]] = map[string]any{"displayName": offer["displayName"], "iconClass": offer["iconClass"]}
				}
				if !reflect.DeepEqual(got, any(want)) {
					t.Errorf("got %v, want %v", got, want)
				}
			})
		}
		for _, test := range list.ActionTests {
			t.Run(kind+"/"+test.Action, func(t *testing.T) {
				got, err := runLua(t.Context(), script(t, folder, test.Action, "action.lua"), readJSON(t, filepath.Join(folder, test.InputPath)))
				if err != nil {
					t.Fatal(err)
				}
				if want := readJSON(t, filepath.Join(folder, test.ExpectedOutputPath)); !reflect.DeepEqual(got, any(want)) {
					t.Errorf("got %v, want %v", got, want)
				}
			})
		}
	}
}

// An action patches with Argo CD's credentials: whoever clicks would judge or sign in its
// name, so there must be no action on what people answer for by name.
func TestNoActionJudgesOrSigns(t *testing.T) {
	folders, err := filepath.Glob(filepath.Join(customizations, "*", "actions"))
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, folder := range folders {
		kinds = append(kinds, filepath.Base(filepath.Dir(folder)))
	}
	slices.Sort(kinds)
	if !slices.Equal(kinds, []string{"KeyAction", "Utility"}) {
		t.Errorf("there are actions on %v", kinds)
	}
}

func TestTheConfigMapCarriesEveryScript(t *testing.T) {
	var configMap struct {
		APIVersion, Kind string
		Metadata         map[string]any
		Data             map[string]string
	}
	readInto(t, filepath.Join(config, "argocd", "argocd-cm.yaml"), &configMap)
	if configMap.Kind != "ConfigMap" || configMap.Metadata["name"] != "argocd-cm" || len(configMap.Metadata) != 1 {
		t.Fatalf("it is %s %v", configMap.Kind, configMap.Metadata)
	}
	scripts, err := filepath.Glob(filepath.Join(customizations, "*", "health.lua"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range scripts {
		kind := filepath.Base(filepath.Dir(file))
		if key := "resource.customizations.health.praxis.dev_" + kind; configMap.Data[key] != script(t, file) {
			t.Errorf("%s is not %s", key, file)
		}
	}
	for _, kind := range []string{"Utility", "KeyAction"} {
		key := "resource.customizations.actions.praxis.dev_" + kind
		for _, part := range []string{"discovery.lua", "definitions", "name: suspend", "name: resume", "action.lua"} {
			if !strings.Contains(configMap.Data[key], part) {
				t.Errorf("%s has no %s", key, part)
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(configMap.Data)) {
		if !strings.HasPrefix(key, "resource.customizations.") || !strings.Contains(key, ".praxis.dev_") {
			t.Errorf("%s is none of ours to set", key)
		}
	}
}
