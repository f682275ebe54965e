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

// burst merges events that come in faster than each is worth a status write: a thousand
// pieces of evidence for fifty Actions should cost fifty writes of Actions, and a few on
// the levels above. Below the rate of a burst nothing is delayed.
//
// It uses the real clock, not the Clock of decisions, because it limits requests.
type burst struct {
	clock clock.PassiveClock
	// size is how many events within quiet make a burst, which ends once nothing came for quiet.
	size  int
	quiet time.Duration
	// longest is how long a burst may delay anything.
	longest time.Duration

	mu     sync.Mutex
	recent []time.Time // the last events, size of them at most
	until  time.Time   // when the burst ends if nothing more comes
	since  time.Time   // when it began to delay writes
	open   time.Time   // until when it lets everything pass, once longest was reached
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

// hold returns how long to delay what is derived from the events; 0 is no delay.
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
