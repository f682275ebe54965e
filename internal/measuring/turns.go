// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package measuring

import (
	"sync"
	"time"

	"github.com/praxis-dev/praxis/internal/provider"
)

// DrawnTurns are when measures may be read that wait for their provider. A turn is drawn once and
// kept, so that whoever waits long is not overtaken, and no worker waits with it. They are ready
// as they are.
type DrawnTurns[K comparable] struct {
	mu sync.Mutex
	of map[K]drawn
}

// drawn is a turn, and at which step of those that a measure goes through.
type drawn struct {
	at     time.Time
	step   int
	cancel func()
}

// Wait is how long a measure has to wait still; 0 means that it is read now. Where it has no turn
// yet it draws one, and once that has come the one of the next step.
func (t *DrawnTurns[K]) Wait(key K, draw func(step int) provider.Turn, now time.Time) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	next := 0
	d, is := t.of[key]
	for !is || !d.at.After(now) {
		if is {
			next = d.step + 1
		}
		if next == provider.Steps {
			delete(t.of, key)
			return 0
		}
		turn := draw(next)
		d, is = drawn{now.Add(turn.Wait), next, turn.Cancel}, true
	}
	if t.of == nil {
		t.of = map[K]drawn{}
	}
	t.of[key] = d
	return d.at.Sub(now)
}

// Forget gives a turn back.
func (t *DrawnTurns[K]) Forget(key K) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if d := t.of[key]; d.cancel != nil {
		d.cancel()
	}
	delete(t.of, key)
}
