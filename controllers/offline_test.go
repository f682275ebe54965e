// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/praxis-dev/praxis/internal/manifest"
	"github.com/praxis-dev/praxis/test/corpus"
)

// A linter that accepts what the server refuses, or the other way round, is worse than none.
// So objects that use all fields are broken one field at a time, in every way that their
// schema rules out, and both the linter and the server have to give the same answer.
func TestFilesAreTakenOfflineExactlyWhereTheServerTakesThem(t *testing.T) {
	w := newWorld(t, "2026-11-23T08:30:00Z")
	strict := client.WithFieldValidation(w.live, metav1.FieldValidationStrict)
	taken, refused := 0, 0
	for _, variant := range variants(w) {
		variant.object.SetNamespace(w.ns)
		text, err := json.Marshal(variant.object.Object)
		w.must(err)
		set, err := manifest.Load(t.Context(), []string{manifest.Stdin}, bytes.NewReader(text), w.ns)
		w.must(err)
		server := strict.Create(t.Context(), variant.object, client.DryRunAll)
		if server != nil && whoAsks.MatchString(server.Error()) {
			continue
		}
		if (server == nil) != (len(set.Findings) == 0) {
			t.Errorf("%s: the server says %v; offline %+v", variant.name, server, set.Findings)
			continue
		}
		if server == nil {
			taken++
			continue
		}
		refused++
		if !slices.ContainsFunc(set.Findings, func(f manifest.Finding) bool { return sameFault(server.Error(), f.Message) }) {
			t.Errorf("%s: the server says %v; offline another thing %+v", variant.name, server, set.Findings)
		}
	}
	t.Logf("%d variants taken, %d refused", taken, refused)
	if taken < 200 || refused < 1000 {
		t.Errorf("only %d variants taken and %d refused: the walk misses most of the schema", taken, refused)
	}
}

// whoAsks matches an answer of the policies on Evidence. They judge who hands it in, which no
// file says, and one of them sets a field before the schema is checked.
var whoAsks = regexp.MustCompile(`policy 'praxis-(stamp-)?evidence'|Policy 'praxis-evidence'`)

// sameFault reports whether the linter's answer is the server's: about the same field, in words of
// its own, since the server prints types, bounds in bytes and regular expressions; or in the words of
// a rule that the server says of a whole object, and the linter where it can be put right.
func sameFault(server, offline string) bool {
	if strings.Contains(server, offline) {
		return true // as policies say it
	}
	unknown, _, is := strings.Cut(offline, ";")
	if is && strings.HasPrefix(offline, "unknown field") {
		return strings.Contains(server, unknown)
	}
	field, says, is := strings.Cut(offline, ": ")
	if !is {
		return false
	}
	if strings.Contains(server, field+": ") {
		return true
	}
	for _, rule := range ruleOfAnObject.FindAllStringSubmatch(server, -1) {
		if strings.Contains(says, rule[1]) {
			return true
		}
	}
	return false
}

// ruleOfAnObject finds what is wrong by a rule over a whole spec or a whole object, up to what to do.
var ruleOfAnObject = regexp.MustCompile(`(?:spec|<nil>): Invalid value: ([^;,\]]+)`)

// variant is an object with one change.
type variant struct {
	name   string
	object *unstructured.Unstructured
}

// variants returns the objects of the samples and of the corpus of bad files as they are, and
// the objects that use all fields, each with one change.
func variants(w *world) []variant {
	var out []variant
	schemas := map[string]*apiextensionsv1.JSONSchemaProps{}
	for _, file := range files(w, filepath.Join("..", "config", "crd", "bases", "*.yaml")) {
		var crd apiextensionsv1.CustomResourceDefinition
		text, err := os.ReadFile(file)
		w.must(err)
		w.must(yaml.Unmarshal(text, &crd))
		schemas[crd.Spec.Names.Kind] = crd.Spec.Versions[0].Schema.OpenAPIV3Schema
	}
	whole, err := decode([]byte(everything))
	w.must(err)
	for _, o := range whole {
		name := o.GetKind() + " " + o.GetName()
		out = append(out, variant{name, o})
		walk(schemas[o.GetKind()], o.Object, func(change string) {
			out = append(out, variant{name + ": " + change, o.DeepCopy()})
		})
		for what, value := range metadata {
			other := o.DeepCopy()
			field, _, _ := strings.Cut(what, ",")
			w.must(unstructured.SetNestedField(other.Object, value, "metadata", field))
			out = append(out, variant{name + ": metadata." + what, other})
		}
	}
	asTheyAre := map[string][]byte{}
	for _, file := range files(w, sample("*")) {
		asTheyAre[file], err = os.ReadFile(file)
		w.must(err)
	}
	for _, c := range corpus.Bad(w.T, "..") {
		asTheyAre[c.File] = c.Text
	}
	for file, text := range asTheyAre {
		objects, err := decode(text)
		w.must(err)
		for _, o := range objects {
			if _, ours := schemas[o.GetKind()]; ours { // not a kustomization
				out = append(out, variant{file + ": " + o.GetKind() + " " + o.GetName(), o})
			}
		}
	}
	return out
}

// metadata holds bad values for fields that the schemas of the kinds do not describe, by the
// field and what is wrong with the value.
var metadata = map[string]any{
	"name,40 long": strings.Repeat("a", 40), "name,41 long": strings.Repeat("a", 41), "name,254 long": strings.Repeat("a", 254),
	"name,in capitals": "Checkout", "name,a number": int64(7), "name,with dots": "a.b", "name,with a slash": "a/b",
	"labels,one": map[string]any{"a": "b"}, "labels,with a space": map[string]any{"a": "b c"}, "labels,of a bad key": map[string]any{"-a": "b"},
	"labels,a number": map[string]any{"a": int64(7)}, "labels,a list": []any{"a"}, "annotations,a bad key": map[string]any{"a b": "c"},
	"annotations,a flag": map[string]any{"a": true}, "finalizers,one": []any{"a.example/b"}, "finalizers,a bad one": []any{"a b"},
	"owner,unknown field": "x", "creationTimestamp,a word": "yesterday", "generation,some": int64(3),
	"ownerReferences,incomplete": []any{map[string]any{"kind": "A"}},
	"ownerReferences,one":        []any{map[string]any{"apiVersion": "v1", "kind": "ConfigMap", "name": "a", "uid": "1"}},
}

func files(w *world, pattern string) []string {
	found, err := filepath.Glob(pattern)
	if err != nil || len(found) == 0 {
		w.Fatal("no files ", pattern, err)
	}
	return found
}

// walk applies each change that the schema suggests to an object in place, calls the function,
// and undoes the change.
func walk(schema *apiextensionsv1.JSONSchemaProps, root map[string]any, each func(change string)) {
	var into func(s *apiextensionsv1.JSONSchemaProps, at string, value any, set func(any))
	into = func(s *apiextensionsv1.JSONSchemaProps, at string, value any, set func(any)) {
		for what, other := range others(s, value) {
			set(other)
			each(fmt.Sprintf("%s %s", at, what))
		}
		set(value)
		switch value := value.(type) {
		case map[string]any:
			value["surprise"] = "x"
			each(at + " with an unknown field")
			delete(value, "surprise")
			for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
				child, there := value[name]
				if at == "" && name != "spec" {
					continue
				}
				props := s.Properties[name]
				if !there {
					value[name] = example(&props)
					each(at + "." + name + " added")
					delete(value, name)
					continue
				}
				delete(value, name)
				each(at + "." + name + " removed")
				into(&props, at+"."+name, child, func(v any) { value[name] = v })
			}
		case []any:
			for i, item := range value {
				into(s.Items.Schema, fmt.Sprintf("%s[%d]", at, i), item, func(v any) { value[i] = v })
				if i == 1 {
					break // the others are of the same kind
				}
			}
		}
	}
	into(schema, "", root, func(any) {})
}

// others returns values that a schema is likely to refuse, by what is wrong with them.
func others(s *apiextensionsv1.JSONSchemaProps, value any) map[string]any {
	out := map[string]any{"null": nil}
	switch s.Type {
	case "integer":
		out["a word"], out["a fraction"], out["huge"] = "seven", 1.5, int64(1)<<40
		out["as text"] = fmt.Sprint(value)
		if s.Minimum != nil {
			out["too small"], out["smallest"] = int64(*s.Minimum)-1, int64(*s.Minimum)
		}
		if s.Maximum != nil {
			out["too great"], out["greatest"] = int64(*s.Maximum)+1, int64(*s.Maximum)
		}
	case "boolean":
		out["a word"], out["the other"] = "yes", value != true
	case "string":
		out["a number"], out["empty"], out["strange"], out["a list"] = int64(7), "", "Ä b/c$(x)\n", []any{"x"}
		if s.MaxLength != nil {
			out["too long"], out["longest"] = strings.Repeat("a", int(*s.MaxLength)+1), strings.Repeat("a", int(*s.MaxLength))
		}
		for _, e := range s.Enum {
			var one string
			if json.Unmarshal(e.Raw, &one) == nil {
				out["the one "+one] = one
			}
		}
	case "array":
		out["a word"], out["a mapping"], out["empty"] = "x", map[string]any{}, []any{}
		items, _ := value.([]any)
		if len(items) > 0 {
			out["the first twice"] = append(slices.Clone(items), items[0])
		}
		if s.MaxItems != nil && len(items) > 0 {
			out["too many"] = slices.Repeat(items[:1], int(*s.MaxItems)+1)
		}
	case "object":
		out["a word"], out["a list"], out["empty"] = "x", []any{}, map[string]any{}
	}
	return out
}

// example returns a value of the type that a schema asks for; the schema may still refuse it.
func example(s *apiextensionsv1.JSONSchemaProps) any {
	switch s.Type {
	case "integer":
		return int64(1)
	case "boolean":
		return true
	case "array":
		return []any{example(s.Items.Schema)}
	case "object":
		out := map[string]any{}
		for name, props := range s.Properties {
			if slices.Contains(s.Required, name) {
				out[name] = example(&props)
			}
		}
		return out
	}
	var one string
	if len(s.Enum) > 0 && json.Unmarshal(s.Enum[0].Raw, &one) == nil {
		return one
	}
	return "a"
}
