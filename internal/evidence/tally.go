// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// Tally is what has come in for an Action.
type Tally struct {
	Accepted, Pending, Rejected int32
	// Last is the name of the piece that came last, of those that count, wait or were
	// rejected; LastRejected tells that it is one of the last.
	Last         string
	LastRejected bool
}

// Count sums the evidence of an Action: accepted at most the target, pending at most
// what is left of it.
func Count(a *praxisv1.Action, evidence []praxisv1.Evidence) Tally {
	var accepted, pending, rejected int64
	var last *praxisv1.Evidence
	for i := range evidence {
		e := &evidence[i]
		quantity := int64(max(1, e.Spec.Quantity))
		switch {
		case Counts(e):
			accepted += quantity
		case Pending(e):
			pending += quantity
		case rejectedByVerdict(e):
			rejected += quantity
		default:
			continue
		}
		if last == nil || OlderFirst(last, e) < 0 {
			last = e
		}
	}
	target := int64(a.Spec.Target)
	t := Tally{Accepted: int32(min(accepted, target)), Rejected: int32(min(rejected, 1_000_000))}
	t.Pending = int32(min(pending, target-int64(t.Accepted)))
	if last != nil {
		t.Last, t.LastRejected = last.Name, rejectedByVerdict(last)
	}
	return t
}

// Settled reports whether the status of an Action says what its evidence came to.
func Settled(a *praxisv1.Action, evidence []praxisv1.Evidence) bool {
	return tallyOf(a) == Count(a, evidence)
}

func tallyOf(a *praxisv1.Action) Tally {
	s := &a.Status
	return Tally{Accepted: s.Accepted, Pending: s.Pending, Rejected: s.Rejected, Last: s.LastEvidence, LastRejected: s.LastRejected}
}
