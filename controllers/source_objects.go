// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	authorizationv1 "k8s.io/api/authorization/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/source"
)

// ObjectSources watches the objects of EvidenceSources, each kind in one namespace, where the owner
// of the namespace lets the operator. A watch ends when the right is taken, and begins anew when it
// is given. Only the leader watches.
type ObjectSources struct {
	*Sources
	objects dynamic.Interface
	mapper  meta.RESTMapper
	ticks   clock.WithTicker
	// lost are sources whose watch ended by itself.
	lost chan lostEvent

	mu     sync.Mutex
	ctx    context.Context // while this replica leads; nil before
	follow map[client.ObjectKey]*following
}

// NewObjectSources follows nothing yet.
func NewObjectSources(sources *Sources, objects dynamic.Interface, mapper meta.RESTMapper) *ObjectSources {
	return &ObjectSources{
		Sources: sources, objects: objects, mapper: mapper, ticks: clock.RealClock{},
		lost: make(chan lostEvent, 64), follow: map[client.ObjectKey]*following{},
	}
}

// Start implements manager.Runnable. The watches end with it.
func (o *ObjectSources) Start(ctx context.Context) error {
	o.mu.Lock()
	o.ctx = ctx
	o.mu.Unlock()
	ticker := o.ticks.NewTicker(lookAgain)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C():
			o.sweep(ctx)
		case <-ctx.Done():
			o.forgetAll()
			return nil
		}
	}
}

func (o *ObjectSources) forgetAll() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for key, f := range o.follow {
		f.stop()
		delete(o.follow, key)
	}
}

// sweep ends the watches of sources that are gone.
func (o *ObjectSources) sweep(ctx context.Context) {
	o.mu.Lock()
	keys := make([]client.ObjectKey, 0, len(o.follow))
	for key := range o.follow {
		keys = append(keys, key)
	}
	o.mu.Unlock()
	for _, key := range keys {
		if s, err := o.Find(ctx, key.Namespace, key.Name); err == nil && (s == nil || s.Spec.Object == nil) {
			o.forget(key)
		}
	}
}

// Follow has the objects of a source watched as its spec says, or says why they are not.
func (o *ObjectSources) Follow(ctx context.Context, s *praxisv1.EvidenceSource) (string, error) {
	key := client.ObjectKeyFromObject(s)
	rules, err := source.Compile(&s.Spec)
	if err != nil || s.Spec.Suspend {
		o.forget(key)
		return "", nil // the status says it
	}
	resource, because := o.resource(s.Spec.Object)
	if because == "" {
		because, err = o.mayWatch(ctx, s.Namespace, resource)
	}
	if because != "" || err != nil {
		o.forget(key)
		return because, err
	}
	if because, settled := o.followed(key, s); settled {
		return because, nil
	}
	if because, err = o.fits(ctx, s, resource); because != "" || err != nil {
		return because, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.ctx == nil {
		return "The operator is about to begin", nil
	}
	o.follow[key] = o.begin(o.ctx, s.DeepCopy(), rules, resource)
	return "", nil
}

// followed reports whether nothing has to begin: a source is watched as its spec says, or its watch
// ended by itself a moment ago, for a reason. What was watched by another spec ends.
func (o *ObjectSources) followed(key client.ObjectKey, s *praxisv1.EvidenceSource) (string, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	known := o.follow[key]
	if known == nil {
		return "", false
	}
	if known.of.UID == s.UID && known.of.Generation == s.Generation {
		if !known.ended() {
			return "", true
		}
		if because := known.rests(o.Real()); because != "" {
			return because, true
		}
	}
	known.stop()
	delete(o.follow, key)
	return "", false
}

func (o *ObjectSources) forget(key client.ObjectKey) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if known := o.follow[key]; known != nil {
		known.stop()
		delete(o.follow, key)
	}
}

// resource is that of a kind, or why there is none.
func (o *ObjectSources) resource(of *praxisv1.ObjectSource) (schema.GroupVersionResource, string) {
	gv, err := schema.ParseGroupVersion(of.APIVersion)
	if err != nil {
		return schema.GroupVersionResource{}, fmt.Sprintf("%q is no group and version; write one like batch/v1", of.APIVersion)
	}
	mapping, err := o.mapper.RESTMapping(gv.WithKind(of.Kind).GroupKind(), gv.Version)
	switch {
	case err != nil:
		return schema.GroupVersionResource{}, fmt.Sprintf("The cluster has no %s of %s; install what defines it, or correct spec.object", of.Kind, of.APIVersion)
	case mapping.Scope.Name() != meta.RESTScopeNameNamespace:
		return schema.GroupVersionResource{}, fmt.Sprintf("%s of %s are of the whole cluster; a source watches objects of its own namespace", of.Kind, of.APIVersion)
	}
	return mapping.Resource, ""
}

// mayWatch says what to do where the operator may not watch a resource in a namespace.
func (o *ObjectSources) mayWatch(ctx context.Context, namespace string, resource schema.GroupVersionResource) (string, error) {
	for _, verb := range []string{"list", "watch"} {
		review := &authorizationv1.SelfSubjectAccessReview{Spec: authorizationv1.SelfSubjectAccessReviewSpec{
			ResourceAttributes: &authorizationv1.ResourceAttributes{Namespace: namespace, Verb: verb, Group: resource.Group, Version: resource.Version, Resource: resource.Resource},
		}}
		if err := o.Writer.Create(ctx, review); err != nil { // past the cache, which would begin to list reviews
			return "", fmt.Errorf("asking whether %s may be watched: %w", resource.Resource, err)
		}
		if !review.Status.Allowed {
			named := strings.TrimSuffix(resource.Resource+"."+resource.Group, ".")
			return fmt.Sprintf("The operator may not watch %s; let it: %s", named, source.GrantWatch(o.User, namespace, named)), nil
		}
	}
	return "", nil
}

// tell counts what an object came to: what was made or failed, but not that it is as it was.
func (o *ObjectSources) tell(of *praxisv1.EvidenceSource, events []praxisv1.SourceEvent) {
	for i := range events {
		o.Observed(string(events[i].Outcome))
	}
	events = slices.DeleteFunc(events, func(e praxisv1.SourceEvent) bool {
		return e.Outcome == praxisv1.SourceNoMatch || e.Outcome == praxisv1.SourceDuplicate
	})
	if len(events) > 0 {
		o.Record(of, events)
	}
}
