// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"sync"

	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/controller/priorityqueue"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

// Queues are those of all controllers, by the controller's name. Each hands out its work by
// namespace in turn, so that one namespace with thousands of objects to look at delays
// another by one object and not by all of them.
type Queues struct {
	mu sync.Mutex
	of map[string]*roundRobin
}

// fairQueue is a queue of controller-runtime that hands out work by namespace in turn.
// What was only listed anew, such as everything when the operator starts, comes after what
// changed, within its namespace; controller-runtime knows that difference only of a queue
// that is its PriorityQueue.
type fairQueue struct {
	workqueue.TypedRateLimitingInterface[reconcile.Request]
	order *roundRobin
}

var _ priorityqueue.PriorityQueue[reconcile.Request] = fairQueue{}

// make makes the queue of a controller, which has the metrics that client-go's have.
func (q *Queues) make(controller string, limiter workqueue.TypedRateLimiter[reconcile.Request]) workqueue.TypedRateLimitingInterface[reconcile.Request] {
	order := newRoundRobin()
	q.mu.Lock()
	if q.of == nil {
		q.of = map[string]*roundRobin{}
	}
	q.of[controller] = order
	q.mu.Unlock()
	type request = reconcile.Request
	queue := workqueue.NewTypedWithConfig(workqueue.TypedQueueConfig[request]{Name: controller, Queue: order})
	delaying := workqueue.NewTypedDelayingQueueWithConfig(workqueue.TypedDelayingQueueConfig[request]{Name: controller, Queue: queue})
	limited := workqueue.NewTypedRateLimitingQueueWithConfig(limiter, workqueue.TypedRateLimitingQueueConfig[request]{Name: controller, DelayingQueue: delaying})
	return fairQueue{limited, order}
}

// waiting is how many objects of a namespace wait for a controller.
func (q *Queues) waiting(controller, namespace string) int {
	if q == nil {
		return 0
	}
	q.mu.Lock()
	order := q.of[controller]
	q.mu.Unlock()
	if order == nil {
		return 0
	}
	return order.waiting(namespace)
}

// AddWithOpts adds items, those of a low priority after what else there is of their namespace.
func (q fairQueue) AddWithOpts(o priorityqueue.AddOpts, items ...reconcile.Request) {
	for _, item := range items {
		switch {
		case o.After > 0:
			q.AddAfter(item, o.After)
		case o.RateLimited:
			q.AddRateLimited(item)
		case o.Priority != nil && *o.Priority < 0:
			q.order.mark(item)
			q.Add(item)
		default:
			q.Add(item)
		}
	}
}

// GetWithPriority is Get: what is looked at again is never of a low priority.
func (q fairQueue) GetWithPriority() (reconcile.Request, int, bool) {
	item, shutdown := q.Get()
	return item, 0, shutdown
}

// roundRobin is the order in which a queue hands out its items: of each namespace in turn one.
// Every operation is of constant time, and it holds what is queued and nothing else.
type roundRobin struct {
	mu     sync.Mutex
	lanes  map[string]*lane
	next   fifo[*lane] // those that hold something, the next in turn first
	size   int
	marked map[reconcile.Request]struct{} // are about to be pushed, and can wait
}

// lane is what one namespace has queued. An item that can wait and is asked for after all
// goes to the end of soon; what is left of it in later is passed over.
type lane struct {
	soon, later fifo[reconcile.Request]
	isLater     map[reconcile.Request]bool // of those that are queued
}

func newRoundRobin() *roundRobin {
	return &roundRobin{lanes: map[string]*lane{}, marked: map[reconcile.Request]struct{}{}}
}

// mark says of an item that is added next that it can wait.
func (t *roundRobin) mark(item reconcile.Request) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if l := t.lanes[item.Namespace]; l != nil {
		if _, queued := l.isLater[item]; queued {
			return
		}
	}
	t.marked[item] = struct{}{}
}

// Push implements workqueue.Queue.
func (t *roundRobin) Push(item reconcile.Request) {
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.lanes[item.Namespace]
	if l == nil {
		l = &lane{isLater: map[reconcile.Request]bool{}}
		t.lanes[item.Namespace] = l
		t.next.push(l)
	}
	_, later := t.marked[item]
	delete(t.marked, item)
	l.isLater[item] = later
	if later {
		l.later.push(item)
	} else {
		l.soon.push(item)
	}
	t.size++
}

// Touch implements workqueue.Queue.
func (t *roundRobin) Touch(item reconcile.Request) {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, canWait := t.marked[item]
	delete(t.marked, item)
	if l := t.lanes[item.Namespace]; l != nil && l.isLater[item] && !canWait {
		l.isLater[item] = false
		l.soon.push(item)
	}
}

// Len implements workqueue.Queue.
func (t *roundRobin) Len() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.size
}

// Pop implements workqueue.Queue.
func (t *roundRobin) Pop() reconcile.Request {
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.next.pop()
	item := l.pop()
	delete(l.isLater, item)
	t.size--
	if len(l.isLater) > 0 {
		t.next.push(l)
	} else {
		delete(t.lanes, item.Namespace)
	}
	return item
}

func (l *lane) pop() reconcile.Request {
	if l.soon.len() > 0 {
		return l.soon.pop()
	}
	for {
		if item := l.later.pop(); l.isLater[item] {
			return item
		}
	}
}

func (t *roundRobin) waiting(namespace string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	if l := t.lanes[namespace]; l != nil {
		return len(l.isLater)
	}
	return 0
}

// fifo hands out what was pushed first, and lets go of what it has handed out.
type fifo[T any] struct{ items []T }

func (f *fifo[T]) len() int { return len(f.items) }
func (f *fifo[T]) push(x T) { f.items = append(f.items, x) }

func (f *fifo[T]) pop() T {
	x := f.items[0]
	f.items[0] = *new(T)
	f.items = f.items[1:]
	return x
}
