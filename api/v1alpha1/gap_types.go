// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

// Gap is a place where the plan or the work falls short of what is needed.
type Gap struct {
	// action is the name of the Action that is the gap; empty where the gap is a step
	// that nobody is assigned to.
	// +optional
	// +kubebuilder:validation:MaxLength=253
	Action string `json:"action,omitempty"`
	// keyAction is the name of the KeyAction that the gap belongs to.
	// +kubebuilder:validation:MaxLength=253
	KeyAction string `json:"keyAction"`
	// tier is the tier of the step; empty where the gap concerns the whole KeyAction.
	// +optional
	Tier Tier `json:"tier,omitempty"`
	// reason says what the gap is, in one word. Example: "Unassigned".
	// +kubebuilder:validation:MaxLength=63
	Reason string `json:"reason"`
	// impact is the part of the Utility that depends on it, in basis points.
	Impact int32 `json:"impact"`
	// message says what the cause is, and what to do about it.
	// +kubebuilder:validation:MaxLength=140
	Message string `json:"message"`
	// group is all work with the same cause, of which this is what was due first.
	// +optional
	Group *GapGroup `json:"group,omitempty"`
}

// GapGroup is work that is missing for the same reason: it is of the same person, or waits for
// the same judges.
type GapGroup struct {
	// member is the person who owes the work; empty where it waits for judges, or is nobody's.
	// +optional
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:MinLength=1
	Member string `json:"member,omitempty"`
	// judges are the members who may judge the work that waits, 20 at most.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=20
	// +kubebuilder:validation:items:MaxLength=63
	// +kubebuilder:validation:items:MinLength=1
	Judges []string `json:"judges,omitempty"`
	// pieces is how many Actions are in the group, this one included.
	Pieces int32 `json:"pieces"`
	// impact is the part of the Utility that depends on any of them, in basis points. What depends
	// on several counts once.
	Impact int32 `json:"impact"`
}
