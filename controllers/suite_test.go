// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apimachinery/pkg/util/yaml"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/chain"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/test/controlplane"
)

// Tests call Reconcile directly against a real API server, with the operator's cache but
// without its manager, so that the tests decide when each object is reconciled.

var (
	scheme = runtime.NewScheme()
	plane  *controlplane.ControlPlane
)

func TestMain(m *testing.M) {
	ctrl.SetLogger(zap.New(zap.WriteTo(io.Discard)))
	for _, add := range []func(*runtime.Scheme) error{clientgoscheme.AddToScheme, praxisv1.AddToScheme} {
		if err := add(scheme); err != nil {
			log.Fatal(err)
		}
	}
	var err error
	plane, err = controlplane.Start(context.Background(), controlplane.Options{
		CRDDirs: []string{filepath.Join("..", "config", "crd", "bases")}, Out: os.Stderr,
	})
	if err != nil {
		log.Fatal(err)
	}
	config := filepath.Join("..", "config")
	if err := plane.Install(context.Background(), filepath.Join(config, "admission"), filepath.Join(config, "admission", "stamping"), filepath.Join(config, "rbac")); err != nil {
		log.Fatal(err)
	}
	if err := awaitPolicies(context.Background()); err != nil {
		log.Fatal(err)
	}
	code := m.Run()
	if err := plane.Stop(); err != nil {
		log.Fatal(err)
	}
	os.Exit(code)
}

// testClock shows the time that a test sets. How long to wait is returned in simulated time,
// which tests ignore.
type testClock struct{ now time.Time }

func (c *testClock) Now() time.Time                 { return c.now }
func (c *testClock) At(time.Time) time.Time         { return c.now } // an object was always created just now
func (c *testClock) Wait(t time.Time) time.Duration { return max(t.Sub(c.now), time.Millisecond) }

// gate counts writes, and can simulate that the operator stops at one of them.
type gate struct {
	next http.RoundTripper

	mu     sync.Mutex
	writes []string // method and path
	// stopAt is the number of the write from which on no write happens; 0 is never.
	stopAt int
	// answerLost lets the write at stopAt happen, and loses its answer.
	answerLost bool
	// before sees each write before it is made.
	before func(*http.Request)
	// refused tells which writes fail.
	refused func(*http.Request) bool
}

// refuse lets writes fail as long as a function says so.
func (g *gate) refuse(refused func(*http.Request) bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.refused = refused
}

// hold lets a function see, and hold up, each write before it is made.
func (g *gate) hold(before func(*http.Request)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.before = before
}

var errStopped = errors.New("the operator was stopped here")

func (g *gate) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodGet {
		return g.next.RoundTrip(r)
	}
	g.mu.Lock()
	g.writes = append(g.writes, r.Method+" "+r.URL.Path)
	n, before := len(g.writes), g.before
	g.mu.Unlock()
	if before != nil {
		before(r)
	}
	if g.stopAt == 0 || n < g.stopAt {
		return g.next.RoundTrip(r)
	}
	if g.answerLost && n == g.stopAt {
		if response, err := g.next.RoundTrip(r); err == nil {
			response.Body.Close()
		}
	}
	return nil, errStopped
}

func (g *gate) count() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.writes)
}

// world is a separate namespace and an operator that reconciles it when a test asks for it.
type world struct {
	*testing.T
	client.Client // the operator's own, which tests also write with
	ns            string
	also          []string      // more namespaces that the operator sees
	live          client.Client // reads past the cache
	clock         *testClock
	gate          *gate
	recorded      chan string
	historyWeeks  int
	pieces        int // of evidence that accept made
	deps          Deps
	reconcilers   []kind
}

type kind struct {
	list client.ObjectList
	reconcile.Reconciler
}

// newWorld returns a world whose clock starts at an instant.
func newWorld(t *testing.T, now string) *world {
	t.Helper()
	live, err := client.New(plane.Config, client.Options{Scheme: scheme})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, live: live, clock: &testClock{at(t, now)}, recorded: make(chan string, 100_000), historyWeeks: 12}
	w.ns = w.newNamespace()
	w.restart()
	return w
}

func (w *world) newNamespace() string {
	w.Helper()
	namespace := &unstructured.Unstructured{}
	namespace.SetAPIVersion("v1")
	namespace.SetKind("Namespace")
	namespace.SetGenerateName("test-")
	w.must(w.live.Create(w.Context(), namespace))
	return namespace.GetName()
}

// namespaces are those that the operator sees.
func (w *world) namespaces() []string { return append([]string{w.ns}, w.also...) }

// visible is what the operator's cache holds.
func (w *world) visible() map[string]cache.Config {
	visible := map[string]cache.Config{}
	for _, ns := range w.namespaces() {
		visible[ns] = cache.Config{}
	}
	return visible
}

// cacheOptions are the operator's, for the namespaces of the world.
func (w *world) cacheOptions() cache.Options {
	options := CacheOptions()
	options.Scheme, options.DefaultNamespaces = scheme, w.visible()
	return options
}

// restart replaces the operator by one with an empty memory.
func (w *world) restart() {
	w.Helper()
	w.gate = &gate{}
	config := rest.CopyConfig(plane.Config)
	config.Wrap(func(next http.RoundTripper) http.RoundTripper {
		w.gate.next = next
		return w.gate
	})
	c, err := cache.New(config, w.cacheOptions())
	w.must(err)
	w.must(addIndexes(w.Context(), c))
	ctx, stop := context.WithCancel(w.Context())
	w.Cleanup(stop)
	go func() { _ = c.Start(ctx) }() // ends with the test
	for _, o := range []client.Object{&praxisv1.Utility{}, &praxisv1.Team{}, &praxisv1.ActionPackage{}, &praxisv1.KeyAction{}, &praxisv1.WeeklyCycle{}, &praxisv1.Action{}, &praxisv1.Evidence{}, &praxisv1.EvidenceSource{}, &praxisv1.Review{}, &praxisv1.IncentivePolicy{}, &praxisv1.IncentiveStatement{}} {
		_, err := c.GetInformer(ctx, o)
		w.must(err)
	}
	if !c.WaitForCacheSync(ctx) {
		w.Fatal("the cache does not fill")
	}
	w.Client, err = client.New(config, client.Options{
		Scheme: scheme, Cache: &client.CacheOptions{Reader: c, EnableReadYourWritesConsistency: new(true)},
	})
	w.must(err)
	w.deps = Deps{Client: w.Client, Live: w.live, Counting: NewCounting(), Options: Options{Clock: w.clock, HistoryWeeks: w.historyWeeks}, Events: &events.FakeRecorder{Events: w.recorded}, User: "admin", Plans: NewPlans(), Programmes: plan.NewMemo(4)}
	w.reconcilers = reconcilersOf(w.deps)
}

// reconcilersOf returns the reconcilers of all kinds, those that create objects first and those
// that report on them last.
func reconcilersOf(deps Deps) []kind {
	return []kind{
		{&praxisv1.UtilityList{}, reconciler(deps, &UtilityReconciler{deps})},
		{&praxisv1.KeyActionList{}, reconciler(deps, &KeyActionReconciler{deps})},
		{&praxisv1.TeamList{}, reconciler(deps, &TeamReconciler{deps})},
		{&praxisv1.WeeklyCycleList{}, reconciler(deps, &WeeklyCycleReconciler{deps})},
		{&praxisv1.EvidenceList{}, reconciler(deps, &EvidenceReconciler{deps})},
		{&praxisv1.ActionList{}, reconciler(deps, &ActionReconciler{deps})},
		{&praxisv1.ReviewList{}, reconciler(deps, &ReviewReconciler{deps})},
		{&praxisv1.IncentivePolicyList{}, reconciler(deps, &IncentivePolicyReconciler{deps})},
	}
}

// round lets every reconciler reconcile every object once.
func (w *world) round() error {
	var errs []error
	for _, k := range w.reconcilers {
		for _, ns := range w.namespaces() {
			w.must(w.List(w.Context(), k.list, client.InNamespace(ns)))
			w.must(eachItem(k.list, func(o client.Object) {
				_, err := k.Reconcile(w.Context(), reconcile.Request{NamespacedName: client.ObjectKeyFromObject(o)})
				errs = append(errs, err)
			}))
		}
	}
	return errors.Join(errs...)
}

// settle runs rounds until one writes nothing, and returns the number of writes.
func (w *world) settle() int {
	w.Helper()
	began := w.gate.count()
	for range 20 {
		before := w.gate.count()
		w.must(w.round())
		if w.gate.count() == before {
			return before - began
		}
	}
	w.Fatalf("it does not come to rest; last written: %v", w.gate.writes[max(0, len(w.gate.writes)-5):])
	return 0
}

// settleAt sets the clock and settles.
func (w *world) settleAt(now string) int {
	w.Helper()
	w.clock.now = at(w.T, now)
	return w.settle()
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// apply creates the objects of a file, and returns the first refusal.
func (w *world) apply(path string) error {
	text, err := os.ReadFile(path)
	w.must(err)
	return w.create(text)
}

func (w *world) create(text []byte) error { return w.createIn(w.ns, text) }

func (w *world) createIn(ns string, text []byte) error {
	objects, err := decode(text)
	w.must(err)
	for _, o := range objects {
		o.SetNamespace(ns)
		if err := w.live.Create(w.Context(), o); err != nil {
			return err
		}
	}
	// The operator's cache sees this some time later, and reads of the operator's own client
	// wait only for what that client wrote.
	for _, o := range objects {
		w.await(o)
	}
	return nil
}

// await waits until the cache has an object.
func (w *world) await(o *unstructured.Unstructured) {
	typed, err := scheme.New(o.GroupVersionKind())
	w.must(err)
	w.must(eventually(w.Context(), func(ctx context.Context) (bool, error) {
		err := w.Get(ctx, client.ObjectKeyFromObject(o), typed.(client.Object))
		return err == nil, client.IgnoreNotFound(err)
	}))
}

// eventually polls until a condition holds, for what another process has to see first.
func eventually(ctx context.Context, so wait.ConditionWithContextFunc) error {
	return wait.PollUntilContextTimeout(ctx, 2*time.Millisecond, 30*time.Second, true, so)
}

func decode(text []byte) ([]*unstructured.Unstructured, error) {
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096)
	var objects []*unstructured.Unstructured
	for {
		o := &unstructured.Unstructured{}
		switch err := decoder.Decode(o); {
		case errors.Is(err, io.EOF):
			return objects, nil
		case err != nil:
			return nil, fmt.Errorf("decoding: %w", err)
		case len(o.Object) > 0:
			objects = append(objects, o)
		}
	}
}

func eachItem(list client.ObjectList, do func(client.Object)) error {
	objects, err := extract(list)
	for _, o := range objects {
		do(o)
	}
	return err
}

func at(t *testing.T, instant string) time.Time {
	t.Helper()
	parsed, err := time.Parse(time.RFC3339, instant)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// export is what the chains of the namespace are verified from.
func (w *world) export() chain.Export {
	w.Helper()
	export, err := controlplane.Export(w.Context(), w.live, w.ns)
	w.must(err)
	return export
}

// get reads an object past the cache.
func get[T any, O interface {
	*T
	client.Object
}](w *world, name string) O {
	w.Helper()
	o := O(new(T))
	w.must(w.live.Get(w.Context(), client.ObjectKey{Namespace: w.ns, Name: name}, o))
	return o
}

// reason returns the status and the reason of a condition, such as "True Signed".
func reason(conditions []metav1.Condition, kind string) string {
	for _, c := range conditions {
		if c.Type == kind {
			return string(c.Status) + " " + c.Reason
		}
	}
	return ""
}
