// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/client-go/util/workqueue"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/evidence"
	"github.com/praxis-dev/praxis/internal/measure"
	"github.com/praxis-dev/praxis/internal/measuring"
)

// MeasureReconciler reads measures from their sources, each at its turn, and has the status of the
// goal written where that says something else. It writes nothing itself.
type MeasureReconciler struct {
	Deps
	Sources *measuring.Sources
	// Real is the clock of the machine, which limits are counted by.
	Real clock.PassiveClock
	// turns are when a provider may be asked of a measure that waits for that.
	turns drawnTurns
}

// How many measures are read at once, and how long one takes at most that does not answer.
const (
	readers        = 8
	longestReading = 90 * time.Second
)

// retryWithin is how soon a measure is tried again that could not be read, however long its
// interval is.
const retryWithin = 5 * time.Minute

// SetupWithManager adds the reconciler to a manager. Its queue is its own and plain: what comes
// back after a while, as every measure does, would else come before what is planned.
func (r *MeasureReconciler) SetupWithManager(mgr ctrl.Manager) error {
	return builder.TypedControllerManagedBy[measureKey](mgr).Named("measure").
		WatchesRawSource(source.TypedKind[client.Object](mgr.GetCache(), &praxisv1.Utility{}, toMeasures)).
		WithOptions(controller.TypedOptions[measureKey]{
			MaxConcurrentReconciles: readers, ReconciliationTimeout: longestReading,
			NewQueue: func(name string, limiter workqueue.TypedRateLimiter[measureKey]) workqueue.TypedRateLimitingInterface[measureKey] {
				return workqueue.NewTypedRateLimitingQueueWithConfig(limiter, workqueue.TypedRateLimitingQueueConfig[measureKey]{Name: name})
			},
		}).Complete(r)
}

// toMeasures enqueues the measures of a goal that is new, gone, or whose measures people changed.
var toMeasures = handler.TypedFuncs[client.Object, measureKey]{
	CreateFunc: func(_ context.Context, e event.CreateEvent, q workqueue.TypedRateLimitingInterface[measureKey]) {
		enqueueMeasures(e.Object, q)
	},
	UpdateFunc: func(_ context.Context, e event.UpdateEvent, q workqueue.TypedRateLimitingInterface[measureKey]) {
		if e.ObjectOld.GetGeneration() != e.ObjectNew.GetGeneration() {
			enqueueMeasures(e.ObjectOld, q) // those that are gone are forgotten
			enqueueMeasures(e.ObjectNew, q)
		}
	},
	DeleteFunc: func(_ context.Context, e event.DeleteEvent, q workqueue.TypedRateLimitingInterface[measureKey]) {
		enqueueMeasures(e.Object, q)
	},
}

func enqueueMeasures(o client.Object, q workqueue.TypedRateLimitingInterface[measureKey]) {
	u := o.(*praxisv1.Utility)
	for i := range u.Spec.Measures {
		if u.Spec.Measures[i].Source != nil {
			q.Add(measureKey{client.ObjectKeyFromObject(u), u.Spec.Measures[i].Name})
		}
	}
}

// Reconcile reads a measure if it is its turn, and comes back at the next one.
func (r *MeasureReconciler) Reconcile(ctx context.Context, key measureKey) (reconcile.Result, error) {
	var u praxisv1.Utility
	if err := r.Get(ctx, key.NamespacedName, &u); err != nil {
		if !apierrors.IsNotFound(err) {
			return reconcile.Result{}, err
		}
		r.forget(key)
		return reconcile.Result{}, nil
	}
	m := evidence.MeasureOf(&u, key.measure)
	if m == nil || m.Source == nil || !u.DeletionTimestamp.IsZero() || hasEnded(&u) || measure.Problem(m) != nil {
		r.forget(key)
		return reconcile.Result{}, nil
	}
	now, before := r.Clock.Now(), r.Readings.last(key)
	last, next := measure.Turns(u.UID, m, within(m, before), now)
	if before == nil || before.Of != measure.Of(m) || before.At.Before(last) {
		if wait := r.turns.wait(key, r.Sources.Turn(m), r.Real.Now()); wait > 0 {
			return reconcile.Result{RequeueAfter: wait}, nil
		}
		at := last
		if measure.Unread(m, &u.Status) {
			at = now // whoever has just written it wants to see it
		}
		value, failure := r.read(ctx, &u, m, at)
		r.Readings.put(key, measure.After(before, m, at, value, failure))
		r.Observed.Read(failure)
		_, next = measure.Turns(u.UID, m, within(m, r.Readings.last(key)), now)
	}
	if measure.Differs(m, &u.Status, r.Readings.last(key), now) {
		r.Readings.tell(ctx, &u)
	}
	return r.at(next), nil
}

// within is how soon a measure is read again after an attempt.
func within(m *praxisv1.Measure, last *measure.Taken) time.Duration {
	if last != nil && last.Failure != nil {
		return min(measure.Interval(m), retryWithin)
	}
	return measure.Interval(m)
}

func (r *MeasureReconciler) read(ctx context.Context, u *praxisv1.Utility, m *praxisv1.Measure, at time.Time) (praxisv1.Decimal, *measure.Failure) {
	samples, failure := r.Sources.Read(ctx, u.Namespace, m, measure.AsOf(at), r.Clock)
	if failure != nil {
		return "", failure
	}
	return measure.Value(m, samples, r.Clock.Now())
}

func (r *MeasureReconciler) forget(key measureKey) {
	r.Readings.forget(key)
	r.turns.forget(key)
}

// hasEnded reports whether nothing is measured of a goal any more.
func hasEnded(u *praxisv1.Utility) bool {
	c := meta.FindStatusCondition(u.Status.Conditions, praxisv1.ConditionReady)
	return c != nil && c.Reason == praxisv1.ReasonEnded && u.Status.ObservedGeneration >= u.Generation
}
