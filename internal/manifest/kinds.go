// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"context"
	"fmt"
	"slices"
	"sync"

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

	"github.com/praxis-dev/praxis/config/crd"
)

// schemaOf is what an API server knows about one kind.
type schemaOf struct {
	plural     string
	structural *schema.Structural
	openAPI    validation.SchemaValidator
	rules      *cel.Validator
}

// compiled caches the kinds that occurred: compiling the rules of all of them would take
// longer than reading most folders.
var compiled = struct {
	sync.Mutex
	kinds map[string]*schemaOf
}{kinds: map[string]*schemaOf{}}

// lookUp is the schema of a kind, or nil if there is no such kind. An error is a mistake in
// the definitions that Praxis ships.
func lookUp(kind string) (*schemaOf, error) {
	compiled.Lock()
	defer compiled.Unlock()
	if known, ok := compiled.kinds[kind]; ok {
		return known, nil
	}
	definition, err := crd.Of(kind)
	if err != nil || definition == nil {
		return nil, err
	}
	s, err := compile(definition)
	if err != nil {
		return nil, fmt.Errorf("the CustomResourceDefinition of %s: %w", kind, err)
	}
	compiled.kinds[kind] = s
	return s, nil
}

// compile prepares a definition as a server does when it is installed.
func compile(definition *crd.Definition) (*schemaOf, error) {
	structural, err := schema.NewStructural(definition.Schema)
	if err != nil {
		return nil, err
	}
	if err := defaulting.PruneDefaults(structural); err != nil {
		return nil, err
	}
	openAPI, _, err := validation.NewSchemaValidator(definition.Schema)
	if err != nil {
		return nil, err
	}
	rules := cel.NewValidator(structural, true, celconfig.PerCallLimit)
	return &schemaOf{plural: definition.Plural, structural: structural, openAPI: openAPI, rules: rules}, nil
}

// decode fills in the defaults of the schema and removes unknown fields, whose paths it
// returns. An error means that the object cannot be read.
func (s *schemaOf) decode(u *unstructured.Unstructured) ([]string, error) {
	defaulting.Default(u.Object, s.structural)
	// Pruning the root would remove what every object has and no schema declares.
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

// Refusals are what a server says against an object of a kind of ours as it stands, its status
// included: what the operator may write is held to it by tests. An error is a mistake in what
// Praxis ships, or an object of another kind.
func Refusals(ctx context.Context, u *unstructured.Unstructured) (field.ErrorList, error) {
	known, err := lookUp(u.GetKind())
	if err != nil {
		return nil, err
	}
	if known == nil {
		return nil, fmt.Errorf("there is no kind %q of Praxis", u.GetKind())
	}
	return known.refusals(ctx, u), nil
}

// validate is what a server says of a new object, whose status it takes away first.
func (s *schemaOf) validate(ctx context.Context, u *unstructured.Unstructured) field.ErrorList {
	unstructured.RemoveNestedField(u.Object, "status")
	u.SetGeneration(1)
	return s.refusals(ctx, u)
}

func (s *schemaOf) refusals(ctx context.Context, u *unstructured.Unstructured) field.ErrorList {
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

// blocksRules reports whether a server would skip the rules after such an error: they may
// take for granted what the schema promises.
func blocksRules(err *field.Error) bool {
	switch err.Type {
	case field.ErrorTypeNotSupported, field.ErrorTypeRequired, field.ErrorTypeTooLong, field.ErrorTypeTooMany, field.ErrorTypeTypeInvalid:
		return true
	}
	return false
}
