// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package provider

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"
)

func TestASourceThatHangsHoldsUpFew(t *testing.T) {
	var c Slots
	var inside []func()
	entered := func(namespace string) bool {
		release, failure := c.Acquire(namespace)
		if failure != nil {
			if failure.Again != whenThereIsNoRoom {
				t.Errorf("it is %+v", failure)
			}
			return false
		}
		inside = append(inside, release)
		return true
	}
	for i, want := range []struct {
		namespace string
		in        bool
	}{{"shop", true}, {"shop", true}, {"shop", false}, {"pay", true}, {"crowd", true}, {"bank", false}} {
		if got := entered(want.namespace); got != want.in {
			t.Errorf("the %d. of %s is in: %t", i, want.namespace, got)
		}
	}
	for _, release := range inside {
		release()
	}
	if c.all != 0 || len(c.of) != 0 {
		t.Errorf("%d are still in, of %v", c.all, c.of)
	}
}

func TestOneTenantsSlowQueriesDoNotTakeAllReaders(t *testing.T) {
	begun, done := make(chan struct{}, 10), make(chan struct{})
	s := open(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Form.Get("query") != "quick" {
			begun <- struct{}{}
			<-done
		}
		says(vector("7"))(w, nil)
	})
	var all sync.WaitGroup
	for i := range mostOfOne {
		all.Go(func() { _, _ = s.Read(context.Background(), asked(fmt.Sprintf("slow + %d", i))) })
		<-begun
	}
	if _, failure := s.Read(context.Background(), asked("one_more")); failure == nil || failure.Again == 0 {
		t.Errorf("the same namespace asks more: %v", failure)
	}
	other := asked("quick")
	other.Namespace = "pay"
	if samples, failure := s.Read(context.Background(), other); failure != nil || texts(samples) != "7" {
		t.Errorf("another has to wait: %v", failure)
	}
	close(done)
	all.Wait()
}
