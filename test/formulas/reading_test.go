// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package formulas

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// part is what somebody owes of an Action at a moment.
type part struct {
	due      time.Time
	quantity int32
}

// owed is an Action as the formulas have it.
type owed struct {
	keyAction, step, team, member string
	target, share                 int32
	contribution, minutes         int64
	parts                         []part
}

func minutesOf(d praxisv1.Duration) int64 {
	duration, err := time.ParseDuration(string(d))
	if err != nil {
		panic(err)
	}
	return int64(duration / time.Minute)
}

// away are the days among those given on which the member is absent.
func away(m *praxisv1.Member, days []time.Time) (n int) {
	for _, day := range days {
		for _, a := range m.Absences {
			if date := day.Format(time.DateOnly); a.From <= date && date <= a.To {
				n++
				break
			}
		}
	}
	return n
}

// absent is a member who is away on all working days of a week that has any.
func (r *reading) absent(m *praxisv1.Member, week int) bool {
	days := r.working(week)
	return len(days) > 0 && away(m, days) == len(days)
}

// reading reads the formulas for one Utility.
type reading struct {
	calendar
	utility *praxisv1.Utility
	o       organisation
}

// actions are those of a week, by KeyAction in the order of rank.
func (r *reading) actions(week int) (all []owed) {
	turns := map[string]int{} // how often a member of a Team had the turn this week
	for _, ka := range r.within() {
		if ka.Spec.Suspend {
			continue
		}
		if ka.Spec.TeamRef != nil {
			all = append(all, r.ofTeam(ka, ka.Name, ka.Spec.TeamRef.Name, week, turns)...)
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(r.o.teams)) {
			if r.o.teams[name].Labels["group"] == ka.Spec.TeamSelector.MatchLabels["group"] {
				all = append(all, r.ofTeam(ka, ka.Name+"-"+name, name, week, turns)...)
			}
		}
	}
	return all
}

// within are the KeyActions that the Utility has room for: the heaviest, by name where equal.
func (r *reading) within() (own []*praxisv1.KeyAction) {
	for _, ka := range r.o.keyActions {
		if ka.Spec.UtilityRef.Name == r.utility.Name {
			own = append(own, ka)
		}
	}
	slices.SortFunc(own, func(a, b *praxisv1.KeyAction) int {
		return cmp.Or(cmp.Compare(*b.Spec.Weight, *a.Spec.Weight), cmp.Compare(a.Name, b.Name))
	})
	return own[:min(len(own), int(r.utility.Spec.MaxKeyActions))]
}

func (r *reading) ofTeam(ka *praxisv1.KeyAction, name, team string, week int, turns map[string]int) (all []owed) {
	for _, step := range ka.Spec.Package.Steps {
		if week%int(step.Every) != 0 {
			continue
		}
		who := r.doers(step, r.o.teams[team], week, turns)
		for i, member := range who {
			share := step.Weight * 100 / int32(len(who))
			if i == 0 {
				share += step.Weight * 100 % int32(len(who))
			}
			a := owed{
				keyAction: name, step: step.Name, team: team, member: member, target: step.Times, share: share,
				minutes: int64(step.Times) * minutesOf(step.Duration), parts: r.partsOf(step, week),
			}
			if step.Tier == praxisv1.TierKey {
				a.contribution = ka.Spec.Contribution
			}
			all = append(all, a)
		}
	}
	return all
}

// doers are the names of those who do a step in a week.
func (r *reading) doers(step praxisv1.Step, team *praxisv1.Team, week int, turns map[string]int) (names []string) {
	members := map[string]*praxisv1.Member{}
	for i := range team.Spec.Members {
		members[team.Spec.Members[i].Name] = &team.Spec.Members[i]
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if slices.Contains(members[name].Roles, step.Assign.Role) && !r.absent(members[name], week) {
			names = append(names, name)
		}
	}
	switch step.Assign.Mode {
	case praxisv1.AssignEach:
		return names
	case praxisv1.AssignRotate:
		if len(names) == 0 {
			return nil
		}
		next := slices.MinFunc(names, func(a, b string) int {
			return cmp.Or(cmp.Compare(turns[team.Name+"/"+a], turns[team.Name+"/"+b]), cmp.Compare(a, b))
		})
		turns[team.Name+"/"+next]++
		return []string{next}
	}
	one := team.Spec.Lead
	if step.Assign.Mode == praxisv1.AssignMember {
		one = step.Assign.Member
	}
	member := members[one]
	if !r.absent(member, week) {
		return []string{one}
	}
	// The delegate of the first absence that touches the week and has one.
	for _, a := range member.Absences {
		touching := praxisv1.Member{Absences: []praxisv1.Absence{a}}
		if a.Delegate != "" && away(&touching, r.dates(week)) > 0 {
			return []string{a.Delegate}
		}
	}
	return nil
}

// partsOf deals the times of a step to its dues, the first getting what is left over.
func (r *reading) partsOf(step praxisv1.Step, week int) (parts []part) {
	dues := step.Due
	if len(dues) == 0 {
		dues = []praxisv1.WeekMoment{r.review}
	}
	for i, due := range dues {
		quantity := step.Times / int32(len(dues))
		if int32(i) < step.Times%int32(len(dues)) {
			quantity++
		}
		if quantity > 0 {
			parts = append(parts, part{r.due(week, due), quantity})
		}
	}
	slices.SortStableFunc(parts, func(a, b part) int { return a.due.Compare(b.due) })
	return parts
}

// capacity is what the member has time for in a week, in minutes.
func (r *reading) capacity(m *praxisv1.Member, week int) int64 {
	days := r.working(week)
	return minutesOf(m.Capacity) * int64(len(days)-away(m, days)) / int64(len(r.workDays))
}

// planned is how many units the quarter's weeks from this one on would deliver.
func (r *reading) planned(week int) (units int64) {
	for n := week; r.quarter(n) == r.quarter(week); n++ {
		if slices.Contains(r.skip, r.name(n)) {
			continue
		}
		for _, a := range r.actions(n) {
			units += int64(a.target) * a.contribution
		}
	}
	return units
}

func (a owed) String() string { return fmt.Sprintf("%s.%s.%s", a.keyAction, a.step, a.member) }
