// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// IncentiveStatementSpec is whose quarter it is and what it is paid by, written by the operator,
// and what people say to it: dispute, resolution and approvals.
// +kubebuilder:validation:XValidation:rule="self.policyRef == oldSelf.policyRef && self.utilityRef == oldSelf.utilityRef && self.quarter == oldSelf.quarter && self.user == oldSelf.user && self.policy == oldSelf.policy && self.policyHash == oldSelf.policyHash",message="whose quarter it is and what it is paid by never change; a change of the policy counts from the next quarter on"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.dispute) || has(self.dispute) && self.dispute == oldSelf.dispute",message="a dispute stays as it was written"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.resolution) || has(self.resolution) && self.resolution == oldSelf.resolution",message="a resolution stays as it was written"
// +kubebuilder:validation:XValidation:rule="!has(self.resolution) || has(self.dispute)",message="there is no dispute to resolve"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.approvals) || has(self.approvals) && size(self.approvals) >= size(oldSelf.approvals) && [0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15].all(i, i >= size(oldSelf.approvals) || self.approvals[i] == oldSelf.approvals[i])",message="approvals are only added at the end, never changed or removed"
type IncentiveStatementSpec struct {
	// policyRef is the IncentivePolicy that the statement is of.
	PolicyRef LocalReference `json:"policyRef"`
	// utilityRef is the Utility whose quarter it is.
	UtilityRef LocalReference `json:"utilityRef"`
	// quarter is the period. Example: "2026-Q4".
	// +kubebuilder:validation:Pattern=`^[0-9]{4}-Q[1-4]$`
	// +kubebuilder:validation:MinLength=7
	// +kubebuilder:validation:MaxLength=7
	Quarter string `json:"quarter"`
	// user is the user name of the person.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	User string `json:"user"`
	// policy is the policy as it was when the quarter's first statement was made; the quarter is
	// paid by it.
	Policy IncentivePolicySpec `json:"policy"`
	// policyHash is the sha256 of policy, in hex, over its canonical JSON (RFC 8785).
	// +kubebuilder:validation:MinLength=64
	// +kubebuilder:validation:MaxLength=64
	PolicyHash string `json:"policyHash"`
	// dispute is what the person holds against it, written once while it may be disputed.
	// +optional
	Dispute *Dispute `json:"dispute,omitempty"`
	// resolution is an approver's answer to the dispute.
	// +optional
	Resolution *Resolution `json:"resolution,omitempty"`
	// approvals are who agreed to it, oldest first; entries are only ever added.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=16
	Approvals []Approval `json:"approvals,omitempty"`
}

// Dispute is what a person holds against a statement.
type Dispute struct {
	// reason says what is wrong. Example: "Week 48 counts four interviews, and I did five".
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1000
	// +kubebuilder:validation:XValidation:rule="self.matches('\\\\p{L}')",message="say what is wrong, in words"
	Reason string `json:"reason"`
	// by is the user who disputes it; the API server writes it.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	By string `json:"by,omitempty"`
}

// Resolution answers a dispute.
type Resolution struct {
	// note says what was found.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1000
	// +kubebuilder:validation:XValidation:rule="self.matches('\\\\p{L}')",message="say what was found, in words"
	Note string `json:"note"`
	// adjust is an amount that is added, or taken away where it begins with "-"; it is a line of its
	// own. Empty changes nothing. Example: "25".
	// +optional
	// +kubebuilder:validation:Pattern=`^-?[0-9]{1,9}(\.[0-9]{1,3})?$`
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=14
	Adjust string `json:"adjust,omitempty"`
	// by is the approver who answers; the API server writes it.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	By string `json:"by,omitempty"`
}

// Approval is an approver's agreement.
type Approval struct {
	// by is the approver; the API server writes it.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	By string `json:"by,omitempty"`
	// note is what the approver has to say to it.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	Note string `json:"note,omitempty"`
}

// LineKind says what a line of a statement is.
// +kubebuilder:validation:Enum=Counted;Earned;Awarded;Released;Forfeited;Corrected;Adjusted
// +kubebuilder:validation:MaxLength=9
type LineKind string

const (
	// LineCounted is what a week came to by a rule that is judged over the quarter; it has no amount.
	LineCounted LineKind = "Counted"
	// LineEarned is what a week or the quarter came to, with its amount.
	LineEarned LineKind = "Earned"
	// LineAwarded is a long-term award, which is released later and not part of the total.
	LineAwarded LineKind = "Awarded"
	// LineReleased is a part of an earlier award.
	LineReleased LineKind = "Released"
	// LineForfeited is a part of an earlier award that was not released, since the person had left;
	// it is not part of the total.
	LineForfeited LineKind = "Forfeited"
	// LineCorrected takes back what an earlier statement paid for work that was changed after it.
	LineCorrected LineKind = "Corrected"
	// LineAdjusted is what the resolution of the dispute added or took away.
	LineAdjusted LineKind = "Adjusted"
)

// IncentiveLine is a part of a statement.
type IncentiveLine struct {
	// kind says what the line is. Only Earned, Released, Corrected and Adjusted add up to the total.
	Kind LineKind `json:"kind"`
	// week is the one that the line is about; empty where it is about the quarter.
	// +optional
	Week Week `json:"week,omitempty"`
	// of is the earlier quarter that the line is about.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=7
	Of string `json:"of,omitempty"`
	// rule is the name of the rule; empty for an adjustment.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=30
	Rule string `json:"rule,omitempty"`
	// acc is how many times the work was done and accepted.
	// +optional
	Acc int64 `json:"acc,omitempty"`
	// due is how many times it was due.
	// +optional
	Due int64 `json:"due,omitempty"`
	// counted is what the rate is multiplied by, before the factor: units, completions or percent,
	// as a fraction. Example: "17/40".
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=400
	Counted string `json:"counted,omitempty"`
	// completion is acc in percent of due, rounded down, so that a band or a floor that is just
	// missed shows.
	// +optional
	Completion int32 `json:"completion,omitempty"`
	// amount is what it comes to, in the unit of the policy. Example: "37.50".
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=24
	Amount string `json:"amount,omitempty"`
}

// WeekRoot is the evidence root of a closed week.
type WeekRoot struct {
	// week is the name of the week.
	Week Week `json:"week"`
	// root is its evidence root, in hex.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	Root string `json:"root"`
}

// WorkChange is work that counts differently than it did when its week closed.
type WorkChange struct {
	// week is the one that was changed.
	Week Week `json:"week"`
	// rule is the name of the rule that paid for it.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=30
	Rule string `json:"rule"`
	// amount is what was paid for it too much, below zero. Example: "-25.00".
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=24
	Amount string `json:"amount"`
}

// IncentiveStatementStatus is what the quarter comes to for the person.
type IncentiveStatementStatus struct {
	ConditionedStatus `json:",inline"`
	// lines are what the statement is made of: by kind, rule and week.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=480
	Lines []IncentiveLine `json:"lines,omitempty"`
	// total is the sum of the lines that are to be paid, in the unit of the policy.
	// +optional
	// +kubebuilder:validation:MaxLength=24
	Total string `json:"total,omitempty"`
	// roots are the evidence roots of the closed weeks of the quarter, which the lines stand on.
	// +optional
	// +listType=map
	// +listMapKey=week
	// +kubebuilder:validation:MaxItems=26
	Roots []WeekRoot `json:"roots,omitempty"`
	// disputable is true while the person may dispute the statement.
	// +optional
	Disputable bool `json:"disputable,omitempty"`
	// disputeUntil is when that ends.
	// +optional
	DisputeUntil *metav1.Time `json:"disputeUntil,omitempty"`
	// changes are work that was changed after its week had closed, 26 at most; the next statement
	// takes back what was paid for it.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=26
	Changes []WorkChange `json:"changes,omitempty"`
}

// IncentiveStatement is what one person's accepted work of one quarter comes to by one policy. The
// operator makes it.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=ist
// +kubebuilder:selectablefield:JSONPath=`.spec.user`
// +kubebuilder:selectablefield:JSONPath=`.spec.quarter`
// +kubebuilder:selectablefield:JSONPath=`.spec.policyRef.name`
// +kubebuilder:printcolumn:name="USER",type=string,JSONPath=`.spec.user`
// +kubebuilder:printcolumn:name="QUARTER",type=string,JSONPath=`.spec.quarter`
// +kubebuilder:printcolumn:name="TOTAL",type=string,JSONPath=`.status.total`
// +kubebuilder:printcolumn:name="UNIT",type=string,JSONPath=`.spec.policy.unit`
// +kubebuilder:printcolumn:name="APPROVED",type=string,JSONPath=`.status.conditions[?(@.type=="Approved")].reason`
// +kubebuilder:printcolumn:name="PAYABLE",type=string,JSONPath=`.status.conditions[?(@.type=="Payable")].status`
// +kubebuilder:printcolumn:name="VERIFIED",type=string,JSONPath=`.status.conditions[?(@.type=="Verified")].reason`,priority=1
// +kubebuilder:printcolumn:name="MESSAGE",type=string,JSONPath=`.status.summary`
type IncentiveStatement struct {
	metav1.TypeMeta `json:",inline"`
	// metadata is the standard object metadata.
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is whose quarter it is, and what people say to it.
	Spec IncentiveStatementSpec `json:"spec"`
	// status is what it comes to, written by the controller.
	// +optional
	// +kubebuilder:default={observedGeneration:-1}
	Status IncentiveStatementStatus `json:"status,omitempty"`
}

// IncentiveStatementList is a list of IncentiveStatements.
// +kubebuilder:object:root=true
type IncentiveStatementList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []IncentiveStatement `json:"items"`
}
