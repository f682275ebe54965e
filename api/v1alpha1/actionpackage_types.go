// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Package is an action package: what is done, with which inputs, to what standard, and the
// structure of steps that makes the key step certain to happen.
type Package struct {
	// definition says what the action is, in one or two sentences. May use $(params.NAME).
	// Example: "Talk to five shoppers within a week of their failed payment and ship one fix".
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1000
	Definition string `json:"definition"`
	// inputs are what must be there before work begins, 16 at most. May use $(params.NAME).
	// Example: ["failed-payment list"].
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=16
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=200
	Inputs []string `json:"inputs,omitempty"`
	// outputs are what the work leaves behind, 16 at most. May use $(params.NAME).
	// Example: ["ranked causes", "one shipped fix"].
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=16
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=200
	Outputs []string `json:"outputs,omitempty"`
	// standard is what the whole action is judged by. May use $(params.NAME).
	// Example: "A fix is live and its cause is gone from the next list".
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1000
	Standard string `json:"standard"`
	// collaborators are other Teams that take part, 16 at most. They are
	// named for information; nothing is planned for them.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=16
	Collaborators []Collaborator `json:"collaborators,omitempty"`
	// steps are the action structure, 1 to 20. A step's weight is its percent of the
	// KeyAction's week, and the weights add up to 100.
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	Steps []Step `json:"steps"`
}

// Collaborator is another Team that takes part, or a role in it.
type Collaborator struct {
	// team is the name of the Team that takes part. Example: "support".
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Team string `json:"team"`
	// role is the role in that Team. Example: "agent".
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Role string `json:"role,omitempty"`
}

// Step is one kind of work in the structure of an action: how often it is done, by whom,
// by when and to what standard.
// +kubebuilder:validation:XValidation:rule="!has(self.dependsOn) || !(self.name in self.dependsOn)",message="a step cannot depend on itself; remove its own name from dependsOn"
type Step struct {
	// name is the name of the step, a DNS label of at most 30 characters; it is part of the names
	// of its Actions. Example: "recruit".
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=30
	Name string `json:"name"`
	// tier is Foundation, Intermediate or Key. An accepted Key step carries
	// the KeyAction's contribution; a package without a Key step cannot carry anything.
	Tier Tier `json:"tier"`
	// do says what is done, beginning with a verb. May use $(params.NAME).
	// Example: "Invite shoppers from the failed-payment list".
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=500
	Do string `json:"do"`
	// assign says who does it.
	Assign Assignment `json:"assign"`
	// times is how often each assigned person does it in a week, 1 to 1000. Example: 5.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=1000
	Times int32 `json:"times"`
	// every is the number of weeks from one planned week to the next, 1 to 53; 1 is every
	// week. A step is planned where the number of the week, counted from Monday 1970-01-05,
	// is divisible by it, so that all steps with the same value fall in the same weeks.
	// Example: 2.
	// +optional
	// +kubebuilder:default=1
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=53
	Every int32 `json:"every,omitempty"`
	// duration is the effort of doing it once, in hours and minutes. Example: "45m".
	Duration Duration `json:"duration"`
	// due are the moments of the week by which the step is due, 20 at most; none means the
	// review, or the last working day before it where that is a holiday. The times are spread
	// evenly over them, and the earlier moments take the remainder: five times over two moments
	// are three and two.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=20
	Due []WeekMoment `json:"due,omitempty"`
	// weight is the percent of the KeyAction's week, 0 to 100; the weights of all steps add up to 100.
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=100
	Weight int32 `json:"weight"`
	// dependsOn are steps of this package that have to be done first, 20 at most; the graph must
	// have no cycle. A deviation is traced along it to the first gap. Example: ["recruit"].
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=20
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=30
	DependsOn []string `json:"dependsOn,omitempty"`
	// evidence lists the artifacts that are asked for, 16 at most.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=16
	Evidence []EvidenceRequirement `json:"evidence,omitempty"`
	// standard is what the work is judged by.
	Standard Standard `json:"standard"`
}

// AssignMode says how a step finds its people.
// +kubebuilder:validation:Enum=Each;Rotate;Lead;Member
type AssignMode string

const (
	// AssignEach gives the step to all members with the role.
	AssignEach AssignMode = "Each"
	// AssignRotate gives the step to one member with the role, a different one in turn each week.
	AssignRotate AssignMode = "Rotate"
	// AssignLead gives the step to the lead of the Team.
	AssignLead AssignMode = "Lead"
	// AssignMember gives the step to one member by name.
	AssignMember AssignMode = "Member"
)

// Assignment says who does a step.
// +kubebuilder:validation:XValidation:rule="!(self.mode in ['Each', 'Rotate']) || has(self.role)",message="mode Each and Rotate choose by role; set assign.role"
// +kubebuilder:validation:XValidation:rule="self.mode != 'Member' || has(self.member)",message="mode Member needs a person; set assign.member"
// +kubebuilder:validation:XValidation:rule="self.mode in ['Each', 'Rotate'] || !has(self.role)",message="role goes with mode Each and Rotate only; remove assign.role or change the mode"
// +kubebuilder:validation:XValidation:rule="self.mode == 'Member' || !has(self.member)",message="member goes with mode Member only; remove assign.member or change the mode"
type Assignment struct {
	// mode is Each (all members with the role), Rotate (one member with the role, a different
	// one in turn each week), Lead (the Team's lead) or Member (one member by name).
	Mode AssignMode `json:"mode"`
	// role is what Each and Rotate choose by. May use $(params.NAME). Example: "engineer".
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Role string `json:"role,omitempty"`
	// member is the person that mode Member names. May use $(params.NAME). Example: "ben".
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Member string `json:"member,omitempty"`
}

// EvidenceType says what kind of thing an artifact is.
// +kubebuilder:validation:Enum=Link;File;Metric;Object;Event
type EvidenceType string

const (
	EvidenceLink   EvidenceType = "Link"
	EvidenceFile   EvidenceType = "File"
	EvidenceMetric EvidenceType = "Metric"
	EvidenceObject EvidenceType = "Object"
	EvidenceEvent  EvidenceType = "Event"
)

// EvidenceRequirement is an artifact that evidence should hold.
type EvidenceRequirement struct {
	// name is the name of the artifact. Example: "notes".
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Name string `json:"name"`
	// type is the type of the artifact: Link, File, Metric, Object or Event.
	Type EvidenceType `json:"type"`
	// required says that a piece of evidence without this artifact does not count.
	// +optional
	Required bool `json:"required,omitempty"`
}

// Standard is what work is judged by.
type Standard struct {
	// statement is what a reviewer judges by. May use $(params.NAME).
	// Example: "Merged, deployed, and linked".
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1000
	Statement string `json:"statement"`
	// check is a CEL expression over evidence and action (the spec of each) that must be
	// true. May use $(params.NAME).
	// Example: "evidence.artifacts.exists(a, a.uri.startsWith('https://'))".
	// +optional
	// +kubebuilder:validation:MinLength=0
	// +kubebuilder:validation:MaxLength=1000
	Check string `json:"check,omitempty"`
	// autoAccept accepts evidence that passes the check without a reviewer, where the
	// submitter is not the member who owes the Action.
	// +optional
	AutoAccept bool `json:"autoAccept,omitempty"`
}

// Parameter is a value that a KeyAction can set in a package.
type Parameter struct {
	// name is the NAME in $(params.NAME). Example: "product".
	// +kubebuilder:validation:Pattern=`^[A-Za-z][A-Za-z0-9_-]*$`
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Name string `json:"name"`
	// description says what the value is for.
	// +optional
	// +kubebuilder:validation:MinLength=0
	// +kubebuilder:validation:MaxLength=500
	Description string `json:"description,omitempty"`
	// default is the value where the KeyAction sets none; without a default it must set one.
	// +optional
	// +kubebuilder:validation:MinLength=0
	// +kubebuilder:validation:MaxLength=500
	Default *string `json:"default,omitempty"`
}

// ActionPackageSpec is a package with the parameters that adapt it to the KeyActions that use it.
type ActionPackageSpec struct {
	// parameters can be used in the package's strings as $(params.NAME); 32 at most.
	// Numbers are not templated: packageRef.overrides changes them step by step.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=32
	Parameters []Parameter `json:"parameters,omitempty"`
	// package is what KeyActions take over.
	Package Package `json:"package"`
}

// ActionPackage is a reusable action package. It is static: it has no status and
// is read when a KeyAction uses it; a change counts from the next week on.
// +kubebuilder:object:root=true
// +kubebuilder:resource:shortName=pkg,categories=praxis
// +kubebuilder:printcolumn:name="DEFINITION",type=string,JSONPath=`.spec.package.definition`
// +kubebuilder:printcolumn:name="STANDARD",type=string,JSONPath=`.spec.package.standard`,priority=1
// +kubebuilder:validation:XValidation:rule="self.metadata.name.matches('^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$')",message="the name must be a DNS label: at most 63 of a-z, 0-9 and '-', beginning and ending with a letter or digit"
type ActionPackage struct {
	metav1.TypeMeta `json:",inline"`
	// metadata is the standard object metadata.
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is the package, written by people.
	Spec ActionPackageSpec `json:"spec"`
}

// ActionPackageList is a list of ActionPackages.
// +kubebuilder:object:root=true
type ActionPackageList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []ActionPackage `json:"items"`
}
