// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"

	"github.com/praxis-dev/praxis/config/crd"
)

// writeSchemas writes a JSON schema for each kind, and one for files with several, by which
// editors complete and check what people write. Unknown fields are refused, as `kubectl praxis lint` does.
func writeSchemas(folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	whole := anyKind{}
	err := fs.WalkDir(crd.Bases, "bases", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(crd.Bases, path)
		if err != nil {
			return err
		}
		var definition apiextensionsv1.CustomResourceDefinition
		if err := yaml.Unmarshal(text, &definition); err != nil {
			return err
		}
		for _, version := range definition.Spec.Versions {
			name := strings.ToLower(definition.Spec.Names.Kind) + "_" + version.Name + ".json"
			schema, err := schemaFor(definition, version)
			if err != nil {
				return err
			}
			whole.add(definition.Spec.Names.Kind, schema)
			schema["$schema"] = draft
			if err := writeJSON(filepath.Join(folder, name), schema); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return writeJSON(filepath.Join(folder, "praxis_v1alpha1.json"), whole.schema())
}

const draft = "http://json-schema.org/draft-07/schema#"

// anyKind is the schema of files that hold objects of several kinds: an editor checks each
// document of a file against one schema, so that this one chooses by the kind. Objects that are
// not of Praxis are left to others.
type anyKind struct {
	kinds       []any
	definitions map[string]any
	branches    []any
}

func (a *anyKind) add(kind string, schema map[string]any) {
	if a.definitions == nil {
		a.definitions = map[string]any{}
	}
	a.kinds = append(a.kinds, kind)
	a.definitions[kind] = maps.Clone(schema)
	a.branches = append(a.branches, map[string]any{
		"if":   map[string]any{"properties": map[string]any{"kind": map[string]any{"const": kind}}, "required": []string{"kind"}},
		"then": map[string]any{"$ref": "#/definitions/" + kind},
	})
}

func (a *anyKind) schema() map[string]any {
	ours := map[string]any{"properties": map[string]any{"apiVersion": map[string]any{"pattern": "^praxis\\.dev/"}}, "required": []string{"apiVersion"}}
	return map[string]any{
		"$schema":     draft,
		"type":        "object",
		"required":    []string{"apiVersion", "kind"},
		"if":          ours,
		"then":        map[string]any{"properties": map[string]any{"kind": map[string]any{"enum": a.kinds}}, "allOf": a.branches},
		"definitions": a.definitions,
	}
}

// schemaFor is what an editor is told of a kind.
func schemaFor(definition apiextensionsv1.CustomResourceDefinition, version apiextensionsv1.CustomResourceDefinitionVersion) (map[string]any, error) {
	text, err := json.Marshal(version.Schema.OpenAPIV3Schema)
	if err != nil {
		return nil, err
	}
	var schema map[string]any
	if err := json.Unmarshal(text, &schema); err != nil {
		return nil, err
	}
	closed(schema)
	properties := schema["properties"].(map[string]any)
	properties["apiVersion"] = map[string]any{"const": definition.Spec.Group + "/" + version.Name}
	properties["kind"] = map[string]any{"const": definition.Spec.Names.Kind}
	properties["metadata"] = map[string]any{"type": "object"}
	delete(properties, "status") // nobody writes it
	schema["required"] = []string{"apiVersion", "kind", "metadata", "spec"}
	return schema, nil
}

func writeJSON(path string, schema map[string]any) error {
	text, err := json.MarshalIndent(schema, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}

// closed refuses unknown fields of every object that says which it has, and leaves out
// what only an API server understands.
func closed(schema map[string]any) {
	if _, named := schema["properties"]; named {
		schema["additionalProperties"] = false
	}
	for key, value := range schema {
		if strings.HasPrefix(key, "x-kubernetes-") {
			delete(schema, key)
			continue
		}
		each(value, key == "properties")
	}
}

// each goes down into what may be a schema, or a map of names to schemas.
func each(value any, names bool) {
	switch v := value.(type) {
	case map[string]any:
		if !names {
			closed(v)
			return
		}
		for _, schema := range v {
			each(schema, false)
		}
	case []any:
		for _, item := range v {
			each(item, false)
		}
	}
}
