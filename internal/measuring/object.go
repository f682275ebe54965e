// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package measuring

import (
	"context"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utiljson "k8s.io/apimachinery/pkg/util/json"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/measure"
	"github.com/praxis-dev/praxis/internal/standard"
)

// object reads an object and makes a number of it.
func (s *Sources) object(ctx context.Context, namespace string, m *praxisv1.Measure) ([]measure.Sample, *measure.Failure) {
	of := m.Source.Object
	number, err := standard.CompileNumber(of.Value)
	if err != nil {
		return nil, measure.Problem(m)
	}
	version, err := schema.ParseGroupVersion(of.APIVersion)
	if err != nil {
		return nil, measure.Fail(praxisv1.ReasonSourceFailing, "apiVersion %s is none, like apps/v1", of.APIVersion)
	}
	mapping, failure := s.mapped(of, version)
	if failure != nil {
		return nil, failure
	}
	path := []string{"/api", version.Version}
	if version.Group != "" {
		path = []string{"/apis", version.Group, version.Version}
	}
	text, err := s.get(ctx, s.api.Get().AbsPath(append(path, "namespaces", namespace, mapping.Resource.Resource, of.Name)...))
	switch {
	case apierrors.IsForbidden(err):
		return nil, s.noRight(namespace, m.Name, "get", mapping.Resource.GroupResource().String(), of.Name)
	case apierrors.IsNotFound(err):
		return nil, measure.Fail(praxisv1.ReasonNoData, "%s %s is not in %s; create it, or correct its name", of.Kind, of.Name, namespace)
	case err != nil:
		return nil, clusterFailure("the API server", err)
	}
	var object map[string]any
	if err := utiljson.Unmarshal(text, &object); err != nil {
		return nil, measure.Fail(praxisv1.ReasonSourceFailing, "%s %s cannot be read", of.Kind, of.Name)
	}
	value, ok, err := number.Of(object)
	switch {
	case err != nil:
		return nil, measure.Fail(praxisv1.ReasonNotANumber, "source.object.value of %s %s: %v", of.Kind, of.Name, err)
	case !ok:
		return nil, nil
	}
	return []measure.Sample{{Text: value}}, nil
}

// mapped is where the API server has a kind.
func (s *Sources) mapped(of *praxisv1.MeasuredObject, version schema.GroupVersion) (*meta.RESTMapping, *measure.Failure) {
	mapping, err := s.mapper.RESTMapping(schema.GroupKind{Group: version.Group, Kind: of.Kind}, version.Version)
	switch {
	case meta.IsNoMatchError(err):
		return nil, measure.Fail(praxisv1.ReasonSourceFailing, "the cluster knows no %s of %s; install its definition, or correct apiVersion and kind", of.Kind, of.APIVersion)
	case err != nil:
		return nil, clusterFailure("the API server", err)
	case mapping.Scope.Name() != meta.RESTScopeNameNamespace:
		return nil, measure.Fail(praxisv1.ReasonSourceFailing, "a %s is in no namespace, and a measure is read from the goal's own", of.Kind)
	}
	return mapping, nil
}
