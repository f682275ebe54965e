// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ReviewType says what a Review is about.
// +kubebuilder:validation:Enum=MidweekCheck;WeeklyReview;QuarterlyReview;Calibration;Retrospective
type ReviewType string

const (
	// ReviewMidweekCheck looks at the week's gaps while there is time to act on them.
	ReviewMidweekCheck ReviewType = "MidweekCheck"
	// ReviewWeekly decides at the end of the week what becomes of unfinished Actions.
	ReviewWeekly ReviewType = "WeeklyReview"
	// ReviewQuarterly looks at what a quarter came to, and at the structure of the plan.
	ReviewQuarterly ReviewType = "QuarterlyReview"
	// ReviewCalibration asks whether the one page (the spec of the Utility) still holds.
	ReviewCalibration ReviewType = "Calibration"
	// ReviewRetrospective looks back on a goal that has ended.
	ReviewRetrospective ReviewType = "Retrospective"
)

// ReviewDecision says what becomes of an unfinished Action.
// +kubebuilder:validation:Enum=CarryOver;Drop;Reassign;Reschedule;Escalate
type ReviewDecision string

const (
	DecideCarryOver  ReviewDecision = "CarryOver"
	DecideDrop       ReviewDecision = "Drop"
	DecideReassign   ReviewDecision = "Reassign"
	DecideReschedule ReviewDecision = "Reschedule"
	DecideEscalate   ReviewDecision = "Escalate"
)

// ReviewSpec is the occasion, written by the operator, and the outcome, written by people:
// conclusion, decisions and signOff.
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.signOff) || self == oldSelf",message="the review is signed and no longer changes; decide anew in the next one"
// +kubebuilder:validation:XValidation:rule="!has(self.signOff) || has(self.conclusion) && size(self.conclusion) > 0",message="write a conclusion before you sign"
// +kubebuilder:validation:XValidation:rule="self.type != 'MidweekCheck' || !has(self.decisions) || self.decisions.all(d, d.decision in ['Drop', 'Reassign', 'Reschedule'])",message="a MidweekCheck decides Drop, Reassign or Reschedule; CarryOver and Escalate are for the WeeklyReview"
// +kubebuilder:validation:XValidation:rule="self.type in ['MidweekCheck', 'WeeklyReview'] || !has(self.decisions) || size(self.decisions) == 0",message="only a MidweekCheck and a WeeklyReview decide on Actions; write what follows into the conclusion"
// +kubebuilder:validation:XValidation:rule="self.type == oldSelf.type && self.utilityRef == oldSelf.utilityRef",message="type and utilityRef never change"
type ReviewSpec struct {
	// type is the type of the review.
	Type ReviewType `json:"type"`
	// utilityRef is the Utility that is reviewed.
	UtilityRef LocalReference `json:"utilityRef"`
	// cycleRef is the week that is reviewed, or the last one of what is; empty for Calibration.
	// +optional
	CycleRef *LocalReference `json:"cycleRef,omitempty"`
	// quarter is the quarter that a QuarterlyReview is about, or the last one of a goal that a
	// Retrospective looks back on; the operator writes it. Example: "2026-Q4".
	// +optional
	// +kubebuilder:validation:Pattern=`^[0-9]{4}-Q[1-4]$`
	// +kubebuilder:validation:MinLength=7
	// +kubebuilder:validation:MaxLength=7
	Quarter string `json:"quarter,omitempty"`
	// opensAt is the time from which the Review can be worked on.
	OpensAt metav1.Time `json:"opensAt"`
	// dueAt is the time by which the Review has to be signed.
	DueAt metav1.Time `json:"dueAt"`
	// reviewer is the user who is asked first.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Reviewer string `json:"reviewer"`
	// reviewers are the users who may sign: the Utility's owner, the lead of the owner's Team,
	// then its members with the role reviewer, people only. They are those of the plan of the
	// week, or of the running week, so that an edit of the Team or of the owner counts from the
	// next week on; those of today where none of them is left in the Team, or no week runs.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=100
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=253
	Reviewers []string `json:"reviewers,omitempty"`
	// page is the sha256, in hex, of the one page that a Calibration is about; the operator
	// writes it.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	Page string `json:"page,omitempty"`
	// conclusion is the result of the review, in words. It is needed before signing.
	// +optional
	// +kubebuilder:validation:MinLength=0
	// +kubebuilder:validation:MaxLength=4000
	// +kubebuilder:validation:XValidation:rule="self == '' || self.matches('\\\\p{L}')",message="say in words what came of the review"
	Conclusion string `json:"conclusion,omitempty"`
	// decisions are about unfinished Actions, 50 at most; for all other Actions the
	// KeyAction's onMiss decides.
	// +optional
	// +listType=map
	// +listMapKey=action
	// +kubebuilder:validation:MaxItems=50
	Decisions []ActionDecision `json:"decisions,omitempty"`
	// signOff ends the review.
	// +optional
	SignOff *SignOff `json:"signOff,omitempty"`
}

// ActionDecision is a person's decision on one unfinished Action.
// +kubebuilder:validation:XValidation:rule="self.decision != 'Reassign' || has(self.member)",message="Reassign needs a member"
// +kubebuilder:validation:XValidation:rule="self.decision != 'Reschedule' || has(self.dueAt)",message="Reschedule needs a dueAt"
type ActionDecision struct {
	// action is the name of the Action that is decided on.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Action string `json:"action"`
	// decision is CarryOver, Drop, Reassign, Reschedule or Escalate.
	Decision ReviewDecision `json:"decision"`
	// member is the name of the member who takes over the Action, with Reassign.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=30
	Member string `json:"member,omitempty"`
	// dueAt is the new time, with Reschedule.
	// +kubebuilder:validation:XValidation:rule="self > timestamp('1970-01-01T00:00:00Z') && self < timestamp('3000-01-01T00:00:00Z')",message="write an instant between the years 1970 and 3000, like 2026-11-27T12:00:00Z"
	// +optional
	DueAt *metav1.Time `json:"dueAt,omitempty"`
	// reason says why.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	// +kubebuilder:validation:XValidation:rule="self.matches('\\\\p{L}')",message="say why, in words"
	Reason string `json:"reason"`
	// by is the user who made the decision; the API server writes it. Whoever signs the Review
	// adopts the decisions of others as their own.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	By string `json:"by,omitempty"`
}

// SignOff is a person's signature.
type SignOff struct {
	// by is the user who signs; the API server writes it.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	By string `json:"by,omitempty"`
}

// AgendaItem is a gap with a proposed decision.
type AgendaItem struct {
	Gap `json:",inline"`
	// proposed is the decision that the operator proposes; empty where none is possible, for
	// an Action of the previous week.
	// +optional
	Proposed ReviewDecision `json:"proposed,omitempty"`
	// team is the Team of the Action; empty where the gap is not an Action.
	// +optional
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:MinLength=1
	Team string `json:"team,omitempty"`
	// candidates are members of the Team who can take over the Action, 20 at most: those with
	// the role of the step first, and the least loaded first among equals.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=20
	// +kubebuilder:validation:items:MaxLength=30
	// +kubebuilder:validation:items:MinLength=1
	Candidates []string `json:"candidates,omitempty"`
}

// ReviewStatus is the agenda and where the review stands.
type ReviewStatus struct {
	ConditionedStatus `json:",inline"`
	// agenda lists the gaps, the one to look at first at the top; 50 at most.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=50
	Agenda []AgendaItem `json:"agenda,omitempty"`
	// quarter is what the quarter of spec.quarter came to. Once its last week has closed, this and
	// the agenda are fixed, so that they say the same whenever the Review is read.
	// +optional
	Quarter *QuarterResult `json:"quarter,omitempty"`
}

// Review is a scheduled occasion to look at the work, conclude and decide. The operator
// makes it; a person fills it in and signs it.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=rev,categories=praxis
// +kubebuilder:selectablefield:JSONPath=`.spec.type`
// +kubebuilder:selectablefield:JSONPath=`.spec.utilityRef.name`
// +kubebuilder:printcolumn:name="TYPE",type=string,JSONPath=`.spec.type`
// +kubebuilder:printcolumn:name="COMPLETE",type=string,JSONPath=`.status.conditions[?(@.type=="Complete")].status`
// +kubebuilder:printcolumn:name="DUE",type=string,JSONPath=`.spec.dueAt`
// +kubebuilder:printcolumn:name="REVIEWER",type=string,JSONPath=`.spec.reviewer`
// +kubebuilder:printcolumn:name="MESSAGE",type=string,JSONPath=`.status.summary`
type Review struct {
	metav1.TypeMeta `json:",inline"`
	// metadata is the standard object metadata.
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is the occasion and its outcome.
	Spec ReviewSpec `json:"spec"`
	// status is the agenda and where the review stands. The default is the status of a Review
	// that is not open yet, so that a Review costs no status write until it opens.
	// +optional
	// +kubebuilder:default={observedGeneration: 1, summary: "Not open yet", conditions: {{type: "Ready", status: "True", reason: "Reconciled", message: "Scheduled", observedGeneration: 1, lastTransitionTime: "1970-01-01T00:00:00Z"}, {type: "Open", status: "False", reason: "NotYet", message: "It opens at spec.opensAt", observedGeneration: 1, lastTransitionTime: "1970-01-01T00:00:00Z"}, {type: "Complete", status: "False", reason: "NotYet", message: "Write a conclusion, decide and sign once it is open", observedGeneration: 1, lastTransitionTime: "1970-01-01T00:00:00Z"}}}
	Status ReviewStatus `json:"status,omitempty"`
}

// ReviewList is a list of Reviews.
// +kubebuilder:object:root=true
type ReviewList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []Review `json:"items"`
}
