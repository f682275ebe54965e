// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"fmt"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/util/workqueue"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

func aWatch(t *testing.T) *following {
	t.Helper()
	queue := workqueue.NewTypedRateLimitingQueue(workqueue.DefaultTypedControllerRateLimiter[objectKey]())
	t.Cleanup(queue.ShutDown)
	return &following{of: &praxisv1.EvidenceSource{}, pending: map[objectKey]objectChange{}, queue: queue, stop: func() {}}
}

func object(name, of string) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{"metadata": map[string]any{"name": name, "uid": name, "resourceVersion": of}}}
}

func TestAnObjectThatChangesOftenWaitsOnce(t *testing.T) {
	f := aWatch(t)
	f.add(object("a", "1"), nil, true)
	for i := range 100 {
		f.add(object("a", fmt.Sprint(i+2)), object("a", fmt.Sprint(i+1)), false)
	}
	if f.queue.Len() != 1 || len(f.pending) != 1 {
		t.Fatalf("%d wait, of %d objects", f.queue.Len(), len(f.pending))
	}
	c, _ := f.next(objectKey{"a", "a"})
	if c.is.GetResourceVersion() != "101" || c.was != nil || !c.present {
		t.Errorf("it is %+v", c)
	}
	f.add(object("a", "102"), object("a", "101"), false)
	f.again(objectKey{"a", "a"}, c)
	if c, _ = f.next(objectKey{"a", "a"}); c.is.GetResourceVersion() != "102" || c.was != nil {
		t.Errorf("what could not be stored comes again as %+v", c)
	}
}

func TestObjectsThatNobodyLooksAtEndSomewhere(t *testing.T) {
	f := aWatch(t)
	for i := range 3 * maxObjects {
		f.add(object(fmt.Sprint("job", i), "1"), nil, false)
		f.removed()
	}
	if len(f.pending) != 2*maxObjects {
		t.Errorf("%d wait", len(f.pending))
	}
}

func TestAWatchThatEndedByItselfRests(t *testing.T) {
	now := time.Unix(1000, 0)
	o := NewObjectSources(NewSources(Deps{}, nil, nil, func() time.Time { return now }), nil, nil)
	f := aWatch(t)
	if f.rests(now) != "" {
		t.Error("a watch that goes on rests")
	}
	o.lose(f, "gone")
	o.lose(f, "gone again")
	if len(o.lost) != 1 || f.rests(now.Add(lookAgain-1)) != "gone" || f.rests(now.Add(lookAgain)) != "" {
		t.Errorf("%d times, it rests because %q, then because %q", len(o.lost), f.rests(now), f.rests(now.Add(lookAgain)))
	}
}
