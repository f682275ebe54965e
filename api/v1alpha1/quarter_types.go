// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// QuarterStatus is the quarter that the running week belongs to, in whole weeks.
type QuarterStatus struct {
	// name is the name of the quarter. Example: "2026-Q4".
	// +kubebuilder:validation:MaxLength=7
	Name string `json:"name"`
	// startsAt is the start of its first week.
	StartsAt metav1.Time `json:"startsAt"`
	// endsAt is the end of its last week.
	EndsAt metav1.Time `json:"endsAt"`
	// weeksLeft is how many weeks are left, including the running one but not the skipped ones.
	WeeksLeft int32 `json:"weeksLeft"`
}

// QuarterResult is what a quarter came to; of one that is not over, what it has come to so far.
type QuarterResult struct {
	// name is the name of the quarter. Example: "2026-Q4".
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=7
	Name string `json:"name"`
	// startsAt is the start of its first week.
	StartsAt metav1.Time `json:"startsAt"`
	// endsAt is the end of its last week.
	EndsAt metav1.Time `json:"endsAt"`
	// required is the number of units that the quarter asked for, as the Utility said when its
	// last week ended.
	Required int64 `json:"required"`
	// delivered is the number of units that were delivered: accepted key-tier completions times
	// their contribution.
	Delivered int64 `json:"delivered"`
	// percent is delivered as a percentage of required, rounded half up.
	Percent int32 `json:"percent"`
	// weeks is the number of its weeks that have closed.
	Weeks int32 `json:"weeks"`
	// weeksExecuted is the number of those in which at least 80 % of the planned work was accepted.
	WeeksExecuted int32 `json:"weeksExecuted"`
	// measures are the outcome ledger at its beginning and at its end.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=16
	Measures []QuarterMeasure `json:"measures,omitempty"`
	// effective is whether the measures moved with the work in its last four closed weeks, as
	// the condition Effective tells it: True, False or Unknown.
	Effective metav1.ConditionStatus `json:"effective"`
	// closedAt is the time at which its last week closed, from which on nothing here changes;
	// empty while it is not over.
	// +optional
	ClosedAt *metav1.Time `json:"closedAt,omitempty"`
}

// QuarterMeasure is where a measure stood before a quarter and after it.
type QuarterMeasure struct {
	// name is the name of the measure in the Utility.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Name string `json:"name"`
	// from is the last reading before the quarter, or the baseline where there was none.
	From Decimal `json:"from"`
	// to is the last reading in the quarter; empty where there was none.
	// +optional
	To Decimal `json:"to,omitempty"`
}

// Coverage compares the units that are required in a quarter with what is
// delivered and planned.
type Coverage struct {
	// required is the number of units that the quarter asks for.
	Required int64 `json:"required"`
	// delivered is the number of units delivered this quarter: accepted key-tier completions
	// times their contribution.
	Delivered int64 `json:"delivered"`
	// planned is the number of units that today's objects would deliver in the weeks that are
	// left, minus what is already accepted this week.
	Planned int64 `json:"planned"`
	// percent is delivered plus planned as a percentage of required; Covered is True from 100.
	Percent int32 `json:"percent"`
}
