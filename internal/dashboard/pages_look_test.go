// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

func TestASearchIsLookedAtOnceAndReadsNoMoreThanItShows(t *testing.T) {
	s := newStage(t, "thursday.yaml", mira)
	_, page, _ := s.get(t, "/search?q=log+attached")
	if !strings.Contains(page, "/evidence/platform/dry-run") || strings.Contains(page, "/events?") {
		t.Errorf("it finds no evidence, or searches again by itself: %s", page)
	}
	a := &praxisv1.Action{}
	if err := s.Get(t.Context(), client.ObjectKey{Namespace: "platform", Name: collect}, a); err != nil {
		t.Fatal(err)
	}
	for i := range maxHits + 1 {
		more := a.DeepCopy()
		more.ResourceVersion, more.UID, more.Name, more.Spec.Do = "", "", fmt.Sprintf("%s.many-%d.jonas", ofWeek0, i), "log attached"
		if err := s.Create(t.Context(), more); err != nil {
			t.Fatal(err)
		}
	}
	if _, page, _ := s.get(t, "/search?q=log+attached"); !strings.Contains(page, "and at least 1 more") || strings.Contains(page, "/evidence/platform/dry-run") {
		t.Errorf("it goes on when it is full: %s", page)
	}
}

func TestThereAreOnlySoManySearchesAtOnce(t *testing.T) {
	s := newStage(t, "thursday.yaml", mira)
	full := &server{Options: Options{Access: stageAccess{s}}, searches: make(chan struct{})}
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // it waits no longer
	v := &visit{server: full, Client: s.WithWatch, r: httptest.NewRequestWithContext(ctx, http.MethodGet, "/search", nil), words: wordsFor(httptest.NewRequest(http.MethodGet, "/", nil), "en")}
	status := 0
	if err := v.find(&found{Query: "log"}); !isTold(err, &status) || status != http.StatusServiceUnavailable {
		t.Errorf("one more search than there may be ended with %v", err)
	}
}
