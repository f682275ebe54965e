// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"hash/maphash"
	"sync"
	"time"
)

// countingWait is how long a piece waits for a week that is being closed before it is tried again.
// It holds no worker meanwhile, which others' pieces need.
const countingWait = 100 * time.Millisecond

// Counting keeps a week from being closed while a piece of evidence of its namespace is being
// counted: such a piece would be in the week's figures or not by chance, and in its root by
// another. Pieces are counted side by side.
type Counting interface {
	// Piece reports whether a piece of evidence can be counted now. If so, no week of the namespace
	// closes until done is called.
	Piece(namespace string) (done func(), now bool)
	// Closing is held while a week is closed.
	Closing(namespace string) sync.Locker
}

// NewCounting is a Counting for all namespaces.
func NewCounting() Counting { return &locks{seed: maphash.MakeSeed()} }

// locks are a fixed number; pieces of namespaces that share one wait for each other's closing,
// which takes two reads and a write.
type locks struct {
	seed maphash.Seed
	all  [64]sync.RWMutex
}

func (l *locks) of(namespace string) *sync.RWMutex {
	return &l.all[maphash.String(l.seed, namespace)%uint64(len(l.all))]
}

func (l *locks) Piece(namespace string) (func(), bool) {
	lock := l.of(namespace)
	return lock.RUnlock, lock.TryRLock()
}

func (l *locks) Closing(namespace string) sync.Locker { return l.of(namespace) }
