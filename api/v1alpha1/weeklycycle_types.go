// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// WeeklyCycleSpec is one week of one Utility. The operator writes it once and it never
// changes, so that an edit of the cadence cannot move a running week.
// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="a week is written once; an edit of the Utility's cadence counts from the next week on"
type WeeklyCycleSpec struct {
	// utilityRef is the Utility that the week belongs to.
	UtilityRef LocalReference `json:"utilityRef"`
	// week is the ISO name of the week: the ISO week of the day three days after it starts.
	// Example: "2026-W48".
	Week Week `json:"week"`
	// timeZone is the IANA name of the zone in which the times below were computed.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	TimeZone string `json:"timeZone"`
	// startsAt is the first instant of the week.
	StartsAt metav1.Time `json:"startsAt"`
	// midweekAt is when the week is checked.
	MidweekAt metav1.Time `json:"midweekAt"`
	// reviewAt is when the week is reviewed.
	ReviewAt metav1.Time `json:"reviewAt"`
	// endsAt is the first instant after the week.
	EndsAt metav1.Time `json:"endsAt"`
	// workDays are those of the cadence when the week was made; Monday to Friday where there are
	// none.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=7
	WorkDays []Day `json:"workDays,omitempty"`
	// holidays are those of the cadence that lie in the week, when it was made.
	// Example: ["2026-12-25"].
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=15
	// +kubebuilder:validation:items:Pattern=`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`
	// +kubebuilder:validation:items:MinLength=10
	// +kubebuilder:validation:items:MaxLength=10
	Holidays []string `json:"holidays,omitempty"`
	// graceEndsAt is the time until which the week may be signed; it then closes by itself.
	GraceEndsAt metav1.Time `json:"graceEndsAt"`
	// plannedAt is the instant at which the plan was made; after a restart the operator still
	// plans as of this instant, never as of its own current time.
	PlannedAt metav1.Time `json:"plannedAt"`
	// plannedFrom is the instant from which occurrences count: startsAt where the previous week
	// had a cycle (or this week is planned whole for another reason), else plannedAt.
	PlannedFrom metav1.Time `json:"plannedFrom"`
	// previous is the name of the last cycle before this one, if there was one.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Previous string `json:"previous,omitempty"`
}

// WeeklyCycleStatus is how the week is going.
type WeeklyCycleStatus struct {
	ConditionedStatus `json:",inline"`
	// plan is what the week holds; it is frozen.
	// +optional
	Plan *WeekPlan `json:"plan,omitempty"`
	// counts are the numbers of Actions by state.
	// +optional
	Counts *ActionCounts `json:"counts,omitempty"`
	// Delivery of the week is the delivery of its KeyActions, by weight.
	Delivery `json:",inline"`
	// keyActions are how each KeyAction of the week does, in the order of their names. All
	// figures above a week are taken from them, so none is ever left out.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=512
	KeyActions []KeyActionWeek `json:"keyActions,omitempty"`
	// tiers are the numbers of planned and accepted Actions by tier.
	// +optional
	// +listType=map
	// +listMapKey=tier
	// +kubebuilder:validation:MaxItems=3
	Tiers []TierCount `json:"tiers,omitempty"`
	// gaps are what the week falls short in, one for each cause: work that is missing by whom it
	// is of, and work that waits by who judges it. The one to look at first is at the top; 10 at
	// most.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=10
	Gaps []Gap `json:"gaps,omitempty"`
	// missingTeams are the Teams of the plan that are not in the namespace any more. Their work
	// is handed over to whom the plan names as their members.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=128
	// +kubebuilder:validation:items:MaxLength=63
	MissingTeams []string `json:"missingTeams,omitempty"`
	// reviews are the names of the week's Reviews.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=4
	// +kubebuilder:validation:items:MaxLength=253
	Reviews []string `json:"reviews,omitempty"`
	// decidedBy is the name of the signed WeeklyReview whose decisions closed the week; empty
	// where none was signed and onMiss decided.
	// +optional
	// +kubebuilder:validation:MaxLength=253
	DecidedBy string `json:"decidedBy,omitempty"`
	// closingAt is the instant at which the week began to close: evidence that is handed in or
	// judged from then on counts for the Actions that are carried over.
	// +optional
	ClosingAt *metav1.Time `json:"closingAt,omitempty"`
	// evidence is the root hash of the accepted evidence, once the week is closed.
	// +optional
	Evidence *EvidenceRoot `json:"evidence,omitempty"`
}

// KeyActionWeek is how one KeyAction is doing in a week. The status of KeyActions and
// Utilities and the figures of closed weeks are taken from here.
type KeyActionWeek struct {
	// name is the name of the KeyAction.
	// +kubebuilder:validation:MaxLength=63
	Name     string `json:"name"`
	Delivery `json:",inline"`
	// onTrack is True, False or Unknown.
	OnTrack metav1.ConditionStatus `json:"onTrack"`
	// reason is the reason of the OnTrack condition.
	// +kubebuilder:validation:MaxLength=63
	Reason string `json:"reason"`
	// actions is the number of Actions that the KeyAction has this week, including carried ones.
	Actions int32 `json:"actions"`
	// acceptedActions is the number of Actions that were accepted in full.
	AcceptedActions int32 `json:"acceptedActions"`
	// carriedOver is how many went on into the next week.
	CarriedOver int32 `json:"carriedOver"`
	// keyTarget is the number of key-tier completions planned this week.
	KeyTarget int64 `json:"keyTarget"`
	// unitsDelivered is the number of utility units that accepted key-tier completions carry.
	UnitsDelivered int64 `json:"unitsDelivered"`
	// unitsAhead is the number of utility units that key-tier Actions of this week can still deliver.
	UnitsAhead int64 `json:"unitsAhead"`
	// exact holds the same figures before rounding, for the roll-up of an enterprise KeyAction.
	// +optional
	Exact *ExactDelivery `json:"exact,omitempty"`
	// firstGap is the gap to look at first.
	// +optional
	FirstGap *FirstGap `json:"firstGap,omitempty"`
}

// ExactDelivery is delivery as exact fractions, so that a roll-up rounds only once.
type ExactDelivery struct {
	// accepted is the accepted part of the week's work. Example: "17/40".
	// +kubebuilder:validation:MaxLength=400
	Accepted string `json:"accepted"`
	// handedIn is the accepted part plus the part that awaits a verdict; empty if none does.
	// Example: "1/2".
	// +optional
	// +kubebuilder:validation:MaxLength=400
	HandedIn string `json:"handedIn,omitempty"`
	// expected is the part that was due. Example: "3/4".
	// +kubebuilder:validation:MaxLength=400
	Expected string `json:"expected"`
	// counted is the part that was due deviation.slack ago, by which OnTrack is judged; empty
	// where it is what is expected. Example: "1/2".
	// +optional
	// +kubebuilder:validation:MaxLength=400
	Counted string `json:"counted,omitempty"`
	// judgeLate is true where a verdict takes longer than judgeWithin.
	// +optional
	JudgeLate bool `json:"judgeLate,omitempty"`
}

// ActionCounts are numbers of Actions by state; each Action counts once.
type ActionCounts struct {
	// open is how many still have work to hand in.
	Open int32 `json:"open"`
	// submitted is how many have all that is left handed in and await a verdict.
	Submitted int32 `json:"submitted"`
	// accepted is how many were accepted in full.
	Accepted int32 `json:"accepted"`
	// missed is how many are past their last due time and not handed in.
	Missed int32 `json:"missed"`
	// carriedOver is how many went on into the next week.
	CarriedOver int32 `json:"carriedOver"`
	// dropped is how many were dropped by a decision, or deleted.
	Dropped int32 `json:"dropped"`
}

// TierCount is the planned and accepted work of one tier.
type TierCount struct {
	// tier is the tier of the Actions.
	Tier Tier `json:"tier"`
	// planned is the number of Actions.
	Planned int32 `json:"planned"`
	// accepted is the number of Actions accepted in full.
	Accepted int32 `json:"accepted"`
}

// EvidenceRoot seals a closed week: a hash over its accepted evidence, chained to the previous week.
type EvidenceRoot struct {
	// count is how many pieces of evidence were accepted.
	Count int32 `json:"count"`
	// root is the sha256 of these pieces of evidence, in hex.
	// +kubebuilder:validation:MaxLength=64
	Root string `json:"root"`
	// previousRoot is the root of the previous week; empty for the first.
	// +optional
	// +kubebuilder:validation:MaxLength=64
	PreviousRoot string `json:"previousRoot,omitempty"`
	// version is the version of the algorithm that computes the root; see
	// docs/design/0015-chain-of-weeks.md.
	// +kubebuilder:default=1
	// +kubebuilder:validation:Minimum=1
	Version int32 `json:"version"`
}

// WeeklyCycle is one week of one Utility, made by the operator: it is planned and frozen at
// its start, checked midweek, and reviewed and closed at its end.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=wc,categories=praxis
// +kubebuilder:selectablefield:JSONPath=`.spec.utilityRef.name`
// +kubebuilder:selectablefield:JSONPath=`.spec.week`
// +kubebuilder:printcolumn:name="ON-TRACK",type=string,JSONPath=`.status.conditions[?(@.type=="OnTrack")].status`
// +kubebuilder:printcolumn:name="WEEK",type=string,JSONPath=`.spec.week`
// +kubebuilder:printcolumn:name="ACTIONS",type=integer,JSONPath=`.status.plan.actions`
// +kubebuilder:printcolumn:name="ACCEPTED",type=integer,JSONPath=`.status.counts.accepted`
// +kubebuilder:printcolumn:name="DEVIATION",type=integer,JSONPath=`.status.deviation`
// +kubebuilder:printcolumn:name="REVIEWED",type=string,JSONPath=`.status.conditions[?(@.type=="Reviewed")].status`
// +kubebuilder:printcolumn:name="STARTS",type=string,JSONPath=`.spec.startsAt`,priority=1
// +kubebuilder:printcolumn:name="ENDS",type=string,JSONPath=`.spec.endsAt`,priority=1
// +kubebuilder:printcolumn:name="CLOSED",type=string,JSONPath=`.status.conditions[?(@.type=="Closed")].status`,priority=1
// +kubebuilder:printcolumn:name="MESSAGE",type=string,JSONPath=`.status.summary`
type WeeklyCycle struct {
	metav1.TypeMeta `json:",inline"`
	// metadata is the standard object metadata.
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is the week and its times, written once by the operator.
	Spec WeeklyCycleSpec `json:"spec"`
	// status is how the week is going.
	// +optional
	// +kubebuilder:default={observedGeneration:-1, progressPercent: 0, expectedPercent: 0, deviation: 0}
	Status WeeklyCycleStatus `json:"status,omitempty"`
}

// WeeklyCycleList is a list of WeeklyCycles.
// +kubebuilder:object:root=true
type WeeklyCycleList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []WeeklyCycle `json:"items"`
}
