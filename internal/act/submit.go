// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package act does what people do: hand in evidence and take it back, judge it, hand over work,
// fill in a Review and sign it. The kubectl plugin and the dashboard do it the same way, with a
// client that writes as the person.
package act

import (
	"context"
	"fmt"
	"slices"

	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/evidence"
	"github.com/praxis-dev/praxis/internal/gather"
	"github.com/praxis-dev/praxis/internal/view"
)

// MaxQuantity is the most that one piece can be of, as the schema has it.
const MaxQuantity = 1000

// MissingError is that a piece lacks an artifact without which nobody can accept it.
type MissingError struct {
	// Of is the name of the Action.
	Of string
	praxisv1.EvidenceRequirement
}

func (m *MissingError) Error() string {
	return fmt.Sprintf("%s asks for %s, and without it nobody can accept it: %s", m.Of, m.Name, howToAttach(m.EvidenceRequirement))
}

func howToAttach(r praxisv1.EvidenceRequirement) string {
	if r.Type == praxisv1.EvidenceFile {
		return fmt.Sprintf("add --file %s=PATH", r.Name)
	}
	return fmt.Sprintf("add --artifact %s=https://…", r.Name)
}

// Complete refuses a piece without an artifact that its Action requires.
func Complete(e *praxisv1.Evidence, a *praxisv1.Action) error {
	for _, required := range a.Spec.Evidence {
		there := slices.ContainsFunc(e.Spec.Artifacts, func(x praxisv1.Artifact) bool { return x.Name == required.Name })
		if required.Required && !there {
			return &MissingError{Of: a.Name, EvidenceRequirement: required}
		}
	}
	return nil
}

// TypeOf is the type that an Action asks for under the name of an artifact.
func TypeOf(asked []praxisv1.EvidenceRequirement, name string, otherwise praxisv1.EvidenceType) praxisv1.EvidenceType {
	for _, r := range asked {
		if r.Name == name {
			return r.Type
		}
	}
	return otherwise
}

// Notes are what whoever hands in should know, and may still want: more than the Action asks
// for, and what was handed in for it before.
func Notes(ctx context.Context, c client.Client, e *praxisv1.Evidence, a *praxisv1.Action) []string {
	if a == nil {
		return nil
	}
	var out []string
	if before := a.Status.Accepted + a.Status.Pending; before+e.Spec.Quantity > a.Spec.Target {
		out = append(out, fmt.Sprintf("%s asks for %d and has %d already; what is beyond that does not count", view.Called(a), a.Spec.Target, before))
	}
	pieces, err := gather.PiecesFor(ctx, c, a)
	if err != nil {
		return out // who may not read evidence is not told
	}
	for i := range pieces {
		other := &pieces[i]
		for _, shown := range evidence.Shared(e, other) {
			out = append(out, fmt.Sprintf("%s was handed in before, in evidence/%s; whoever judges it sees that", shown, other.Name))
		}
	}
	return out
}
