// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"maps"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/event"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/measure"
)

// Readings are what the last attempts to read measures came to, in memory: a value that stands
// still is read again and again and never written. They hold something of each measure with a
// source, and forget it with the measure. A nil one knows nothing.
type Readings struct {
	mu sync.Mutex
	of map[types.NamespacedName]map[string]*measure.Taken
	// changed has the goals whose status says something else than the readings.
	changed chan event.GenericEvent
}

// NewReadings knows nothing yet.
func NewReadings() *Readings {
	return &Readings{of: map[types.NamespacedName]map[string]*measure.Taken{}, changed: make(chan event.GenericEvent)}
}

// measureKey names a measure of a goal, which is what is read one at a time.
type measureKey struct {
	types.NamespacedName
	measure string
}

// last is what the last attempt came to; nil where there was none.
func (r *Readings) last(key measureKey) *measure.Taken {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.of[key.NamespacedName][key.measure]
}

func (r *Readings) put(key measureKey, taken *measure.Taken) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.of[key.NamespacedName] == nil {
		r.of[key.NamespacedName] = map[string]*measure.Taken{}
	}
	r.of[key.NamespacedName][key.measure] = taken
}

func (r *Readings) forget(key measureKey) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.of[key.NamespacedName], key.measure)
	if len(r.of[key.NamespacedName]) == 0 {
		delete(r.of, key.NamespacedName)
	}
}

// all are those of a goal, by measure.
func (r *Readings) all(goal types.NamespacedName) map[string]*measure.Taken {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.of[goal])
}

// LastGood is when a measure was last read; zero where this process has not seen that.
func (r *Readings) LastGood(namespace, utility, name string) time.Time {
	if r == nil {
		return time.Time{}
	}
	if taken := r.last(measureKey{types.NamespacedName{Namespace: namespace, Name: utility}, name}); taken != nil {
		return taken.LastGood
	}
	return time.Time{}
}

// tell has the status of a goal written.
func (r *Readings) tell(ctx context.Context, u *praxisv1.Utility) {
	select {
	case r.changed <- event.GenericEvent{Object: u}:
	case <-ctx.Done():
	}
}
