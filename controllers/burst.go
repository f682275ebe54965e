// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"sync"
	"time"

	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

// burst folds what comes in faster than it is worth to be shown one by one: a thousand
// pieces of evidence on fifty Actions are to cost fifty writes of Actions, and a few of
// the levels above. Below the rate of a burst nothing waits.
//
// Its time is the machine's, not the week's: it is about requests.
type burst struct {
	clock clock.PassiveClock
	// size is how many events within quiet make a burst, which ends with quiet.
	size  int
	quiet time.Duration
	// longest is how long a burst may hold anything back.
	longest time.Duration

	mu     sync.Mutex
	recent []time.Time // the last events, size of them at most
	until  time.Time   // when the burst ends, should nothing more come
	since  time.Time   // when it began to hold back
	open   time.Time   // until when it lets everything pass, after longest
}

func newBurst(size int, quiet, longest time.Duration) *burst {
	return &burst{clock: clock.RealClock{}, size: size, quiet: quiet, longest: longest}
}

// note counts an event.
func (b *burst) note() {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.clock.Now()
	b.recent = append(b.recent, now)
	if len(b.recent) < b.size {
		return
	}
	first := b.recent[0]
	b.recent = b.recent[1:]
	if now.Sub(first) > b.quiet {
		return
	}
	if now.After(b.until) {
		b.since = now
	}
	b.until = now.Add(b.quiet)
}

// hold is how long to wait with what is derived from the events; 0 is now.
func (b *burst) hold() time.Duration {
	if b == nil {
		return 0
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.clock.Now()
	switch {
	case !now.Before(b.until) || now.Before(b.open):
		return 0
	case now.Sub(b.since) >= b.longest:
		b.open, b.since = now.Add(b.quiet), now.Add(b.quiet)
		return 0
	}
	return b.until.Sub(now)
}

// counting notes each event that a map function is asked about.
func (b *burst) counting(names func(client.Object) []string) handler.EventHandler {
	return handler.EnqueueRequestsFromMapFunc(func(_ context.Context, o client.Object) []reconcile.Request {
		b.note()
		return requests(o.GetNamespace(), names(o)...)
	})
}
