// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// Tally is what was handed in for an Action.
type Tally struct {
	Accepted, Pending, Rejected int32
	// Last is the name of the latest piece that counts, waits or was rejected; LastRejected
	// is set if it was rejected.
	Last         string
	LastRejected bool
}

// Count sums the evidence of an Action: accepted up to the target, pending up to what is left
// of it.
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

// OldestPending is the piece of an Action that has awaited a verdict for longest, or nil.
func OldestPending(evidence []praxisv1.Evidence) *praxisv1.Evidence {
	var oldest *praxisv1.Evidence
	for i := range evidence {
		if e := &evidence[i]; Pending(e) && (oldest == nil || OlderFirst(e, oldest) < 0) {
			oldest = e
		}
	}
	return oldest
}

// Settled reports whether the status of an Action agrees with the sum of its evidence.
func Settled(a *praxisv1.Action, evidence []praxisv1.Evidence) bool {
	return tallyOf(a) == Count(a, evidence)
}

func tallyOf(a *praxisv1.Action) Tally {
	s := &a.Status
	return Tally{Accepted: s.Accepted, Pending: s.Pending, Rejected: s.Rejected, Last: s.LastEvidence, LastRejected: s.LastRejected}
}
