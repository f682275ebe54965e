// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// TeamSpec says who can be assigned work, in which roles and for how many hours.
// +kubebuilder:validation:XValidation:rule="!has(self.members) || self.members.all(m, self.members.exists_one(n, n.user == m.user))",message="two members have the same user; whoever is one person is one member, with the roles of both"
// +kubebuilder:validation:XValidation:rule="!has(self.members) || self.members.all(m, !has(m.accounts) || !('github' in m.accounts) || self.members.exists_one(n, has(n.accounts) && 'github' in n.accounts && n.accounts['github'].lowerAscii() == m.accounts['github'].lowerAscii()))",message="two members have the same account of github; an account belongs to one person, so take it from the other"
// +kubebuilder:validation:XValidation:rule="!has(self.members) || self.members.all(m, !has(m.accounts) || !('gitlab' in m.accounts) || self.members.exists_one(n, has(n.accounts) && 'gitlab' in n.accounts && n.accounts['gitlab'].lowerAscii() == m.accounts['gitlab'].lowerAscii()))",message="two members have the same account of gitlab; an account belongs to one person, so take it from the other"
// +kubebuilder:validation:XValidation:rule="!has(self.members) || self.members.all(m, !has(m.accounts) || !('gitea' in m.accounts) || self.members.exists_one(n, has(n.accounts) && 'gitea' in n.accounts && n.accounts['gitea'].lowerAscii() == m.accounts['gitea'].lowerAscii()))",message="two members have the same account of gitea; an account belongs to one person, so take it from the other"
// +kubebuilder:validation:XValidation:rule="!has(self.members) || self.members.all(m, !has(m.accounts) || !('cloudEvents' in m.accounts) || self.members.exists_one(n, has(n.accounts) && 'cloudEvents' in n.accounts && n.accounts['cloudEvents'] == m.accounts['cloudEvents']))",message="two members have the same account of cloudEvents; an account belongs to one person, so take it from the other"
// +kubebuilder:validation:XValidation:rule="!has(self.members) || self.members.all(m, !has(m.accounts) || !('alertmanager' in m.accounts) || self.members.exists_one(n, has(n.accounts) && 'alertmanager' in n.accounts && n.accounts['alertmanager'] == m.accounts['alertmanager']))",message="two members have the same account of alertmanager; an account belongs to one person, so take it from the other"
// +kubebuilder:validation:XValidation:rule="!has(self.members) || self.members.all(m, !has(m.accounts) || !('webhook' in m.accounts) || self.members.exists_one(n, has(n.accounts) && 'webhook' in n.accounts && n.accounts['webhook'] == m.accounts['webhook']))",message="two members have the same account of webhook; an account belongs to one person, so take it from the other"
// +kubebuilder:validation:XValidation:rule="!has(self.members) || self.members.all(m, !has(m.accounts) || !('oidc' in m.accounts) || self.members.exists_one(n, has(n.accounts) && 'oidc' in n.accounts && n.accounts['oidc'] == m.accounts['oidc']))",message="two members have the same account of oidc; an account belongs to one person, so take it from the other"
// +kubebuilder:validation:XValidation:rule="!has(self.members) || self.members.all(m, !has(m.accounts) || !('object' in m.accounts) || self.members.exists_one(n, has(n.accounts) && 'object' in n.accounts && n.accounts['object'] == m.accounts['object']))",message="two members have the same account of object; an account belongs to one person, so take it from the other"
// +kubebuilder:validation:XValidation:rule="!has(self.lead) || has(self.members) && self.members.exists(m, m.name == self.lead)",message="lead must be one of members; add the person to members or name somebody who is there"
type TeamSpec struct {
	// lead is the member who gets the steps with assign mode Lead. Example: "ana".
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=30
	Lead string `json:"lead,omitempty"`
	// members are the people, 200 at most.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=200
	Members []Member `json:"members,omitempty"`
}

// Member is one person of a Team.
type Member struct {
	// name is the name of the member, a DNS label of at most 30 characters; it is part of
	// the names of the member's Actions. Example: "ana".
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=30
	Name string `json:"name"`
	// displayName is what people read where the member is shown, in any script, at most 64
	// characters; empty shows the name. Example: "Ana Souza".
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:XValidation:rule="self == self.trim() && self.matches(r'[\\p{L}\\p{N}\\p{S}]') && !self.matches(r'[\\p{Cc}\\x{00AD}\\x{034F}\\x{061C}\\x{115F}\\x{1160}\\x{180E}\\x{2800}\\x{3164}\\x{FFA0}\\x{200B}\\x{200E}\\x{200F}\\x{2028}-\\x{202E}\\x{2060}-\\x{206F}\\x{FEFF}\\x{FFF9}-\\x{FFFB}\\x{E0000}-\\x{E007F}]|\\p{M}{8}')",message="the display name begins or ends with white space, or holds a character that nobody sees, such as a control character or a mark of writing direction, or eight marks on one letter; remove what nobody reads"
	DisplayName string `json:"displayName,omitempty"`
	// user is the Kubernetes user name that submits and judges for this member.
	// It is case-sensitive, and no two members of a Team have the same user name.
	// Example: "ana@shop.example".
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:XValidation:rule="self == self.trim()",message="the user name begins or ends with white space; remove it"
	// +kubebuilder:validation:XValidation:rule="!self.matches(r'[\\p{Cc}\\x{00AD}\\x{034F}\\x{061C}\\x{115F}\\x{1160}\\x{180E}\\x{2800}\\x{3164}\\x{FFA0}\\x{200B}\\x{200E}\\x{200F}\\x{2028}-\\x{202E}\\x{2060}-\\x{206F}\\x{FEFF}\\x{FFF9}-\\x{FFFB}\\x{E0000}-\\x{E007F}]')",message="the user name holds a character that nobody sees, such as a control character or a mark of writing direction; remove it"
	User string `json:"user"`
	// roles are what steps with mode Each or Rotate choose by, 16 at most. Members with the role
	// "reviewer" may judge evidence and sign reviews.
	// Example: ["product", "reviewer"].
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=16
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=63
	Roles []string `json:"roles,omitempty"`
	// accounts are the names by which EvidenceSources know the member, by the type of the source,
	// 8 at most. No two members of a Team have the same account.
	// Example: {github: ana-gh, gitlab: ana}.
	// +optional
	// +kubebuilder:validation:MaxProperties=8
	// +kubebuilder:validation:XValidation:rule="self.all(k, k in ['github', 'gitlab', 'gitea', 'cloudEvents', 'alertmanager', 'webhook', 'oidc', 'object'])",message="accounts are named by the type of an EvidenceSource: github, gitlab, gitea, cloudEvents, alertmanager, webhook, oidc or object"
	Accounts map[string]Account `json:"accounts,omitempty"`
	// capacity is the time for planned Actions in a full week of working days. Example: "20h".
	Capacity Duration `json:"capacity"`
	// absences are the days on which the member is away, 50 entries at most.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=50
	Absences []Absence `json:"absences,omitempty"`
}

// Account is the name by which a system knows a person. Example: "ana-gh".
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=100
type Account string

// Absence is a run of days on which a member is away.
// +kubebuilder:validation:XValidation:rule="self.from <= self.to",message="from is after to; exchange them"
type Absence struct {
	// from is the first day away, in the Utility's time zone. Example: "2026-12-21".
	// +kubebuilder:validation:Format=date
	// +kubebuilder:validation:MaxLength=10
	From string `json:"from"`
	// to is the last day away. Example: "2027-01-01".
	// +kubebuilder:validation:Format=date
	// +kubebuilder:validation:MaxLength=10
	To string `json:"to"`
	// delegate is the member of the same Team who takes the steps with assign mode Member or
	// Lead in a week that the absence covers completely. Example: "ben".
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=30
	Delegate string `json:"delegate,omitempty"`
}

// TeamStatus is the load of a Team over all open weeks.
type TeamStatus struct {
	ConditionedStatus `json:",inline"`
	// members are the people and their load, sorted by name.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=200
	Members []MemberLoad `json:"members,omitempty"`
	// columns are the cells of kubectl get.
	// +optional
	Columns *TeamColumns `json:"columns,omitempty"`
}

// TeamColumns are figures of the status, formatted for a table.
type TeamColumns struct {
	// members is the number of members.
	Members int32 `json:"members"`
	// load is the planned effort and the capacity of all members. Example: "12h30m of 40h".
	// +kubebuilder:validation:MaxLength=30
	Load string `json:"load"`
}

// MemberLoad is what one member has to do in the open weeks.
type MemberLoad struct {
	// name is the name of the member.
	// +kubebuilder:validation:MaxLength=30
	Name string `json:"name"`
	// plannedMinutes is the effort of the member's Actions.
	PlannedMinutes int64 `json:"plannedMinutes"`
	// capacityMinutes is the member's capacity, reduced by absences.
	CapacityMinutes int64 `json:"capacityMinutes"`
	// openActions is the number of Actions that are not finished.
	OpenActions int32 `json:"openActions"`
	// overdueActions is the number of those that are past a due time.
	OverdueActions int32 `json:"overdueActions"`
}

// Team says who can be assigned work: members, roles, capacity and absences.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:categories=praxis
// +kubebuilder:printcolumn:name="READY",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="FEASIBLE",type=string,JSONPath=`.status.conditions[?(@.type=="Feasible")].status`
// +kubebuilder:printcolumn:name="MEMBERS",type=integer,JSONPath=`.status.columns.members`
// +kubebuilder:printcolumn:name="LOAD",type=string,JSONPath=`.status.columns.load`
// +kubebuilder:printcolumn:name="LEAD",type=string,JSONPath=`.spec.lead`,priority=1
// +kubebuilder:printcolumn:name="MESSAGE",type=string,JSONPath=`.status.summary`
// +kubebuilder:validation:XValidation:rule="self.metadata.name.matches('^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$')",message="the name must be a DNS label: at most 63 of a-z, 0-9 and '-', beginning and ending with a letter or digit"
type Team struct {
	metav1.TypeMeta `json:",inline"`
	// metadata is the standard object metadata.
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is who is in the Team, written by people.
	Spec TeamSpec `json:"spec"`
	// status is the load, written by the controller.
	// +optional
	// +kubebuilder:default={observedGeneration:-1}
	Status TeamStatus `json:"status,omitempty"`
}

// TeamList is a list of Teams.
// +kubebuilder:object:root=true
type TeamList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []Team `json:"items"`
}
