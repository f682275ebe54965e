// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// WeekPlan is what a week holds.
type WeekPlan struct {
	// actions is the number of planned Actions, without those carried over from the previous week.
	Actions int32 `json:"actions"`
	// carried is the number of Actions carried over from the previous week.
	Carried int32 `json:"carried"`
	// minutes is the effort of the planned Actions, in minutes.
	Minutes int64 `json:"minutes"`
	// units is the number of utility units that the planned key-tier Actions carry.
	Units int64 `json:"units"`
	// hash is the sha256 of the planned Actions, in hex.
	// +kubebuilder:validation:MaxLength=64
	Hash string `json:"hash"`
	// keyActions are those that have Actions in the week, and what they are judged by, in the
	// order of their names. A week is planned for at most 127, takes up to 384 with those that
	// join it, and the rest is for work from before of others.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=512
	KeyActions []PlannedKeyAction `json:"keyActions,omitempty"`
	// carriedFrom is the name of the closed cycle whose unfinished Actions were carried into this one.
	// +optional
	// +kubebuilder:validation:MaxLength=253
	CarriedFrom string `json:"carriedFrom,omitempty"`
	// owner is who owned the goal when the week was planned. Who may sign its Reviews and judge
	// readings of its measures is read from the owner's Team as it is in teams, so that another
	// owner counts from the next week on.
	// +optional
	Owner *Owner `json:"owner,omitempty"`
	// teams are the Teams of the week, the owner's among them, and the members they had when it
	// was planned. Until the week is over these decide whose work it is, and who may judge and
	// sign, so that an edit of a Team counts from the next week on. Of a Team with many members,
	// those who may judge and those with Actions come first.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=128
	Teams []PlannedTeam `json:"teams,omitempty"`
}

// PlannedTeam is a Team as it was when the week was planned.
type PlannedTeam struct {
	// name is the name of the Team.
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:MinLength=1
	Name string `json:"name"`
	// lead is the name of the member who led the Team; empty where nobody did.
	// +optional
	// +kubebuilder:validation:MaxLength=30
	// +kubebuilder:validation:MinLength=1
	Lead string `json:"lead,omitempty"`
	// members are those who may judge the Team's work, and those whose work it is.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=200
	Members []PlannedMember `json:"members,omitempty"`
}

// PlannedMember is a member as it was when the week was planned.
type PlannedMember struct {
	// name is the name of the member.
	// +kubebuilder:validation:MaxLength=30
	// +kubebuilder:validation:MinLength=1
	Name string `json:"name"`
	// user is the user name of the member.
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:MinLength=1
	User string `json:"user"`
	// reviewer is true where the member had the role "reviewer".
	// +optional
	Reviewer bool `json:"reviewer,omitempty"`
	// accounts are the names by which EvidenceSources knew the member, by the type of the source.
	// Whose word a source gives is read from these, and not from what the Team says later.
	// +optional
	// +kubebuilder:validation:MaxProperties=8
	Accounts map[string]Account `json:"accounts,omitempty"`
}

// PlannedKeyAction is what the week is judged by for one KeyAction, even if the KeyAction
// itself is edited or deleted later.
type PlannedKeyAction struct {
	// name is the name of the KeyAction.
	// +kubebuilder:validation:MaxLength=63
	Name string `json:"name"`
	// weight is the percent of the Utility: the KeyAction's own, or its parent's.
	Weight int32 `json:"weight"`
	// parts is the number of parts that the weight is split into: the number of Teams of its
	// parent, else 1.
	// +kubebuilder:default=1
	Parts int32 `json:"parts"`
	// parent is the enterprise KeyAction that it was made for; empty where it was made for none.
	// +optional
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:MinLength=1
	Parent string `json:"parent,omitempty"`
	// unassigned are planned steps that nobody could be assigned to; their share counts as due
	// and not done.
	// +optional
	// +listType=map
	// +listMapKey=step
	// +kubebuilder:validation:MaxItems=20
	Unassigned []UnassignedStep `json:"unassigned,omitempty"`
	// tolerance is the KeyAction's tolerance, in percentage points.
	Tolerance int32 `json:"tolerance"`
	// critical is the KeyAction's critical deviation, in percentage points.
	Critical int32 `json:"critical"`
	// onMiss is what becomes of an unfinished Action that no review decided on.
	OnMiss MissPolicy `json:"onMiss"`
	// maxCarries is how often an Action is carried over before it escalates.
	MaxCarries int32 `json:"maxCarries"`
	// slack is for how long after its due time work that is not in gives no alarm; empty for 4h.
	// +optional
	Slack Duration `json:"slack,omitempty"`
	// judgeWithin is how long a verdict may take, on working days; empty for 48h.
	// +optional
	JudgeWithin Duration `json:"judgeWithin,omitempty"`
	// checkOrder is the order of tiers in which gaps are listed, before what depends on them;
	// empty where the KeyAction sets none.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=3
	CheckOrder []Tier `json:"checkOrder,omitempty"`
	// joinedAt is when the KeyAction joined the week: plannedAt if it was planned with the week.
	// If it joined later, its occurrences before joinedAt are left out, and it leaves the week
	// again if what made it join is undone before anybody has worked on it.
	JoinedAt metav1.Time `json:"joinedAt"`
	// actions is the number of Actions planned for it.
	Actions int32 `json:"actions"`
	// hash is of its planned Actions, 32 hex digits of their sha256; empty while they are being
	// made, or taken away again.
	// +optional
	// +kubebuilder:validation:MaxLength=64
	Hash string `json:"hash,omitempty"`
}

// UnassignedStep is a planned step that nobody could be assigned to.
type UnassignedStep struct {
	// step is the name of a step of the KeyAction's package.
	// +kubebuilder:validation:MaxLength=30
	Step string `json:"step"`
	// tier is the tier of the step.
	Tier Tier `json:"tier"`
	// share is the part of the KeyAction's week, in basis points.
	Share int32 `json:"share"`
	// occurrences say how many times are due by when, earliest first.
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=20
	Occurrences []Occurrence `json:"occurrences"`
	// dependsOn are the steps that have to be done first.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=20
	// +kubebuilder:validation:items:MaxLength=30
	DependsOn []string `json:"dependsOn,omitempty"`
}
