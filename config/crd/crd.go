// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package crd embeds the CustomResourceDefinitions in the program, so that a file is validated
// offline by the same schema as in a cluster, and the cost of a check is bounded by the sizes that
// this schema allows.
package crd

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// Bases holds one file for each kind, in the folder bases.
//
//go:embed bases/*.yaml
var Bases embed.FS

// Definition is the definition of one kind, as a server gets it.
type Definition struct {
	// Plural is the name of the resource. Example: "keyactions".
	Plural string
	// Schema of version v1alpha1.
	Schema *apiextensions.JSONSchemaProps
}

// Of returns the definition of a kind, or nil if there is no such kind. An error is a mistake in
// what Praxis ships. Each call parses again, so frequent callers should keep the result.
func Of(kind string) (*Definition, error) {
	for _, text := range texts() {
		if bytes.Contains(text, []byte(kindLine+kind+"\n")) {
			definition, err := parse(text)
			if err != nil {
				return nil, fmt.Errorf("the CustomResourceDefinition of %s: %w", kind, err)
			}
			return definition, nil
		}
	}
	return nil, nil
}

// Kinds are the names of all kinds, sorted.
func Kinds() []string { return after(kindLine) }

// Plurals are the names of the resources of all kinds, sorted. Example: "keyactions".
func Plurals() []string { return after(pluralLine) }

// kindLine and pluralLine are how controller-gen writes the names of a kind; looking for them
// spares the parsing of the definitions.
const (
	kindLine   = "\n    kind: "
	pluralLine = "\n    plural: "
)

// after are the rests of the lines of all definitions that begin with something, sorted.
func after(line string) []string {
	var names []string
	for _, text := range texts() {
		_, rest, _ := strings.Cut(string(text), line)
		name, _, _ := strings.Cut(rest, "\n")
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

var texts = sync.OnceValue(func() [][]byte {
	var texts [][]byte
	names, _ := fs.Glob(Bases, "bases/*.yaml") // the pattern is a good one
	for _, name := range names {
		if text, err := Bases.ReadFile(name); err == nil {
			texts = append(texts, text)
		}
	}
	return texts
})

func parse(text []byte) (*Definition, error) {
	var versioned apiextensionsv1.CustomResourceDefinition
	if err := yaml.Unmarshal(text, &versioned); err != nil {
		return nil, err
	}
	i := slices.IndexFunc(versioned.Spec.Versions, func(v apiextensionsv1.CustomResourceDefinitionVersion) bool {
		return v.Name == praxisv1.GroupVersion.Version
	})
	if i < 0 {
		return nil, fmt.Errorf("it has no version %s", praxisv1.GroupVersion.Version)
	}
	out := &Definition{Plural: versioned.Spec.Names.Plural, Schema: &apiextensions.JSONSchemaProps{}}
	return out, apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(versioned.Spec.Versions[i].Schema.OpenAPIV3Schema, out.Schema, nil)
}
