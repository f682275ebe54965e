// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package source

import (
	"slices"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/text"
)

const (
	// maxEvents is how many events a status keeps.
	maxEvents = 5
	// maxMessage and maxRule are how long a message and a rule's name in it are.
	maxMessage = 300
	maxRule    = 30
)

// Tally is what came of a source since its status was written last.
type Tally struct {
	Counts praxisv1.SourceCounts
	Events []praxisv1.SourceEvent // newest first
}

// Add counts an event, by what became of it for each rule.
func (t *Tally) Add(events []praxisv1.SourceEvent) {
	t.Counts.Received++
	for i := range events {
		switch events[i].Outcome {
		case praxisv1.SourceMade:
			t.Counts.Matched++
			t.Counts.Made++
		case praxisv1.SourceDuplicate:
			t.Counts.Matched++
			t.Counts.Duplicate++
		case praxisv1.SourceRuleFailed, praxisv1.SourceRefused:
			t.Counts.Refused++
		}
	}
	clipped := slices.Clone(events)
	for i := range clipped {
		e := &clipped[i] // what is longer than a status takes would keep the counts from being written
		e.ID, e.Rule, e.Evidence = text.Clip(e.ID, maxID), text.Clip(e.Rule, maxRule), text.Clip(e.Evidence, maxID)
		e.Message = text.Clip(e.Message, maxMessage)
	}
	t.Events = newest(clipped, t.Events)
}

// newest are the newest of two lists, those of the first before others of the same second.
func newest(a, b []praxisv1.SourceEvent) []praxisv1.SourceEvent {
	all := append(a, b...)
	slices.SortStableFunc(all, func(x, y praxisv1.SourceEvent) int { return y.At.Compare(x.At.Time) })
	return all[:min(len(all), maxEvents)]
}

// Into adds what was counted to a status.
func (t *Tally) Into(status *praxisv1.EvidenceSourceStatus) {
	if status.Counts == nil {
		status.Counts = &praxisv1.SourceCounts{}
	}
	c := status.Counts
	c.Received, c.Matched, c.Made = c.Received+t.Counts.Received, c.Matched+t.Counts.Matched, c.Made+t.Counts.Made
	c.Duplicate, c.Refused = c.Duplicate+t.Counts.Duplicate, c.Refused+t.Counts.Refused
	status.LastEvents = newest(slices.Clone(t.Events), status.LastEvents)
}

// Merge adds what was counted before.
func (t *Tally) Merge(before *Tally) {
	c, b := &t.Counts, before.Counts
	c.Received, c.Matched, c.Made = c.Received+b.Received, c.Matched+b.Matched, c.Made+b.Made
	c.Duplicate, c.Refused = c.Duplicate+b.Duplicate, c.Refused+b.Refused
	t.Events = newest(slices.Clone(t.Events), before.Events)
}
