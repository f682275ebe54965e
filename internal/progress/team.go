// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package progress

import (
	"fmt"
	"slices"
	"strings"
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

// TeamInput is what the status of a Team is decided from.
type TeamInput struct {
	Team *praxisv1.Team
	// Actions of the Team in the latest planned cycle of each Utility.
	Actions []praxisv1.Action
	// Present is the capacity of a member in the weeks of those cycles, in minutes.
	Capacity func(m *praxisv1.Member) int64
}

// Team decides the status of a Team: the load of each member.
func Team(in TeamInput, now time.Time) praxisv1.TeamStatus {
	status := *in.Team.Status.DeepCopy()
	c := begin(&status.ConditionedStatus, in.Team.Generation, now)
	c.ready(nil, praxisv1.ReasonReconciled, fmt.Sprintf("%d members can be assigned", len(in.Team.Spec.Members)))

	loads := map[string]*praxisv1.MemberLoad{}
	status.Members = make([]praxisv1.MemberLoad, len(in.Team.Spec.Members))
	for i := range in.Team.Spec.Members {
		m := &in.Team.Spec.Members[i]
		status.Members[i] = praxisv1.MemberLoad{Name: m.Name, CapacityHours: in.Capacity(m)}
	}
	slices.SortFunc(status.Members, func(a, b praxisv1.MemberLoad) int { return strings.Compare(a.Name, b.Name) })
	for i := range status.Members {
		loads[status.Members[i].Name] = &status.Members[i]
	}
	var planned, capacity int64
	for i := range in.Actions {
		// Whoever left the Team keeps running Actions, but has no row to show them in.
		if load, ok := loads[in.Actions[i].Spec.Member]; ok {
			addLoad(load, &in.Actions[i], now)
		}
	}
	var over []string
	for _, load := range status.Members {
		planned, capacity = planned+load.PlannedHours, capacity+load.CapacityHours
		if load.PlannedHours > load.CapacityHours {
			over = append(over, load.Name)
		}
	}
	load := fmt.Sprintf("%s of %s", plan.FormatMinutes(planned), plan.FormatMinutes(capacity))
	status.Columns = &praxisv1.TeamColumns{Members: int32(len(status.Members)), Load: load}
	if len(over) > 0 {
		c.setFalse(praxisv1.ConditionFeasible, praxisv1.ReasonOverCapacity, fmt.Sprintf("More is planned than the week has hours for %s; move Actions or raise the capacity", strings.Join(over, ", ")))
		status.Summary = summarize("Over capacity: " + strings.Join(over, ", "))
		return status
	}
	c.setTrue(praxisv1.ConditionFeasible, praxisv1.ReasonWithinCapacity, "Everybody has the time for what is planned: "+load)
	status.Summary = summarize(teamSummary(status.Members))
	return status
}

func addLoad(load *praxisv1.MemberLoad, a *praxisv1.Action, now time.Time) {
	if a.Spec.Dropped {
		return
	}
	if minutes, err := a.Spec.Duration.Minutes(); err == nil {
		load.PlannedHours += minutes * int64(a.Spec.Target)
	}
	if finished(a) {
		return
	}
	load.OpenActions++
	if handedIn(a) < dueBy(a.Spec.Occurrences, now) {
		load.OverdueActions++
	}
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
		return fmt.Sprintf("%d Actions owed, none overdue", open)
	}
	return fmt.Sprintf("%d Actions owed, %d overdue", open, overdue)
}
