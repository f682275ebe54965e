// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// KeyActionSpec is one of the few actions that carry a Utility: a verb, how much the action
// carries, and the structure that makes it happen.
// +kubebuilder:validation:ExactlyOneOf=teamRef;teamSelector
// +kubebuilder:validation:ExactlyOneOf=package;packageRef
// +kubebuilder:validation:XValidation:rule="has(self.weight) != has(self.parentRef)",message="set weight: the percent of the Utility that this KeyAction carries (parentRef is written by the operator)"
type KeyActionSpec struct {
	// utilityRef is the Utility that this KeyAction carries; it never changes.
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="utilityRef never changes; make a new KeyAction for the other Utility"
	UtilityRef LocalReference `json:"utilityRef"`
	// teamRef is the Team that does the work, for a KeyAction of department level.
	// +optional
	TeamRef *LocalReference `json:"teamRef,omitempty"`
	// teamSelector chooses Teams by label, for a KeyAction of enterprise level. Each chosen
	// Team gets a KeyAction <name>-<team> with the same package and contribution, and
	// the weight is split evenly. Example: {matchLabels: {ai: "yes"}}.
	// +optional
	TeamSelector *metav1.LabelSelector `json:"teamSelector,omitempty"`
	// parentRef is the enterprise KeyAction that this one was made for; the operator
	// sets it on the KeyActions that it makes, and people leave it out.
	// +optional
	ParentRef *LocalReference `json:"parentRef,omitempty"`
	// verb is one word that says what is done. An abstract verb (improve, grow, lead,
	// transform, innovate, optimise, enhance, drive, enable, ensure, ...) sets Actionable to
	// False, because it names nothing that a person can do in an afternoon. Example: "Interview".
	// +kubebuilder:validation:Pattern=`^\S+$`
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=40
	Verb string `json:"verb"`
	// object is what the verb is done to. Example: "shoppers whose payment failed".
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=200
	Object string `json:"object"`
	// contribution is the number of utility units that one accepted completion of a
	// key-tier step carries, at least 1. Example: 2.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100000
	Contribution int64 `json:"contribution"`
	// weight is the percent of the Utility, 1 to 100. The weights of a Utility's KeyActions
	// add up to 100; those made for an enterprise KeyAction share its weight and have none.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100
	Weight *int32 `json:"weight,omitempty"`
	// package is the action package, written inline. Its strings take no parameters.
	// +optional
	Package *Package `json:"package,omitempty"`
	// packageRef uses an ActionPackage.
	// +optional
	PackageRef *PackageReference `json:"packageRef,omitempty"`
	// deviation says how far behind is too far, and what becomes of unfinished Actions.
	// +optional
	// +kubebuilder:default={}
	Deviation DeviationPolicy `json:"deviation,omitempty"`
	// suspend stops planning from the next week on. A suspended KeyAction keeps its rank, and
	// its weight still counts toward the 100.
	// +optional
	Suspend bool `json:"suspend,omitempty"`
}

// PackageReference uses an ActionPackage, with values for its parameters and changes to
// its numbers.
type PackageReference struct {
	// name is the name of the ActionPackage, in this namespace. Example: "interviews".
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name"`
	// parameters are the values of the package's parameters, by name. Example: {product: "checkout"}.
	// +optional
	// +kubebuilder:validation:MaxProperties=32
	Parameters map[string]ParameterValue `json:"parameters,omitempty"`
	// overrides change the numbers of steps, 20 at most.
	// +optional
	// +listType=map
	// +listMapKey=step
	// +kubebuilder:validation:MaxItems=20
	Overrides []StepOverride `json:"overrides,omitempty"`
}

// ParameterValue is the text that takes the place of $(params.NAME).
// +kubebuilder:validation:MinLength=0
// +kubebuilder:validation:MaxLength=500
type ParameterValue string

// StepOverride changes one step of a referenced package; what is left out stays as it is.
type StepOverride struct {
	// step is the name of the step to change.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=30
	Step string `json:"step"`
	// times is how often each assigned person does it in a week, 1 to 1000.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=1000
	Times *int32 `json:"times,omitempty"`
	// every is the number of weeks from one planned week to the next, 1 to 53.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=53
	Every *int32 `json:"every,omitempty"`
	// duration is the effort of doing it once. Example: "30m".
	// +optional
	Duration *Duration `json:"duration,omitempty"`
	// due are 1 to 20 moments that replace the step's own.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=20
	Due []WeekMoment `json:"due,omitempty"`
	// assign replaces the step's own.
	// +optional
	Assign *Assignment `json:"assign,omitempty"`
}

// MissPolicy says what becomes of an Action that is unfinished when its week closes.
// +kubebuilder:validation:Enum=CarryOver;Drop;Escalate
type MissPolicy string

const (
	// MissCarryOver plans what is left in the next week.
	MissCarryOver MissPolicy = "CarryOver"
	// MissDrop drops it.
	MissDrop MissPolicy = "Drop"
	// MissEscalate puts it first on the next agenda instead of carrying it.
	MissEscalate MissPolicy = "Escalate"
)

// DeviationPolicy says how far behind is too far, and what becomes of unfinished Actions.
// +kubebuilder:validation:XValidation:rule="!has(self.tolerance) || !has(self.critical) || self.tolerance <= self.critical",message="tolerance is more than critical; a KeyAction is Behind first and CriticallyBehind after"
type DeviationPolicy struct {
	// tolerance is how many percentage points behind are acceptable, 0 to 100; further is Behind.
	// +optional
	// +kubebuilder:default=10
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=100
	Tolerance *int32 `json:"tolerance,omitempty"`
	// critical is the number of percentage points, 0 to 100, beyond which a KeyAction is
	// CriticallyBehind.
	// +optional
	// +kubebuilder:default=25
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=100
	Critical *int32 `json:"critical,omitempty"`
	// onMiss is what becomes of an unfinished Action that no review decided on: CarryOver, Drop
	// or Escalate.
	// +optional
	// +kubebuilder:default=CarryOver
	OnMiss MissPolicy `json:"onMiss,omitempty"`
	// maxCarries is how often an Action is carried over before it escalates, 0 to 52.
	// +optional
	// +kubebuilder:default=2
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=52
	MaxCarries *int32 `json:"maxCarries,omitempty"`
	// slack is for how long after its due time work that is not in gives no alarm: OnTrack looks
	// at what was due that long ago. Figures and gaps count it at once. Example: "4h".
	// +optional
	// +kubebuilder:default="4h"
	Slack Duration `json:"slack,omitempty"`
	// checkOrder is the order of tiers in which gaps are listed, before what depends on them;
	// tiers that it leaves out come last. Without it, gaps are listed by how much depends on
	// them.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=3
	CheckOrder []Tier `json:"checkOrder,omitempty"`
}

// Level is the level a KeyAction is worked at.
// +kubebuilder:validation:Enum=Enterprise;Department
type Level string

const (
	// LevelEnterprise is a KeyAction that several Teams do, each with a KeyAction of its own.
	LevelEnterprise Level = "Enterprise"
	// LevelDepartment is a KeyAction of one Team.
	LevelDepartment Level = "Department"
)

// KeyActionStatus is where a KeyAction stands this week and this quarter.
type KeyActionStatus struct {
	ConditionedStatus `json:",inline"`
	// level is Enterprise where the spec has a teamSelector, else Department.
	// +optional
	Level Level `json:"level,omitempty"`
	// weight is the percent of the Utility. "40/3" is a third of an enterprise KeyAction's 40.
	// +optional
	// +kubebuilder:validation:MaxLength=10
	Weight string `json:"weight,omitempty"`
	// quantification compares the completions that are needed with those that are planned.
	// +optional
	Quantification *Quantification `json:"quantification,omitempty"`
	// Delivery is that of the running week.
	Delivery `json:",inline"`
	// firstGap is the gap to look at first.
	// +optional
	FirstGap *FirstGap `json:"firstGap,omitempty"`
	// teams are the Teams of an enterprise KeyAction, sorted by name.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=100
	Teams []TeamProgress `json:"teams,omitempty"`
	// turns are whose turn it is next in the steps with assign mode Rotate, 20 at most.
	// +optional
	// +listType=map
	// +listMapKey=step
	// +kubebuilder:validation:MaxItems=20
	Turns []Turn `json:"turns,omitempty"`
	// history is the results of the closed weeks, newest first, 30 at most.
	// +optional
	// +listType=map
	// +listMapKey=week
	// +kubebuilder:validation:MaxItems=30
	History []HistoryEntry `json:"history,omitempty"`
}

// Turn is the queue of a step with assign mode Rotate.
type Turn struct {
	// step is the name of the step.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=30
	Step string `json:"step"`
	// week is the last week in which somebody had the turn: the last in the queue.
	Week Week `json:"week"`
	// queue are the members with the role, in the order in which their turns come. Whoever is
	// absent keeps the place, and who gets the role later joins at the end; 200 at most.
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=200
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=30
	Queue []string `json:"queue"`
}

// Quantification compares the completions that are needed with those that are planned.
type Quantification struct {
	// neededPerWeek is how many key-tier completions a week are needed from here on to
	// carry this KeyAction's part of the required units; 0 when no weeks are left.
	NeededPerWeek int64 `json:"neededPerWeek"`
	// plannedPerWeek is how many key-tier completions are planned this week.
	PlannedPerWeek int64 `json:"plannedPerWeek"`
	// unitsPerWeek is plannedPerWeek times the contribution.
	UnitsPerWeek int64 `json:"unitsPerWeek"`
	// weeksLeft is how many weeks of the quarter are left, including this one but not the skipped ones.
	WeeksLeft int32 `json:"weeksLeft"`
}

// FirstGap is the gap to look at first.
type FirstGap struct {
	// action is the name of the Action that is the gap; empty where the gap is a step
	// that nobody is assigned to.
	// +optional
	// +kubebuilder:validation:MaxLength=253
	Action string `json:"action,omitempty"`
	// reason says what the gap is, in one word. Example: "NoEvidence".
	// +kubebuilder:validation:MaxLength=63
	Reason string `json:"reason"`
	// message says what to do about it.
	// +kubebuilder:validation:MaxLength=140
	Message string `json:"message"`
}

// TeamProgress is one Team's part of an enterprise KeyAction.
type TeamProgress struct {
	// name is the name of the Team.
	// +kubebuilder:validation:MaxLength=63
	Name string `json:"name"`
	// keyAction is the name of the KeyAction that was made for the Team.
	// +kubebuilder:validation:MaxLength=63
	KeyAction string `json:"keyAction"`
	Delivery  `json:",inline"`
	// onTrack is the status of its OnTrack condition: True, False or Unknown.
	OnTrack metav1.ConditionStatus `json:"onTrack"`
}

// KeyAction is a verb with an action structure: one of the few actions that carry
// a Utility. With teamRef one Team does it; with teamSelector several Teams do.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=ka,categories=praxis
// +kubebuilder:selectablefield:JSONPath=`.spec.utilityRef.name`
// +kubebuilder:selectablefield:JSONPath=`.spec.teamRef.name`
// +kubebuilder:printcolumn:name="READY",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="ON-TRACK",type=string,JSONPath=`.status.conditions[?(@.type=="OnTrack")].status`
// +kubebuilder:printcolumn:name="UTILITY",type=string,JSONPath=`.spec.utilityRef.name`
// +kubebuilder:printcolumn:name="WEIGHT",type=string,JSONPath=`.status.weight`
// +kubebuilder:printcolumn:name="PROGRESS",type=integer,JSONPath=`.status.progressPercent`
// +kubebuilder:printcolumn:name="EXPECTED",type=integer,JSONPath=`.status.expectedPercent`
// +kubebuilder:printcolumn:name="LEVEL",type=string,JSONPath=`.status.level`,priority=1
// +kubebuilder:printcolumn:name="VERB",type=string,JSONPath=`.spec.verb`,priority=1
// +kubebuilder:printcolumn:name="OBJECT",type=string,JSONPath=`.spec.object`,priority=1
// +kubebuilder:printcolumn:name="MESSAGE",type=string,JSONPath=`.status.summary`
// +kubebuilder:validation:XValidation:rule="self.metadata.name.matches('^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$')",message="the name must be a DNS label: at most 63 of a-z, 0-9 and '-', beginning and ending with a letter or digit"
type KeyAction struct {
	metav1.TypeMeta `json:",inline"`
	// metadata is the standard object metadata.
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is the verb and its structure, written by people, or by the operator for the
	// KeyActions that it makes for the Teams of an enterprise KeyAction.
	Spec KeyActionSpec `json:"spec"`
	// status is where the KeyAction stands, written by the controller.
	// +optional
	// +kubebuilder:default={observedGeneration:-1, progressPercent: 0, expectedPercent: 0, deviation: 0}
	Status KeyActionStatus `json:"status,omitempty"`
}

// KeyActionList is a list of KeyActions.
// +kubebuilder:object:root=true
type KeyActionList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []KeyAction `json:"items"`
}
