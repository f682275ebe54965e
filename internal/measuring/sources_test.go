// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package measuring

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"k8s.io/client-go/rest"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/measure"
)

type worldly struct{}

func (worldly) At(real time.Time) time.Time { return real }

// extended are sources whose external metrics somebody serves.
func extended(t *testing.T, serve http.HandlerFunc) *Sources {
	server := httptest.NewServer(serve)
	t.Cleanup(server.Close)
	s, err := New(&rest.Config{Host: server.URL}, nil, nil, "praxis")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func firstTry() *praxisv1.Measure {
	return &praxisv1.Measure{Name: "first-try", Baseline: "0", Target: "100", Source: &praxisv1.MeasureSource{ExternalMetric: &praxisv1.ExternalMetric{Name: "ratio"}}}
}

func TestAMetricIsWrittenOutWhereThatIsShort(t *testing.T) {
	noon := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	for value, want := range map[string]string{
		"91500m":          "91.500",
		"7":               "7",
		"1e3":             "1000",
		"1e2147483647":    "a number too long to write",
		"1e999":           "a number too long to write",
		"123456789012345": "123456789012345",
	} {
		t.Run(value, func(t *testing.T) {
			s := extended(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				_ = json.NewEncoder(w).Encode(map[string]any{"items": []any{map[string]any{"metricName": "ratio", "value": value}}})
			})
			samples, failure := s.Read(context.Background(), "shop", firstTry(), noon, worldly{})
			if failure != nil || len(samples) != 1 || samples[0].Text != want {
				t.Fatalf("it is %v, %v; want %s", samples, failure, want)
			}
			if _, failure := measure.Value(firstTry(), samples, noon); failure == nil && want == "a number too long to write" {
				t.Error("it counts as a number")
			}
		})
	}
}

func TestWhoeverServesMetricsAndHangsKeepsFewWaiting(t *testing.T) {
	begun, done := make(chan struct{}, 100), make(chan struct{})
	s := extended(t, func(http.ResponseWriter, *http.Request) {
		begun <- struct{}{}
		<-done
	})
	defer close(done)
	for _, namespace := range []string{"shop", "shop", "pay", "pay"} {
		go func() { _, _ = s.Read(context.Background(), namespace, firstTry(), time.Time{}, worldly{}) }()
		<-begun
	}
	if _, failure := s.Read(context.Background(), "bank", firstTry(), time.Time{}, worldly{}); failure == nil || failure.Again == 0 {
		t.Errorf("a fifth one waits too: %v", failure)
	}
}
