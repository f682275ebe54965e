// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"hash/maphash"
	"sync"
)

// Counting keeps a week from being closed while a piece of evidence of its namespace is being
// counted: such a piece would be in the week's figures or not by chance, and in its root by
// another. Pieces are counted side by side.
type Counting interface {
	// Piece is held while a piece of evidence is counted.
	Piece(namespace string) sync.Locker
	// Closing is held while a week is closed.
	Closing(namespace string) sync.Locker
}

// NewCounting is a Counting for all namespaces.
func NewCounting() Counting { return &locks{seed: maphash.MakeSeed()} }

// locks are a fixed number; namespaces that share one wait for each other's closing, which
// takes two reads and a write.
type locks struct {
	seed maphash.Seed
	all  [64]sync.RWMutex
}

func (l *locks) of(namespace string) *sync.RWMutex {
	return &l.all[maphash.String(l.seed, namespace)%uint64(len(l.all))]
}

func (l *locks) Piece(namespace string) sync.Locker   { return l.of(namespace).RLocker() }
func (l *locks) Closing(namespace string) sync.Locker { return l.of(namespace) }
