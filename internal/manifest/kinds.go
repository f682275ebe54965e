// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/api/operation"
	metavalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"sigs.k8s.io/yaml"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/config/crd"
)

// schemaOf is what an API server knows of one kind.
type schemaOf struct {
	plural     string
	structural *schema.Structural
	openAPI    validation.SchemaValidator
	rules      *cel.Validator
}

// compiled keeps the kinds that occurred: compiling the rules of all of them would take
// longer than reading most folders.
var compiled = struct {
	sync.Mutex
	kinds map[string]*schemaOf
}{kinds: map[string]*schemaOf{}}

// lookUp is the schema of a kind, or nil where there is no such kind. An error is a
// mistake in what Praxis ships.
func lookUp(kind string) (*schemaOf, error) {
	compiled.Lock()
	defer compiled.Unlock()
	if known, ok := compiled.kinds[kind]; ok {
		return known, nil
	}
	text := definition(kind)
	if text == nil {
		return nil, nil
	}
	s, err := compile(text)
	if err != nil {
		return nil, fmt.Errorf("the CustomResourceDefinition of %s: %w", kind, err)
	}
	compiled.kinds[kind] = s
	return s, nil
}

// kindLine is how controller-gen writes the name of a kind; looking for it spares the
// parsing of the other definitions.
const kindLine = "\n    kind: "

func definition(kind string) []byte {
	for _, text := range definitions() {
		if bytes.Contains(text, []byte(kindLine+kind+"\n")) {
			return text
		}
	}
	return nil
}

var definitions = sync.OnceValue(func() [][]byte {
	var texts [][]byte
	names, _ := fs.Glob(crd.Bases, "bases/*.yaml") // the pattern is a good one
	for _, name := range names {
		if text, err := crd.Bases.ReadFile(name); err == nil {
			texts = append(texts, text)
		}
	}
	return texts
})

// Kinds are the names of all kinds, sorted.
func Kinds() []string {
	var kinds []string
	for _, text := range definitions() {
		_, rest, _ := strings.Cut(string(text), kindLine)
		kind, _, _ := strings.Cut(rest, "\n")
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	return kinds
}

// compile prepares a definition as a server does when it is installed.
func compile(text []byte) (*schemaOf, error) {
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
	var props apiextensions.JSONSchemaProps
	if err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(versioned.Spec.Versions[i].Schema.OpenAPIV3Schema, &props, nil); err != nil {
		return nil, err
	}
	structural, err := schema.NewStructural(&props)
	if err != nil {
		return nil, err
	}
	if err := defaulting.PruneDefaults(structural); err != nil {
		return nil, err
	}
	openAPI, _, err := validation.NewSchemaValidator(&props)
	if err != nil {
		return nil, err
	}
	rules := cel.NewValidator(structural, true, celconfig.PerCallLimit)
	return &schemaOf{plural: versioned.Spec.Names.Plural, structural: structural, openAPI: openAPI, rules: rules}, nil
}

// decode puts the defaults of the schema in and takes unknown fields out, whose paths
// it returns. An error is one that the object cannot be read with.
func (s *schemaOf) decode(u *unstructured.Unstructured) ([]string, error) {
	defaulting.Default(u.Object, s.structural)
	// Pruning the root takes away what every object has and no schema says.
	apiVersion, kind := u.GetAPIVersion(), u.GetKind()
	meta, found, unknown, err := objectmeta.GetObjectMetaWithOptions(u.Object, objectmeta.ObjectMetaOptions{ReturnUnknownFieldPaths: true})
	if err != nil {
		return nil, err
	}
	options := schema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true}
	unknown = append(unknown, pruning.PruneWithOptions(u.Object, s.structural, true, options)...)
	defaulting.PruneNonNullableNullsWithoutDefaults(u.Object, s.structural)
	u.SetAPIVersion(apiVersion)
	u.SetKind(kind)
	if found {
		err = objectmeta.SetObjectMeta(u.Object, meta)
	}
	return unknown, err
}

// validate is what a server says of a new object, whose status it takes away first.
func (s *schemaOf) validate(ctx context.Context, u *unstructured.Unstructured) field.ErrorList {
	unstructured.RemoveNestedField(u.Object, "status")
	u.SetGeneration(1)
	meta, _, err := objectmeta.GetObjectMeta(u.Object, false)
	if err != nil {
		return field.ErrorList{field.Invalid(field.NewPath("metadata"), u.Object["metadata"], err.Error())}
	}
	errs := metavalidation.ValidateObjectMetaDeclaratively(ctx, operation.Create, meta, nil, true, metavalidation.NameIsDNSSubdomain, field.NewPath("metadata"), true)
	errs = append(errs, validation.ValidateCustomResource(nil, u.Object, s.openAPI)...)
	errs = append(errs, objectmeta.Validate(ctx, nil, u.Object, s.structural, false)...)
	errs = append(errs, listtype.ValidateListSetsAndMaps(nil, s.structural, u.Object)...)
	if s.rules == nil || slices.ContainsFunc(errs, blocksRules) {
		return errs
	}
	broken, _ := s.rules.Validate(ctx, nil, s.structural, u.Object, nil, celconfig.RuntimeCELCostBudget)
	return append(errs, broken...)
}

// blocksRules tells whether a server would not ask the rules after such an error: they
// may take for granted what the schema promises.
func blocksRules(err *field.Error) bool {
	switch err.Type {
	case field.ErrorTypeNotSupported, field.ErrorTypeRequired, field.ErrorTypeTooLong, field.ErrorTypeTooMany, field.ErrorTypeTypeInvalid:
		return true
	}
	return false
}
