// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/dynamic"
)

// observer sees every change of every Application, which is more than any sampling.
type observer struct {
	mu         sync.Mutex
	now        map[string]sight
	operations map[string]map[string]string // of an application: when it began and of which commit, and how it went
	expected   map[string]bool              // applications that may be out of sync just now
	astray     []string                     // when one was, or was synced, and may not
	seen       int
}

// sight is what an Application says of itself.
type sight struct{ sync, health, revision, phase, differs string }

func (p *play) observe() *observer {
	p.Helper()
	o := &observer{now: map[string]sight{}, operations: map[string]map[string]string{}, expected: map[string]bool{}}
	all, err := dynamic.NewForConfig(p.plane.Config)
	p.must(err)
	applications := all.Resource(applicationKind.GroupVersion().WithResource("applications")).Namespace(argoNamespace)
	events, err := applications.Watch(p.ctx, metav1.ListOptions{})
	p.must(err)
	p.Cleanup(events.Stop)
	go func() {
		for event := range events.ResultChan() {
			if app, ok := event.Object.(*unstructured.Unstructured); ok {
				o.see(app)
			}
		}
	}()
	return o
}

func (o *observer) see(app *unstructured.Unstructured) {
	text := func(fields ...string) string {
		s, _, _ := unstructured.NestedString(app.Object, fields...)
		return s
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	name := app.GetName()
	s := sight{text("status", "sync", "status"), text("status", "health", "status"), text("status", "sync", "revision"), text("status", "operationState", "phase"), outOfSync(app)}
	o.seen++
	o.now[name] = s
	if began := text("status", "operationState", "startedAt"); began != "" {
		if o.operations[name] == nil {
			o.operations[name] = map[string]string{}
		}
		// Two commits can be synced in one second.
		which := began + " of " + text("status", "operationState", "operation", "sync", "revision")
		if o.operations[name][which] == "" && !o.expected[name] {
			o.astray = append(o.astray, name+" was synced at "+which)
		}
		o.operations[name][which] = s.phase
	}
	if s.sync != "Synced" && !o.expected[name] {
		o.astray = append(o.astray, fmt.Sprintf("%s was %s: %s", name, s.sync, s.differs))
	}
}

// outOfSync names the resources of an application that are not as in Git.
func outOfSync(app *unstructured.Unstructured) string {
	resources, _, _ := unstructured.NestedSlice(app.Object, "status", "resources")
	var which []string
	for _, r := range resources {
		if r := r.(map[string]any); r["status"] != "Synced" {
			which = append(which, fmt.Sprint(r["kind"], "/", r["name"]))
		}
	}
	return strings.Join(which, " ")
}

// mayDiffer opens, or closes, the time in which an application may be out of sync.
func (o *observer) mayDiffer(name string, may bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.expected[name] = may
}

func (o *observer) of(name string) sight {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.now[name]
}

func (o *observer) operationsOf(name string) []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	var all []string
	for _, which := range slices.Sorted(maps.Keys(o.operations[name])) {
		all = append(all, which+" "+o.operations[name][which])
	}
	return all
}

// awaitApp waits until an application is as a test wants it.
func (p *play) awaitApp(name, what string, is func(sight) bool) {
	p.Helper()
	err := wait.PollUntilContextTimeout(p.ctx, 50*time.Millisecond, patience, true, func(ctx context.Context) (bool, error) {
		return is(p.seen.of(name)), nil
	})
	if err != nil {
		for of, n := range p.tree(name) {
			if n.Health != nil && n.Health.Status != "Healthy" {
				p.Logf("%s: %s: %s", of, n.Health.Status, n.Health.Message)
			}
		}
		p.Fatalf("%s is not %s but %+v", name, what, p.seen.of(name))
	}
}

func (p *play) await(what string, is func() bool) {
	p.Helper()
	if wait.PollUntilContextTimeout(p.ctx, 200*time.Millisecond, patience, true, func(context.Context) (bool, error) { return is(), nil }) != nil {
		p.seen.mu.Lock()
		defer p.seen.mu.Unlock()
		p.Fatalf("it never came to this: %s; the applications are %+v, and were synced %v", what, p.seen.now, p.seen.operations)
	}
}

func synced(health string) func(sight) bool {
	return func(s sight) bool { return s.sync == "Synced" && s.health == health && s.phase == "Succeeded" }
}

// changed commits, and waits until Argo CD has made the cluster so.
func (p *play) changed(why string, edits ...edit) {
	p.Helper()
	p.seen.mayDiffer("goals", true)
	revision := p.repo.commit(why, edits...)
	p.refresh("goals")
	p.awaitApp("goals", "at the commit "+why, func(s sight) bool { return s.sync == "Synced" && s.revision == revision && s.phase == "Succeeded" })
	p.seen.mayDiffer("goals", false)
	p.commits++
}
