// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/sets"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

// maxJudges is how many the status of a piece names.
const maxJudges = 20

// MayJudge reports whether a user may accept the work of a Team as it is: its lead, or a
// member with the role reviewer.
func MayJudge(team *praxisv1.Team, user string) bool {
	return slices.Contains(judgesOf(plan.AsItIs(team)), user)
}

// MayJudgeAsPlanned is MayJudge for a Team as it was when a week was planned.
func MayJudgeAsPlanned(team *praxisv1.PlannedTeam, user string) bool {
	return slices.Contains(judgesOf(team), user)
}

// MayJudgeInWeek reports whether a user may judge work of an open week, by its plan.
func MayJudgeInWeek(cycle *praxisv1.WeeklyCycle, user string) bool {
	return cycle.Status.Plan != nil && !plan.WeekClosed(cycle) && slices.ContainsFunc(cycle.Status.Plan.Teams, func(team praxisv1.PlannedTeam) bool {
		return MayJudgeAsPlanned(&team, user)
	})
}

// Machine reports whether a user is no person: a service account or a part of Kubernetes,
// whose token whoever may edit the namespace can have made.
func Machine(user string) bool { return strings.HasPrefix(user, "system:") }

func judges(team *praxisv1.PlannedTeam) []praxisv1.PlannedMember {
	if team == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(team.Members), func(m praxisv1.PlannedMember) bool {
		return !m.Reviewer && m.Name != team.Lead || Machine(m.User)
	})
}

// judgesOf are the users who judge the work of a Team, sorted.
func judgesOf(team *praxisv1.PlannedTeam) []string {
	users := sets.New[string]()
	for _, m := range judges(team) {
		users.Insert(m.User)
	}
	return sets.List(users)
}

// oneOf names the first of the users whom to ask.
func oneOf(users []string) string {
	switch n := len(users); n {
	case 0:
		return "somebody else"
	case 1:
		return users[0]
	case 2:
		return users[0] + " or " + users[1]
	default:
		return fmt.Sprintf("%s, %s or one of %d more", users[0], users[1], n-2)
	}
}
