// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/events"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/config"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"
)

// Other tests let every reconciler look at every object, so that no watch, predicate, index
// or queue can fail there. These let the operator run by itself.

// stoppedClock shows one instant, and what waits for another one waits for good.
type stoppedClock struct{ now time.Time }

func (c stoppedClock) Now() time.Time         { return c.now }
func (c stoppedClock) At(time.Time) time.Time { return c.now }
func (c stoppedClock) Wait(t time.Time) time.Duration {
	if t.After(c.now) {
		return 24 * time.Hour
	}
	return time.Millisecond
}

const (
	// ample is how long a test waits for what has to happen. Self-healing is promised within five
	// seconds; what that takes on a machine that is busy with other things says nothing of it. The
	// clock of these tests stands still, so that nothing is put right by waiting: what is, is by
	// an event and the passes that follow from it. With the clock of a real operator the promise
	// is tested in test/misuse.
	ample = time.Minute
	// patience is how long a test waits for what must not happen.
	patience = 5 * time.Second
)

// run lets the operator of a world run by itself from now on, without the watches that are
// left out.
func (w *world) run(leaveOut func(string) bool) {
	w.Helper()
	w.runBy(stoppedClock{w.clock.now}, leaveOut)
}

func (w *world) runBy(now Clock, leaveOut func(string) bool) {
	w.Helper()
	w.gate = &gate{}
	restConfig := rest.CopyConfig(plane.Config)
	restConfig.QPS = -1
	restConfig.Wrap(func(next http.RoundTripper) http.RoundTripper { return &gated{next: next, gate: w.gate} })
	mgr, err := ctrl.NewManager(restConfig, ctrl.Options{
		Scheme: scheme, Metrics: metricsserver.Options{BindAddress: "0"}, HealthProbeBindAddress: "0",
		Cache:      w.cacheOptions(),
		Client:     client.Options{FieldOwner: "praxis", Cache: &client.CacheOptions{EnableReadYourWritesConsistency: new(true)}},
		Controller: config.Controller{SkipNameValidation: new(true), MaxConcurrentReconciles: Workers},
	})
	w.must(err)
	w.deps = Deps{
		Client: mgr.GetClient(), Live: mgr.GetAPIReader(), Counting: NewCounting(), Options: Options{Clock: now, HistoryWeeks: w.historyWeeks}, Events: &events.FakeRecorder{Events: w.recorded}, User: "admin",
		Bursts: newBursts(clock.RealClock{}), Queues: &Queues{}, Own: NewOwn(), Plans: NewPlans(), BigPlans: NewBigPlans(), leaveOut: leaveOut,
	}
	w.must(addControllers(mgr, w.deps))
	w.Client = mgr.GetClient()
	ctx, stop := context.WithCancel(w.Context())
	done := make(chan struct{})
	go func() { _ = mgr.Start(ctx); close(done) }() // ends with the test
	w.Cleanup(func() { stop(); <-done })
	if !mgr.GetCache().WaitForCacheSync(ctx) {
		w.Fatal("the cache does not fill")
	}
	w.rest()
}

// gated counts through a gate that several clients share.
type gated struct {
	next http.RoundTripper
	gate *gate
}

func (g *gated) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method != http.MethodGet {
		g.gate.mu.Lock()
		g.gate.writes = append(g.gate.writes, r.Method+" "+r.URL.Path)
		before, refused := g.gate.before, g.gate.refused
		g.gate.mu.Unlock()
		if before != nil {
			before(r)
		}
		if refused != nil && refused(r) {
			return nil, errStopped
		}
	}
	return g.next.RoundTrip(r)
}

// rest waits until the operator has nothing to do and has written nothing for a while.
func (w *world) rest() {
	w.Helper()
	var last int
	var since time.Time
	err := wait.PollUntilContextTimeout(w.Context(), 25*time.Millisecond, time.Minute, true, func(context.Context) (bool, error) {
		if n := w.gate.count(); n != last || w.deps.Queues.busy() || since.IsZero() {
			last, since = n, time.Now()
		}
		return time.Since(since) > 250*time.Millisecond, nil
	})
	if err != nil {
		w.Fatal("it does not come to rest")
	}
}

// busy reports whether a queue holds anything.
func (q *Queues) busy() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, order := range q.of {
		if order.Len() > 0 {
			return true
		}
	}
	return false
}

// within waits until something is so.
func (w *world) within(limit time.Duration, what string, so func() bool) error {
	err := wait.PollUntilContextTimeout(w.Context(), 20*time.Millisecond, limit, true, func(context.Context) (bool, error) { return so(), nil })
	if err != nil {
		return fmt.Errorf("not within %s: %s", limit, what)
	}
	return nil
}

// watchNames are all watches of the operator.
func watchNames(t *testing.T) []string {
	t.Helper()
	var names []string
	w := newWorld(t, "2026-11-23T15:05:00Z")
	w.run(func(watch string) bool { names = append(names, watch); return false })
	return names
}
