// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package access

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/tools/cache"
	clocktesting "k8s.io/utils/clock/testing"
)

func TestItIsSaidSinceWhenTheServerIsSilent(t *testing.T) {
	c := clocktesting.NewFakeClock(monday)
	var silent error
	synced := false
	h := &health{clock: c, ask: func(context.Context) error { return silent }, synced: func() bool { return synced }}
	says := func(want string) {
		t.Helper()
		if got := fmt.Sprint(h.state()); !strings.Contains(got, want) {
			t.Errorf("it says %q, want %q", got, want)
		}
	}
	says("for the first time")
	silent = errors.New("connection refused")
	h.look(t.Context())
	says("the API server has not answered yet: connection refused")
	if s, is := errors.AsType[*Silent](h.state()); !is || !s.Since.IsZero() {
		t.Errorf("it is silent since %v", s)
	}
	silent = nil
	h.look(t.Context())
	says("for the first time")
	synced = true
	says("<nil>")
	c.Step(time.Minute)
	silent = errors.New("connection refused")
	h.look(t.Context())
	c.Step(time.Minute)
	h.look(t.Context())
	says("the API server has been silent since 2026-11-23T08:00:00Z: connection refused")
	silent = nil
	h.look(t.Context())
	says("<nil>")
}

func TestABrokenWatchIsSaidAndOneThatEndsIsNot(t *testing.T) {
	c := clocktesting.NewFakeClock(monday)
	h := &health{clock: c, ask: func(context.Context) error { return nil }, synced: func() bool { return true }}
	h.look(t.Context())
	reflector := &cache.Reflector{}
	for _, usual := range []error{io.EOF, io.ErrUnexpectedEOF, apierrors.NewResourceExpired("too old"), apierrors.NewTimeoutError("slow", 1)} {
		h.watchFailed(t.Context(), reflector, usual)
		if err := h.state(); err != nil {
			t.Errorf("%v is said as %v", usual, err)
		}
	}
	h.watchFailed(t.Context(), reflector, errors.New("evidence is forbidden"))
	if err := h.state(); err == nil || !strings.Contains(err.Error(), "a part of the goals cannot be read, and may be older than it is: evidence is forbidden") {
		t.Errorf("it says %v", err)
	}
	c.Step(complaintsHold)
	if err := h.state(); err != nil {
		t.Errorf("it still says %v", err)
	}
}
