// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"bufio"
	"bytes"
	"embed"
	"fmt"
	"io/fs"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

//go:embed *.yaml stamping/*.yaml
var files embed.FS

// Objects returns the policies and bindings for every server, and those that write names on
// servers that have MutatingAdmissionPolicies.
func Objects() (everywhere, stamping []unstructured.Unstructured, err error) {
	everywhere, err = read(".")
	if err == nil {
		stamping, err = read("stamping")
	}
	return everywhere, stamping, err
}

// Differs reports whether a policy or binding of a cluster decides differently than ours, because
// it was edited or is from another release. Ours have every default of the server written out.
func Differs(ours, theirs *unstructured.Unstructured) bool {
	return !equality.Semantic.DeepEqual(ours.Object["spec"], theirs.Object["spec"])
}

func read(folder string) ([]unstructured.Unstructured, error) {
	entries, err := fs.ReadDir(files, folder)
	if err != nil {
		return nil, err
	}
	var objects []unstructured.Unstructured
	for _, entry := range entries {
		if entry.IsDir() || entry.Name() == "kustomization.yaml" {
			continue
		}
		name := entry.Name()
		if folder != "." {
			name = folder + "/" + name
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		reader := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(text)))
		for {
			document, err := reader.Read()
			if len(bytes.TrimSpace(document)) == 0 {
				break
			}
			if err != nil {
				return nil, fmt.Errorf("config/admission/%s: %w", name, err)
			}
			object := unstructured.Unstructured{}
			if err := yaml.Unmarshal(document, &object.Object); err != nil {
				return nil, fmt.Errorf("config/admission/%s: %w", name, err)
			}
			objects = append(objects, object)
		}
	}
	return objects, nil
}
