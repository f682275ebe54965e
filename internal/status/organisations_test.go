// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"pgregory.net/rapid"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

// size is how large an organisation is drawn. Each shape is large in one way: in all ways at
// once it would be planned for minutes.
type size struct{ teams, members, keyActions, steps int }

var sizes = map[string]size{
	"one step for many people":          {teams: 1, members: 60, keyActions: 2, steps: 4},
	"more Teams than a KeyAction takes": {teams: 120, members: 1, keyActions: 2, steps: 2},
	"many Teams":                        {teams: 90, members: 2, keyActions: 3, steps: 2},
	"more KeyActions than a page has":   {teams: 2, members: 2, keyActions: 70, steps: 2},
	"steps without end":                 {teams: 2, members: 5, keyActions: 3, steps: 20},
}

// long is a text of characters that are more than a byte each.
func long(n int) string { return strings.Repeat("é", n) }

// named is a name of one of the lengths that the schema allows; n keeps names apart.
func named(t *rapid.T, what string, n, longest int) string {
	length := rapid.SampledFrom([]int{0, 40, 63}).Draw(t, "length of "+what)
	name := fmt.Sprintf("%s-%d", what, n)
	if length = min(length, longest); length > len(name) {
		name += strings.Repeat("x", length-len(name))
	}
	return name
}

var weekDays = []praxisv1.Day{praxisv1.Monday, praxisv1.Tuesday, praxisv1.Wednesday, praxisv1.Thursday, praxisv1.Friday, praxisv1.Saturday}

// anOrganisation is a goal with its people, as large and as odd as the schema lets it be.
func anOrganisation(t *rapid.T) plan.Objects {
	s := sizes[rapid.SampledFrom([]string{"one step for many people", "more Teams than a KeyAction takes", "many Teams", "more KeyActions than a page has", "steps without end"}).Draw(t, "size")]
	o := plan.Objects{Packages: map[string]*praxisv1.ActionPackage{}, Teams: map[string]*praxisv1.Team{}}
	var teams []*praxisv1.Team
	for i := range rapid.IntRange(max(1, s.teams*3/4), s.teams).Draw(t, "teams") {
		team := aTeam(t, i, rapid.IntRange(max(1, s.members/3), s.members).Draw(t, "members"))
		teams, o.Teams[team.Name] = append(teams, team), team
	}
	o.Utility = aUtility(t, teams[0])
	keyActions := rapid.IntRange(1, s.keyActions).Draw(t, "keyActions")
	for i := range keyActions {
		weight := int32(1)
		if i == 0 {
			weight = int32(100 - keyActions + 1)
		}
		o.KeyActions = append(o.KeyActions, aKeyAction(t, o.Utility, teams, i, weight, rapid.IntRange(1, s.steps).Draw(t, "steps")))
	}
	return o
}

func aTeam(t *rapid.T, n, members int) *praxisv1.Team {
	team := &praxisv1.Team{ObjectMeta: metav1.ObjectMeta{Name: named(t, "team", n, 63), Namespace: "shop", Generation: 1, Labels: map[string]string{"in": "yes"}}}
	user := rapid.SampledFrom([]int{10, 253}).Draw(t, "length of user")
	for i := range members {
		name := fmt.Sprintf("m%d", i)
		name += strings.Repeat("m", rapid.SampledFrom([]int{0, 30 - len(name)}).Draw(t, "length of member"))
		m := praxisv1.Member{Name: name, Roles: []string{"worker", "reviewer"}, Capacity: rapid.SampledFrom([]praxisv1.Duration{"1m", "40h", "999h59m"}).Draw(t, "capacity")}
		m.User = fmt.Sprintf("u%d-%d", n, i)
		m.User += strings.Repeat("u", user-len(m.User))
		if rapid.IntRange(0, 9).Draw(t, "away") == 0 {
			m.Absences = []praxisv1.Absence{{From: "2026-11-01", To: "2026-12-31"}}
		}
		team.Spec.Members = append(team.Spec.Members, m)
	}
	team.Spec.Lead = team.Spec.Members[0].Name
	return team
}

func aUtility(t *rapid.T, owner *praxisv1.Team) *praxisv1.Utility {
	u := &praxisv1.Utility{ObjectMeta: metav1.ObjectMeta{Name: named(t, "goal", 0, 63), Namespace: "shop", Generation: 1, UID: "u"}, Spec: praxisv1.UtilitySpec{
		Statement: long(200), Organization: long(200), Owner: praxisv1.Owner{Team: owner.Name, Member: owner.Spec.Members[0].Name},
		Beneficiaries: []praxisv1.Beneficiary{{Who: long(200), Problem: long(500), Improvement: long(500)}},
		Required:      rapid.SampledFrom([]int64{1, 120, 1_000_000}).Draw(t, "required"),
		MaxKeyActions: 9, CalibrationWeeks: 1,
		Cadence: praxisv1.Cadence{
			TimeZone: "UTC", GraceHours: new(int32(48)), QuarterStartMonth: 1,
			WeekStart: praxisv1.WeekMoment{Day: praxisv1.Monday, Time: "08:00"}, Midweek: praxisv1.WeekMoment{Day: praxisv1.Wednesday, Time: "14:00"},
			Review: praxisv1.WeekMoment{Day: praxisv1.Friday, Time: "15:00"},
		},
	}}
	for i := range rapid.IntRange(0, 16).Draw(t, "measures") {
		u.Spec.Measures = append(u.Spec.Measures, praxisv1.Measure{Name: named(t, "measure", i, 63), Baseline: "-999999999999.999999", Target: "999999999999.999999"})
	}
	return u
}

// aKeyAction of a weight is one of many Teams where it is the first, and else of one.
func aKeyAction(t *rapid.T, u *praxisv1.Utility, teams []*praxisv1.Team, n int, weight int32, steps int) praxisv1.KeyAction {
	ka := praxisv1.KeyAction{ObjectMeta: metav1.ObjectMeta{Name: named(t, "act", n, 63), Namespace: "shop", Generation: 1, UID: types.UID(fmt.Sprintf("ka-%d", n))}, Spec: praxisv1.KeyActionSpec{
		UtilityRef: praxisv1.LocalReference{Name: u.Name}, Verb: long(40), Object: long(200), Weight: &weight,
		Contribution: rapid.SampledFrom([]int64{1, 3, 100_000}).Draw(t, "contribution"),
		Package:      &praxisv1.Package{Definition: long(1000), Standard: long(1000)},
	}}
	if n == 0 || len(teams) > 2 {
		ka.Spec.TeamSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"in": "yes"}}
	} else {
		ka.Spec.TeamRef = &praxisv1.LocalReference{Name: rapid.SampledFrom(teams).Draw(t, "team").Name}
	}
	left := int32(100)
	for i := range steps {
		s := aStep(t, i)
		if s.Weight = left / int32(steps); i == steps-1 {
			s.Weight = left - s.Weight*int32(steps-1)
		}
		for j := range i {
			s.DependsOn = append(s.DependsOn, ka.Spec.Package.Steps[j].Name)
		}
		ka.Spec.Package.Steps = append(ka.Spec.Package.Steps, s)
	}
	return ka
}

func aStep(t *rapid.T, n int) praxisv1.Step {
	name := fmt.Sprintf("s%d", n)
	name += strings.Repeat("s", rapid.SampledFrom([]int{0, 30 - len(name)}).Draw(t, "length of step"))
	s := praxisv1.Step{
		Name: name, Tier: rapid.SampledFrom(plan.Tiers).Draw(t, "tier"), Do: long(500), Every: rapid.SampledFrom([]int32{1, 1, 2}).Draw(t, "every"),
		Times: rapid.SampledFrom([]int32{1, 7, 20, 997, 1000}).Draw(t, "times"), Duration: rapid.SampledFrom([]praxisv1.Duration{"1m", "999h59m"}).Draw(t, "duration"),
		Assign:   praxisv1.Assignment{Mode: rapid.SampledFrom([]praxisv1.AssignMode{praxisv1.AssignEach, praxisv1.AssignEach, praxisv1.AssignLead, praxisv1.AssignRotate}).Draw(t, "mode")},
		Standard: praxisv1.Standard{Statement: long(1000)},
	}
	if s.Assign.Mode != praxisv1.AssignLead {
		s.Assign.Role = rapid.SampledFrom([]string{"worker", "worker", "worker", "nobody"}).Draw(t, "role")
	}
	for i := range rapid.SampledFrom([]int{0, 1, 20}).Draw(t, "dues") {
		s.Due = append(s.Due, praxisv1.WeekMoment{Day: weekDays[i%len(weekDays)], Time: praxisv1.TimeOfDay(fmt.Sprintf("%02d:00", 9+i/len(weekDays)))})
	}
	return s
}
