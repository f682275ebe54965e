// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package misuse

import (
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
)

// field is one field of a schema, the items of a list and the values of a map included.
type field struct {
	steps  []string
	schema *apiextensions.JSONSchemaProps
	// required by what holds it.
	required bool
}

func (f field) name() string { return written(f.steps) }

// fields returns the fields below one of a schema, itself first.
func fields(f field) []field {
	all := []field{f}
	into := func(step string, schema *apiextensions.JSONSchemaProps, required bool) {
		steps := append(f.steps[:len(f.steps):len(f.steps)], step)
		all = append(all, fields(field{steps: steps, schema: schema, required: required})...)
	}
	required := map[string]bool{}
	for _, name := range f.schema.Required {
		required[name] = true
	}
	for _, name := range sortedKeys(f.schema.Properties) {
		property := f.schema.Properties[name]
		into(name, &property, required[name])
	}
	if f.schema.Items != nil {
		into(anyItem, f.schema.Items.Schema, false)
	}
	if f.schema.AdditionalProperties != nil && f.schema.AdditionalProperties.Schema != nil {
		into(anyValue, f.schema.AdditionalProperties.Schema, false)
	}
	return all
}
