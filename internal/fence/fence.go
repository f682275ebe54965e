// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package fence keeps a replica that lost its lease without noticing from writing. Leader
// election notices through a timer, and a replica that was paused (its machine slept, its
// node was starved) may work beside its successor for some moments before that timer fires.
// The fence checks each write instead: the last renewal has to be younger than the lease.
package fence

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/utils/clock"
)

// granularity is that of the times that candidates compare: of several renewals within a
// second they see only the first, and so count the lease from up to a second too early.
const granularity = time.Second

// Fence knows when the lease was last renewed, because it sees every request.
type Fence struct {
	limit time.Duration // after a renewal
	clock clock.PassiveClock

	mu      sync.Mutex
	renewed time.Time
}

// New is a fence that lets no write pass until the lease is held for the first time.
func New(lease time.Duration, clock clock.PassiveClock) *Fence {
	return &Fence{limit: lease - granularity, clock: clock}
}

type transport struct {
	*Fence
	next http.RoundTripper
}

// Wrap puts the fence before a transport.
func (f *Fence) Wrap(next http.RoundTripper) http.RoundTripper { return transport{f, next} }

// RoundTrip implements http.RoundTripper.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodGet || asks(r.URL.Path) {
		return t.next.RoundTrip(r)
	}
	if !strings.HasPrefix(r.URL.Path, "/apis/coordination.k8s.io/") {
		if err := t.pass(); err != nil {
			return nil, err
		}
		return t.next.RoundTrip(r)
	}
	holder, err := holderIn(r)
	if err != nil {
		return nil, err
	}
	if holder == "" { // the lease is released: whoever takes it may write at once
		if err := t.pass(); err != nil {
			return nil, err // the lease to be released may be another's
		}
		t.set(time.Time{})
		return t.next.RoundTrip(r)
	}
	before := t.clock.Now() // the others count from when they see it, which is later
	response, err := t.next.RoundTrip(r)
	if err == nil && response.StatusCode < http.StatusMultipleChoices {
		t.set(before)
	}
	return response, err
}

// holderIn is the holder named by a request that writes the lease.
func holderIn(r *http.Request) (string, error) {
	if r.GetBody == nil {
		return "", fmt.Errorf("the lease is written without a body that can be read twice")
	}
	body, err := r.GetBody()
	if err != nil {
		return "", err
	}
	defer body.Close()
	text, err := io.ReadAll(body)
	if err != nil {
		return "", err
	}
	object, _, err := scheme.Codecs.UniversalDeserializer().Decode(text, nil, nil)
	if err != nil {
		return "", fmt.Errorf("reading who takes the lease: %w", err)
	}
	// What is no Lease names no holder, and would pass for one that is given back.
	lease, ok := object.(*coordinationv1.Lease)
	if !ok {
		return "", fmt.Errorf("reading who takes the lease: the body is a %T and not a Lease of %s", object, coordinationv1.SchemeGroupVersion)
	}
	if lease.Spec.HolderIdentity == nil {
		return "", nil
	}
	return *lease.Spec.HolderIdentity, nil
}

func (f *Fence) set(renewed time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.renewed = renewed
}

// asks reports whether a POST to the path asks something rather than writes.
func asks(path string) bool {
	return strings.HasPrefix(path, "/apis/authentication.k8s.io/") || strings.HasPrefix(path, "/apis/authorization.k8s.io/")
}

func (f *Fence) pass() error {
	f.mu.Lock()
	renewed := f.renewed
	f.mu.Unlock()
	if renewed.IsZero() {
		return fmt.Errorf("not written: this replica does not hold the lease, and another may lead; it stands by until it does")
	}
	now := f.clock.Now()
	// The monotonic clock stands still while a machine sleeps, and the wall clock may be set.
	age := max(now.Sub(renewed), now.Round(0).Sub(renewed.Round(0)))
	if age >= f.limit {
		return fmt.Errorf("not written: the lease was last renewed %s ago, and another replica may lead", age.Round(time.Millisecond))
	}
	return nil
}
