// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package gitops

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/diff"
	"sigs.k8s.io/controller-runtime/pkg/client"
	sigsyaml "sigs.k8s.io/yaml"

	"github.com/praxis-dev/praxis/config/admission"
)

// maxCRD leaves room below the 256 KiB that an annotation may have, for a client-side
// apply repeats the whole object in one.
const maxCRD = 200 << 10

type crd struct {
	kind       string
	size       int
	properties map[string]apiextensionsv1.JSONSchemaProps
}

func readCRDs(t *testing.T) []crd {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(config, "crd", "bases", "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no definitions: %v", err)
	}
	var all []crd
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var definition apiextensionsv1.CustomResourceDefinition
		if err := sigsyaml.Unmarshal(text, &definition); err != nil {
			t.Fatal(err)
		}
		for _, version := range definition.Spec.Versions {
			all = append(all, crd{definition.Spec.Names.Kind, len(text), version.Schema.OpenAPIV3Schema.Properties})
		}
	}
	return all
}

func TestEveryDefinitionFitsIntoAnAnnotation(t *testing.T) {
	for _, crd := range readCRDs(t) {
		if crd.size > maxCRD {
			t.Errorf("the definition of %s has %d KiB and must stay under %d", crd.kind, crd.size>>10, maxCRD>>10)
		}
	}
}

// A field manager owns an atomic list as a whole, so a default inside it would be a permanent
// difference from Git.
func TestNoAtomicListOfAPersonsSpecHasDefaultsInside(t *testing.T) {
	for _, crd := range readCRDs(t) {
		switch crd.kind {
		case "Utility", "Team", "KeyAction", "ActionPackage":
			for _, path := range atomicDefaults(crd.properties["spec"], crd.kind+".spec", false) {
				t.Errorf("%s has a default", path)
			}
		}
	}
}

func atomicDefaults(schema apiextensionsv1.JSONSchemaProps, path string, atomic bool) []string {
	var found []string
	if atomic && schema.Default != nil {
		found = append(found, path)
	}
	if schema.Items != nil && schema.Items.Schema != nil {
		keyed := schema.XListType != nil && *schema.XListType == "map"
		found = append(found, atomicDefaults(*schema.Items.Schema, path+"[]", atomic || !keyed)...)
	}
	for name, property := range schema.Properties {
		found = append(found, atomicDefaults(property, path+"."+name, atomic)...)
	}
	return found
}

func (s *stage) whatIsAppliedIsReadBack() {
	files, err := filepath.Glob(filepath.Join(config, "samples", "*.yaml"))
	s.must(err)
	for _, file := range files {
		if filepath.Base(file) == "kustomization.yaml" {
			continue
		}
		text, err := os.ReadFile(file)
		s.must(err)
		for _, o := range s.objects(text) {
			o.SetNamespace("read-back")
			wanted := o.DeepCopy()
			s.must(s.admin.Create(s.ctx, o, client.DryRunAll))
			for _, d := range missing(wanted.Object, o.Object, o.GetKind()+"/"+o.GetName()) {
				s.Errorf("%s: %s", filepath.Base(file), d)
			}
		}
	}
}

// policiesAreReadBackWhole holds that the server adds nothing to them: Argo CD does not know the
// defaults of kinds that are younger than itself, and where it applies on the server's side it
// takes one inside of what it owns as a whole for a difference from Git.
func (s *stage) policiesAreReadBackWhole() {
	everywhere, stamping, err := admission.Objects()
	s.must(err)
	for _, wanted := range append(everywhere, stamping...) {
		live := &unstructured.Unstructured{}
		live.SetGroupVersionKind(wanted.GroupVersionKind())
		s.must(s.admin.Get(s.ctx, client.ObjectKeyFromObject(&wanted), live))
		if admission.Differs(&wanted, live) {
			s.Errorf("%s is not read back as it is written; write the server's defaults down:\n%s", wanted.GetName(), diff.Diff(wanted.Object["spec"], live.Object["spec"]))
		}
	}
}

// missing returns what of want is not exactly so in is. What the server adds is ignored.
func missing(want, is any, path string) []string {
	var all []string
	switch want := want.(type) {
	case map[string]any:
		there, _ := is.(map[string]any)
		for key, value := range want {
			all = append(all, missing(value, there[key], path+"."+key)...)
		}
		return all
	case []any:
		there, _ := is.([]any)
		if len(there) == len(want) {
			for i := range want {
				all = append(all, missing(want[i], there[i], fmt.Sprintf("%s[%d]", path, i))...)
			}
			return all
		}
	}
	if fmt.Sprint(want) == fmt.Sprint(is) { // a number is int64 here and float64 there
		return nil
	}
	return []string{fmt.Sprintf("%s is applied as %v and read back as %v", path, want, is)}
}
