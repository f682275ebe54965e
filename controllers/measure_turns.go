// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"sync"
	"time"
)

// drawnTurns are when measures may be read that wait for their provider. A turn is drawn once and kept,
// so that whoever waits long is not overtaken, and no worker waits with it.
type drawnTurns struct {
	mu sync.Mutex
	of map[measureKey]time.Time
}

// wait is how long a measure has to wait still; 0 means that it is read now. Where it has no turn
// yet it draws one.
func (t *drawnTurns) wait(key measureKey, draw func() time.Duration, now time.Time) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	at, drawn := t.of[key]
	if !drawn {
		at = now.Add(draw())
	}
	if !at.After(now) {
		delete(t.of, key)
		return 0
	}
	if t.of == nil {
		t.of = map[measureKey]time.Time{}
	}
	t.of[key] = at
	return at.Sub(now)
}

func (t *drawnTurns) forget(key measureKey) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.of, key)
}
