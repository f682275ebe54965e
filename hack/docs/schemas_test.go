// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
)

func schemaOf(t *testing.T, kind string) *jsonschema.Schema {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile(filepath.Join("..", "..", "config", "crd", "schemas", strings.ToLower(kind)+"_v1alpha1.json"))
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func TestEditorsTakeTheSamplesAsTheyAre(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "config", "samples", "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		decoder := utilyaml.NewYAMLToJSONDecoder(bytes.NewReader(text))
		for {
			var o map[string]any
			if err := decoder.Decode(&o); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatal(file, err)
			}
			if api, _ := o["apiVersion"].(string); !strings.HasPrefix(api, "praxis.dev/") {
				continue
			}
			checked++
			for _, schema := range []string{o["kind"].(string), "praxis"} {
				if err := schemaOf(t, schema).Validate(o); err != nil {
					t.Errorf("%s by %s: %v", file, schema, err)
				}
			}
		}
	}
	if checked < 20 {
		t.Errorf("only %d objects were looked at", checked)
	}
}

func TestEditorsSeeWhatIsMisspelledOrOutOfRange(t *testing.T) {
	for name, text := range map[string]string{
		"an unknown field":   `{"apiVersion":"praxis.dev/v1alpha1","kind":"Team","metadata":{},"spec":{"leader":"ana"}}`,
		"another kind":       `{"apiVersion":"praxis.dev/v1alpha1","kind":"Utility","metadata":{},"spec":{}}`,
		"a missing field":    `{"apiVersion":"praxis.dev/v1alpha1","kind":"Team","metadata":{},"spec":{"members":[{"name":"ana"}]}}`,
		"a value of no unit": `{"apiVersion":"praxis.dev/v1alpha1","kind":"Team","metadata":{},"spec":{"members":[{"name":"ana","user":"ana","capacity":"20 hours"}]}}`,
	} {
		var o any
		if err := json.Unmarshal([]byte(text), &o); err != nil {
			t.Fatal(err)
		}
		if schemaOf(t, "Team").Validate(o) == nil {
			t.Errorf("%s is not seen", name)
		}
	}
}

func TestOneSchemaServesFilesWithSeveralKinds(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		fine bool
	}{
		"a Team":                      {`{"apiVersion":"praxis.dev/v1alpha1","kind":"Team","metadata":{},"spec":{"members":[{"name":"ana","user":"ana","capacity":"20h"}]}}`, true},
		"an unknown field of a Team":  {`{"apiVersion":"praxis.dev/v1alpha1","kind":"Team","metadata":{},"spec":{"leader":"ana"}}`, false},
		"a kind that there is not":    {`{"apiVersion":"praxis.dev/v1alpha1","kind":"Teem","metadata":{},"spec":{}}`, false},
		"a version that there is not": {`{"apiVersion":"praxis.dev/v2","kind":"Team","metadata":{},"spec":{"members":[]}}`, false},
		"no kind":                     {`{"apiVersion":"praxis.dev/v1alpha1"}`, false},
		"an object of others":         {`{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop"}}`, true},
	} {
		t.Run(name, func(t *testing.T) {
			var o any
			if err := json.Unmarshal([]byte(c.text), &o); err != nil {
				t.Fatal(err)
			}
			if err := schemaOf(t, "praxis").Validate(o); (err == nil) != c.fine {
				t.Errorf("it is taken: %v", err)
			}
		})
	}
}
