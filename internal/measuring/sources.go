// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package measuring

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/metrics/pkg/apis/external_metrics/v1beta1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/measure"
	"github.com/praxis-dev/praxis/internal/provider"
)

// Clock is that of the operator, which need not be that of the world.
type Clock interface {
	// At converts a real time to this clock.
	At(real time.Time) time.Time
}

// Sources are where measures are read: the providers of the administrators, and the cluster's own
// API with no right but those that a namespace gives.
type Sources struct {
	Providers *provider.Set
	api       rest.Interface
	mapper    meta.RESTMapper
	user      string
	// Who waits for what extends the API server, and for itself.
	extended, own provider.Slots
}

// clusterTimeout is how long the API server, or what extends it, may take to answer.
const clusterTimeout = 10 * time.Second

// New prepares them. The user is the operator's own.
func New(config *rest.Config, mapper meta.RESTMapper, providers *provider.Set, user string) (*Sources, error) {
	client, err := provider.Limited(config, clusterTimeout)
	if err != nil {
		return nil, fmt.Errorf("preparing to read measures: %w", err)
	}
	config = rest.CopyConfig(config)
	config.NegotiatedSerializer = clientgoscheme.Codecs.WithoutConversion()
	api, err := rest.UnversionedRESTClientForConfigAndClient(config, client)
	if err != nil {
		return nil, fmt.Errorf("preparing to read measures: %w", err)
	}
	return &Sources{Providers: providers, api: api, mapper: mapper, user: user}, nil
}

// Turn draws when the source of a measure may be asked, step by step.
func (s *Sources) Turn(namespace string, m *praxisv1.Measure, asOf time.Time) func(step int) provider.Turn {
	return func(step int) provider.Turn {
		if m.Source.Prometheus != nil {
			return s.Providers.Turn(provider.Query{Namespace: namespace, PrometheusQuery: *m.Source.Prometheus, AsOf: asOf}, step)
		}
		return provider.Turn{} // API Priority and Fairness governs
	}
}

// Read asks the source of a measure, as of an instant where the source knows the past.
func (s *Sources) Read(ctx context.Context, namespace string, m *praxisv1.Measure, asOf time.Time, clock Clock) ([]measure.Sample, *measure.Failure) {
	switch source := m.Source; {
	case source.Prometheus != nil:
		q := provider.Query{Namespace: namespace, PrometheusQuery: *source.Prometheus, AsOf: asOf}
		// A clock that is not that of the world means nothing to a Prometheus, which then takes its own.
		if off := clock.At(asOf).Sub(asOf); -time.Second < off && off < time.Second {
			q.At = asOf
		}
		return s.Providers.Read(ctx, q)
	case source.ExternalMetric != nil:
		return few(&s.extended, namespace, func() ([]measure.Sample, *measure.Failure) { return s.external(ctx, namespace, m, clock) })
	}
	return few(&s.own, namespace, func() ([]measure.Sample, *measure.Failure) { return s.object(ctx, namespace, m) })
}

// few reads where not too many do already: whatever serves external metrics may hang.
func few(slots *provider.Slots, namespace string, read func() ([]measure.Sample, *measure.Failure)) ([]measure.Sample, *measure.Failure) {
	release, failure := slots.Acquire(namespace)
	if failure != nil {
		return nil, failure
	}
	defer release()
	return read()
}

// mostScale is how many digits a number may be away from its point: it is written out, and a
// quantity of a few letters can have two billion.
const mostScale = 400

// written is a quantity as a decimal, unless that is too long for one.
func written(q *resource.Quantity) string {
	d := q.AsDec()
	if s := d.Scale(); s < -mostScale || s > mostScale {
		return "a number too long to write"
	}
	return d.String()
}

// external reads a metric of external.metrics.k8s.io.
func (s *Sources) external(ctx context.Context, namespace string, m *praxisv1.Measure, clock Clock) ([]measure.Sample, *measure.Failure) {
	metric := m.Source.ExternalMetric
	selector, err := measure.Selector(metric)
	if err != nil {
		return nil, measure.Problem(m)
	}
	text, err := s.get(ctx, s.api.Get().AbsPath("/apis", v1beta1.SchemeGroupVersion.Group, v1beta1.SchemeGroupVersion.Version, "namespaces", namespace, metric.Name).
		Param("labelSelector", selector.String()))
	switch {
	case apierrors.IsForbidden(err):
		return nil, s.noRight(namespace, "list", "*."+v1beta1.GroupName, "")
	case apierrors.IsNotFound(err):
		return nil, measure.Fail(praxisv1.ReasonSourceFailing, "external.metrics.k8s.io has no metric %s in %s, or nothing serves it; see kubectl get apiservice %s.%s", metric.Name, namespace, v1beta1.SchemeGroupVersion.Version, v1beta1.GroupName)
	case err != nil:
		return nil, clusterFailure("external.metrics.k8s.io", err)
	}
	var list v1beta1.ExternalMetricValueList
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, measure.Fail(praxisv1.ReasonSourceFailing, "external.metrics.k8s.io answers with something else than values; look at what serves it")
	}
	var samples []measure.Sample
	for i := range list.Items {
		item := &list.Items[i]
		sample := measure.Sample{Text: written(&item.Value)}
		if !item.Timestamp.IsZero() {
			sample.At = clock.At(item.Timestamp.Time)
		}
		samples = append(samples, sample)
	}
	return samples, nil
}

// get sends a request and no second one: its turn comes again.
func (s *Sources) get(ctx context.Context, request *rest.Request) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, clusterTimeout)
	defer cancel()
	return request.SetHeader("Accept", "application/json").MaxRetries(0).Do(ctx).Raw()
}

// clusterFailure words an error of the API server, or of what extends it.
func clusterFailure(who string, err error) *measure.Failure {
	late, isNet := errors.AsType[net.Error](err)
	switch {
	case apierrors.IsTimeout(err), apierrors.IsServerTimeout(err), errors.Is(err, context.DeadlineExceeded), isNet && late.Timeout():
		return measure.Fail(praxisv1.ReasonTimeout, "%s did not answer within %s; look at what serves it", who, clusterTimeout)
	case apierrors.IsTooManyRequests(err):
		return measure.Fail(praxisv1.ReasonRateLimited, "%s asks for fewer requests; make the interval longer", who)
	case apierrors.IsUnauthorized(err), apierrors.IsForbidden(err):
		return measure.Fail(praxisv1.ReasonUnauthorized, "%s refuses the operator", who)
	case apierrors.ReasonForError(err) == metav1.StatusReasonUnknown:
		return measure.Fail(praxisv1.ReasonSourceFailing, "%s gives no answer that can be read; look at what serves it", who)
	}
	return measure.Fail(praxisv1.ReasonSourceFailing, "%s answers %s; look at what serves it", who, apierrors.ReasonForError(err))
}
