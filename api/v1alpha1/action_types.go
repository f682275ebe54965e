// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ActionSpec is what one person owes in one week, by one standard. The operator writes it when the
// week is planned, and it is frozen: only member, user, target, share, occurrences and
// dropped change afterwards, each with an amendment that says why.
// +kubebuilder:validation:XValidation:rule="(self.member == oldSelf.member && self.user == oldSelf.user && self.target == oldSelf.target && self.share == oldSelf.share && self.occurrences == oldSelf.occurrences && (has(self.dropped) && self.dropped) == (has(oldSelf.dropped) && oldSelf.dropped)) || (has(self.amendments) ? size(self.amendments) : 0) > (has(oldSelf.amendments) ? size(oldSelf.amendments) : 0)",message="the plan of a week is frozen; add an entry to amendments that says why"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.amendments) || has(self.amendments) && size(self.amendments) >= size(oldSelf.amendments) && [0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19].all(i, i >= size(oldSelf.amendments) || self.amendments[i] == oldSelf.amendments[i])",message="amendments are only added at the end, never changed or removed"
// +kubebuilder:validation:XValidation:rule="self.occurrences.map(o, o.quantity).sum() == self.target",message="the quantities of occurrences have to add up to target"
// +kubebuilder:validation:XValidation:rule="has(self.carriedFrom) == has(oldSelf.carriedFrom) && (!has(self.carriedFrom) || self.carriedFrom == oldSelf.carriedFrom) && has(self.dependsOn) == has(oldSelf.dependsOn) && (!has(self.dependsOn) || self.dependsOn == oldSelf.dependsOn) && has(self.evidence) == has(oldSelf.evidence) && (!has(self.evidence) || self.evidence == oldSelf.evidence) && has(self.originWeek) == has(oldSelf.originWeek) && (!has(self.originWeek) || self.originWeek == oldSelf.originWeek) && has(self.splitFrom) == has(oldSelf.splitFrom) && (!has(self.splitFrom) || self.splitFrom == oldSelf.splitFrom)",message="carriedFrom, originWeek, splitFrom, dependsOn and evidence never change after the week is planned"
// +kubebuilder:validation:XValidation:rule="self.utilityRef == oldSelf.utilityRef && self.keyActionRef == oldSelf.keyActionRef && self.cycleRef == oldSelf.cycleRef && self.step == oldSelf.step && self.tier == oldSelf.tier && self.do == oldSelf.do && self.team == oldSelf.team && self.duration == oldSelf.duration && self.standard == oldSelf.standard && self.contribution == oldSelf.contribution && self.carries == oldSelf.carries",message="the plan of a week is frozen; edit the KeyAction, which counts from the next week on"
// +kubebuilder:validation:XValidation:rule="self.share == oldSelf.share || has(self.amendments) && has(self.amendments[size(self.amendments) - 1].split)",message="the share changes only with a split, by the part that is given away"
// +kubebuilder:validation:XValidation:rule="(has(self.amendments) ? size(self.amendments) : 0) <= (has(oldSelf.amendments) ? size(oldSelf.amendments) : 0) || !has(self.amendments[size(self.amendments) - 1].split) || self.amendments[size(self.amendments) - 1].split.member != self.member && self.amendments[size(self.amendments) - 1].split.user != self.user && self.member == oldSelf.member && self.user == oldSelf.user && (has(self.dropped) && self.dropped) == (has(oldSelf.dropped) && oldSelf.dropped)",message="a split gives a part to somebody else and changes nothing of whose the rest is"
// +kubebuilder:validation:XValidation:rule="(has(self.amendments) ? size(self.amendments) : 0) <= (has(oldSelf.amendments) ? size(oldSelf.amendments) : 0) || !has(self.amendments[size(self.amendments) - 1].split) || !has(oldSelf.dropped) || !oldSelf.dropped",message="it was dropped, and nothing of it is left to split; give the work to somebody by a new step of the KeyAction"
// +kubebuilder:validation:XValidation:rule="(has(self.amendments) ? size(self.amendments) : 0) <= (has(oldSelf.amendments) ? size(oldSelf.amendments) : 0) || !has(self.amendments[size(self.amendments) - 1].split) || self.target + self.amendments[size(self.amendments) - 1].split.quantity == oldSelf.target && self.share + self.amendments[size(self.amendments) - 1].split.share == oldSelf.share && self.amendments[size(self.amendments) - 1].split.share == oldSelf.share * self.amendments[size(self.amendments) - 1].split.quantity / oldSelf.target",message="both parts of a split have to add up to what was there: target and split.quantity to the target, share and split.share to the share, and split.share is floor(share * quantity / target)"
// +kubebuilder:validation:XValidation:rule="(has(self.amendments) ? size(self.amendments) : 0) <= (has(oldSelf.amendments) ? size(oldSelf.amendments) : 0) || !has(self.amendments[size(self.amendments) - 1].split) || oldSelf.occurrences.all(o, self.occurrences.filter(n, n.dueAt == o.dueAt).map(n, n.quantity).sum() + self.amendments[size(self.amendments) - 1].split.occurrences.filter(n, n.dueAt == o.dueAt).map(n, n.quantity).sum() == oldSelf.occurrences.filter(n, n.dueAt == o.dueAt).map(n, n.quantity).sum())",message="the occurrences of both parts of a split have to add up to those that were there, by when they are due"
type ActionSpec struct {
	// utilityRef is the Utility that the Action carries.
	UtilityRef LocalReference `json:"utilityRef"`
	// keyActionRef is the KeyAction that the Action belongs to.
	KeyActionRef LocalReference `json:"keyActionRef"`
	// cycleRef is the week that the Action belongs to.
	CycleRef LocalReference `json:"cycleRef"`
	// step is the name of a step of the KeyAction's package.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=30
	Step string `json:"step"`
	// tier is the tier of the step.
	Tier Tier `json:"tier"`
	// do says what has to be done.
	// +kubebuilder:validation:MinLength=0
	// +kubebuilder:validation:MaxLength=2000
	Do string `json:"do"`
	// team is the name of the person's Team.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Team string `json:"team"`
	// member is the name of the member who owes the Action; empty where nobody does, because
	// whoever did has left the Team.
	// +kubebuilder:validation:Pattern=`^([a-z0-9]([-a-z0-9]*[a-z0-9])?)?$`
	// +kubebuilder:validation:MinLength=0
	// +kubebuilder:validation:MaxLength=30
	Member string `json:"member"`
	// user is the member's Kubernetes user name when the week was planned; empty where nobody
	// owes the Action.
	// +kubebuilder:validation:MinLength=0
	// +kubebuilder:validation:MaxLength=253
	User string `json:"user"`
	// target is how many times the step has to be done this week, at least 1.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=1000
	Target int32 `json:"target"`
	// occurrences say how many times are due by when, earliest first; they add up to the target.
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	Occurrences []Occurrence `json:"occurrences"`
	// duration is the effort of doing it once.
	Duration Duration `json:"duration"`
	// standard is what the work is judged by.
	Standard Standard `json:"standard"`
	// evidence lists the artifacts that are asked for.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=16
	Evidence []EvidenceRequirement `json:"evidence,omitempty"`
	// dependsOn are steps of the same KeyAction and week that have to be done first.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=20
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=30
	DependsOn []string `json:"dependsOn,omitempty"`
	// share is the part of the KeyAction's week, in basis points (2500 is a quarter).
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=10000
	Share int32 `json:"share"`
	// contribution is the number of utility units that each accepted completion carries; 0
	// outside the Key tier.
	// +kubebuilder:validation:Minimum=0
	Contribution int64 `json:"contribution"`
	// carriedFrom is the name of the previous week's Action that this one continues.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	CarriedFrom string `json:"carriedFrom,omitempty"`
	// originWeek is the week in which a carried Action was first planned.
	// +optional
	OriginWeek Week `json:"originWeek,omitempty"`
	// carries is how often the Action has been carried over.
	// +kubebuilder:default=0
	// +kubebuilder:validation:Minimum=0
	Carries int32 `json:"carries"`
	// splitFrom is the name of the Action of the same week that this one was a part of.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	SplitFrom string `json:"splitFrom,omitempty"`
	// dropped takes the Action out of the plan; it no longer counts.
	// +optional
	Dropped bool `json:"dropped,omitempty"`
	// amendments are the changes made after the week was planned, oldest first, 20 at most;
	// entries are only ever added.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=20
	Amendments []Amendment `json:"amendments,omitempty"`
}

// Occurrence is a part of the target and the time by which it is due.
type Occurrence struct {
	// dueAt is the instant by which it is due.
	// +kubebuilder:validation:XValidation:rule="self > timestamp('1970-01-01T00:00:00Z') && self < timestamp('3000-01-01T00:00:00Z')",message="write an instant between the years 1970 and 3000, like 2026-11-27T12:00:00Z"
	DueAt metav1.Time `json:"dueAt"`
	// quantity is how many times are due by then, at least 1.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=1000
	Quantity int32 `json:"quantity"`
}

// Amendment says why a frozen Action was changed, and who did it.
type Amendment struct {
	// reason says why it was changed. Example: "Ben is ill; Ana takes it".
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	// +kubebuilder:validation:XValidation:rule="self.matches('\\\\p{L}')",message="say why, in words"
	Reason string `json:"reason"`
	// from is whose Action it was, where the amendment gives it to somebody else; the API
	// server writes it. Nobody who ever owed an Action may judge its evidence.
	// +optional
	From *Assignee `json:"from,omitempty"`
	// split gives a part of what the Action asks for to another member. The operator makes an
	// Action of it.
	// +optional
	Split *Split `json:"split,omitempty"`
	// by is the user who made the change; the API server writes it.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	By string `json:"by,omitempty"`
	// review is the name of the Review whose signed decision the change carries out.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Review string `json:"review,omitempty"`
}

// Split is a part of an Action that somebody else does. What it gives away and what stays add up
// to what was there.
// +kubebuilder:validation:XValidation:rule="self.occurrences.map(o, o.quantity).sum() == self.quantity",message="the quantities of occurrences have to add up to quantity"
type Split struct {
	// member is the name of the member of the Team who does the part.
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=30
	Member string `json:"member"`
	// user is the user name of the member.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	User string `json:"user"`
	// quantity is how many times of the target the member does.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=1000
	Quantity int32 `json:"quantity"`
	// share is the part of the share that goes along, in basis points:
	// floor(share * quantity / target).
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=10000
	Share int32 `json:"share"`
	// occurrences say how many times are due by when; they add up to the quantity.
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	Occurrences []Occurrence `json:"occurrences"`
}

// Assignee is the person who owes an Action, or owed it before.
type Assignee struct {
	// member is the name of the member.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Member string `json:"member"`
	// user is the user name of the member.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	User string `json:"user"`
}

// ActionStatus is the evidence that has come in for an Action.
type ActionStatus struct {
	ConditionedStatus `json:",inline"`
	// accepted is the quantity that was accepted, at most the target.
	Accepted int32 `json:"accepted"`
	// pending is the quantity that awaits a verdict, at most what is left of the target.
	Pending int32 `json:"pending"`
	// rejected is the quantity that was rejected.
	Rejected int32 `json:"rejected"`
	// lastEvidence is the name of the latest piece of evidence.
	// +optional
	// +kubebuilder:validation:MaxLength=253
	LastEvidence string `json:"lastEvidence,omitempty"`
	// lastRejected is true where the latest piece of evidence was rejected.
	// +optional
	LastRejected bool `json:"lastRejected,omitempty"`
	// pendingSince is since when the oldest piece that awaits a verdict does so; empty where none
	// does.
	// +optional
	PendingSince *metav1.Time `json:"pendingSince,omitempty"`
	// blockedBy are the Actions that this one depends on and that are unfinished and past due.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=20
	// +kubebuilder:validation:items:MaxLength=253
	BlockedBy []string `json:"blockedBy,omitempty"`
}

// Action is what one person owes in one week: how many times, by when and to what
// standard. Its state is the reason of its OnTrack condition.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=act,categories=praxis
// +kubebuilder:selectablefield:JSONPath=`.spec.member`
// +kubebuilder:selectablefield:JSONPath=`.spec.user`
// +kubebuilder:selectablefield:JSONPath=`.spec.team`
// +kubebuilder:selectablefield:JSONPath=`.spec.cycleRef.name`
// +kubebuilder:selectablefield:JSONPath=`.spec.keyActionRef.name`
// +kubebuilder:selectablefield:JSONPath=`.spec.utilityRef.name`
// +kubebuilder:printcolumn:name="STATE",type=string,JSONPath=`.status.conditions[?(@.type=="OnTrack")].reason`
// +kubebuilder:printcolumn:name="MEMBER",type=string,JSONPath=`.spec.member`
// +kubebuilder:printcolumn:name="TIER",type=string,JSONPath=`.spec.tier`
// +kubebuilder:printcolumn:name="ACCEPTED",type=integer,JSONPath=`.status.accepted`
// +kubebuilder:printcolumn:name="TARGET",type=integer,JSONPath=`.spec.target`
// +kubebuilder:printcolumn:name="DUE",type=string,JSONPath=`.spec.occurrences[-1:].dueAt`
// +kubebuilder:printcolumn:name="KEY-ACTION",type=string,JSONPath=`.spec.keyActionRef.name`,priority=1
// +kubebuilder:printcolumn:name="SHARE",type=integer,JSONPath=`.spec.share`,priority=1
// +kubebuilder:printcolumn:name="DO",type=string,JSONPath=`.spec.do`,priority=1
// +kubebuilder:printcolumn:name="MESSAGE",type=string,JSONPath=`.status.summary`
type Action struct {
	metav1.TypeMeta `json:",inline"`
	// metadata is the standard object metadata.
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is what is owed, frozen when the week was planned.
	Spec ActionSpec `json:"spec"`
	// status is what has come in. The default is the status of a fresh Action, so that an
	// Action costs no status write before something is due.
	// +optional
	// +kubebuilder:default={observedGeneration: 1, accepted: 0, pending: 0, rejected: 0, summary: "Hand in evidence before it is due", conditions: {{type: "Ready", status: "True", reason: "Reconciled", message: "Planned with its week", observedGeneration: 1, lastTransitionTime: "1970-01-01T00:00:00Z"}, {type: "OnTrack", status: "Unknown", reason: "NotDue", message: "Nothing is due yet; hand in evidence before it is", observedGeneration: 1, lastTransitionTime: "1970-01-01T00:00:00Z"}}}
	Status ActionStatus `json:"status,omitempty"`
}

// ActionList is a list of Actions.
// +kubebuilder:object:root=true
type ActionList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []Action `json:"items"`
}
