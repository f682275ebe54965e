// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

const foreign = "company.example/cost-centre"

func TestTheCacheKeepsNoLabelsAndAnnotationsOfOthers(t *testing.T) {
	for name, c := range map[string]struct {
		o                   client.Object
		labels, annotations string
	}{
		"Utility":                                {&praxisv1.Utility{}, "[praxis.dev/week]", "[praxis.dev/note]"},
		"KeyAction":                              {&praxisv1.KeyAction{}, "[praxis.dev/week]", "[praxis.dev/note]"},
		"ActionPackage":                          {&praxisv1.ActionPackage{}, "[praxis.dev/week]", "[praxis.dev/note]"},
		"WeeklyCycle":                            {&praxisv1.WeeklyCycle{}, "[praxis.dev/week]", "[praxis.dev/note]"},
		"Action":                                 {&praxisv1.Action{}, "[praxis.dev/week]", "[praxis.dev/note]"},
		"Evidence":                               {&praxisv1.Evidence{}, "[praxis.dev/week]", "[praxis.dev/note]"},
		"Review":                                 {&praxisv1.Review{}, "[praxis.dev/week]", "[praxis.dev/note]"},
		"a Team, whose labels selectors look at": {&praxisv1.Team{}, "[company.example/cost-centre praxis.dev/week]", "[praxis.dev/note]"},
		"what is not of Praxis, such as policies": {&corev1.ConfigMap{}, "[company.example/cost-centre praxis.dev/week]", "[company.example/cost-centre praxis.dev/note]"},
	} {
		t.Run(name, func(t *testing.T) {
			c.o.SetLabels(map[string]string{foreign: "7", "praxis.dev/week": "2026-w48"})
			c.o.SetAnnotations(map[string]string{foreign: "7", "praxis.dev/note": "x"})
			c.o.SetManagedFields([]metav1.ManagedFieldsEntry{{Manager: "somebody"}})
			kept, err := CacheOptions().DefaultTransform(c.o)
			if err != nil {
				t.Fatal(err)
			}
			o := kept.(client.Object)
			if got := namesIn(o.GetLabels()); got != c.labels {
				t.Errorf("it keeps the labels %s, want %s", got, c.labels)
			}
			if got := namesIn(o.GetAnnotations()); got != c.annotations {
				t.Errorf("it keeps the annotations %s, want %s", got, c.annotations)
			}
			if len(o.GetManagedFields()) > 0 {
				t.Error("it keeps who wrote which field")
			}
		})
	}
	gone := toolscache.DeletedFinalStateUnknown{Key: "shop/gone"}
	if kept, err := CacheOptions().DefaultTransform(gone); err != nil || kept != gone {
		t.Errorf("of an object that is gone it keeps %v: %v", kept, err)
	}
}

func namesIn(all map[string]string) string {
	var kept []string
	for _, name := range []string{foreign, "praxis.dev/week", "praxis.dev/note"} {
		if _, there := all[name]; there {
			kept = append(kept, name)
		}
	}
	return fmt.Sprint(kept)
}

// What the cache does not keep must not get lost where the operator changes an object.
func TestLabelsAndAnnotationsOfOthersOutliveEveryWriteOfTheOperator(t *testing.T) {
	w := inARunningWeek(t)
	mark := func(o client.Object) {
		patch := client.MergeFrom(o.DeepCopyObject().(client.Object))
		labels := o.GetLabels()
		if labels == nil {
			labels = map[string]string{}
		}
		for name := range labels { // of ours none is left as it was
			if isOurs(name) {
				delete(labels, name)
			}
		}
		labels[foreign] = "7"
		o.SetLabels(labels)
		o.SetAnnotations(map[string]string{foreign: "7"})
		w.must(w.live.Patch(w.Context(), o, patch))
		w.seenAt(o)
	}
	marked := map[string]int64{}
	for _, o := range w.held() {
		mark(o)
		marked[kindOf(o)+" "+o.GetName()] = o.GetGeneration()
	}
	w.settle()
	edit(w, "move-workloads", func(ka *praxisv1.KeyAction) { ka.Spec.Object = "another workload" })
	w.settle()
	w.sign(midweek, decide(prepare, praxisv1.DecideDrop))
	w.settle()
	var relabelled, respecced int
	for _, o := range w.held() {
		generation, known := marked[kindOf(o)+" "+o.GetName()]
		if !known {
			continue
		}
		if o.GetLabels()[foreign] != "7" || o.GetAnnotations()[foreign] != "7" {
			t.Errorf("%s %s has labels %v and annotations %v", kindOf(o), o.GetName(), o.GetLabels(), o.GetAnnotations())
		}
		if len(o.GetLabels()) > 1 {
			relabelled++
		}
		if o.GetGeneration() > generation {
			respecced++
		}
	}
	if relabelled < 20 || respecced < 3+3 { // three children and their parent, an Action, a Review
		t.Errorf("the operator wrote labels of %d objects and %d specs", relabelled, respecced)
	}
}

// BenchmarkTheCacheOfMarkedEvidence prints what a piece takes whose author fills the 8 KiB that
// labels and annotations may have, as it is sent and as it is kept.
func BenchmarkTheCacheOfMarkedEvidence(b *testing.B) {
	const pieces = 20_000
	for name, transform := range map[string]toolscache.TransformFunc{
		"as sent": func(o any) (any, error) { return o, nil }, "as kept": CacheOptions().DefaultTransform,
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				before := heap()
				held := make([]any, pieces)
				for i := range held {
					e := &praxisv1.Evidence{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: fmt.Sprint("piece-", i)}}
					e.Annotations = map[string]string{foreign: strings.Repeat(fmt.Sprint(i%10), 8000)}
					held[i], _ = transform(e)
				}
				b.ReportMetric(float64(heap()-before)/pieces/1024, "KiB/piece")
				runtime.KeepAlive(held)
			}
		})
	}
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
