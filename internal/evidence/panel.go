// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"slices"

	"k8s.io/apimachinery/pkg/util/sets"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

// panel is who may judge the evidence of an Action, or the reading of a measure, and whose
// work it is.
type panel struct {
	Input
	// teams are all in which a member's users are looked up.
	teams []*praxisv1.PlannedTeam
	// team is the one whose lead and reviewers judge; nil where it is gone.
	team   *praxisv1.PlannedTeam
	judges []string
	// owners are the users of all who have the Action or ever had it, first those of whoever
	// had it at the beginning.
	owners, first sets.Set[string]
	// submitters are what has been asked of who handed in, by user.
	submitters map[string]submitter
}

// submitter is who handed in: all users of that person, and who may judge what came so.
type submitter struct {
	users  sets.Set[string]
	judges []string
}

func (in Input) panel() *panel {
	p := &panel{Input: in, submitters: map[string]submitter{}}
	today, heir := plan.AsItIs(in.Team), plan.AsItIs(in.Heir)
	for _, team := range []*praxisv1.PlannedTeam{in.Planned, today, heir} {
		if team != nil {
			p.teams = append(p.teams, team)
		}
	}
	p.team = judgingTeam(in.Planned, today, heir)
	p.judges = judgesOf(p.team)
	had := in.had()
	p.owners = p.usersOf(had...)
	p.first = p.usersOf(had[:min(1, len(had))]...)
	return p
}

// judgingTeam is the Team whose lead and reviewers judge: as it was when the week was planned,
// or as it is where none of those who judged then is left. The Team that took the place of one
// that is gone judges for it.
func judgingTeam(planned, today, heir *praxisv1.PlannedTeam) *praxisv1.PlannedTeam {
	switch {
	case today == nil && heir != nil:
		return heir
	case today == nil:
		return planned
	}
	left := func(judge praxisv1.PlannedMember) bool {
		return slices.ContainsFunc(today.Members, func(m praxisv1.PlannedMember) bool { return m.Name == judge.Name || m.User == judge.User })
	}
	if slices.ContainsFunc(judges(planned), left) {
		return planned
	}
	return today
}

// had are all who have the Action or had it, whoever had it first in front. Of what it was split
// from those count who had it until then: whoever got the rest afterwards never had this part.
func (in Input) had() []praxisv1.Assignee {
	var all []praxisv1.Assignee
	chain := slices.DeleteFunc(append(slices.Clone(in.Before), in.Action), func(a *praxisv1.Action) bool { return a == nil })
	for i, a := range chain {
		until := len(a.Spec.Amendments)
		if i+1 < len(chain) {
			if split := plan.SplitBy(chain[i+1], a); split >= 0 {
				until = split
			}
		}
		all = append(all, holders(a, until)...)
	}
	return all
}

// holders are those who had an Action until an amendment to it, in their order.
func holders(a *praxisv1.Action, until int) []praxisv1.Assignee {
	var all []praxisv1.Assignee
	last := praxisv1.Assignee{Member: a.Spec.Member, User: a.Spec.User}
	for i, m := range a.Spec.Amendments {
		if m.From == nil {
			continue
		}
		if i >= until {
			last = *m.From
			break
		}
		all = append(all, *m.From)
	}
	return append(all, last)
}

// usersOf are all users of people: those that they are named with, and those that a Team gives
// or gave the same member. A member is a person, whatever the user name of the day is.
func (p *panel) usersOf(people ...praxisv1.Assignee) sets.Set[string] {
	users, members := sets.New[string](), sets.New[string]()
	for _, p := range people {
		users.Insert(p.User)
		members.Insert(p.Member)
	}
	for _, team := range p.teams {
		for _, m := range team.Members {
			if users.Has(m.User) {
				members.Insert(m.Name)
			}
		}
	}
	for _, team := range p.teams {
		for _, m := range team.Members {
			if members.Has(m.Name) {
				users.Insert(m.User)
			}
		}
	}
	return users.Delete("")
}

// by is who handed a piece in.
func (p *panel) by(e *praxisv1.Evidence) submitter {
	user := e.Spec.SubmittedBy
	s, known := p.submitters[user]
	if !known {
		s.users = p.usersOf(praxisv1.Assignee{User: user})
		if user != "" {
			s.judges = slices.DeleteFunc(slices.Clone(p.judges), func(judge string) bool { return s.users.Has(judge) || p.owners.Has(judge) })
		}
		p.submitters[user] = s
	}
	return s
}

// judgesOf are the users who may judge a piece, sorted.
func (p *panel) judgesOf(e *praxisv1.Evidence) []string { return p.by(e).judges }

func (p *panel) teamName() string {
	switch {
	case p.team != nil:
		return "Team " + p.team.Name
	case p.Action != nil:
		return "Team " + p.Action.Spec.Team + ", which is gone"
	}
	return "its Team, which is gone"
}

// Judges are the users who may judge the piece, sorted, as many as a status names.
func (in Input) Judges() []string { return named(in.panel().judgesOf(in.Evidence)) }

func named(users []string) []string { return users[:min(len(users), maxJudges)] }
