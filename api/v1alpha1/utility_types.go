// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// UtilitySpec is the goal on one page: whom it helps, what will not be traded away, how
// much has to be carried in a quarter, and the weekly rhythm of the work.
type UtilitySpec struct {
	// statement is the improvement that users notice, in one sentence.
	// Example: "Shoppers pay in one try".
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	Statement string `json:"statement"`
	// beneficiaries are the people whose problem is solved, 1 to 16 of them.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	// +listType=atomic
	Beneficiaries []Beneficiary `json:"beneficiaries"`
	// organization is what the organization itself gets from it.
	// Example: "Fewer refunds and support hours".
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	Organization string `json:"organization"`
	// boundaries are what will not be traded away to get there, so that goals do not conflict
	// with each other; 16 at most.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=16
	Boundaries []Boundary `json:"boundaries,omitempty"`
	// owner is the person who is accountable for this Utility.
	Owner Owner `json:"owner"`
	// required is the number of utility units that the work has to carry in a quarter, at least 1.
	// Each accepted key-tier completion carries its KeyAction's contribution.
	// Example: 120.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=1000000
	Required int64 `json:"required"`
	// maxKeyActions is the number of KeyActions that are planned, 1 to 9. Those that
	// rank beyond it (by weight, heavier first, then by name) are not planned.
	// +optional
	// +kubebuilder:default=5
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=9
	MaxKeyActions int32 `json:"maxKeyActions,omitempty"`
	// measures are the outcome ledger: feedback on the plan, never part of it. Finished Actions
	// never change a measure. 16 at most.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=16
	Measures []Measure `json:"measures,omitempty"`
	// cadence is the weekly rhythm: when a week starts, when it is checked and when it is reviewed.
	Cadence Cadence `json:"cadence"`
	// judgeWithin is how long a verdict may take, counted from when the work is in and due, and
	// only on working days. A verdict that takes longer makes OnTrack False, with reason
	// JudgeLate. Example: "48h".
	// +optional
	// +kubebuilder:default="48h"
	JudgeWithin Duration `json:"judgeWithin,omitempty"`
	// calibrationWeeks is the number of weeks after which the one page is due for another
	// Calibration, 1 to 52.
	// +optional
	// +kubebuilder:default=13
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=52
	CalibrationWeeks int32 `json:"calibrationWeeks,omitempty"`
	// suspend stops new weeks and reviews; the open week ends as planned.
	// +optional
	Suspend bool `json:"suspend,omitempty"`
	// end is the last week of the goal, and how it ends. That week ends as planned; nothing is
	// planned or asked for after it.
	// +optional
	End *UtilityEnd `json:"end,omitempty"`
}

// UtilityEnd says when a goal ends, and how.
type UtilityEnd struct {
	// week is the last week. Example: "2026-W51".
	Week Week `json:"week"`
	// as says whether the goal was achieved or is given up.
	As UtilityEndReason `json:"as"`
	// because says why, in words. Example: "Shoppers pay in one try since October".
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	// +kubebuilder:validation:XValidation:rule="self.matches('\\\\p{L}')",message="say why, in words"
	Because string `json:"because"`
}

// UtilityEndReason is how a goal ends.
// +kubebuilder:validation:Enum=Achieved;Stopped
type UtilityEndReason string

const (
	EndedAchieved UtilityEndReason = "Achieved"
	EndedStopped  UtilityEndReason = "Stopped"
)

// Beneficiary is somebody whose problem is solved.
type Beneficiary struct {
	// who says who is helped. Example: "Returning shoppers".
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=200
	Who string `json:"who"`
	// problem is what they suffer from today. Example: "One payment in eight fails at first".
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	Problem string `json:"problem"`
	// improvement is what they will notice. Example: "No second attempt".
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	Improvement string `json:"improvement"`
}

// Boundary is something that will not be traded away.
type Boundary struct {
	// name is the name of the boundary, a DNS label. Example: "no-dark-patterns".
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Name string `json:"name"`
	// statement says what the limit is. Example: "No upsell inside the payment step".
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	Statement string `json:"statement"`
}

// Owner names a person by Team and member.
type Owner struct {
	// team is the name of the owner's Team, in this namespace. Example: "payments".
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Team string `json:"team"`
	// member is the name of the owner in that Team. Example: "ana".
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=30
	Member string `json:"member"`
}

// Measure is one figure of the outcome ledger.
// +kubebuilder:validation:XValidation:rule="double(self.baseline) != double(self.target)",message="baseline and target are equal, so no progress could be told; set the target to the value you want to reach"
type Measure struct {
	// name is the name of the measure, a DNS label. Example: "first-try".
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Name string `json:"name"`
	// baseline is the value at the start. Example: "87.5".
	Baseline Decimal `json:"baseline"`
	// target is the value to reach, above or below the baseline. Example: "96".
	Target Decimal `json:"target"`
	// unit is the unit of baseline and target. Example: "%".
	// +optional
	// +kubebuilder:validation:MinLength=0
	// +kubebuilder:validation:MaxLength=20
	Unit string `json:"unit,omitempty"`
	// lagWeeks is how many weeks pass before work shows in the measure, 0 to 26: whether the work
	// helps is judged by the weeks that lie that far back. Example: 6.
	// +optional
	// +kubebuilder:default=0
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=26
	LagWeeks int32 `json:"lagWeeks,omitempty"`
	// source says where the operator reads the measure. Without one people hand in its readings
	// as evidence, which is refused where there is one.
	// +optional
	Source *MeasureSource `json:"source,omitempty"`
}

// UtilityStatus is where a Utility stands, in two ledgers that never mix: the delivery of
// Actions and the outcome, given by measures.
type UtilityStatus struct {
	ConditionedStatus `json:",inline"`
	// week is the ISO name of the running week. Example: "2026-W48".
	// +optional
	Week Week `json:"week,omitempty"`
	// currentCycle is the name of the WeeklyCycle of that week; empty where the week has none.
	// +optional
	// +kubebuilder:validation:MaxLength=253
	CurrentCycle string `json:"currentCycle,omitempty"`
	// firstWeek is the first week that had a WeeklyCycle, and stays: from then on there is a record
	// that goes with the Utility, so that it is ended before it is deleted.
	// +optional
	FirstWeek Week `json:"firstWeek,omitempty"`
	// quarter is the quarter that the week belongs to.
	// +optional
	Quarter *QuarterStatus `json:"quarter,omitempty"`
	// coverage compares the units that are delivered and planned with the required units.
	// +optional
	Coverage *Coverage `json:"coverage,omitempty"`
	// delivery is the delivery ledger of the running week.
	// +optional
	Delivery *Delivery `json:"delivery,omitempty"`
	// keyActions are the KeyActions without a parent, heaviest first.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=64
	KeyActions []KeyActionProgress `json:"keyActions,omitempty"`
	// measures are the outcome ledger.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=16
	Measures []MeasureStatus `json:"measures,omitempty"`
	// nextReview is the Review that has to be signed next.
	// +optional
	NextReview *NextReview `json:"nextReview,omitempty"`
	// suspendedWeeks are weeks that passed without a cycle while the Utility was suspended; newest
	// first, 13 at most.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=13
	SuspendedWeeks []Week `json:"suspendedWeeks,omitempty"`
	// missingWeeks are the other weeks of the running quarter between two cycles that passed
	// without one, because the operator was down or nothing could be planned; newest first, 13 at
	// most.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=13
	MissingWeeks []Week `json:"missingWeeks,omitempty"`
	// history is the results of the closed weeks, newest first, 30 at most.
	// +optional
	// +listType=map
	// +listMapKey=week
	// +kubebuilder:validation:MaxItems=30
	History []HistoryEntry `json:"history,omitempty"`
	// quarters are what the quarters came to, newest first, 8 at most: the running one as far as
	// it has come, and those before as they were when their last week closed.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=8
	Quarters []QuarterResult `json:"quarters,omitempty"`
	// columns are the cells of kubectl get.
	// +optional
	Columns *UtilityColumns `json:"columns,omitempty"`
}

// UtilityColumns are figures of the status, formatted for a table.
type UtilityColumns struct {
	// delivery is the accepted and the due work of the week. Example: "35% of 60%".
	// +kubebuilder:validation:MaxLength=20
	Delivery string `json:"delivery"`
	// outcome is the progress of the measure that moved least; "-" without a reading.
	// +kubebuilder:validation:MaxLength=20
	Outcome string `json:"outcome"`
	// covered is the coverage. Example: "83%".
	// +kubebuilder:validation:MaxLength=20
	Covered string `json:"covered"`
}

// KeyActionProgress is one KeyAction's part of the delivery ledger.
type KeyActionProgress struct {
	// name is the name of the KeyAction.
	// +kubebuilder:validation:MaxLength=63
	Name string `json:"name"`
	// weight is the percent of the Utility.
	Weight   int32 `json:"weight"`
	Delivery `json:",inline"`
	// onTrack is the status of its OnTrack condition: True, False or Unknown.
	OnTrack metav1.ConditionStatus `json:"onTrack"`
}

// MeasureStatus is one figure of the outcome ledger and how far it has come.
type MeasureStatus struct {
	// name is the name of the measure.
	// +kubebuilder:validation:MaxLength=63
	Name string `json:"name"`
	// baseline is the value at the start.
	Baseline Decimal `json:"baseline"`
	// target is the value to reach.
	Target Decimal `json:"target"`
	// current is the latest accepted reading, or what was last read from the source; empty where
	// there is none.
	// +optional
	Current Decimal `json:"current,omitempty"`
	// progressPercent is how far current has come from baseline to target, 0 to 100; empty
	// where there is no reading.
	// +optional
	ProgressPercent *int32 `json:"progressPercent,omitempty"`
	// source is how reading it from its source goes; empty where it has none.
	// +optional
	Source *MeasureSourceStatus `json:"source,omitempty"`
}

// NextReview is the Review that has to be signed next.
type NextReview struct {
	// name is the name of the Review.
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name"`
	// type is the type of the Review.
	Type ReviewType `json:"type"`
	// dueAt is the time by which the Review has to be signed.
	DueAt metav1.Time `json:"dueAt"`
}

// Utility is a goal: a problem of real users that will be solved, described on one page.
// KeyActions refer to it, and each week gets a WeeklyCycle.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:path=utilities,shortName=util,categories=praxis
// +kubebuilder:printcolumn:name="READY",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="ON-TRACK",type=string,JSONPath=`.status.conditions[?(@.type=="OnTrack")].status`
// +kubebuilder:printcolumn:name="DELIVERY",type=string,JSONPath=`.status.columns.delivery`
// +kubebuilder:printcolumn:name="OUTCOME",type=string,JSONPath=`.status.columns.outcome`
// +kubebuilder:printcolumn:name="COVERED",type=string,JSONPath=`.status.columns.covered`
// +kubebuilder:printcolumn:name="WEEK",type=string,JSONPath=`.status.week`
// +kubebuilder:printcolumn:name="OWNER",type=string,JSONPath=`.spec.owner.member`,priority=1
// +kubebuilder:printcolumn:name="NEXT-REVIEW",type=string,JSONPath=`.status.nextReview.dueAt`,priority=1
// +kubebuilder:printcolumn:name="STATEMENT",type=string,JSONPath=`.spec.statement`,priority=1
// +kubebuilder:printcolumn:name="MESSAGE",type=string,JSONPath=`.status.summary`
// +kubebuilder:validation:XValidation:rule="self.metadata.name.matches('^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$')",message="the name must be a DNS label: at most 63 of a-z, 0-9 and '-', beginning and ending with a letter or digit"
type Utility struct {
	metav1.TypeMeta `json:",inline"`
	// metadata is the standard object metadata.
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is the one page, written by people.
	Spec UtilitySpec `json:"spec"`
	// status is where the Utility stands, written by the controller.
	// +optional
	// +kubebuilder:default={observedGeneration:-1}
	Status UtilityStatus `json:"status,omitempty"`
}

// UtilityList is a list of Utilities.
// +kubebuilder:object:root=true
type UtilityList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []Utility `json:"items"`
}
