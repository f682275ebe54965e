// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"cmp"
	"fmt"
	"slices"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
)

// Member is the member of a Team with that name, or nil.
func Member(team *praxisv1.Team, name string) *praxisv1.Member {
	for i := range team.Spec.Members {
		if team.Spec.Members[i].Name == name {
			return &team.Spec.Members[i]
		}
	}
	return nil
}

// DisplayName is the display name of a member; empty where there is none, or the member has left.
// The Team may be nil.
func DisplayName(team *praxisv1.Team, name string) string {
	if team == nil {
		return ""
	}
	if m := Member(team, name); m != nil {
		return m.DisplayName
	}
	return ""
}

// Shown is what people read of a member: the display name, or the name where there is none.
func (p *Programme) Shown(team, name string) string { return cmp.Or(DisplayName(p.Teams[team], name), name) }

// Called is how people read who somebody is: by the display name and the name to type, or by the
// name alone. Example: "Ana Souza (ana)".
func Called(name, displayName string) string {
	if displayName == "" || displayName == name {
		return name
	}
	return displayName + " (" + name + ")"
}

// presentDays counts the working days of a week that no absence covers, 0 to 7.
func presentDays(m *praxisv1.Member, w cadence.Week) int64 {
	if len(m.Absences) == 0 {
		return int64(w.DaysOfWork())
	}
	var present int64
	for _, day := range w.WorkingDays() {
		if !absentOn(m, day) {
			present++
		}
	}
	return present
}

func absentOn(m *praxisv1.Member, day string) bool {
	return slices.ContainsFunc(m.Absences, func(a praxisv1.Absence) bool { return a.From <= day && day <= a.To })
}

// isAbsent reports whether a member is away on all working days of a week. In a week without
// any nobody is.
func isAbsent(m *praxisv1.Member, w cadence.Week) bool {
	return len(m.Absences) > 0 && w.DaysOfWork() > 0 && presentDays(m, w) == 0
}

// Capacity is the time that a member has in a week, in minutes:
// capacity·(working days present)/(days of work of a full week), rounded down.
func Capacity(m *praxisv1.Member, w cadence.Week) int64 {
	full, err := m.Capacity.Minutes()
	if err != nil {
		return 0 // the schema refuses it; nobody is given work on a capacity that cannot be read
	}
	return full * presentDays(m, w) / int64(max(1, w.FullDays()))
}

// assigned are the people who do a step in a week, by name; if there are none, whyNobody says
// why. turn is whose turn it is if the step rotates.
func assigned(s *praxisv1.Step, team *praxisv1.Team, w cadence.Week, turn *praxisv1.Member) (people []*praxisv1.Member, whyNobody string) {
	switch a := s.Assign; a.Mode {
	case praxisv1.AssignEach:
		people = slices.DeleteFunc(WithRole(team, a.Role), func(m *praxisv1.Member) bool { return isAbsent(m, w) })
		return people, nobodyWith(a.Role, team)
	case praxisv1.AssignRotate:
		if turn == nil {
			return nil, nobodyWith(a.Role, team)
		}
		return []*praxisv1.Member{turn}, ""
	case praxisv1.AssignLead:
		if team.Spec.Lead == "" {
			return nil, fmt.Sprintf("Team %s has no lead; set spec.lead", team.Name)
		}
		return orDelegate(team, team.Spec.Lead, w)
	default:
		return orDelegate(team, a.Member, w)
	}
}

func nobodyWith(role string, team *praxisv1.Team) string {
	if len(WithRole(team, role)) == 0 {
		return fmt.Sprintf("nobody in Team %s has role %s; give it to a member", team.Name, role)
	}
	return fmt.Sprintf("everybody with role %s in Team %s is absent; give it to one more member", role, team.Name)
}

func WithRole(team *praxisv1.Team, role string) []*praxisv1.Member {
	var people []*praxisv1.Member
	for i := range team.Spec.Members {
		if slices.Contains(team.Spec.Members[i].Roles, role) {
			people = append(people, &team.Spec.Members[i])
		}
	}
	slices.SortFunc(people, func(a, b *praxisv1.Member) int { return cmp.Compare(a.Name, b.Name) })
	return people
}

// orDelegate is one person by name, or the delegate if that person is away the whole week.
// Whether the delegate is away too is not checked: the two have agreed on it.
func orDelegate(team *praxisv1.Team, name string, w cadence.Week) ([]*praxisv1.Member, string) {
	m := Member(team, name)
	if m == nil {
		return nil, fmt.Sprintf("%s is not in Team %s; add the person", name, team.Name)
	}
	if !isAbsent(m, w) {
		return []*praxisv1.Member{m}, ""
	}
	delegate := delegateOf(m, w)
	if delegate == "" {
		return nil, fmt.Sprintf("%s is absent without a delegate; name one in the absence", name)
	}
	if d := Member(team, delegate); d != nil {
		return []*praxisv1.Member{d}, ""
	}
	return nil, fmt.Sprintf("%s is absent and the delegate %s is not in Team %s; name a member", name, delegate, team.Name)
}

// delegateOf is the delegate of the first listed absence that touches the week's
// seven days and names one.
func delegateOf(m *praxisv1.Member, w cadence.Week) string {
	days := w.Dates()
	for _, a := range m.Absences {
		if a.Delegate != "" && a.From <= days[len(days)-1] && days[0] <= a.To {
			return a.Delegate
		}
	}
	return ""
}

// RoleReviewer is the role that accepts work.
const RoleReviewer = "reviewer"
