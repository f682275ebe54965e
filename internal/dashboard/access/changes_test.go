// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package access

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/cache"
	"k8s.io/utils/clock"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

func signals(c <-chan struct{}) (n int) {
	for {
		select {
		case _, open := <-c:
			if !open {
				return n
			}
			n++
		default:
			return n
		}
	}
}

func TestChangesAreToldTogetherToWhoWaitsForThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		c := newChanges(clock.RealClock{})
		go c.run(ctx)
		shop, other, any := c.subscribe(ctx, "shop"), c.subscribe(ctx, "other"), c.subscribe(ctx, "")
		for range 1000 {
			c.note("shop")
		}
		synctest.Wait()
		if n := signals(shop); n != 0 {
			t.Errorf("%d were told before the others could come", n)
		}
		time.Sleep(together)
		synctest.Wait()
		if s, o, a := signals(shop), signals(other), signals(any); s != 1 || o != 0 || a != 1 {
			t.Errorf("shop, other and any were told %d, %d and %d times", s, o, a)
		}
		// Who does not listen holds nobody up, and gets one word for all that was.
		for range 5 {
			c.note("other")
			time.Sleep(2 * together)
		}
		synctest.Wait()
		if o, a := signals(other), signals(any); o != 1 || a != 1 {
			t.Errorf("other and any were told %d and %d times", o, a)
		}
		stop()
		synctest.Wait()
		for _, signal := range []<-chan struct{}{shop, other, any} {
			if _, open := <-signal; open {
				t.Error("a channel is open after the end")
			}
		}
		if c.count != 0 || len(c.waiting) != 0 {
			t.Errorf("%d are left, of %d namespaces", c.count, len(c.waiting))
		}
	})
}

func TestNoMoreWaitThanCan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		c := newChanges(clock.RealClock{})
		for range mostWaiting {
			c.subscribe(ctx, "shop")
		}
		if _, open := <-c.subscribe(ctx, "shop"); open {
			t.Error("one more is let in")
		}
		stop()
		synctest.Wait()
		if c.count != 0 {
			t.Errorf("%d are left", c.count)
		}
		if _, open := <-c.subscribe(ctx, "shop"); open {
			t.Error("who has gone is let in")
		}
	})
}

func TestOnlyWhatChangesIsNoted(t *testing.T) {
	c := newChanges(clock.RealClock{})
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	c.subscribe(ctx, "")
	h := c.handler()
	object := func(version string) *praxisv1.Action {
		return &praxisv1.Action{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "a", ResourceVersion: version}}
	}
	for name, does := range map[string]struct {
		do   func()
		want int
	}{
		"the first list":       {func() { h.OnAdd(object("1"), true) }, 0},
		"what is new":          {func() { h.OnAdd(object("1"), false) }, 1},
		"what is repeated":     {func() { h.OnUpdate(object("1"), object("1")) }, 0},
		"what is changed":      {func() { h.OnUpdate(object("1"), object("2")) }, 1},
		"what is gone":         {func() { h.OnDelete(object("2")) }, 1},
		"what was gone unseen": {func() { h.OnDelete(cache.DeletedFinalStateUnknown{Key: "shop/a", Obj: object("2")}) }, 1},
		"what nobody knows":    {func() { h.OnDelete(cache.DeletedFinalStateUnknown{Key: "shop/a"}) }, 0},
	} {
		clear(c.changed)
		if does.do(); len(c.changed) != does.want {
			t.Errorf("%s: %v", name, c.changed)
		}
	}
}
