// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"cmp"
	"maps"
	"slices"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// What a plan holds of its Teams at most, so that it stays an object of ordinary size
// whatever the Teams are: of what does not fit, today's Team is asked.
const (
	maxPlannedTeams   = 128
	maxPlannedMembers = 1500  // over all Teams
	maxPlannedBytes   = 75000 // of JSON, over all Teams
	memberBytes       = 40    // of a member in JSON, beside its name and user
	// maxAccountBytes are for accounts alone, so that none of them takes the place of a judge. Of
	// whom the accounts have no room the word of a source is not taken, and a judge is asked.
	maxAccountBytes = 50000
	accountBytes    = 6 // of an account in JSON, beside its type and name
)

// freezeTeams adds to a plan who is in the Teams that it does not have yet. A Team that it
// has stays as it was: whoever comes to it later, or becomes a reviewer, counts from the next
// week on. actions are those of the week that are known.
func freezeTeams(out *praxisv1.WeekPlan, teams []*praxisv1.Team, actions []praxisv1.Action) {
	missing := map[string]*praxisv1.Team{}
	for _, team := range teams {
		if team != nil && PlannedTeam(out, team.Name) == nil {
			missing[team.Name] = team
		}
	}
	names := slices.Sorted(maps.Keys(missing))
	if out.Owner != nil && missing[out.Owner.Team] != nil {
		// There is always room for who owns the goal.
		names = slices.DeleteFunc(names, func(name string) bool { return name == out.Owner.Team })
		names = slices.Insert(names, 0, out.Owner.Team)
	}
	names = names[:min(len(names), maxPlannedTeams-len(out.Teams))]
	room, bytes, accounts := roomLeft(out)
	members := map[string][]praxisv1.PlannedMember{}
	for _, m := range ranked(names, missing, out.Owner, actions) {
		size := sizeOf(m.PlannedMember)
		if room == 0 || size > bytes {
			continue
		}
		room, bytes = room-1, bytes-size
		if size := sizeOfAccounts(m.PlannedMember); size > accounts {
			m.Accounts = nil
		} else {
			accounts -= size
		}
		members[m.team] = append(members[m.team], m.PlannedMember)
	}
	for _, name := range names {
		frozen := praxisv1.PlannedTeam{Name: name, Lead: missing[name].Spec.Lead, Members: members[name]}
		slices.SortFunc(frozen.Members, func(a, b praxisv1.PlannedMember) int { return cmp.Compare(a.Name, b.Name) })
		out.Teams = append(out.Teams, frozen)
	}
	slices.SortFunc(out.Teams, func(a, b praxisv1.PlannedTeam) int { return cmp.Compare(a.Name, b.Name) })
}

func sizeOf(m praxisv1.PlannedMember) int { return memberBytes + len(m.Name) + len(m.User) }

func sizeOfAccounts(m praxisv1.PlannedMember) (sum int) {
	for kind, name := range m.Accounts {
		sum += accountBytes + len(kind) + len(name)
	}
	return sum
}

// roomLeft is for how many members, bytes of them, and bytes of accounts a plan has room.
func roomLeft(p *praxisv1.WeekPlan) (members, bytes, accounts int) {
	members, bytes, accounts = maxPlannedMembers, maxPlannedBytes, maxAccountBytes
	for _, team := range p.Teams {
		for _, m := range team.Members {
			members, bytes, accounts = members-1, bytes-sizeOf(m), accounts-sizeOfAccounts(m)
		}
	}
	return max(0, members), max(0, bytes), max(0, accounts)
}

// FrozenMember is a member in the form in which a plan keeps it.
func FrozenMember(m *praxisv1.Member) praxisv1.PlannedMember {
	return praxisv1.PlannedMember{Name: m.Name, User: m.User, Reviewer: slices.Contains(m.Roles, RoleReviewer), Accounts: maps.Clone(m.Accounts)}
}

// AsItIs is a Team as it is today, in the form in which a plan freezes it; nil for none.
func AsItIs(team *praxisv1.Team) *praxisv1.PlannedTeam {
	if team == nil {
		return nil
	}
	out := &praxisv1.PlannedTeam{Name: team.Name, Lead: team.Spec.Lead}
	for i := range team.Spec.Members {
		out.Members = append(out.Members, FrozenMember(&team.Spec.Members[i]))
	}
	return out
}

// place is where a member stands among all that could be frozen.
type place struct {
	praxisv1.PlannedMember
	team string
	// class is how much hangs on it, place how many of the class in the Team are before it.
	class, place int
}

// ranked are the members of Teams, those on whom most hangs in front: the owner and the lead, the
// reviewers, whoever has Actions, then the rest by name. All Teams have their turn, so that none is
// without judges for another's sake.
func ranked(names []string, teams map[string]*praxisv1.Team, owner *praxisv1.Owner, actions []praxisv1.Action) []place {
	type key struct{ team, member string }
	busy := map[key]bool{}
	for i := range actions {
		busy[key{actions[i].Spec.Team, actions[i].Spec.Member}] = true
	}
	var all []place
	for _, name := range names {
		spec := &teams[name].Spec
		members := slices.Clone(spec.Members)
		slices.SortFunc(members, func(a, b praxisv1.Member) int { return cmp.Compare(a.Name, b.Name) })
		var before [4]int
		for i := range members {
			m := &members[i]
			p := place{team: name, class: 3, PlannedMember: FrozenMember(m)}
			switch {
			case m.Name == spec.Lead, owner != nil && *owner == (praxisv1.Owner{Team: name, Member: m.Name}):
				p.class = 0
			case p.Reviewer:
				p.class = 1
			case busy[key{name, m.Name}]:
				p.class = 2
			}
			p.place = before[p.class]
			before[p.class]++
			all = append(all, p)
		}
	}
	slices.SortFunc(all, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.class, b.class), cmp.Compare(a.place, b.place), cmp.Compare(a.team, b.team))
	})
	return all
}

// PlannedTeam is a Team as it was when the week was planned, or nil where the plan does not
// say: it is of an older release, was lost, or had no room.
func PlannedTeam(frozen *praxisv1.WeekPlan, name string) *praxisv1.PlannedTeam {
	if frozen == nil {
		return nil
	}
	for i := range frozen.Teams {
		if frozen.Teams[i].Name == name {
			return &frozen.Teams[i]
		}
	}
	return nil
}

// teamsOf are the Teams of Actions; none for one that is gone.
func teamsOf(actions []praxisv1.Action, teams map[string]*praxisv1.Team) []*praxisv1.Team {
	var found []*praxisv1.Team
	for i := range actions {
		if team := teams[actions[i].Spec.Team]; team != nil && !slices.Contains(found, team) {
			found = append(found, team)
		}
	}
	return found
}
