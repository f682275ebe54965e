// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/apiutil"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/metrics"
)

// livedIn returns a world with something in every status: a closed week and a running one,
// signed and open Reviews, evidence in all states, and Actions that were carried over.
func livedIn(t *testing.T) *world {
	w := planned(t)
	w.must(w.apply(sample("enterprise")))
	pays(w)
	w.settle()
	w.accept(prepare, 1)
	w.submit("waits", prepare)
	w.must(w.judge(mira, w.submit("refused", prepare).Name, praxisv1.DecisionRejected))
	w.submit("nowhere", "no-such-action", by(priya))
	w.settleAt("2026-11-25T13:00:00Z")
	w.sign("safe-deploys-calibration-2026-w48")
	w.sign(midweek, decide(prepare, praxisv1.DecideDrop))
	w.settleAt("2026-11-27T14:00:00Z")
	w.settleAt("2026-12-02T09:00:00Z")
	w.settleAt("2026-12-03T15:00:00Z")
	return w
}

// held returns copies of all objects of a world.
func (w *world) held() []client.Object {
	w.Helper()
	var all []client.Object
	for _, k := range append(w.reconcilers, kind{list: &praxisv1.ActionPackageList{}}, kind{list: &praxisv1.IncentiveStatementList{}}) {
		w.must(w.live.List(w.Context(), k.list, client.InNamespace(w.ns)))
		w.must(eachItem(k.list, func(o client.Object) { all = append(all, o.DeepCopyObject().(client.Object)) }))
	}
	return all
}

// scribble is a way to spoil one field of an object.
type scribble struct {
	path  string
	spoil func(client.Object)
}

// scribbles returns the ways to spoil every field below a part of an object, each in every way
// that its type allows: missing, empty and wrong.
func scribbles(o client.Object, part string) []scribble {
	var found []scribble
	walkFields(reflect.ValueOf(o).Elem().FieldByName(part), part, nil, func(path string, steps []step, value reflect.Value) {
		found = append(found, scribble{fmt.Sprintf("%s=%.40v", path, value), func(o client.Object) {
			follow(reflect.ValueOf(o).Elem().FieldByName(part), steps).Set(value)
		}})
	})
	return found
}

// step goes to a field of a struct, an item of a list, or what a pointer points to.
type step int

func follow(v reflect.Value, steps []step) reflect.Value {
	for _, s := range steps {
		if v.Kind() == reflect.Pointer {
			v = v.Elem()
		}
		if v.Kind() == reflect.Struct {
			v = v.Field(int(s))
		} else {
			v = v.Index(int(s))
		}
	}
	return v
}

var timeType = reflect.TypeFor[metav1.Time]()

func walkFields(v reflect.Value, path string, steps []step, visit func(string, []step, reflect.Value)) {
	for _, wrong := range wrongValues(v.Type()) {
		visit(path, steps, wrong)
	}
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return
		}
		v = v.Elem()
	}
	switch {
	case v.Type() == timeType:
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			walkFields(v.Field(i), path+"."+v.Type().Field(i).Name, append(steps[:len(steps):len(steps)], step(i)), visit)
		}
	case v.Kind() == reflect.Slice && v.Len() > 0:
		visit(path, steps, reflect.AppendSlice(v, v)) // everything twice
		items := 1
		if v.Type().Elem() == reflect.TypeFor[metav1.Condition]() {
			items = v.Len() // every item is different
		}
		for i := range items {
			walkFields(v.Index(i), fmt.Sprintf("%s[%d]", path, i), append(steps[:len(steps):len(steps)], step(i)), visit)
		}
	}
}

// wrongValues returns the least expected values of a type.
func wrongValues(t reflect.Type) []reflect.Value {
	values := []reflect.Value{reflect.Zero(t)}
	add := func(v any) { values = append(values, reflect.ValueOf(v).Convert(t)) }
	switch {
	case t == timeType:
		add(metav1.NewTime(time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)))
		add(metav1.NewTime(time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)))
	case t.Kind() == reflect.String:
		for _, wrong := range []string{"True", "☠ x", "2026-W99", strings.Repeat("9", 500)} {
			add(wrong)
		}
	case t.Kind() == reflect.Int32:
		add(int32(math.MinInt32))
		add(int32(math.MaxInt32))
	case t.Kind() == reflect.Int64:
		add(int64(math.MinInt64))
		add(int64(math.MaxInt64))
	case t.Kind() == reflect.Bool:
		add(true)
	case t.Kind() == reflect.Slice:
		values = append(values, reflect.MakeSlice(t, 0, 0), reflect.MakeSlice(t, 1, 1), reflect.MakeSlice(t, 300, 300))
	case t.Kind() == reflect.Pointer:
		values = append(values, reflect.New(t.Elem()))
	}
	return values
}

// lookAt runs every reconciler once on every object of a world that exists only in memory, and
// returns what was reported about objects that cannot be read.
func lookAt(ctx context.Context, now time.Time, objects []client.Object) error {
	there := &memory{objects: map[schema.GroupVersionKind][]client.Object{}, indexes: map[string]client.IndexerFunc{}}
	if err := addIndexes(ctx, there); err != nil {
		return err
	}
	for _, o := range objects {
		gvk, err := apiutil.GVKForObject(o, scheme)
		if err != nil {
			return err
		}
		there.objects[gvk] = append(there.objects[gvk], o)
	}
	deps := Deps{Client: there, Live: there, Counting: NewCounting(), Options: Options{Clock: &testClock{now}, HistoryWeeks: 1}, Events: &events.FakeRecorder{}, User: "admin"}
	var errs []error
	for _, k := range reconcilersOf(deps) {
		if err := there.List(ctx, k.list); err != nil {
			return err
		}
		if err := eachItem(k.list, func(o client.Object) {
			_, err := k.Reconcile(ctx, reconcile.Request{NamespacedName: client.ObjectKeyFromObject(o)})
			if err != nil && strings.Contains(err.Error(), "cannot be read") {
				errs = append(errs, err)
			}
		}); err != nil {
			return err
		}
	}
	return errors.Join(errs...)
}

func TestNoObjectMakesAReconcilerPanic(t *testing.T) {
	if n := livedIn(t).spoiled(func(client.Object) bool { return true }); n < 500 {
		t.Errorf("only %d fields were spoiled", n)
	}
}

// An Action that somebody wrote by hand may carry on itself.
func TestAPieceOfActionsThatLeadInACircleComesToAnEnd(t *testing.T) {
	w := planned(t)
	w.submit("piece", prepare)
	w.settle()
	cycle, a, e := get[praxisv1.WeeklyCycle](w, w48), get[praxisv1.Action](w, prepare), get[praxisv1.Evidence](w, "piece")
	meta.SetStatusCondition(&cycle.Status.Conditions, metav1.Condition{Type: praxisv1.ConditionClosed, Status: metav1.ConditionTrue, Reason: praxisv1.ReasonClosed, LastTransitionTime: metav1.NewTime(w.clock.now.Add(time.Hour))})
	a.Spec.CarriedFrom = a.Name
	if err := lookAt(t.Context(), w.clock.now, []client.Object{cycle, a, e}); err != nil {
		t.Error(err)
	}
}

// Whoever overwrites what is paid stops nobody else's statement.
func TestNoStatementMakesAReconcilerPanic(t *testing.T) {
	w := paying(t)
	w.awarded(get[praxisv1.IncentivePolicy](w, "safe-deploys-eur"), "2026-Q3", "jonas@example.com", "8.00")
	w.accrued()
	w.ended()
	if n := w.spoiled(func(o client.Object) bool { return strings.HasPrefix(kindOf(o), "Incentive") }); n < 100 {
		t.Errorf("only %d fields were spoiled", n)
	}
}

// spoiled spoils every field of the status of some objects of a world, one at a time, and lets every
// reconciler look at everything.
func (w *world) spoiled(which func(client.Object) bool) int {
	t := w.T
	all := w.held()
	if err := lookAt(t.Context(), w.clock.now, copies(all)); err != nil {
		t.Fatalf("before anything is spoiled: %v", err)
	}
	type work struct {
		i int
		scribble
	}
	queue := make(chan work)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for next := range queue {
				spoiled := copies(all)
				next.spoil(spoiled[next.i])
				if err := lookAt(t.Context(), w.clock.now, spoiled); err != nil {
					t.Errorf("%T %s with %s: %v", all[next.i], all[next.i].GetName(), next.path, err)
				}
			}
		})
	}
	spoiled, seen := 0, map[string]bool{}
	for i, o := range all {
		if _, ok := o.(praxisv1.Conditioned); !ok || !which(o) {
			continue
		}
		for _, s := range scribbles(o, "Status") {
			// Of several objects of one kind and state, spoiling one is enough.
			if key := fmt.Sprintf("%T %s %s", o, conditionsBefore(o), s.path); !seen[key] {
				seen[key], spoiled = true, spoiled+1
				queue <- work{i, s}
			}
		}
	}
	close(queue)
	workers.Wait()
	t.Logf("%d scribbles", spoiled)
	return spoiled
}

// conditionsBefore returns what distinguishes objects of one kind for a reconciler.
func conditionsBefore(o client.Object) string {
	var state []string
	for _, c := range o.(praxisv1.Conditioned).GetConditioned().Conditions {
		state = append(state, c.Type+string(c.Status)+c.Reason)
	}
	return strings.Join(state, " ")
}

func copies(objects []client.Object) []client.Object {
	out := make([]client.Object, len(objects))
	for i := range objects {
		out[i] = objects[i].DeepCopyObject().(client.Object)
	}
	return out
}

// tripping is a reconciler that panics on one Team.
type tripping struct {
	*TeamReconciler
	over string
}

func (r tripping) Reconcile(ctx context.Context, team *praxisv1.Team) (ctrl.Result, error) {
	if team.Name == r.over {
		panic("a figure that nobody thought of")
	}
	return r.TeamReconciler.Reconcile(ctx, team)
}

func TestAPanicIsCountedAndSaidOnItsObjectAndItsNeighboursGoOn(t *testing.T) {
	w := newWorld(t, "2026-11-23T15:05:00Z")
	for _, name := range []string{"odd", "sound"} {
		team := &praxisv1.Team{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: w.ns}, Spec: praxisv1.TeamSpec{Members: []praxisv1.Member{{Name: "ana", User: "ana@example.com", Capacity: "8h"}}}}
		w.must(w.Create(t.Context(), team))
	}
	registry := prometheus.NewRegistry()
	observed, err := metrics.NewObserved(registry)
	w.must(err)
	deps := w.deps
	deps.Observed = observed
	r := reconciler(deps, tripping{&TeamReconciler{deps}, "odd"})
	for _, name := range []string{"odd", "sound"} {
		_, err := r.Reconcile(t.Context(), reconcile.Request{NamespacedName: client.ObjectKey{Namespace: w.ns, Name: name}})
		if (name == "odd") != errors.Is(err, reconcile.TerminalError(nil)) {
			t.Errorf("%s ends with %v", name, err)
		}
	}
	if got := reason(get[praxisv1.Team](w, "odd").Status.Conditions, praxisv1.ConditionReady); got != "False Unreadable" {
		t.Errorf("the object says %s", got)
	}
	if got := reason(get[praxisv1.Team](w, "sound").Status.Conditions, praxisv1.ConditionReady); got != "True Reconciled" {
		t.Errorf("its neighbour says %s", got)
	}
	want := "# HELP praxis_unreadable_total How often an object of a kind could not be read and the reconciler panicked; the object has Ready=False, Unreadable.\n" +
		"# TYPE praxis_unreadable_total counter\n"
	for _, kind := range []string{"Action", "Evidence", "EvidenceSource", "IncentivePolicy", "KeyAction", "Review", "Team", "Utility", "WeeklyCycle"} {
		n := 0
		if kind == "Team" {
			n = 1
		}
		want += fmt.Sprintf("praxis_unreadable_total{kind=%q} %d\n", kind, n)
	}
	if err := testutil.GatherAndCompare(registry, strings.NewReader(want), "praxis_unreadable_total"); err != nil {
		t.Error(err)
	}
	w.settle() // by reconcilers that do not panic
	if got := reason(get[praxisv1.Team](w, "odd").Status.Conditions, praxisv1.ConditionReady); got != "True Reconciled" {
		t.Errorf("once it can be read it says %s", got)
	}
}

func TestAWeekWhosePlanIsGoneGetsItBackFromItsActions(t *testing.T) {
	w := planned(t)
	w.accept(prepare, 1)
	w.settle()
	before := get[praxisv1.WeeklyCycle](w, w48).Status.Plan
	actions := names(w.actions())
	gone := get[praxisv1.WeeklyCycle](w, w48)
	gone.Status.Plan = nil
	w.must(w.live.Status().Update(t.Context(), gone))
	w.restart() // an operator that has not seen it before
	w.settle()
	after := get[praxisv1.WeeklyCycle](w, w48).Status.Plan
	if after == nil || !reflect.DeepEqual(after, before) {
		t.Errorf("the plan is\n%+v\nand was\n%+v", after, before)
	}
	if got := names(w.actions()); got != actions {
		t.Errorf("the Actions are\n%s\nand were\n%s", got, actions)
	}
}
