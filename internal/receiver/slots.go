// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package receiver

import (
	"context"
	"hash/fnv"
	"runtime"
	"sync"

	"golang.org/x/sync/semaphore"
)

// What is held at once, of all paths together and of each, so that one sender cannot keep the others
// away.

// pool counts the bytes of bodies that were read and are not done with. A connection that sends
// nothing holds nothing.
type pool struct {
	mu         sync.Mutex
	all, share int64            // the most, together and of one path
	used       int64            // together
	of         map[string]int64 // by path; none that holds nothing
}

func newPool(limits Limits) *pool {
	all := max(limits.Queue, 2*limits.Bytes)
	return &pool{all: all, share: max(all/8, 2*limits.Bytes), of: map[string]int64{}}
}

func (p *pool) take(path string, n int64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.used+n > p.all || p.of[path]+n > p.share {
		return false
	}
	p.used += n
	p.of[path] += n
	return true
}

func (p *pool) give(path string, n int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.used -= n
	if p.of[path] -= n; p.of[path] <= 0 {
		delete(p.of, path)
	}
}

const (
	// maxWork is how many bodies are parsed and evaluated at once, however many cores there are:
	// each can need many times the memory of its body.
	maxWork = 8
	// workOfOne is how many of these a source has.
	workOfOne = 2
	// lanes are what sources are spread over.
	lanes = 64
)

// slots bound what is worked on. They are held while the machine works, and never while something
// else is waited for.
type slots struct {
	all *semaphore.Weighted
	of  [lanes]*semaphore.Weighted
}

func newSlots() *slots {
	s := &slots{all: semaphore.NewWeighted(int64(min(2*runtime.GOMAXPROCS(0), maxWork)))}
	for i := range s.of {
		s.of[i] = semaphore.NewWeighted(workOfOne)
	}
	return s
}

// do works for a path once there is a slot, or returns false where none came free in time.
func (s *slots) do(ctx context.Context, path string, work func()) bool {
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(path)) // never fails
	lane := s.of[sum.Sum32()%lanes]
	if lane.Acquire(ctx, 1) != nil {
		return false
	}
	defer lane.Release(1)
	if s.all.Acquire(ctx, 1) != nil {
		return false
	}
	defer s.all.Release(1)
	work()
	return true
}
