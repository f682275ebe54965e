// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	toolscache "k8s.io/client-go/tools/cache"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/evidence"
	"github.com/praxis-dev/praxis/internal/metrics"
)

// figures are the metrics of what the cache holds, computed at each scrape. They read the cache
// itself, because the client of the reconcilers would make a scrape wait for every write in
// flight. Only the leader serves them, so that two replicas do not report everything twice.
type figures struct {
	cache.Cache
	Clock
	elected  <-chan struct{}
	observed *metrics.Observed
	readings *Readings
}

// Describe implements prometheus.Collector.
func (f figures) Describe(to chan<- *prometheus.Desc) { metrics.Describe(to) }

// scrapeTimeout is how long Prometheus waits by default.
const scrapeTimeout = 10 * time.Second

// Collect implements prometheus.Collector. A leader that cannot read its cache fails the
// whole scrape, because missing figures would look as if nothing deviated. The manager
// reports the replica as elected only once its caches have synced, so a new leader does not fail.
func (f figures) Collect(to chan<- prometheus.Metric) {
	select {
	case <-f.elected:
	default:
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout)
	defer cancel()
	s, err := f.gather(ctx)
	if err != nil {
		ctrl.Log.WithName("metrics").Error(err, "the metrics cannot be collected, so this scrape fails")
		to <- prometheus.NewInvalidMetric(prometheus.NewInvalidDesc(err), err)
		return
	}
	f.observed.Know(s.Utilities)
	metrics.Collect(s, f.Now(), f.At, to)
}

func (f figures) gather(ctx context.Context) (metrics.State, error) {
	var utilities praxisv1.UtilityList
	var keyActions praxisv1.KeyActionList
	var cycles praxisv1.WeeklyCycleList
	var reviews praxisv1.ReviewList
	evidence, err := f.evidence(ctx)
	failed := []error{err}
	for _, list := range []client.ObjectList{&utilities, &keyActions, &cycles, &reviews} {
		failed = append(failed, f.List(ctx, list, shared))
	}
	return metrics.State{
		LastRead: f.readings.LastGood, Utilities: utilities.Items, KeyActions: keyActions.Items, Cycles: cycles.Items, Reviews: reviews.Items, Evidence: evidence,
	}, errors.Join(failed...)
}

// evidence returns the objects of the cache without copying them, as a list would: copying a
// hundred thousand pieces takes seventy megabytes per scrape.
func (f figures) evidence(ctx context.Context) (iter.Seq[*praxisv1.Evidence], error) {
	informer, err := f.GetInformer(ctx, &praxisv1.Evidence{})
	if err != nil {
		return nil, err
	}
	kept, ok := informer.(interface{ GetStore() toolscache.Store })
	if !ok {
		return nil, fmt.Errorf("%T shows nothing of what it holds", informer)
	}
	return func(yield func(*praxisv1.Evidence) bool) {
		for _, o := range kept.GetStore().List() {
			if e, ok := o.(*praxisv1.Evidence); ok && !yield(e) {
				return
			}
		}
	}, nil
}

// closed observes a week whose status was written, if that write closed it.
func (d Deps) closed(before, after *praxisv1.WeeklyCycle) {
	c := meta.FindStatusCondition(after.Status.Conditions, praxisv1.ConditionClosed)
	if c != nil && c.Status == metav1.ConditionTrue && !meta.IsStatusConditionTrue(before.Status.Conditions, praxisv1.ConditionClosed) {
		d.Observed.Closed(after.Namespace, after.Spec.UtilityRef.Name, after.Spec.EndsAt.Time, c.LastTransitionTime.Time)
	}
}

// judged observes a piece whose status was written, if a verdict counts for the first time
// with that write.
func (d Deps) judged(in *evidence.Input, after *praxisv1.Evidence) {
	before := in.Evidence
	if !decided(before) && decided(after) {
		d.Observed.Judged(after.Namespace, utilityFor(in), d.Clock.At(after.CreationTimestamp.Time), d.Clock.Now())
	}
}

func decided(e *praxisv1.Evidence) bool {
	c := meta.FindStatusCondition(e.Status.Conditions, praxisv1.ConditionAccepted)
	return c != nil && (c.Reason == praxisv1.ReasonAccepted || c.Reason == praxisv1.ReasonRejected)
}

// utilityFor returns the Utility that a piece is for; a piece without one is never decided.
func utilityFor(in *evidence.Input) string {
	switch {
	case in.Action != nil:
		return in.Action.Spec.UtilityRef.Name
	case in.Evidence.Spec.For != nil:
		return in.Evidence.Spec.For.Utility
	}
	return ""
}
