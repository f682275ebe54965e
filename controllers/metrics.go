// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"errors"

	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/metrics"
)

// figures are the metrics of what the cache holds, taken when somebody asks. Only the
// leader has any, so that two replicas do not say everything twice.
type figures struct {
	client.Reader
	Clock
	elected <-chan struct{}
}

// Describe implements prometheus.Collector.
func (f figures) Describe(to chan<- *prometheus.Desc) { metrics.Describe(to) }

// Collect implements prometheus.Collector.
func (f figures) Collect(to chan<- prometheus.Metric) {
	select {
	case <-f.elected:
	default:
		return
	}
	s, err := f.gather(context.Background())
	if err != nil {
		ctrl.Log.WithName("metrics").Error(err, "the metrics of this scrape are missing")
		return
	}
	metrics.Collect(s, f.Now(), f.At, to)
}

func (f figures) gather(ctx context.Context) (metrics.State, error) {
	var utilities praxisv1.UtilityList
	var keyActions praxisv1.KeyActionList
	var cycles praxisv1.WeeklyCycleList
	var reviews praxisv1.ReviewList
	var evidence praxisv1.EvidenceList
	var failed []error
	for _, list := range []client.ObjectList{&utilities, &keyActions, &cycles, &reviews, &evidence} {
		failed = append(failed, f.List(ctx, list, shared))
	}
	return metrics.State{
		Utilities: utilities.Items, KeyActions: keyActions.Items, Cycles: cycles.Items, Reviews: reviews.Items, Evidence: evidence.Items,
	}, errors.Join(failed...)
}

// closed observes a week whose status was written, if it was closed with that.
func (d Deps) closed(before, after *praxisv1.WeeklyCycle) {
	c := meta.FindStatusCondition(after.Status.Conditions, praxisv1.ConditionClosed)
	if c != nil && c.Status == metav1.ConditionTrue && !meta.IsStatusConditionTrue(before.Status.Conditions, praxisv1.ConditionClosed) {
		d.Observed.Closed(after.Spec.EndsAt.Time, c.LastTransitionTime.Time)
	}
}

// judged observes a piece whose status was written, if a verdict counts with that for
// the first time.
func (d Deps) judged(before, after *praxisv1.Evidence) {
	if !decided(before) && decided(after) {
		d.Observed.Judged(d.Clock.At(after.CreationTimestamp.Time), d.Clock.Now())
	}
}

func decided(e *praxisv1.Evidence) bool {
	c := meta.FindStatusCondition(e.Status.Conditions, praxisv1.ConditionAccepted)
	return c != nil && (c.Reason == praxisv1.ReasonAccepted || c.Reason == praxisv1.ReasonRejected)
}
