// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
)

// piece is a step of a KeyAction that is planned in a week, and who does it.
type piece struct {
	step        *praxisv1.Step
	occurrences []praxisv1.Occurrence
	people      []*praxisv1.Member
	whyNobody   string
}

// pieces are the steps of a KeyAction that are planned in a week, less what is due before an
// instant. turns are those of the week.
func (e *entry) pieces(w cadence.Week, from time.Time, turns rotation) []piece {
	var pieces []piece
	for i := range e.steps {
		s := &e.steps[i]
		if !plannedIn(s, w) {
			continue
		}
		occurrences := deal(s, w, from)
		if len(occurrences) == 0 {
			continue
		}
		people, whyNobody := assigned(s, e.team, w, turns[turnKey{e.keyAction.Name, s.Name}])
		pieces = append(pieces, piece{step: s, occurrences: occurrences, people: people, whyNobody: whyNobody})
	}
	return pieces
}

// asksSomebody reports whether a week has an Action of a KeyAction, less what is due before
// an instant.
func (e *entry) asksSomebody(w cadence.Week, from time.Time) bool {
	for i := range e.steps {
		s := &e.steps[i]
		if !plannedIn(s, w) || len(deal(s, w, from)) == 0 {
			continue
		}
		if e.headcount(s, w) > 0 {
			return true
		}
	}
	return false
}

// headcount is how many people do a step in a week; of one that rotates it is one, whose turn
// ever it is.
func (e *entry) headcount(s *praxisv1.Step, w cadence.Week) int {
	if s.Assign.Mode != praxisv1.AssignRotate {
		people, _ := assigned(s, e.team, w, nil)
		return len(people)
	}
	if slices.ContainsFunc(WithRole(e.team, s.Assign.Role), func(m *praxisv1.Member) bool { return !isAbsent(m, w) }) {
		return 1
	}
	return 0
}

// KeyTargets are the key-tier completions of a week that is planned whole, by KeyAction.
func (p *Programme) KeyTargets(w cadence.Week) map[string]int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	of := spanOf(w, w.StartsAt)
	if targets, counted := p.targets[of]; counted {
		return targets
	}
	targets := map[string]int64{}
	for i := range p.entries {
		e := &p.entries[i]
		for j := range e.steps {
			s := &e.steps[j]
			if s.Tier == praxisv1.TierKey && plannedIn(s, w) {
				targets[e.keyAction.Name] += int64(quantity(deal(s, w, w.StartsAt))) * int64(e.headcount(s, w))
			}
		}
	}
	remember(p.targets, of, targets)
	return targets
}
