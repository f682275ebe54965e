// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package review

import (
	"slices"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

const maxReviewers = 100

// Reviewers are the users who may sign for a Utility, in the order in which they are asked:
// its owner, the lead of the owner's Team, then that Team's members with the role reviewer,
// by name.
func Reviewers(p *plan.Programme) []string {
	team := p.Teams[p.Utility.Spec.Owner.Team]
	if team == nil {
		return nil
	}
	var users []string
	add := func(m *praxisv1.Member) {
		if m != nil && !slices.Contains(users, m.User) && len(users) < maxReviewers {
			users = append(users, m.User)
		}
	}
	add(plan.Member(team, p.Utility.Spec.Owner.Member))
	add(plan.Member(team, team.Spec.Lead))
	for _, m := range plan.WithRole(team, plan.RoleReviewer) {
		add(m)
	}
	return users
}
