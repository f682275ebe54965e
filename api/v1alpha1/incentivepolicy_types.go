// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Amount is an amount that is not negative, as a decimal number in a string, so that no digit is
// lost. Examples: "30", "12.50".
// +kubebuilder:validation:Pattern=`^[0-9]{1,9}(\.[0-9]{1,6})?$`
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=16
type Amount string

// Rhythm is the period over which a rule is judged.
// +kubebuilder:validation:Enum=Weekly;Quarterly;LongTerm
// +kubebuilder:validation:MaxLength=9
type Rhythm string

const (
	// RhythmWeekly judges each week for itself.
	RhythmWeekly Rhythm = "Weekly"
	// RhythmQuarterly judges the quarter.
	RhythmQuarterly Rhythm = "Quarterly"
	// RhythmLongTerm judges the quarter, and releases what it awards over the quarters after it.
	RhythmLongTerm Rhythm = "LongTerm"
)

// Per is what a rate is for.
// +kubebuilder:validation:Enum=Unit;Completion;Share
// +kubebuilder:validation:MaxLength=10
type Per string

const (
	// PerUnit is for each utility unit that accepted work carries.
	PerUnit Per = "Unit"
	// PerCompletion is for each time that a step was done and accepted.
	PerCompletion Per = "Completion"
	// PerShare is for each percent of the Utility that was accepted.
	PerShare Per = "Share"
)

// OnLeave says what becomes of what is not released when somebody has left.
// +kubebuilder:validation:Enum=Forfeit;Release
type OnLeave string

const (
	// LeaveForfeit releases nothing more.
	LeaveForfeit OnLeave = "Forfeit"
	// LeaveRelease releases all that is left at once.
	LeaveRelease OnLeave = "Release"
)

// IncentivePolicySpec says what accepted work of one Utility is worth. A change counts from the
// next quarter on; its statements hold what a quarter is paid by.
// +kubebuilder:validation:XValidation:rule="self.utilityRef == oldSelf.utilityRef && self.unit == oldSelf.unit",message="utilityRef and unit never change; make a new policy for the other Utility or unit"
type IncentivePolicySpec struct {
	// utilityRef is the Utility whose accepted work is paid; its quarter is the period.
	UtilityRef LocalReference `json:"utilityRef"`
	// unit is a currency by its code of ISO 4217, or points, which have two decimals and are no
	// money. Example: "EUR".
	// +kubebuilder:validation:Pattern=`^([A-Z]{3}|points)$`
	// +kubebuilder:validation:MinLength=3
	// +kubebuilder:validation:MaxLength=6
	Unit string `json:"unit"`
	// rules say what is paid for which work, 1 to 16. Work that several match is paid by each.
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	Rules []IncentiveRule `json:"rules"`
	// pool is the most that all rates of all persons come to in a quarter; guarantees are not
	// limited by it. Empty for no limit. Example: "20000".
	// +optional
	// +kubebuilder:validation:XValidation:rule="self.matches('[1-9]')",message="a pool of zero pays nothing; leave it out for no limit, or set shadow to only show what would be paid"
	Pool Amount `json:"pool,omitempty"`
	// cap is the most that all rates of one person come to in a quarter. Empty for no limit.
	// Example: "2500".
	// +optional
	// +kubebuilder:validation:XValidation:rule="self.matches('[1-9]')",message="a cap of zero pays nothing; leave it out for no limit, or set shadow to only show what would be paid"
	Cap Amount `json:"cap,omitempty"`
	// approvers are who may answer a dispute and approve statements.
	Approvers Approvers `json:"approvers"`
	// disputeDays is for how many days a person may dispute a statement that is proposed, 1 to 90.
	// +optional
	// +kubebuilder:default=7
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=90
	DisputeDays int32 `json:"disputeDays,omitempty"`
	// shadow computes and shows statements that are never paid, to try a policy for a quarter.
	// +optional
	Shadow bool `json:"shadow,omitempty"`
	// authoredBy is the user who changed the policy last; the API server writes it. Whoever that is
	// approves no statement of it.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	AuthoredBy string `json:"authoredBy,omitempty"`
}

// IncentiveRule says what some of the work is worth: a guarantee that is reached, or a rate for
// each that was accepted.
// +kubebuilder:validation:ExactlyOneOf=guarantee;rate
// +kubebuilder:validation:XValidation:rule="(self.rhythm == 'LongTerm') == has(self.release)",message="release belongs to rhythm LongTerm: set both or neither"
// +kubebuilder:validation:XValidation:rule="!has(self.bands) || has(self.rate)",message="bands scale a rate; a guarantee has its floor"
type IncentiveRule struct {
	// name is the name of the rule. Example: "security".
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=30
	Name string `json:"name"`
	// tiers are those whose work the rule is for. Example: ["Key"].
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=3
	Tiers []Tier `json:"tiers"`
	// level is Enterprise for the work of KeyActions that an enterprise one made, Department for
	// that of the others; empty for all.
	// +optional
	Level Level `json:"level,omitempty"`
	// rhythm is the period over which the rule is judged: Weekly, Quarterly or LongTerm.
	Rhythm Rhythm `json:"rhythm"`
	// guarantee is paid in full from a floor of completion on, and in proportion below.
	// +optional
	Guarantee *Guarantee `json:"guarantee,omitempty"`
	// rate is paid for each that was accepted.
	// +optional
	Rate *Rate `json:"rate,omitempty"`
	// bands scale a rate by the completion of the period, 10 at most, in rising order. The highest
	// that is reached counts, and below the lowest nothing is paid; without any the factor is 1.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=10
	// +kubebuilder:validation:XValidation:rule="[1,2,3,4,5,6,7,8,9].all(i, i >= size(self) || self[i-1].from < self[i].from)",message="write bands in rising order of from, each from once"
	Bands []Band `json:"bands,omitempty"`
	// release says how a long-term award is released.
	// +optional
	Release *IncentiveRelease `json:"release,omitempty"`
}

// Guarantee is an amount for work that is there as it should be.
type Guarantee struct {
	// amount is what is paid for a week, or for a quarter. Example: "30".
	Amount Amount `json:"amount"`
	// floor is the completion in percent from which on all of it is paid, 1 to 100.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100
	Floor int32 `json:"floor"`
}

// Rate is an amount for each that was accepted.
type Rate struct {
	// amount is what each is worth. Example: "25".
	Amount Amount `json:"amount"`
	// per is what the amount is for: Unit (a utility unit), Completion (a time that a step was
	// done) or Share (a percent of the Utility).
	Per Per `json:"per"`
}

// Band is a factor from a completion on.
type Band struct {
	// from is the completion in percent from which on the factor counts, 0 to 100.
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=100
	From int32 `json:"from"`
	// factor is what the rate is multiplied by. Example: "1.5".
	Factor Amount `json:"factor"`
}

// IncentiveRelease says over how many quarters an award is released.
type IncentiveRelease struct {
	// quarters is over how many of the following quarters it is released, in equal parts, 1 to 12.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=12
	Quarters int32 `json:"quarters"`
	// onLeave is what becomes of the rest when the person is in no Team of the namespace any more:
	// Forfeit or Release.
	OnLeave OnLeave `json:"onLeave"`
}

// Approvers are who decides on statements.
// +kubebuilder:validation:XValidation:rule="self.count <= size(self.users)",message="count is more than there are users; name more, or ask for fewer"
type Approvers struct {
	// users are the user names of those who may approve, 1 to 16.
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=253
	Users []string `json:"users"`
	// count is how many different ones are needed, 1 to 16.
	// +optional
	// +kubebuilder:default=2
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=16
	Count int32 `json:"count,omitempty"`
}

// IncentivePolicyStatus is whether the policy pays for what matters.
type IncentivePolicyStatus struct {
	ConditionedStatus `json:",inline"`
	// quarter is the one that is being paid. Example: "2026-Q4".
	// +optional
	// +kubebuilder:validation:MaxLength=7
	Quarter string `json:"quarter,omitempty"`
	// statements is how many there are of it.
	Statements int32 `json:"statements"`
	// payable is how many of them are of quarters that are paid, not in shadow. With any, the policy
	// is not deleted.
	// +optional
	Payable int32 `json:"payable,omitempty"`
}

// IncentivePolicy says what accepted work of one Utility is worth: never an outcome, never an
// opinion.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:path=incentivepolicies,shortName=ipol
// +kubebuilder:printcolumn:name="READY",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="ALIGNED",type=string,JSONPath=`.status.conditions[?(@.type=="Aligned")].reason`
// +kubebuilder:printcolumn:name="UTILITY",type=string,JSONPath=`.spec.utilityRef.name`
// +kubebuilder:printcolumn:name="UNIT",type=string,JSONPath=`.spec.unit`
// +kubebuilder:printcolumn:name="SHADOW",type=boolean,JSONPath=`.spec.shadow`
// +kubebuilder:printcolumn:name="QUARTER",type=string,JSONPath=`.status.quarter`
// +kubebuilder:printcolumn:name="STATEMENTS",type=integer,JSONPath=`.status.statements`
// +kubebuilder:printcolumn:name="MESSAGE",type=string,JSONPath=`.status.summary`
// +kubebuilder:validation:XValidation:rule="self.metadata.name.matches('^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$')",message="the name must be a DNS label: at most 63 of a-z, 0-9 and '-', beginning and ending with a letter or digit"
type IncentivePolicy struct {
	metav1.TypeMeta `json:",inline"`
	// metadata is the standard object metadata.
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is what work is worth, written by people.
	Spec IncentivePolicySpec `json:"spec"`
	// status is whether the policy pays for what matters, written by the controller.
	// +optional
	// +kubebuilder:default={observedGeneration:-1, statements: 0}
	Status IncentivePolicyStatus `json:"status,omitempty"`
}

// IncentivePolicyList is a list of IncentivePolicies.
// +kubebuilder:object:root=true
type IncentivePolicyList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []IncentivePolicy `json:"items"`
}
