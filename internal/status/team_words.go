// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"
	"slices"
	"strings"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/evidence"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/text"
)

// lookAlike says which members people can take for each other by their user names, or for
// somebody else, the first by name; empty if there are none.
func lookAlike(team *praxisv1.Team) string {
	members := slices.Clone(team.Spec.Members)
	slices.SortFunc(members, func(a, b praxisv1.Member) int { return strings.Compare(a.Name, b.Name) })
	first := map[string]*praxisv1.Member{}
	for i := range members {
		m := &members[i]
		like := first[text.Skeleton(m.User)]
		switch {
		case like != nil && strings.EqualFold(like.User, m.User):
			return fmt.Sprintf("The users of %s and %s differ by case alone, %s and %s; upper and lower case are two people", like.Name, m.Name, like.User, m.User)
		case like != nil:
			return fmt.Sprintf("The users of %s and %s look alike, %s and %s; see which letters they are written with", like.Name, m.Name, like.User, m.User)
		case text.MixesAlphabets(m.User):
			return fmt.Sprintf("The user of %s, %s, has a word in letters of two alphabets; see which it is written with", m.Name, m.User)
		}
		first[text.Skeleton(m.User)] = m
	}
	return ""
}

// judgingMachine says which member is to judge and sign and is no person, the first by name; empty
// if none is.
func judgingMachine(team *praxisv1.Team) string {
	var first *praxisv1.Member
	for i := range team.Spec.Members {
		m := &team.Spec.Members[i]
		judges := m.Name == team.Spec.Lead || slices.Contains(m.Roles, plan.RoleReviewer)
		if judges && evidence.Machine(m.User) && (first == nil || m.Name < first.Name) {
			first = m
		}
	}
	if first == nil {
		return ""
	}
	return fmt.Sprintf("%s leads or reviews, and its user, %s, is no person: only people judge and sign; give that to a person", first.Name, first.User)
}

func teamSummary(members []praxisv1.MemberLoad) string {
	var open, overdue int32
	for _, m := range members {
		open, overdue = open+m.OpenActions, overdue+m.OverdueActions
	}
	switch {
	case len(members) == 0:
		return "Nobody is in the Team; add members"
	case open == 0:
		return "Nothing is owed"
	case overdue == 0:
		return text.Actions(open) + " owed, none overdue"
	}
	return fmt.Sprintf("%s owed, %d overdue", text.Actions(open), overdue)
}
