// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package access

import (
	"context"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/client-go/tools/cache"
	"k8s.io/utils/clock"
)

const (
	// together is how long changes are collected before they are told as one.
	together = 200 * time.Millisecond
	// mostWaiting is how many pages may wait for changes at a time. One that comes after them
	// gets a closed channel, and asks again by itself as where streams do not get through.
	mostWaiting = 5000
)

// changes tells pages in which namespaces something has changed.
type changes struct {
	clock clock.WithTicker
	wake  chan struct{}

	mu      sync.Mutex
	changed map[string]bool                   // namespaces that nobody was told of yet
	waiting map[string]map[chan struct{}]bool // by namespace, empty for any
	count   int
}

func newChanges(c clock.WithTicker) *changes {
	return &changes{clock: c, wake: make(chan struct{}, 1), changed: map[string]bool{}, waiting: map[string]map[chan struct{}]bool{}}
}

// subscribe returns a channel that gets a value after each change until ctx ends.
func (c *changes) subscribe(ctx context.Context, namespace string) <-chan struct{} {
	signal := make(chan struct{}, 1)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.count >= mostWaiting || ctx.Err() != nil {
		close(signal)
		return signal
	}
	if c.waiting[namespace] == nil {
		c.waiting[namespace] = map[chan struct{}]bool{}
	}
	c.waiting[namespace][signal] = true
	c.count++
	context.AfterFunc(ctx, func() { c.leave(namespace, signal) })
	return signal
}

func (c *changes) leave(namespace string, signal chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if delete(c.waiting[namespace], signal); len(c.waiting[namespace]) == 0 {
		delete(c.waiting, namespace)
	}
	c.count--
	close(signal)
}

// note remembers that something in a namespace has changed.
func (c *changes) note(namespace string) {
	c.mu.Lock()
	if c.count > 0 {
		c.changed[namespace] = true
	}
	c.mu.Unlock()
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// tell tells of all changes since the last time. Who has not read the last word yet needs no
// second one.
func (c *changes) tell() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.changed) == 0 {
		return
	}
	c.changed[""] = true
	for namespace := range c.changed {
		for signal := range c.waiting[namespace] {
			select {
			case signal <- struct{}{}:
			default:
			}
		}
	}
	clear(c.changed)
}

// run tells of changes until ctx ends.
func (c *changes) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.wake:
		}
		select {
		case <-ctx.Done():
			return
		case <-c.clock.After(together):
			c.tell()
		}
	}
}

// handler notes what an informer sees, but neither its first list nor what it repeats.
func (c *changes) handler() cache.ResourceEventHandler {
	note := func(o any) {
		if deleted, isLast := o.(cache.DeletedFinalStateUnknown); isLast {
			o = deleted.Obj
		}
		if object, err := meta.Accessor(o); err == nil {
			c.note(object.GetNamespace())
		}
	}
	return cache.ResourceEventHandlerDetailedFuncs{
		AddFunc: func(o any, first bool) {
			if !first {
				note(o)
			}
		},
		UpdateFunc: func(before, after any) {
			old, err := meta.Accessor(before)
			if current, wrong := meta.Accessor(after); err == nil && wrong == nil && old.GetResourceVersion() != current.GetResourceVersion() {
				note(after)
			}
		},
		DeleteFunc: note,
	}
}
