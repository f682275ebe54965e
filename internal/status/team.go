// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/text"
	"github.com/praxis-dev/praxis/internal/week"
)

// TeamInput is what the status of a Team is decided from.
type TeamInput struct {
	Team *praxisv1.Team
	// Weeks are the latest planned ones that are not closed, one for each Utility.
	Weeks []TeamWeek
}

// TeamWeek is a week, and the Team's Actions in it.
type TeamWeek struct {
	Cycle   *praxisv1.WeeklyCycle
	Actions []praxisv1.Action
}

// ForTeam decides the status of a Team: the load of each member over the open weeks,
// and the next instant at which it can change by itself (zero: never).
func ForTeam(in TeamInput, now time.Time) (praxisv1.TeamStatus, time.Time) {
	status := *in.Team.Status.DeepCopy()
	c := begin(&status.ConditionedStatus, in.Team.Generation, now, ofTeam)
	c.ready(nil, praxisv1.ReasonReconciled, fmt.Sprintf("%d members can be assigned", len(in.Team.Spec.Members)))
	if alike := lookAlike(in.Team); alike != "" {
		c.setFalse(praxisv1.ConditionDistinct, praxisv1.ReasonLookAlike, alike)
	} else if machine := judgingMachine(in.Team); machine != "" {
		c.setFalse(praxisv1.ConditionDistinct, praxisv1.ReasonNoPerson, machine)
	} else {
		c.setTrue(praxisv1.ConditionDistinct, praxisv1.ReasonDistinct, "No two user names look alike")
	}

	status.Members = make([]praxisv1.MemberLoad, len(in.Team.Spec.Members))
	for i := range in.Team.Spec.Members {
		m := &in.Team.Spec.Members[i]
		status.Members[i] = praxisv1.MemberLoad{Name: m.Name, CapacityMinutes: in.capacity(m)}
	}
	slices.SortFunc(status.Members, func(a, b praxisv1.MemberLoad) int { return strings.Compare(a.Name, b.Name) })
	next := in.addLoads(status.Members, now)

	var planned, capacity int64
	var over, hours []string
	for _, load := range status.Members {
		planned, capacity = planned+load.PlannedMinutes, capacity+load.CapacityMinutes
		if load.PlannedMinutes > load.CapacityMinutes {
			who := cmp.Or(plan.DisplayName(in.Team, load.Name), load.Name)
			over = append(over, who)
			hours = append(hours, fmt.Sprintf("%s (%s of %s)", who, text.Minutes(load.PlannedMinutes), text.Minutes(load.CapacityMinutes)))
		}
	}
	load := fmt.Sprintf("%s of %s", text.Minutes(planned), text.Minutes(capacity))
	status.Columns = &praxisv1.TeamColumns{Members: int32(len(status.Members)), Load: text.Clip(load, maxLoad)}
	if len(over) > 0 {
		who := hours
		if len(over) > maxWithHours {
			who = over
		}
		c.setFalse(praxisv1.ConditionFeasible, praxisv1.ReasonOverCapacity, fmt.Sprintf("More is planned than the week has hours for %s; move Actions or raise the capacity", strings.Join(who, ", ")))
		status.Summary = summarize("Over capacity: " + strings.Join(over, ", "))
		return status, next
	}
	c.setTrue(praxisv1.ConditionFeasible, praxisv1.ReasonWithinCapacity, "Everybody has the time for what is planned: "+load)
	status.Summary = summarize(teamSummary(status.Members))
	return status, next
}

// maxWithHours is for how many people a message has room to say the hours.
const maxWithHours = 3

// maxLoad is how long the column of a Team's load is at most.
const maxLoad = 30

// capacity is that of the shortest of the weeks for the member, in minutes.
func (in TeamInput) capacity(m *praxisv1.Member) int64 {
	least, err := m.Capacity.Minutes()
	if err != nil {
		return 0 // the schema refuses it
	}
	for _, week := range in.Weeks {
		if w, err := plan.WeekOfCycle(week.Cycle); err == nil {
			least = min(least, plan.Capacity(m, w))
		}
	}
	return least
}

// addLoads adds up what each member owes. Somebody who left the Team keeps running Actions,
// but has no row to show them in.
func (in TeamInput) addLoads(members []praxisv1.MemberLoad, now time.Time) (next time.Time) {
	loads := map[string]*praxisv1.MemberLoad{}
	for i := range members {
		loads[members[i].Name] = &members[i]
	}
	for _, w := range in.Weeks {
		for i := range w.Actions {
			a := &w.Actions[i]
			if load, ok := loads[a.Spec.Member]; ok && plan.Recorded(w.Cycle.Status.Plan, a) {
				addLoad(load, a, now)
				next = week.Soonest(next, week.NextDue(a.Spec.Occurrences, now))
			}
		}
	}
	return next
}

func addLoad(load *praxisv1.MemberLoad, a *praxisv1.Action, now time.Time) {
	if a.Spec.Dropped {
		return
	}
	load.PlannedMinutes += plan.Effort(a)
	if week.Finished(a) {
		return
	}
	load.OpenActions++
	if week.HandedIn(a) < week.DueBy(a.Spec.Occurrences, now) {
		load.OverdueActions++
	}
}
