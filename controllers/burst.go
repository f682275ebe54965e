// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"sync"
	"time"

	"k8s.io/client-go/util/workqueue"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

// Bursts fold what comes in faster than it is worth to be shown one by one: a thousand
// pieces of evidence on fifty Actions are to cost fifty writes of Actions, and a few of
// the levels above. Each namespace has its own, and below the rate of a burst nothing waits.
//
// Two things make a burst. Many events within a short time, which a machine sees that keeps
// up with them; and a backlog, which one sees that does not. So what a burst costs does not
// hang on how fast the machine is.
type Bursts struct{ evidence, work *bursts }

// newBursts are those of the operator. Their time is the machine's, not the week's: they are
// about requests.
func newBursts(now clock.PassiveClock) Bursts {
	return Bursts{
		// Evidence, which Actions are derived from.
		evidence: &bursts{clock: now, size: 25, quiet: 250 * time.Millisecond, longest: 10 * time.Second, behind: 10 * time.Second},
		// Actions, which weeks, Reviews and Teams are derived from.
		work: &bursts{clock: now, size: 5, quiet: 50 * time.Millisecond, longest: time.Second, behind: 10 * time.Second},
	}
}

// bursts are the bursts of one kind of event, by namespace.
type bursts struct {
	clock clock.PassiveClock
	// size is how many events within quiet make a burst, which ends with quiet. A backlog of
	// more than size is one as well.
	size  int
	quiet time.Duration
	// longest is how long events may hold anything back, and behind how long a backlog may.
	longest, behind time.Duration

	mu    sync.Mutex
	of    map[string]*burst
	swept time.Time
}

// burst is what one namespace had of events of late.
type burst struct {
	recent []time.Time // the last events, fewer than size of them
	until  time.Time   // when the burst ends, should nothing more come
	since  time.Time   // when it began to hold back
	open   time.Time   // until when it lets everything pass, after longest
}

// over reports whether a burst has nothing more to remember.
func (b *burst) over(now time.Time, quiet time.Duration) bool {
	return now.After(b.until.Add(quiet)) && now.After(b.open) && (len(b.recent) == 0 || now.Sub(b.recent[len(b.recent)-1]) > quiet)
}

// in is the burst of a namespace. Those that are over are forgotten, so that there are as
// many as there are namespaces with events just now.
func (b *bursts) in(namespace string, now time.Time) *burst {
	if now.Sub(b.swept) > b.quiet {
		for name, one := range b.of {
			if one.over(now, b.quiet) {
				delete(b.of, name)
			}
		}
		b.swept = now
	}
	if b.of == nil {
		b.of = map[string]*burst{}
	}
	if b.of[namespace] == nil {
		b.of[namespace] = &burst{}
	}
	return b.of[namespace]
}

// note counts an event.
func (b *bursts) note(namespace string) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.clock.Now()
	one := b.in(namespace, now)
	one.recent = append(one.recent, now)
	if len(one.recent) < b.size {
		return
	}
	first := one.recent[0]
	one.recent = append(one.recent[:0], one.recent[1:]...)
	if now.Sub(first) <= b.quiet {
		one.extend(now, b.quiet)
	}
}

func (b *burst) extend(now time.Time, quiet time.Duration) {
	if now.After(b.until) {
		b.since = now
	}
	b.until = now.Add(quiet)
}

// hold is how long to wait with what is derived from the events of a namespace, of which so
// many have still to be looked at; 0 is now.
func (b *bursts) hold(namespace string, backlog int) time.Duration {
	if b == nil {
		return 0
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.clock.Now()
	if b.of[namespace] == nil && backlog <= b.size {
		return 0
	}
	one, longest := b.in(namespace, now), b.longest
	if backlog > b.size {
		one.extend(now, b.quiet)
		longest = b.behind
	}
	switch {
	case !now.Before(one.until) || now.Before(one.open):
		return 0
	case now.Sub(one.since) >= longest:
		one.open, one.since = now.Add(b.quiet), now.Add(b.quiet)
		return 0
	}
	return one.until.Sub(now)
}

// counting enqueues what a watch does, and notes each event once: an update is one, though
// it may be of two objects.
func (b *bursts) counting(enqueue handler.EventHandler) handler.EventHandler {
	type queue = workqueue.TypedRateLimitingInterface[reconcile.Request]
	return handler.Funcs{
		CreateFunc: func(ctx context.Context, e event.CreateEvent, q queue) {
			b.note(e.Object.GetNamespace())
			enqueue.Create(ctx, e, q)
		},
		UpdateFunc: func(ctx context.Context, e event.UpdateEvent, q queue) {
			b.note(e.ObjectNew.GetNamespace())
			enqueue.Update(ctx, e, q)
		},
		DeleteFunc: func(ctx context.Context, e event.DeleteEvent, q queue) {
			b.note(e.Object.GetNamespace())
			enqueue.Delete(ctx, e, q)
		},
		GenericFunc: func(ctx context.Context, e event.GenericEvent, q queue) { enqueue.Generic(ctx, e, q) },
	}
}

// holdEvidence is how long to wait with what is derived from the evidence of a namespace.
func (d Deps) holdEvidence(ctx context.Context, namespace string) (time.Duration, error) {
	if d.Bursts.evidence == nil {
		return 0, nil
	}
	// To be a few pieces behind does no harm here, and whatever other namespaces are being written
	// to is not waited for.
	unlooked, err := d.evidence(ctx, namespace, byState, unlooked, client.Limit(d.Bursts.evidence.size+1), client.DisableReadYourWritesConsistency)
	return d.Bursts.evidence.hold(namespace, len(unlooked)), err
}

// holdWork is how long to wait with what is derived from the Actions of a namespace, which
// are themselves derived from its evidence.
func (d Deps) holdWork(ctx context.Context, namespace string) (time.Duration, error) {
	if d.Bursts.work == nil {
		return 0, nil
	}
	evidence, err := d.holdEvidence(ctx, namespace)
	return max(evidence, d.Bursts.work.hold(namespace, d.Queues.waiting(actionController, namespace))), err
}
