// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Observed are metrics of what happens, taken when it does. A nil one observes nothing.
type Observed struct {
	closeLag, verdict prometheus.Histogram
	missingPolicies   *prometheus.GaugeVec
}

// From a second to beyond the grace of a week.
var latencies = []float64{1, 60, 3600, 4 * 3600, 8 * 3600, 24 * 3600, 48 * 3600, 96 * 3600, 168 * 3600}

// NewObserved makes them and registers them.
func NewObserved(registry prometheus.Registerer) (*Observed, error) {
	o := &Observed{
		closeLag: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "praxis_cycle_close_lag_seconds", Buckets: latencies,
			Help: "Time from the end of a week until it was closed: how long it waited for its review.",
		}),
		verdict: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "praxis_evidence_verdict_latency_seconds", Buckets: latencies,
			Help: "Time from when a piece of evidence was handed in until it was accepted or rejected.",
		}),
		missingPolicies: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "praxis_admission_policy_missing",
			Help: "1 for each admission policy that is not installed or not bound: what it refuses is allowed to everybody.",
		}, []string{"policy"}),
	}
	for _, c := range []prometheus.Collector{o.closeLag, o.verdict, o.missingPolicies} {
		if err := registry.Register(c); err != nil {
			return nil, err
		}
	}
	return o, nil
}

// Closed observes a week that was closed.
func (o *Observed) Closed(endsAt, closedAt time.Time) {
	if o != nil {
		o.closeLag.Observe(max(closedAt.Sub(endsAt).Seconds(), 0))
	}
}

// Judged observes a piece of evidence that was accepted or rejected.
func (o *Observed) Judged(handedIn, judged time.Time) {
	if o != nil {
		o.verdict.Observe(max(judged.Sub(handedIn).Seconds(), 0))
	}
}

// Policies says of each policy whether it is missing.
func (o *Observed) Policies(missing map[string]bool) {
	if o == nil {
		return
	}
	for name, is := range missing {
		o.missingPolicies.WithLabelValues(name).Set(oneIf(is))
	}
}
