// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// unreadable is a cache that cannot answer.
type unreadable struct{ cache.Cache }

var errUnreadable = errors.New("the cache is gone")

func (unreadable) List(context.Context, client.ObjectList, ...client.ListOption) error {
	return errUnreadable
}

func (unreadable) GetInformer(context.Context, client.Object, ...cache.InformerGetOption) (cache.Informer, error) {
	return nil, errUnreadable
}

func TestALeaderThatCannotCollectFailsTheScrapeAndOneThatStandsByDoesNot(t *testing.T) {
	elected := make(chan struct{})
	registry := prometheus.NewRegistry()
	registry.MustRegister(figures{Cache: unreadable{}, elected: elected})
	scrape := func() *httptest.ResponseRecorder {
		answer := httptest.NewRecorder()
		// Served in the same way as by the manager's metrics server.
		promhttp.HandlerFor(registry, promhttp.HandlerOpts{ErrorHandling: promhttp.HTTPErrorOnError}).
			ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/metrics", nil))
		return answer
	}
	if answer := scrape(); answer.Code != http.StatusOK || strings.Contains(answer.Body.String(), "praxis_") {
		t.Errorf("one that stands by answers %d: %s", answer.Code, answer.Body)
	}
	close(elected)
	if answer := scrape(); answer.Code != http.StatusInternalServerError || !strings.Contains(answer.Body.String(), errUnreadable.Error()) {
		t.Errorf("a leader answers %d: %s", answer.Code, answer.Body)
	}
}
