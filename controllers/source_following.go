// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/log"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/source"
)

// following is the watch of one source.
type following struct {
	of    *praxisv1.EvidenceSource
	rules *source.Rules
	queue workqueue.TypedRateLimitingInterface[objectChange]
	stop  context.CancelFunc
	done  <-chan struct{}
}

// objectChange is an object as it is and as it was; was is nil where it is new.
type objectChange struct{ is, was *unstructured.Unstructured }

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
		of: s, rules: rules, stop: stop, done: ctx.Done(),
		queue: workqueue.NewTypedRateLimitingQueue(workqueue.DefaultTypedControllerRateLimiter[objectChange]()),
	}
	informer := dynamicinformer.NewFilteredDynamicInformer(o.objects, resource, s.Namespace, 0, nil, selecting(s.Spec.Object)).Informer()
	_ = informer.SetTransform(withoutManagers) // fails only once it runs
	_ = informer.SetWatchErrorHandlerWithContext(func(ctx context.Context, r *cache.Reflector, err error) {
		if !apierrors.IsForbidden(err) && !apierrors.IsUnauthorized(err) && !apierrors.IsNotFound(err) {
			cache.DefaultWatchErrorHandler(ctx, r, err)
			return
		}
		stop()
		select {
		case o.lost <- lostEvent{Object: s}:
		default: // it is looked at within a minute anyway
		}
	})
	_, _ = informer.AddEventHandler(cache.ResourceEventHandlerFuncs{ // fails only once it has stopped
		AddFunc: func(is any) { f.add(is, nil) }, UpdateFunc: func(was, is any) { f.add(is, was) },
	})
	go informer.RunWithContext(ctx)
	go func() {
		<-ctx.Done()
		f.queue.ShutDown()
	}()
	go o.work(ctx, f)
	return f
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

func (f *following) add(is, was any) {
	now, _ := is.(*unstructured.Unstructured)
	before, _ := was.(*unstructured.Unstructured)
	if now != nil && (before == nil || before.GetResourceVersion() != now.GetResourceVersion()) {
		f.queue.Add(objectChange{now, before})
	}
}

// work makes evidence of changes one by one; what cannot be stored now is tried again.
func (o *ObjectSources) work(ctx context.Context, f *following) {
	for {
		c, ended := f.queue.Get()
		if ended {
			return
		}
		if err := o.evaluate(ctx, f, c); err != nil && ctx.Err() == nil {
			log.FromContext(ctx).Error(err, "making evidence of an object", "source", f.of.Name, "namespace", f.of.Namespace, "object", c.is.GetName())
			f.queue.AddRateLimited(c)
		} else {
			f.queue.Forget(c)
		}
		f.queue.Done(c)
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
	events, err := o.Take(ctx, f.of, f.rules, e)
	if err == nil {
		o.tell(f.of, events)
	}
	return err
}
