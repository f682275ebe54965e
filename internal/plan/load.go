// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
	"github.com/praxis-dev/praxis/internal/text"
)

// loads are the loads of all members of the Teams that the programme is for.
func (p *Programme) loads(w cadence.Week, from time.Time, turns rotation) []MemberLoad {
	type key struct{ team, name string }
	byMember := map[key]*MemberLoad{}
	for i := range p.entries {
		e := &p.entries[i]
		for j := range e.team.Spec.Members {
			m := &e.team.Spec.Members[j]
			if k := (key{e.team.Name, m.Name}); byMember[k] == nil {
				byMember[k] = &MemberLoad{Team: k.team, Name: k.name, CapacityMinutes: Capacity(m, w)}
			}
		}
		for _, piece := range e.pieces(w, from, turns) {
			minutes, _ := piece.step.Duration.Minutes() // CheckKeyAction has read it
			for _, m := range piece.people {
				load := byMember[key{e.team.Name, m.Name}]
				load.PlannedMinutes += minutes * int64(quantity(piece.occurrences))
				if !slices.Contains(load.KeyActions, e.keyAction.Name) {
					load.KeyActions = append(load.KeyActions, e.keyAction.Name)
				}
			}
		}
	}
	sorted := make([]MemberLoad, 0, len(byMember))
	for _, load := range byMember {
		sorted = append(sorted, *load)
	}
	slices.SortFunc(sorted, func(a, b MemberLoad) int { return cmp.Or(cmp.Compare(a.Team, b.Team), cmp.Compare(a.Name, b.Name)) })
	return sorted
}

func (p *Programme) overload(m MemberLoad) Gap {
	return Gap{
		Team: m.Team, Member: m.Name, Reason: praxisv1.ReasonOverCapacity,
		Message: fmt.Sprintf("%s of Team %s has %s of work and %s of capacity; lower times or give steps to others",
			p.Shown(m.Team, m.Name), m.Team, text.Minutes(m.PlannedMinutes), text.Minutes(m.CapacityMinutes)),
	}
}

// Effort is the effort of an Action, in minutes.
func Effort(a *praxisv1.Action) int64 {
	minutes, err := a.Spec.Duration.Minutes()
	if err != nil {
		return 0 // the schema refuses it
	}
	return minutes * int64(a.Spec.Target)
}

// Overloaded returns a function that reports whether the Actions of a week ask more of a
// member than the member's capacity in that week.
func Overloaded(teams map[string]*praxisv1.Team, actions []praxisv1.Action, w cadence.Week) func(team, name string) bool {
	type key struct{ team, name string }
	efforts := map[key]int64{}
	for i := range actions {
		if a := &actions[i]; !a.Spec.Dropped {
			efforts[key{a.Spec.Team, a.Spec.Member}] += Effort(a)
		}
	}
	return func(team, name string) bool {
		t := teams[team]
		if t == nil {
			return false
		}
		m := Member(t, name)
		return m != nil && efforts[key{team, name}] > Capacity(m, w)
	}
}
