// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"slices"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

// MayJudge reports whether a user may accept the work of a Team: its lead, or a member with
// the role reviewer.
func MayJudge(team *praxisv1.Team, user string) bool {
	return slices.ContainsFunc(team.Spec.Members, func(m praxisv1.Member) bool {
		return m.User == user && (m.Name == team.Spec.Lead || slices.Contains(m.Roles, plan.RoleReviewer))
	})
}
