// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"net/http"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

func TestAGoalSaysWhereItsMeasuresAreReadAndSinceWhenNot(t *testing.T) {
	since := metav1.NewTime(time.Date(2026, 11, 25, 8, 30, 0, 0, time.UTC))
	for name, c := range map[string]struct {
		source *praxisv1.MeasureSource
		read   *praxisv1.MeasureSourceStatus
		has    []string
		hides  []string
	}{
		"handed in":  {nil, nil, []string{">41<"}, []string{"Prometheus", "being read"}},
		"is read":    {&praxisv1.MeasureSource{Prometheus: &praxisv1.PrometheusQuery{Provider: "main"}}, &praxisv1.MeasureSourceStatus{Reason: praxisv1.ReasonReading}, []string{">41<", "Prometheus main", "being read"}, []string{"last read"}},
		"is too old": {&praxisv1.MeasureSource{Object: &praxisv1.MeasuredObject{Kind: "Rollout", Name: "shop"}}, &praxisv1.MeasureSourceStatus{Reason: praxisv1.ReasonStale, Message: "no <answer>", FailingSince: &since}, []string{">41<", "Rollout/shop", "too old", "last read", "Wed 25 Nov", "no &lt;answer&gt;"}, []string{"being read"}},
		"not yet":    {&praxisv1.MeasureSource{ExternalMetric: &praxisv1.ExternalMetric{Name: "queue-length"}}, nil, []string{"queue-length"}, []string{"being read"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, "thursday.yaml", mira)
			u := &praxisv1.Utility{}
			if err := s.Get(t.Context(), client.ObjectKey{Namespace: "platform", Name: "safe-deploys"}, u); err != nil {
				t.Fatal(err)
			}
			u.Spec.Measures[0].Source, u.Status.Measures[0].Source = c.source, c.read
			if err := s.Update(t.Context(), u); err != nil {
				t.Fatal(err)
			}
			code, body, _ := s.get(t, "/utility/platform/safe-deploys")
			for _, has := range c.has {
				if code != http.StatusOK || !strings.Contains(body, has) {
					t.Errorf("it answers %d without %q", code, has)
				}
			}
			for _, hides := range c.hides {
				if strings.Contains(body, hides) {
					t.Errorf("it says %q", hides)
				}
			}
		})
	}
}
