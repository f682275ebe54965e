// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package metrics

import (
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/measure"
	"github.com/praxis-dev/praxis/internal/source"
)

// Observed are metrics of events, recorded when they happen. A nil one observes nothing.
type Observed struct {
	closeLag, verdict *prometheus.HistogramVec
	missingPolicies   *prometheus.GaugeVec
	alteredPolicies   *prometheus.GaugeVec
	definitions       *prometheus.GaugeVec
	panics            *prometheus.CounterVec
	reads             *prometheus.CounterVec
	sourceEvents      *prometheus.CounterVec
	mu                sync.Mutex
	known             map[name]bool
}

// From a second to beyond the grace of a week.
var latencies = []float64{1, 60, 3600, 4 * 3600, 8 * 3600, 24 * 3600, 48 * 3600, 96 * 3600, 168 * 3600}

var ofUtility = []string{"namespace", "utility"}

// NewObserved makes them and registers them.
func NewObserved(registry prometheus.Registerer) (*Observed, error) {
	o := &Observed{
		known: map[name]bool{},
		closeLag: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "praxis_cycle_close_lag_seconds", Buckets: latencies,
			Help: "Time from the end of a week until it was closed: how long it waited for its review.",
		}, ofUtility),
		verdict: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "praxis_evidence_verdict_latency_seconds", Buckets: latencies,
			Help: "Time from when a piece of evidence was handed in until it was accepted or rejected.",
		}, ofUtility),
		missingPolicies: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "praxis_admission_policy_missing",
			Help: "1 for each admission policy that is not installed or not bound: what it refuses is allowed to everybody.",
		}, []string{"policy"}),
		alteredPolicies: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "praxis_admission_policy_differs",
			Help: "1 for each admission policy that is installed and differs from the operator's release: it was edited, or is of another release.",
		}, []string{"policy"}),
		definitions: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "praxis_definitions_differ",
			Help: "1 where the definitions are of another release than the operator: fields that only one of them knows have no effect.",
		}, nil), // no series until the replica leads and has looked
		panics: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "praxis_unreadable_total",
			Help: "How often an object of a kind could not be read and the reconciler panicked; the object has Ready=False, Unreadable.",
		}, []string{"kind"}),
		sourceEvents: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "praxis_source_events_total",
			Help: "How many events came for EvidenceSources, by what became of them: of a request that was read once for each rule that it matched.",
		}, []string{"outcome"}),
	}
	o.reads = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "praxis_measure_reads_total",
		Help: "How often a measure was read from its source, by what that came to: Reading, or a reason of the condition Measured.",
	}, []string{"outcome"})
	for _, c := range []prometheus.Collector{o.closeLag, o.verdict, o.missingPolicies, o.alteredPolicies, o.definitions, o.panics, o.reads, o.sourceEvents} {
		if err := registry.Register(c); err != nil {
			return nil, err
		}
	}
	for _, kind := range reconciledKinds {
		o.panics.WithLabelValues(kind) // increase() misses the first value of a series
	}
	for _, outcome := range outcomesOfReads {
		o.reads.WithLabelValues(outcome)
	}
	for _, outcome := range source.Outcomes {
		o.sourceEvents.WithLabelValues(outcome)
	}
	return o, nil
}

// SourceEvent observes what became of an event.
func (o *Observed) SourceEvent(outcome string) {
	if o != nil {
		o.sourceEvents.WithLabelValues(outcome).Inc()
	}
}

// reconciledKinds are those of which an object can make a reconciler panic.
var reconciledKinds = []string{"Action", "Evidence", "EvidenceSource", "IncentivePolicy", "KeyAction", "Review", "Team", "Utility", "WeeklyCycle"}

// outcomesOfReads are those that an attempt to read a measure has.
var outcomesOfReads = []string{
	praxisv1.ReasonReading, praxisv1.ReasonNoData, praxisv1.ReasonNotANumber, praxisv1.ReasonTooManySeries, praxisv1.ReasonUnauthorized,
	praxisv1.ReasonTimeout, praxisv1.ReasonRateLimited, praxisv1.ReasonSourceFailing, praxisv1.ReasonStale,
}

// Read observes an attempt to read a measure.
func (o *Observed) Read(failure *measure.Failure) {
	switch {
	case o == nil:
	case failure == nil:
		o.reads.WithLabelValues(praxisv1.ReasonReading).Inc()
	default:
		o.reads.WithLabelValues(failure.Reason).Inc()
	}
}

// Know creates a series for each Utility before anything happens to it, since rate() misses
// the first value of a series, and removes those of deleted ones.
func (o *Observed) Know(utilities []praxisv1.Utility) {
	if o == nil {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	gone := o.known
	o.known = make(map[name]bool, len(utilities))
	for i := range utilities {
		u := name{utilities[i].Namespace, utilities[i].Name}
		o.known[u] = true
		delete(gone, u)
		o.closeLag.WithLabelValues(u.namespace, u.name)
		o.verdict.WithLabelValues(u.namespace, u.name)
	}
	for u := range gone {
		o.closeLag.DeleteLabelValues(u.namespace, u.name)
		o.verdict.DeleteLabelValues(u.namespace, u.name)
	}
}

// Closed observes that a week of a Utility was closed.
func (o *Observed) Closed(namespace, utility string, endsAt, closedAt time.Time) {
	if o != nil {
		o.closeLag.WithLabelValues(namespace, utility).Observe(max(closedAt.Sub(endsAt).Seconds(), 0))
	}
}

// Judged observes that a piece of evidence for a Utility was accepted or rejected.
func (o *Observed) Judged(namespace, utility string, handedIn, judged time.Time) {
	if o != nil {
		o.verdict.WithLabelValues(namespace, utility).Observe(max(judged.Sub(handedIn).Seconds(), 0))
	}
}

// Panicked observes that an object of a kind could not be read.
func (o *Observed) Panicked(kind string) {
	if o != nil {
		o.panics.WithLabelValues(kind).Inc()
	}
}

// Definitions records whether the definitions are of another release than the operator.
func (o *Observed) Definitions(differ bool) {
	if o != nil {
		o.definitions.WithLabelValues().Set(oneIf(differ))
	}
}

// Policy records whether a policy is missing, or is installed and differs from ours.
func (o *Observed) Policy(name string, missing, differs bool) {
	if o != nil {
		o.missingPolicies.WithLabelValues(name).Set(oneIf(missing))
		o.alteredPolicies.WithLabelValues(name).Set(oneIf(differs && !missing))
	}
}
