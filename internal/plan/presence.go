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

// Nobody stands for the member in the name of an Action that nobody has.
const Nobody = "nobody"

// Holder is what the one who has an Action is called.
func Holder(a *praxisv1.Action) string { return cmp.Or(a.Spec.Member, Nobody) }

// WhyGone is the reason why nobody goes on with an Action in the rest of its week: nobody has
// it, whoever has it has left the Team, or is away on all days of work that are left. Empty if
// whoever has it is there, and if there is no Team that could say so.
func WhyGone(team *praxisv1.Team, a *praxisv1.Action, w cadence.Week, now time.Time) string {
	if a.Spec.Member == "" {
		return praxisv1.ReasonUnassigned
	}
	if team == nil {
		return ""
	}
	m := theSame(team, a.Spec.Member, a.Spec.User)
	switch {
	case m == nil:
		return praxisv1.ReasonMemberLeft
	case Away(m, w, now):
		return praxisv1.ReasonMemberAway
	}
	return ""
}

// theSame is the person in a Team as it is now: the member of that name or, where the member
// has another name by now, of that user. It is nil where the person is not in the Team.
func theSame(team *praxisv1.Team, member, user string) *praxisv1.Member {
	if m := Member(team, member); m != nil {
		return m
	}
	for i := range team.Spec.Members {
		if m := &team.Spec.Members[i]; user != "" && m.User == user {
			return m
		}
	}
	return nil
}

// TeamOf is the Team of an Action as it is now: its own or, where that is gone because it has
// another name, the one that the KeyAction names now. It is nil where there is neither.
func (p *Programme) TeamOf(a *praxisv1.Action) *praxisv1.Team {
	if team := p.Teams[a.Spec.Team]; team != nil {
		return team
	}
	if ka := p.keyAction(a.Spec.KeyActionRef.Name); ka != nil && ka.Spec.TeamRef != nil {
		return p.Teams[ka.Spec.TeamRef.Name]
	}
	return nil
}

// Away reports whether a member is absent on all working days of a week that are left.
// With none left nobody is.
func Away(m *praxisv1.Member, w cadence.Week, now time.Time) bool {
	today := now.In(w.StartsAt.Location()).Format(time.DateOnly)
	left := slices.DeleteFunc(w.WorkingDays(), func(day string) bool { return day < today })
	return len(left) > 0 && !slices.ContainsFunc(left, func(day string) bool { return !absentOn(m, day) })
}
