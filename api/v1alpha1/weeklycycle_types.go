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
	// teams are the Teams of the week and the members they had when it was planned. Until the
	// week is over these decide whose work it is and who may judge it, so that an edit of a Team
	// counts from the next week on. Of a Team with many members, those who may judge and those
	// with Actions come first.
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
