// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// EvidenceSpec is a deliverable. It is immutable: to correct it, hand in a new piece.
// +kubebuilder:validation:ExactlyOneOf=actionRef;for
// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="evidence never changes; hand in a new piece instead"
// +kubebuilder:validation:XValidation:rule="has(self.__for__) && has(self.__for__.measure) == has(self.value) || !has(self.__for__) && !has(self.value)",message="value goes with for.measure, and for.measure with a value"
type EvidenceSpec struct {
	// actionRef is the Action that this is evidence for.
	// +optional
	ActionRef *LocalReference `json:"actionRef,omitempty"`
	// for finds the Action of the week in which the evidence was created, for automation
	// that does not know the week, or names a measure of a Utility.
	// +optional
	For *EvidenceTarget `json:"for,omitempty"`
	// quantity is how many times the step was done, 1 to 1000.
	// +optional
	// +kubebuilder:default=1
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=1000
	Quantity int32 `json:"quantity,omitempty"`
	// value is the reading of the measure, where the evidence is for a measure. Example: "91.2".
	// +optional
	Value *Decimal `json:"value,omitempty"`
	// summary says what was done, in at most 2000 characters.
	// +optional
	// +kubebuilder:validation:MinLength=0
	// +kubebuilder:validation:MaxLength=2000
	Summary string `json:"summary,omitempty"`
	// artifacts show the work, 32 at most.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=32
	Artifacts []Artifact `json:"artifacts,omitempty"`
	// occurredAt is when the work was done. It is a claim: it is shown, and no figure depends on it.
	// +kubebuilder:validation:XValidation:rule="self > timestamp('1970-01-01T00:00:00Z') && self < timestamp('3000-01-01T00:00:00Z')",message="write an instant between the years 1970 and 3000, like 2026-11-27T12:00:00Z"
	// +optional
	OccurredAt *metav1.Time `json:"occurredAt,omitempty"`
	// source says which system created the evidence.
	// +optional
	Source *EvidenceOrigin `json:"source,omitempty"`
	// submittedBy is the user who handed it in; the API server writes it.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	SubmittedBy string `json:"submittedBy,omitempty"`
}

// EvidenceTarget says what the evidence is for without the name of an Action.
// +kubebuilder:validation:XValidation:rule="has(self.keyAction) && has(self.step) && !has(self.utility) && !has(self.measure) || has(self.utility) && has(self.measure) && !has(self.keyAction) && !has(self.step) && !has(self.member)",message="set keyAction and step (and member), or utility and measure"
type EvidenceTarget struct {
	// keyAction is the name of the KeyAction whose Action it is.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	KeyAction string `json:"keyAction,omitempty"`
	// step is the name of a step of that KeyAction.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=30
	Step string `json:"step,omitempty"`
	// member is the name of the member who owes the Action; it may be left out where only one does.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=30
	Member string `json:"member,omitempty"`
	// utility is the name of the Utility whose measure was read.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Utility string `json:"utility,omitempty"`
	// measure is the name of the measure that was read.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Measure string `json:"measure,omitempty"`
}

// Artifact is one thing that shows the work.
type Artifact struct {
	// name is the name of the artifact, as the Action asks for it. Example: "change".
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Name string `json:"name"`
	// type is the type of the artifact: Link, File, Metric, Object or Event.
	Type EvidenceType `json:"type"`
	// uri says where the artifact is; its scheme is http, https, git, oci or mailto.
	// Example: "https://git.example/c/42".
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=2000
	// +kubebuilder:validation:XValidation:rule="self.matches('^(https?|git|oci|mailto):[^ ]+$')",message="the URI must begin with http:, https:, git:, oci: or mailto:"
	URI string `json:"uri,omitempty"`
	// digest is the digest of the content: "sha256:" and 64 hex digits.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=71
	// +kubebuilder:validation:XValidation:rule="self.matches('^sha256:[0-9a-f]{64}$')",message="the digest must be sha256: and 64 lower-case hex digits, as sha256sum prints them"
	Digest string `json:"digest,omitempty"`
	// mediaType is the media type of the content. Example: "application/pdf".
	// +optional
	// +kubebuilder:validation:MinLength=0
	// +kubebuilder:validation:MaxLength=127
	MediaType string `json:"mediaType,omitempty"`
}

// EvidenceOrigin says which system created the evidence.
// +kubebuilder:validation:XValidation:rule="has(self.ref) || !has(self.account) && !has(self.verifiedBy)",message="account and verifiedBy are what an EvidenceSource says; leave them out, or name it in ref"
type EvidenceOrigin struct {
	// kind is the kind of the source; "Manual" is a person.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Kind string `json:"kind"`
	// id is the ID of the event in the source; two pieces with the same kind and ID for one Action count once.
	// +optional
	// +kubebuilder:validation:MinLength=0
	// +kubebuilder:validation:MaxLength=253
	ID string `json:"id,omitempty"`
	// ref is the name of the EvidenceSource by which the operator made it; nobody else sets it.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Ref string `json:"ref,omitempty"`
	// account is who did the work, by the name that the source knows. It is the member in whose
	// accounts it stands; only the operator sets it.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Account string `json:"account,omitempty"`
	// verifiedBy is who checked the work in the source, by the name that the source knows; only
	// the operator sets it.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	VerifiedBy string `json:"verifiedBy,omitempty"`
}

// Decision is what somebody decided about a piece of evidence.
// +kubebuilder:validation:Enum=Accepted;Rejected
type Decision string

const (
	DecisionAccepted Decision = "Accepted"
	DecisionRejected Decision = "Rejected"
)

// Verdict is somebody else's judgement of the evidence.
type Verdict struct {
	// decision is Accepted or Rejected.
	Decision Decision `json:"decision"`
	// note says why.
	// +optional
	// +kubebuilder:validation:MinLength=0
	// +kubebuilder:validation:MaxLength=2000
	Note string `json:"note,omitempty"`
	// by is the user who judges: never the submitter, never the member who owes the Action.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	By string `json:"by"`
	// at is when it was judged; it is shown, and no figure depends on it.
	// +kubebuilder:validation:XValidation:rule="self > timestamp('1970-01-01T00:00:00Z') && self < timestamp('3000-01-01T00:00:00Z')",message="write an instant between the years 1970 and 3000, like 2026-11-27T12:00:00Z"
	// +optional
	At *metav1.Time `json:"at,omitempty"`
}

// EvidenceStatus is what became of the evidence.
type EvidenceStatus struct {
	ConditionedStatus `json:",inline"`
	// actionRef is the Action that the evidence counts for.
	// +optional
	ActionRef *LocalReference `json:"actionRef,omitempty"`
	// cycleRef is the week of that Action.
	// +optional
	CycleRef *LocalReference `json:"cycleRef,omitempty"`
	// verdict is the verdict of a person, written through the status subresource.
	// +optional
	Verdict *Verdict `json:"verdict,omitempty"`
	// judges are the users who may judge it, 20 at most: the lead and the reviewers that the
	// Team had when the week was planned, except anyone who ever owed the Action or who handed
	// the evidence in.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=20
	// +kubebuilder:validation:items:MaxLength=253
	Judges []string `json:"judges,omitempty"`
	// judgedBy is the user whose verdict counts. It stands until the verdict changes, even if
	// that user's roles change.
	// +optional
	// +kubebuilder:validation:MaxLength=253
	JudgedBy string `json:"judgedBy,omitempty"`
}

// Evidence is a deliverable that somebody hands in for an Action and somebody else accepts.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:path=evidence,shortName=evd,categories=praxis
// +kubebuilder:selectablefield:JSONPath=`.spec.actionRef.name`
// +kubebuilder:selectablefield:JSONPath=`.spec.submittedBy`
// +kubebuilder:selectablefield:JSONPath=`.status.cycleRef.name`
// +kubebuilder:printcolumn:name="ACCEPTED",type=string,JSONPath=`.status.conditions[?(@.type=="Accepted")].status`
// +kubebuilder:printcolumn:name="ACTION",type=string,JSONPath=`.status.actionRef.name`
// +kubebuilder:printcolumn:name="BY",type=string,JSONPath=`.spec.submittedBy`
// +kubebuilder:printcolumn:name="QUANTITY",type=integer,JSONPath=`.spec.quantity`
// +kubebuilder:printcolumn:name="MESSAGE",type=string,JSONPath=`.status.summary`
type Evidence struct {
	metav1.TypeMeta `json:",inline"`
	// metadata is the standard object metadata.
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is the deliverable, immutable.
	Spec EvidenceSpec `json:"spec"`
	// status is what became of the evidence.
	// +optional
	// +kubebuilder:default={observedGeneration:-1}
	Status EvidenceStatus `json:"status,omitempty"`
}

// EvidenceList is a list of Evidence.
// +kubebuilder:object:root=true
type EvidenceList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []Evidence `json:"items"`
}
