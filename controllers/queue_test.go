// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/priorityqueue"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

func request(namespace, name string) reconcile.Request {
	return reconcile.Request{NamespacedName: client.ObjectKey{Namespace: namespace, Name: name}}
}

func aQueue(t *testing.T) (fairQueue, *Queues) {
	t.Helper()
	queues := &Queues{}
	queue := queues.make("", workqueue.DefaultTypedControllerRateLimiter[reconcile.Request]())
	t.Cleanup(queue.ShutDown)
	return queue.(fairQueue), queues
}

func taken(q fairQueue) string {
	item, _ := q.Get()
	q.Done(item)
	return item.String()
}

func TestOneObjectOfANamespaceIsNextHoweverManyAnotherHas(t *testing.T) {
	q, queues := aQueue(t)
	for i := range 2000 {
		q.Add(request("flooded", fmt.Sprint("piece-", i)))
	}
	q.Add(request("neighbour", "piece"))
	if n := queues.waiting("", "flooded"); n != 2000 {
		t.Errorf("%d of the flooded one wait", n)
	}
	if first, second := taken(q), taken(q); first != "flooded/piece-0" || second != "neighbour/piece" {
		t.Errorf("first comes %s, then %s", first, second)
	}
	for i := 1; i < 2000; i++ {
		if got, want := taken(q), fmt.Sprint("flooded/piece-", i); got != want {
			t.Fatalf("then comes %s, want %s", got, want)
		}
	}
	if q.Len() != 0 || len(q.order.lanes) != 0 || q.order.next.len() != 0 || queues.waiting("", "flooded") != 0 {
		t.Errorf("it still holds %d objects, %d namespaces", q.Len(), len(q.order.lanes))
	}
}

func TestWhatChangedComesBeforeWhatWasOnlyListedAnew(t *testing.T) {
	q, _ := aQueue(t)
	listed := priorityqueue.AddOpts{Priority: new(handler.LowPriority)}
	for _, name := range []string{"a", "b", "c", "d"} {
		q.AddWithOpts(listed, request("one", name))
	}
	q.AddWithOpts(listed, request("two", "z"))
	q.Add(request("one", "new"))
	q.Add(request("one", "c"))                 // it changed after all
	q.AddWithOpts(listed, request("one", "c")) // which it stays
	var got []string
	for q.Len() > 0 {
		got = append(got, taken(q))
	}
	if want := "[one/new two/z one/c one/a one/b one/d]"; fmt.Sprint(got) != want {
		t.Errorf("the order is %v, want %s", got, want)
	}
}

func TestTheQueueLosesNothingAndHandsOutNothingTwice(t *testing.T) {
	q, _ := aQueue(t)
	random := rand.New(rand.NewPCG(1, 2))
	queued := map[reconcile.Request]bool{}
	for range 100_000 {
		item := request(fmt.Sprint(random.IntN(5)), fmt.Sprint(random.IntN(20)))
		switch random.IntN(3) {
		case 0:
			q.Add(item)
			queued[item] = true
		case 1:
			q.AddWithOpts(priorityqueue.AddOpts{Priority: new(handler.LowPriority)}, item)
			queued[item] = true
		case 2:
			if len(queued) == 0 {
				continue
			}
			got, _ := q.Get()
			q.Done(got)
			if !queued[got] {
				t.Fatalf("%s was not queued", got)
			}
			delete(queued, got)
		}
		if q.Len() != len(queued) {
			t.Fatalf("it holds %d, want %d", q.Len(), len(queued))
		}
	}
	if len(q.order.marked) > 0 {
		t.Errorf("%d marks are left", len(q.order.marked))
	}
}

func BenchmarkTheQueueOfAFloodedNamespace(b *testing.B) {
	order := newRoundRobin()
	for i := range 100_000 {
		order.Push(request("flooded", fmt.Sprint(i)))
	}
	for b.Loop() {
		order.Push(request("neighbour", "one"))
		order.Pop()
		order.Push(request("flooded", "again"))
		order.Pop()
	}
}
