// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"cmp"
	"slices"
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
)

// maxCandidates is how many an agenda names for an Action.
const maxCandidates = 20

// Candidates are the members of the Team of an Action who can take it over in a week: all but
// who has it and who is absent for the rest of the week. Those with the role of the step come
// first, then whoever has least to do by the Actions of the week, then they go by name.
func (p *Programme) Candidates(a *praxisv1.Action, actions []praxisv1.Action, w cadence.Week, now time.Time) []string {
	team := p.TeamOf(a)
	if team == nil {
		return nil
	}
	role := ""
	if s := p.step(a.Spec.KeyActionRef.Name, a.Spec.Step); s != nil {
		role = s.Assign.Role
	}
	load := map[string]int64{}
	for i := range actions {
		if other := &actions[i]; other.Spec.Team == a.Spec.Team && !other.Spec.Dropped {
			load[other.Spec.Member] += Effort(other)
		}
	}
	var found []*praxisv1.Member
	for i := range team.Spec.Members {
		if m := &team.Spec.Members[i]; m.Name != a.Spec.Member && m.User != a.Spec.User && !Away(m, w, now) {
			found = append(found, m)
		}
	}
	lacks := func(m *praxisv1.Member) int {
		if role != "" && !slices.Contains(m.Roles, role) {
			return 1
		}
		return 0
	}
	slices.SortFunc(found, func(x, y *praxisv1.Member) int {
		return cmp.Or(cmp.Compare(lacks(x), lacks(y)), cmp.Compare(load[x.Name], load[y.Name]), cmp.Compare(x.Name, y.Name))
	})
	var names []string
	for _, m := range found[:min(len(found), maxCandidates)] {
		names = append(names, m.Name)
	}
	return names
}

// SomebodyIsAway reports whether a member of any Team is absent on a day of a week.
func (p *Programme) SomebodyIsAway(w cadence.Week) bool {
	for _, team := range p.Teams {
		for i := range team.Spec.Members {
			m := &team.Spec.Members[i]
			if len(m.Absences) > 0 && slices.ContainsFunc(w.Dates(), func(day string) bool { return absentOn(m, day) }) {
				return true
			}
		}
	}
	return false
}

// NextDay is when the next day begins in the zone of a week.
func NextDay(w cadence.Week, now time.Time) time.Time {
	y, m, d := now.In(w.StartsAt.Location()).Date()
	return time.Date(y, m, d+1, 0, 0, 0, 0, w.StartsAt.Location())
}
