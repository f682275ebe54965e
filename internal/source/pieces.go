// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package source

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// maxID is how long the ID of a source may be in evidence.
const maxID = 253

// ID is an ID in the form that evidence keeps: one that is too long is its digest.
func ID(id string) string {
	if len(id) <= maxID {
		return id
	}
	return Digest([]byte(id))
}

// Digest is what a body is known by where a rule names no ID.
func Digest(body []byte) string {
	sum := sha256.Sum256(body)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// Name is that of the evidence which a rule of a source makes of an event. It is always the same,
// so that however often and wherever an event comes in, there is one piece.
func Name(s *praxisv1.EvidenceSource, rule, id string) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{string(s.UID), rule, id}, "\x00")))
	return s.Name + "-" + hex.EncodeToString(sum[:6])
}

// Piece is the evidence that a draft stands for, handed in by a user.
func Piece(s *praxisv1.EvidenceSource, d *Draft, user string) *praxisv1.Evidence {
	e := &praxisv1.Evidence{
		ObjectMeta: metav1.ObjectMeta{Namespace: s.Namespace, Name: Name(s, d.Rule, d.ID)},
		Spec: praxisv1.EvidenceSpec{
			Quantity: d.Quantity, Value: d.Value, Summary: d.Summary, Artifacts: d.Artifacts, OccurredAt: d.OccurredAt, SubmittedBy: user,
			Source: &praxisv1.EvidenceOrigin{Kind: TypeOf(&s.Spec), ID: d.ID, Ref: s.Name, Account: d.Account, VerifiedBy: d.VerifiedBy},
			For:    &praxisv1.EvidenceTarget{KeyAction: d.Target.KeyAction, Step: d.Target.Step},
		},
	}
	if m := d.Target.Measure; m != nil {
		e.Spec.For = &praxisv1.EvidenceTarget{Utility: m.Utility, Measure: m.Name}
	}
	return e
}
