// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package review

import (
	"cmp"
	"slices"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/evidence"
	"github.com/praxis-dev/praxis/internal/plan"
)

const maxReviewers = 100

// Signers are the users who may sign for a Utility, in the order in which they are asked: its
// owner, the lead of the owner's Team, then that Team's members with the role reviewer, by name;
// people only. While a week runs they are those of its plan: whoever edits a Team or names another
// owner counts from the next week on, and nobody signs who made themselves a reviewer for that.
// Where none of them is left in the Team they are those of today; frozen is nil where no week runs.
func Signers(p *plan.Programme, frozen *praxisv1.WeekPlan) []string {
	owner := p.Utility.Spec.Owner
	today := plan.AsItIs(p.Teams[owner.Team])
	if frozen != nil && frozen.Owner != nil {
		then := frozen.Owner
		left := slices.DeleteFunc(signersOf(plan.PlannedTeam(frozen, then.Team), then.Member), func(m praxisv1.PlannedMember) bool {
			return !isIn(today, m) && !isIn(plan.AsItIs(p.Teams[then.Team]), m)
		})
		if len(left) > 0 {
			return usersOf(left)
		}
	}
	return usersOf(signersOf(today, owner.Member))
}

// signersOf are the members of a Team who may sign for a goal that one of them owns, each maybe
// more than once.
func signersOf(team *praxisv1.PlannedTeam, owner string) []praxisv1.PlannedMember {
	if team == nil {
		return nil
	}
	members := slices.SortedFunc(slices.Values(team.Members), func(a, b praxisv1.PlannedMember) int { return cmp.Compare(a.Name, b.Name) })
	var signers []praxisv1.PlannedMember
	for _, may := range []func(*praxisv1.PlannedMember) bool{
		func(m *praxisv1.PlannedMember) bool { return m.Name == owner },
		func(m *praxisv1.PlannedMember) bool { return m.Name == team.Lead },
		func(m *praxisv1.PlannedMember) bool { return m.Reviewer },
	} {
		for i := range members {
			if m := &members[i]; may(m) && !evidence.Machine(m.User) {
				signers = append(signers, *m)
			}
		}
	}
	return signers
}

// isIn reports whether somebody is still in a Team, under the same name or user.
func isIn(team *praxisv1.PlannedTeam, who praxisv1.PlannedMember) bool {
	return team != nil && slices.ContainsFunc(team.Members, func(m praxisv1.PlannedMember) bool { return m.Name == who.Name || m.User == who.User })
}

// usersOf are the users of members, each once, as many as a Review names.
func usersOf(members []praxisv1.PlannedMember) []string {
	var users []string
	for i := range members {
		if user := members[i].User; !slices.Contains(users, user) && len(users) < maxReviewers {
			users = append(users, user)
		}
	}
	return users
}

// Ask writes into a Review who may sign it; where nobody may, it stays as it is.
func Ask(r *praxisv1.Review, users []string) {
	if len(users) > 0 {
		r.Spec.Reviewer, r.Spec.Reviewers = users[0], users
	}
}
