// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/log"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/source"
)

// maxObjects is how many objects a source watches: all of them are kept in memory.
const maxObjects = 1000

// following is the watch of one source.
type following struct {
	of    *praxisv1.EvidenceSource
	rules *source.Rules
	queue workqueue.TypedRateLimitingInterface[objectKey]
	stop  context.CancelFunc
	done  <-chan struct{}

	mu sync.Mutex
	// pending are the changes that nobody has looked at yet, one for each object.
	pending map[objectKey]objectChange
	objects int
	// lostAt is when the watch ended by itself, and because says why.
	lostAt  time.Time
	because string
}

// objectKey is an object; one that is made anew is another.
type objectKey struct {
	name string
	uid  types.UID
}

// objectChange is an object as it is and as it was; was is nil where it is new. present is set where
// it was there when the watch began.
type objectChange struct {
	is, was *unstructured.Unstructured
	present bool
}

func (f *following) ended() bool {
	select {
	case <-f.done:
		return true
	default:
		return false
	}
}

// begin watches the objects of a source until its right to is gone.
func (o *ObjectSources) begin(ctx context.Context, s *praxisv1.EvidenceSource, rules *source.Rules, resource schema.GroupVersionResource) *following {
	ctx, stop := context.WithCancel(ctx)
	f := &following{
		of: s, rules: rules, stop: stop, done: ctx.Done(), pending: map[objectKey]objectChange{},
		queue: workqueue.NewTypedRateLimitingQueue(workqueue.DefaultTypedControllerRateLimiter[objectKey]()),
	}
	informer := dynamicinformer.NewFilteredDynamicInformer(o.objects, resource, s.Namespace, 0, nil, selecting(s.Spec.Object)).Informer()
	_ = informer.SetTransform(withoutManagers) // fails only once it runs
	_ = informer.SetWatchErrorHandlerWithContext(func(ctx context.Context, r *cache.Reflector, err error) {
		switch {
		case apierrors.IsNotFound(err):
			o.lose(f, fmt.Sprintf("The cluster serves no %s of %s any more; install what defines it, or correct spec.object", s.Spec.Object.Kind, s.Spec.Object.APIVersion))
		case apierrors.IsForbidden(err), apierrors.IsUnauthorized(err):
			o.lose(f, fmt.Sprintf("The API server refuses to let the operator watch %s; it is asked again within two minutes", s.Spec.Object.Kind))
		default:
			cache.DefaultWatchErrorHandler(ctx, r, err)
		}
	})
	_, _ = informer.AddEventHandler(cache.ResourceEventHandlerDetailedFuncs{ // fails only once it has stopped
		AddFunc: func(is any, present bool) {
			if f.add(is, nil, present) > maxObjects {
				o.lose(f, tooManyObjects(s.Spec.Object))
			}
		},
		UpdateFunc: func(was, is any) { f.add(is, was, false) },
		DeleteFunc: func(any) { f.removed() },
	})
	go informer.RunWithContext(ctx)
	go func() {
		<-ctx.Done()
		f.queue.ShutDown()
	}()
	go o.work(ctx, f)
	return f
}

// lose ends a watch for a reason, and has its source looked at.
func (o *ObjectSources) lose(f *following, because string) {
	f.mu.Lock()
	first := f.because == ""
	if first {
		f.lostAt, f.because = o.Real(), because
	}
	f.mu.Unlock()
	if f.stop(); !first {
		return
	}
	select {
	case o.lost <- lostEvent{Object: f.of}:
	default: // it is looked at within a minute anyway
	}
}

// rests says why a watch that ended by itself does not begin again yet. Without a pause one that
// ends at once would begin as fast as the API server answers.
func (f *following) rests(now time.Time) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.because == "" || now.Sub(f.lostAt) >= lookAgain {
		return ""
	}
	return f.because
}

func tooManyObjects(of *praxisv1.ObjectSource) string {
	return fmt.Sprintf("More than %d %s are in the namespace, and that is the most that a source watches; narrow spec.object.selector", maxObjects, of.Kind)
}

// fits says what to do where a source would watch more objects than it may. It is asked before the
// watch begins, which would load them all.
func (o *ObjectSources) fits(ctx context.Context, s *praxisv1.EvidenceSource, resource schema.GroupVersionResource) (string, error) {
	options := metav1.ListOptions{Limit: maxObjects}
	selecting(s.Spec.Object)(&options)
	list, err := o.objects.Resource(resource).Namespace(s.Namespace).List(ctx, options)
	switch {
	case apierrors.IsNotFound(err):
		return fmt.Sprintf("The cluster serves no %s of %s; install what defines it, or correct spec.object", s.Spec.Object.Kind, s.Spec.Object.APIVersion), nil
	case err != nil:
		return "", fmt.Errorf("counting %s: %w", resource.Resource, err)
	case list.GetContinue() != "" || len(list.Items) > maxObjects:
		return tooManyObjects(s.Spec.Object), nil
	}
	return "", nil
}

func selecting(of *praxisv1.ObjectSource) func(*metav1.ListOptions) {
	return func(options *metav1.ListOptions) {
		if of.Selector == nil {
			return
		}
		wanted := labels.Set{}
		for name, value := range of.Selector.MatchLabels {
			wanted[name] = string(value)
		}
		options.LabelSelector = wanted.String()
	}
}

func withoutManagers(o any) (any, error) {
	if u, is := o.(*unstructured.Unstructured); is {
		u.SetManagedFields(nil)
	}
	return o, nil
}

// add notes a change, and returns how many objects there are. Of an object that changes again before
// it was looked at the newest is kept, beside what it was at first.
func (f *following) add(is, was any, present bool) int {
	now, _ := is.(*unstructured.Unstructured)
	before, _ := was.(*unstructured.Unstructured)
	f.mu.Lock()
	defer f.mu.Unlock()
	if before == nil {
		f.objects++
	}
	if now == nil || before != nil && before.GetResourceVersion() == now.GetResourceVersion() {
		return f.objects
	}
	key := objectKey{now.GetName(), now.GetUID()}
	change := objectChange{now, before, present}
	if waiting, is := f.pending[key]; is {
		change.was, change.present = waiting.was, waiting.present
	} else if len(f.pending) >= 2*maxObjects {
		return f.objects // many were deleted before anybody could look at them; these are lost
	}
	f.pending[key] = change
	f.queue.Add(key)
	return f.objects
}

func (f *following) removed() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.objects--
}

func (f *following) next(key objectKey) (objectChange, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c, is := f.pending[key]
	delete(f.pending, key)
	return c, is
}

// again puts back a change that could not be stored, beneath a newer one of the object.
func (f *following) again(key objectKey, c objectChange) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if newer, is := f.pending[key]; is {
		c.is = newer.is
	}
	f.pending[key] = c
	f.queue.AddRateLimited(key)
}

// work makes evidence of changes one by one; what cannot be stored now is tried again.
func (o *ObjectSources) work(ctx context.Context, f *following) {
	for {
		key, ended := f.queue.Get()
		if ended {
			return
		}
		c, is := f.next(key)
		var err error
		if is {
			err = o.evaluate(ctx, f, c)
		}
		if err != nil && ctx.Err() == nil {
			log.FromContext(ctx).Error(err, "making evidence of an object", "source", f.of.Name, "namespace", f.of.Namespace, "object", key.name)
			f.again(key, c)
		} else {
			f.queue.Forget(key)
		}
		f.queue.Done(key)
	}
}

func (o *ObjectSources) evaluate(ctx context.Context, f *following, c objectChange) (err error) {
	defer func() {
		if found := recover(); found != nil {
			o.Deps.Observed.Panicked("EvidenceSource")
			log.FromContext(ctx).Error(fmt.Errorf("%v", found), "an object cannot be read; please report this", "source", f.of.Name, "object", c.is.GetName())
			err = nil // it would panic again
		}
	}()
	e := &source.Event{Object: c.is.Object, ID: string(c.is.GetUID())}
	if c.was != nil {
		e.Old = c.was.Object
	}
	if c.present {
		e.Made, e.NotBefore = c.is.GetCreationTimestamp().Time, f.of.CreationTimestamp.Time
	}
	events, err := o.Take(ctx, f.of, f.rules, e)
	if err == nil {
		o.tell(f.of, events)
	}
	return err
}
