// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package access

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/tools/cache"
	"k8s.io/utils/clock"
)

const (
	// askedEvery is how often the API server is asked whether it is there, and answersWithin how
	// long that may take.
	askedEvery, answersWithin = 5 * time.Second, 4 * time.Second
	// complaintsHold is for how long a broken watch counts: one that stays broken complains
	// again within half a minute.
	complaintsHold = time.Minute
)

// Silent is why the pages may be older than the cluster.
type Silent struct {
	// Since is when the API server was last heard of; zero is never.
	Since time.Time
	Cause error
}

func (s *Silent) Error() string {
	if s.Since.IsZero() {
		return fmt.Sprintf("the API server has not answered yet: %v", s.Cause)
	}
	return fmt.Sprintf("the API server has been silent since %s: %v", s.Since.UTC().Format(time.RFC3339), s.Cause)
}

func (s *Silent) Unwrap() error { return s.Cause }

// health knows when the API server was last heard of.
type health struct {
	clock  clock.WithTicker
	ask    func(context.Context) error
	synced func() bool

	mu        sync.Mutex
	heard     time.Time
	failure   error
	complaint error // of a watch
	complains time.Time
}

// run asks the API server until ctx ends.
func (h *health) run(ctx context.Context) {
	ticker := h.clock.NewTicker(askedEvery)
	defer ticker.Stop()
	for {
		h.look(ctx)
		select {
		case <-ctx.Done():
			return
		case <-ticker.C():
		}
	}
}

func (h *health) look(ctx context.Context) {
	within, cancel := context.WithTimeout(ctx, answersWithin)
	defer cancel()
	asked := h.clock.Now()
	err := h.ask(within)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.failure = err; err == nil {
		h.heard = asked
	}
}

// watchFailed notes what ended a watch, unless it is what ends every watch after a while.
func (h *health) watchFailed(ctx context.Context, r *cache.Reflector, err error) {
	cache.DefaultWatchErrorHandler(ctx, r, err)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || apierrors.IsResourceExpired(err) || apierrors.IsGone(err) || apierrors.IsTimeout(err) {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.complaint, h.complains = err, h.clock.Now()
}

// state is nil where the cache shows what the cluster has.
func (h *health) state() error {
	synced := h.synced()
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.failure != nil:
		return &Silent{h.heard, h.failure}
	case h.complaint != nil && h.clock.Since(h.complains) < complaintsHold:
		return fmt.Errorf("a part of the goals cannot be read, and may be older than it is: %w", h.complaint)
	case h.heard.IsZero() || !synced:
		return errors.New("the goals are being read for the first time; try again in a few seconds")
	}
	return nil
}
