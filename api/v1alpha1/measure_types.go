// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// MeasureSource says where the operator reads a measure, and how often. No form of it has an
// address: whoever writes a goal chooses what is asked, never whom the operator calls.
// +kubebuilder:validation:ExactlyOneOf=prometheus;externalMetric;object
// +kubebuilder:validation:XValidation:rule="duration(self.interval) >= duration('1m') && duration(self.interval) <= duration('24h')",message="the interval is 1m to 24h"
// +kubebuilder:validation:XValidation:rule="duration(self.staleAfter) >= duration(self.interval)",message="staleAfter is shorter than the interval, so every reading would be stale before the next; make it longer"
type MeasureSource struct {
	// prometheus asks a Prometheus, or whatever answers like one.
	// +optional
	Prometheus *PrometheusQuery `json:"prometheus,omitempty"`
	// externalMetric asks external.metrics.k8s.io, which KEDA, prometheus-adapter, Datadog and
	// the adapters of clouds serve.
	// +optional
	ExternalMetric *ExternalMetric `json:"externalMetric,omitempty"`
	// object reads one object of this namespace.
	// +optional
	Object *MeasuredObject `json:"object,omitempty"`
	// interval is how often it is read, 1m to 24h. Example: "5m".
	// +optional
	// +kubebuilder:default="5m"
	Interval Duration `json:"interval,omitempty"`
	// staleAfter is how old the last reading may get before it says nothing any more: it is
	// still shown, as stale, and no longer moves Effective. Example: "24h".
	// +optional
	// +kubebuilder:default="24h"
	StaleAfter Duration `json:"staleAfter,omitempty"`
	// resolution is the least change that counts: a smaller one is not written. Without it, it
	// is 1 % of the way from baseline to target. Example: "0.1".
	// +optional
	// +kubebuilder:validation:XValidation:rule="double(self) > 0.0",message="the resolution is above 0; leave it out for 1 % of the way from baseline to target"
	Resolution Decimal `json:"resolution,omitempty"`
}

// PrometheusQuery is a query that gives exactly one sample.
type PrometheusQuery struct {
	// provider is the name of a provider that the administrators of the cluster have set up for
	// this namespace. Example: "main".
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Provider string `json:"provider"`
	// query is the PromQL expression.
	// Example: "100 * sum(rate(paid_first_try[7d])) / sum(rate(paid[7d]))".
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=2000
	Query string `json:"query"`
}

// ExternalMetric is a metric of external.metrics.k8s.io in this namespace, with exactly one value.
type ExternalMetric struct {
	// name is the name of the metric. Example: "first_try_ratio".
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:XValidation:rule="self.matches('^[^/% ]+$') && !(self in ['.', '..'])",message="the name of a metric has no '/', '%' or space in it, like first_try_ratio"
	Name string `json:"name"`
	// selector chooses among the values of the metric by their labels.
	// +optional
	Selector *metav1.LabelSelector `json:"selector,omitempty"`
}

// MeasuredObject is an object in this namespace, and how a number is made of it. The operator may
// read it once somebody who may has given it that right in this namespace; the condition Measured
// has the commands.
// +kubebuilder:validation:XValidation:rule="!(self.apiVersion == 'v1' && self.kind == 'Secret')",message="a measure is never read from a Secret; publish the number somewhere else"
type MeasuredObject struct {
	// apiVersion is the group and version of the object. Example: "pyrra.dev/v1alpha1".
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:XValidation:rule="self.matches('^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?v[a-z0-9]+$')",message="an apiVersion is a group and a version, like pyrra.dev/v1alpha1, or v1"
	APIVersion string `json:"apiVersion"`
	// kind is the kind of the object. Example: "ServiceLevelObjective".
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Z][A-Za-z0-9]*$')",message="a kind begins with a capital letter, like ServiceLevelObjective"
	Kind string `json:"kind"`
	// name is the name of the object. Example: "pay".
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:XValidation:rule="self.matches('^[^/%]+$') && !(self in ['.', '..'])",message="the name of an object has no '/' or '%' in it, like pay"
	Name string `json:"name"`
	// value is a CEL expression that makes a number of the object. Example: "object.status.value".
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1000
	Value string `json:"value"`
}

// MeasureSourceStatus is how reading a measure from its source goes. It changes when that does,
// and not with each reading.
type MeasureSourceStatus struct {
	// of identifies what is asked, so that a value never passes for one of another query.
	// +kubebuilder:validation:MaxLength=16
	Of string `json:"of"`
	// reason is Reading, or why there is no reading: a reason of the condition Measured.
	// +kubebuilder:validation:MaxLength=63
	Reason string `json:"reason"`
	// message says what keeps it from being read, and what to do; empty where it is read.
	// +optional
	// +kubebuilder:validation:MaxLength=500
	Message string `json:"message,omitempty"`
	// failingSince is when the measure was last read before that began to fail; empty where it
	// is read.
	// +optional
	FailingSince *metav1.Time `json:"failingSince,omitempty"`
}
