// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package provider

import (
	"sync"
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/measure"
)

// How many wait for one source at once, of all and of one namespace. Fewer than the operator reads
// at once: one that hangs does not keep it from the others, nor one tenant from those beside it.
const (
	mostAtOnce        = 4
	mostOfOne         = 2
	whenThereIsNoRoom = time.Second
)

// Slots are the few in which one source is waited for at the same time. It is ready as it is.
type Slots struct {
	mu  sync.Mutex
	all int
	of  map[string]int // by namespace; those that wait
}

// Acquire lets a namespace ask, which gives its slot back once it has the answer, or says to come again.
func (c *Slots) Acquire(namespace string) (release func(), failure *measure.Failure) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.all >= mostAtOnce || c.of[namespace] >= mostOfOne {
		f := measure.Fail(praxisv1.ReasonTimeout, "others wait for the same source; it is read soon")
		f.Again = whenThereIsNoRoom
		return nil, f
	}
	if c.of == nil {
		c.of = map[string]int{}
	}
	c.all++
	c.of[namespace]++
	return func() { c.release(namespace) }, nil
}

func (c *Slots) release(namespace string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all--
	if c.of[namespace]--; c.of[namespace] == 0 {
		delete(c.of, namespace)
	}
}
