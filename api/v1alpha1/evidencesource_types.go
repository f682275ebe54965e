// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// EvidenceSourceSpec says which system tells of work that is done, and what is made of it.
// +kubebuilder:validation:ExactlyOneOf=github;gitlab;gitea;cloudEvents;alertmanager;webhook;oidc;object
type EvidenceSourceSpec struct {
	// github is a webhook of GitHub; its deliveries are signed with the secret.
	// +optional
	GitHub *SignedSource `json:"github,omitempty"`
	// gitlab is a webhook of GitLab, with its secret token or its signing token.
	// +optional
	GitLab *SignedSource `json:"gitlab,omitempty"`
	// gitea is a webhook of Gitea or Forgejo; its deliveries are signed with the secret.
	// +optional
	Gitea *SignedSource `json:"gitea,omitempty"`
	// cloudEvents are CloudEvents over HTTP, CDEvents among them. The sender shows the secret as a
	// bearer token, or signs as Standard Webhooks do.
	// +optional
	CloudEvents *SignedSource `json:"cloudEvents,omitempty"`
	// alertmanager is a webhook receiver of Alertmanager, which shows the secret as a bearer token
	// or as the password of basic authentication.
	// +optional
	Alertmanager *SignedSource `json:"alertmanager,omitempty"`
	// webhook is any sender that signs as Standard Webhooks do.
	// +optional
	Webhook *SignedSource `json:"webhook,omitempty"`
	// oidc is a pipeline that posts JSON and shows the identity token that its platform gave it,
	// so that there is no shared secret.
	// +optional
	OIDC *OIDCSource `json:"oidc,omitempty"`
	// object is a kind of objects in this namespace that the operator watches.
	// +optional
	Object *ObjectSource `json:"object,omitempty"`
	// rules say what is made of an event, 1 to 16. Each that matches makes one piece of evidence.
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	Rules []SourceRule `json:"rules"`
	// suspend stops the source: what it sends is answered, and nothing is made of it.
	// +optional
	Suspend bool `json:"suspend,omitempty"`
}

// SignedSource is a sender that proves who it is with a secret.
type SignedSource struct {
	// secretRef names the Secret that has the secret under the key token. While it is rotated, the
	// one from before can stand under previousToken, and both are taken.
	SecretRef LocalReference `json:"secretRef"`
}

// OIDCSource is a sender that shows an identity token.
type OIDCSource struct {
	// issuer is who issues the tokens; the administrator of the cluster says which are allowed.
	// Example: "https://token.actions.githubusercontent.com".
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=200
	// +kubebuilder:validation:XValidation:rule="self.startsWith('https://')",message="the issuer begins with https://"
	Issuer string `json:"issuer"`
	// audience is for whom the token is. Example: "praxis".
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=200
	Audience string `json:"audience"`
	// claims is a condition in CEL on the claims of the token.
	// Example: "claims.repository == 'shop/checkout'".
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1000
	Claims string `json:"claims"`
}

// ObjectSource is a kind of objects in the namespace.
// +kubebuilder:validation:XValidation:rule="!self.apiVersion.startsWith('praxis.dev/') && !(self.apiVersion == 'v1' && self.kind == 'Secret')",message="objects of praxis.dev and Secrets are no sources"
type ObjectSource struct {
	// apiVersion is the group and version of the objects. Example: "batch/v1".
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	APIVersion string `json:"apiVersion"`
	// kind is the kind of the objects. Example: "Job".
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Kind string `json:"kind"`
	// selector chooses objects by their labels; all of the kind without it.
	// +optional
	Selector *SourceSelector `json:"selector,omitempty"`
}

// SourceSelector chooses objects.
type SourceSelector struct {
	// matchLabels are the labels that an object has to have, 1 to 16.
	// +kubebuilder:validation:MinProperties=1
	// +kubebuilder:validation:MaxProperties=16
	MatchLabels map[string]SourceLabel `json:"matchLabels"`
}

// SourceLabel is the value of a label.
// +kubebuilder:validation:MinLength=0
// +kubebuilder:validation:MaxLength=63
type SourceLabel string

// Expression is an expression in CEL about an event: event is what was sent, type its type,
// headers some of the headers, claims the claims of the token; object and oldObject are what is
// watched, after and before a change.
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=1000
type Expression string

// SourceRule says which events count for what.
type SourceRule struct {
	// name is the name of the rule, a DNS label of at most 30 characters. Example: "merged".
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=30
	Name string `json:"name"`
	// when is true for the events of which evidence is made.
	// Example: "type == 'pull_request' && event.action == 'closed' && event.pull_request.merged".
	When Expression `json:"when"`
	// for is what the evidence is for.
	For SourceTarget `json:"for"`
	// member is the account of whoever did the work; the Team says whose account it is. Left out
	// where only one member owes the step. Example: "event.pull_request.user.login".
	// +optional
	Member Expression `json:"member,omitempty"`
	// verifiedBy is the account of whoever checked the work in the source. A step that accepts by
	// itself takes the word of another member. Example: "event.pull_request.merged_by.login".
	// +optional
	VerifiedBy Expression `json:"verifiedBy,omitempty"`
	// id is what two deliveries of one event have in common. Take it from the body and never from
	// a header, which is not signed. Empty is the digest of the body, or the uid of an object.
	// Example: "string(event.pull_request.id)".
	// +optional
	ID Expression `json:"id,omitempty"`
	// summary says what was done. Example: "event.pull_request.title".
	// +optional
	Summary Expression `json:"summary,omitempty"`
	// quantity is how many times the step was done, 1 to 1000; 1 if left out. Example: "1".
	// +optional
	Quantity Expression `json:"quantity,omitempty"`
	// occurredAt is when the work was done. Example: "event.pull_request.merged_at".
	// +optional
	OccurredAt Expression `json:"occurredAt,omitempty"`
	// artifacts show the work, 8 at most.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=8
	Artifacts []SourceArtifact `json:"artifacts,omitempty"`
}

// SourceTarget says what the evidence of a rule is for.
// +kubebuilder:validation:XValidation:rule="has(self.keyAction) == has(self.step) && has(self.keyAction) != has(self.measure)",message="set keyAction and step, or measure"
type SourceTarget struct {
	// keyAction is the name of the KeyAction whose Action it is. Example: "fix-top-failures".
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	KeyAction string `json:"keyAction,omitempty"`
	// step is the name of a step of that KeyAction. Example: "ship".
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=30
	Step string `json:"step,omitempty"`
	// measure is the measure that the event has a reading of.
	// +optional
	Measure *SourceMeasure `json:"measure,omitempty"`
}

// SourceMeasure is a measure of a Utility, and its reading.
type SourceMeasure struct {
	// utility is the name of the Utility. Example: "checkout".
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Utility string `json:"utility"`
	// name is the name of the measure. Example: "first-try".
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Name string `json:"name"`
	// value is the reading. Example: "event.data.percent".
	Value Expression `json:"value"`
}

// SourceArtifact is an artifact of the evidence that a rule makes.
type SourceArtifact struct {
	// name is the name of the artifact, as the Action asks for it. Example: "change".
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	Name string `json:"name"`
	// type is the type of the artifact: Link, File, Metric, Object or Event.
	Type EvidenceType `json:"type"`
	// uri says where the artifact is. Example: "event.pull_request.html_url".
	// +optional
	URI Expression `json:"uri,omitempty"`
	// digest is the digest of the content. Example: "'sha256:' + event.artifact.sha256".
	// +optional
	Digest Expression `json:"digest,omitempty"`
	// mediaType is the media type of the content.
	// +optional
	MediaType Expression `json:"mediaType,omitempty"`
}

// EvidenceSourceStatus is what came from the source.
type EvidenceSourceStatus struct {
	ConditionedStatus `json:",inline"`
	// path is where the receiver takes the events of the source. Example: "/hooks/shop/shop-repo".
	// +optional
	// +kubebuilder:validation:MaxLength=200
	Path string `json:"path,omitempty"`
	// lastEvents are the newest events, newest first, 5 at most. They are written at most once a
	// minute.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=5
	LastEvents []SourceEvent `json:"lastEvents,omitempty"`
	// counts are how many events came and what became of them. They are written at most once a
	// minute.
	// +optional
	Counts *SourceCounts `json:"counts,omitempty"`
}

// SourceOutcome is what became of an event.
// +kubebuilder:validation:Enum=Made;Duplicate;NoMatch;RuleFailed;Refused;Suspended
type SourceOutcome string

const (
	// SourceMade is an event of which evidence was made.
	SourceMade SourceOutcome = "Made"
	// SourceDuplicate is one of which it was made before.
	SourceDuplicate SourceOutcome = "Duplicate"
	// SourceNoMatch is one that no rule is about.
	SourceNoMatch SourceOutcome = "NoMatch"
	// SourceRuleFailed is one for which a rule could not be evaluated.
	SourceRuleFailed SourceOutcome = "RuleFailed"
	// SourceRefused is one that could not be read, or of which the API server refused the evidence.
	SourceRefused SourceOutcome = "Refused"
	// SourceSuspended is one that came while the source was suspended.
	SourceSuspended SourceOutcome = "Suspended"
)

// SourceEvent is one event and what became of it.
type SourceEvent struct {
	// id is the ID of the event, as the rule says it.
	// +optional
	// +kubebuilder:validation:MinLength=0
	// +kubebuilder:validation:MaxLength=253
	ID string `json:"id,omitempty"`
	// at is when it came.
	At metav1.Time `json:"at"`
	// rule is the rule that matched.
	// +optional
	// +kubebuilder:validation:MinLength=0
	// +kubebuilder:validation:MaxLength=30
	Rule string `json:"rule,omitempty"`
	// outcome is what became of it.
	Outcome SourceOutcome `json:"outcome"`
	// evidence is the name of the piece of evidence.
	// +optional
	// +kubebuilder:validation:MinLength=0
	// +kubebuilder:validation:MaxLength=253
	Evidence string `json:"evidence,omitempty"`
	// message says why nothing was made.
	// +optional
	// +kubebuilder:validation:MinLength=0
	// +kubebuilder:validation:MaxLength=300
	Message string `json:"message,omitempty"`
}

// SourceCounts are how many events came since the source was made.
type SourceCounts struct {
	// received is how many events proved to be of the source.
	Received int64 `json:"received"`
	// matched is for how many a rule matched, counted by rule.
	Matched int64 `json:"matched"`
	// made is how many pieces of evidence were made.
	Made int64 `json:"made"`
	// duplicate is how many pieces had been made before.
	Duplicate int64 `json:"duplicate"`
	// refused is how many could not be read, evaluated or stored.
	Refused int64 `json:"refused"`
}

// EvidenceSource turns the events of a system into evidence: of a forge, a pipeline, an alert, or
// an object of the cluster. Whoever writes one decides whose word counts.
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=src,categories=praxis
// +kubebuilder:printcolumn:name="READY",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="RECEIVING",type=string,JSONPath=`.status.conditions[?(@.type=="Receiving")].reason`
// +kubebuilder:printcolumn:name="RECEIVED",type=integer,JSONPath=`.status.counts.received`
// +kubebuilder:printcolumn:name="MADE",type=integer,JSONPath=`.status.counts.made`
// +kubebuilder:printcolumn:name="PATH",type=string,JSONPath=`.status.path`,priority=1
// +kubebuilder:printcolumn:name="MESSAGE",type=string,JSONPath=`.status.summary`
// +kubebuilder:validation:XValidation:rule="self.metadata.name.matches('^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$')",message="the name must be a DNS label: at most 63 of a-z, 0-9 and '-', beginning and ending with a letter or digit"
type EvidenceSource struct {
	metav1.TypeMeta `json:",inline"`
	// metadata is the standard object metadata.
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec says which system it is and what is made of its events, written by people.
	Spec EvidenceSourceSpec `json:"spec"`
	// status is what came, written by the operator.
	// +optional
	// +kubebuilder:default={observedGeneration:-1}
	Status EvidenceSourceStatus `json:"status,omitempty"`
}

// EvidenceSourceList is a list of EvidenceSources.
// +kubebuilder:object:root=true
type EvidenceSourceList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []EvidenceSource `json:"items"`
}
