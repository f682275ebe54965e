// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package source

import (
	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// Types of sources, by the names of their fields, which are also those of a member's accounts.
const (
	GitHub       = "github"
	GitLab       = "gitlab"
	Gitea        = "gitea"
	CloudEvents  = "cloudEvents"
	Alertmanager = "alertmanager"
	Webhook      = "webhook"
	OIDC         = "oidc"
	Object       = "object"
)

// TypeOf is the type of a source; empty for none, which the schema refuses.
func TypeOf(s *praxisv1.EvidenceSourceSpec) string {
	switch {
	case s.OIDC != nil:
		return OIDC
	case s.Object != nil:
		return Object
	}
	for _, signed := range signedOnes(s) {
		if signed.source != nil {
			return signed.kind
		}
	}
	return ""
}

// SecretOf is the name of the Secret by which a sender proves who it is; empty where there is none.
func SecretOf(s *praxisv1.EvidenceSourceSpec) string {
	for _, signed := range signedOnes(s) {
		if signed.source != nil {
			return signed.source.SecretRef.Name
		}
	}
	return ""
}

type signedOne struct {
	kind   string
	source *praxisv1.SignedSource
}

func signedOnes(s *praxisv1.EvidenceSourceSpec) []signedOne {
	return []signedOne{
		{GitHub, s.GitHub}, {GitLab, s.GitLab}, {Gitea, s.Gitea}, {CloudEvents, s.CloudEvents}, {Alertmanager, s.Alertmanager}, {Webhook, s.Webhook},
	}
}

// Path is where the receiver takes the events of a source.
func Path(namespace, name string) string { return "/hooks/" + namespace + "/" + name }
