// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"
	"sync"
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
)

// Programme is what a goal's objects ask for in any week: which KeyActions can be planned,
// one for each Team, with their packages resolved, and what keeps the others from being
// planned. It is made once for a goal and passed to all that need it, also concurrently; what
// it returns is shared and must not be changed.
type Programme struct {
	Objects
	// Problem is what keeps the Utility from being planned at all, or nil.
	Problem *Problem
	// Within and Beyond are the names of the KeyActions without a parent, by rank, up to
	// maxKeyActions and after it.
	Within, Beyond []string

	entries []entry
	gaps    []Gap
	*found
}

// found is what a Programme was asked and has answered; it answers the same again.
type found struct {
	mu       sync.Mutex
	children map[string][]praxisv1.KeyAction // by the name of their parent
	problems map[string]*Problem             // by the name of the KeyAction
	targets  map[span]map[string]int64
	surveys  map[surveyed]survey
}

// span is a week, and the instant from which it counts.
type span struct {
	number             int
	starts, ends, from int64
}

func spanOf(w cadence.Week, from time.Time) span {
	return span{w.Number, w.StartsAt.Unix(), w.EndsAt.Unix(), from.UnixNano()}
}

// surveyed is a span, and whose turn it was when it was looked at.
type surveyed struct {
	span
	turns string
}

// maxSpans is how many weeks' answers are kept; a quarter has fourteen.
const maxSpans = 32

// remember keeps an answer, and forgets all where they have become many.
func remember[K comparable, T any](answers map[K]T, of K, answer T) {
	if len(answers) >= maxSpans {
		clear(answers)
	}
	answers[of] = answer
}

// survey is the answer of Survey.
type survey struct {
	gaps  []Gap
	loads []MemberLoad
}

// entry is a KeyAction of one Team.
type entry struct {
	keyAction *praxisv1.KeyAction
	weight    int32 // percent of the Utility: its own, or its parent's
	parts     int32 // number of parts that the weight is split into
	team      *praxisv1.Team
	steps     []praxisv1.Step
}

// Gap is something that the planner could not plan, or that its author should know.
type Gap struct {
	// KeyAction by its name; empty if the gap is the Utility's or a person's.
	KeyAction string
	Step      string
	Tier      praxisv1.Tier
	Team      string
	Member    string
	// Reason of the condition that says the same.
	Reason string
	// Message says what is wrong and what to do.
	Message string
}

// MemberLoad is the work that a week asks of one member, for this Utility only.
type MemberLoad struct {
	Team, Name                      string
	PlannedMinutes, CapacityMinutes int64
	// KeyActions that the work is for, by name.
	KeyActions []string
}

func (p *Programme) step(keyAction, name string) *praxisv1.Step {
	for i := range p.entries {
		if p.entries[i].keyAction.Name != keyAction {
			continue
		}
		for j := range p.entries[i].steps {
			if s := &p.entries[i].steps[j]; s.Name == name {
				return s
			}
		}
	}
	return nil
}

func (p *Programme) entry(keyAction string) *entry {
	if i := slices.IndexFunc(p.entries, func(e entry) bool { return e.keyAction.Name == keyAction }); i >= 0 {
		return &p.entries[i]
	}
	return nil
}
