// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package formulas

import (
	"fmt"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"pgregory.net/rapid"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// organisation is what one file of goals holds.
type organisation struct {
	teams      map[string]*praxisv1.Team
	utilities  []*praxisv1.Utility
	keyActions []*praxisv1.KeyAction
}

var (
	monday   = time.Date(2026, 11, 16, 0, 0, 0, 0, time.UTC)
	weekdays = []praxisv1.Day{praxisv1.Monday, praxisv1.Tuesday, praxisv1.Wednesday, praxisv1.Thursday, praxisv1.Friday, praxisv1.Saturday, praxisv1.Sunday}
	roles    = []string{"engineer", "operator", "tester"}
)

func chance(t *rapid.T, percent int, label string) bool {
	return rapid.IntRange(0, 99).Draw(t, label) < percent
}

func dateOf(days int) string {
	return monday.AddDate(0, 0, days).Format(time.DateOnly)
}

// anOrganisation has up to three Teams, two Utilities and six KeyActions of each, with
// whatever the planner has to mind: absences and delegates, holidays, other working weeks,
// steps in turn and every few weeks, KeyActions for several Teams.
func anOrganisation(t *rapid.T) organisation {
	o := organisation{teams: map[string]*praxisv1.Team{}}
	for i := range rapid.IntRange(1, 3).Draw(t, "teams") {
		team := aTeam(t, i)
		o.teams[team.Name] = team
	}
	for i := range rapid.IntRange(1, 2).Draw(t, "utilities") {
		u := aUtility(t, fmt.Sprintf("util%d", i))
		o.utilities = append(o.utilities, u)
		weights := parts(t, rapid.IntRange(1, 6).Draw(t, "keyActions"))
		for k, weight := range weights {
			// Their names are not in the order in which they are written.
			o.keyActions = append(o.keyActions, o.aKeyAction(t, u.Name, fmt.Sprintf("ka%d%c", i, "edcbaf"[k]), weight))
		}
	}
	return o
}

// parts are so many positive numbers that add up to 100.
func parts(t *rapid.T, n int) []int32 {
	cuts := rapid.SliceOfNDistinct(rapid.IntRange(1, 99), n-1, n-1, rapid.ID[int]).Draw(t, "parts")
	slices.Sort(cuts)
	out, before := make([]int32, 0, n), 0
	for _, cut := range append(cuts, 100) {
		out, before = append(out, int32(cut-before)), cut
	}
	return out
}

func aTeam(t *rapid.T, i int) *praxisv1.Team {
	group := "a"
	if i == 2 {
		group = "b"
	}
	team := &praxisv1.Team{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("team%d", i), Labels: map[string]string{"group": group}}, Spec: praxisv1.TeamSpec{Lead: "m0"}}
	team.TypeMeta = metav1.TypeMeta{APIVersion: praxisv1.SchemeGroupVersion.String(), Kind: "Team"}
	n := rapid.IntRange(2, 9).Draw(t, "members")
	for m := range n {
		member := praxisv1.Member{
			Name: fmt.Sprintf("m%d", m), User: fmt.Sprintf("t%dm%d@shop.example", i, m),
			Capacity: rapid.SampledFrom([]praxisv1.Duration{"8h", "12h", "20h", "32h"}).Draw(t, "capacity"),
			Roles:    rapid.SliceOfNDistinct(rapid.SampledFrom(roles), 1, 3, rapid.ID[string]).Draw(t, "roles"),
		}
		for range rapid.SampledFrom([]int{0, 0, 0, 1, 2, 3}).Draw(t, "absences") {
			from := rapid.IntRange(0, 45).Draw(t, "from")
			a := praxisv1.Absence{From: dateOf(from), To: dateOf(from + rapid.SampledFrom([]int{0, 1, 4, 6, 8}).Draw(t, "days"))}
			if d := rapid.IntRange(0, n-1).Draw(t, "delegate"); d != m && chance(t, 50, "delegates") {
				a.Delegate = fmt.Sprintf("m%d", d)
			}
			member.Absences = append(member.Absences, a)
		}
		team.Spec.Members = append(team.Spec.Members, member)
	}
	team.Spec.Members = rapid.Permutation(team.Spec.Members).Draw(t, "order")
	return team
}

func aUtility(t *rapid.T, name string) *praxisv1.Utility {
	c := praxisv1.Cadence{TimeZone: rapid.SampledFrom([]string{"UTC", "Europe/Zurich", "America/New_York", "Asia/Kolkata", "Australia/Sydney"}).Draw(t, "zone")}
	days := rapid.SampledFrom([][]praxisv1.Day{
		nil, nil, {praxisv1.Sunday, praxisv1.Monday, praxisv1.Tuesday, praxisv1.Wednesday, praxisv1.Thursday},
		weekdays[:4], {praxisv1.Tuesday, praxisv1.Thursday, praxisv1.Saturday}, weekdays,
	}).Draw(t, "workDays")
	c.WorkDays = days
	if chance(t, 40, "Sunday weeks") || len(days) > 0 && days[0] == praxisv1.Sunday {
		c.WeekStart = praxisv1.WeekMoment{Day: praxisv1.Sunday, Time: "08:00"}
		c.Midweek = praxisv1.WeekMoment{Day: praxisv1.Tuesday, Time: "14:00"}
		c.Review = praxisv1.WeekMoment{Day: praxisv1.Thursday, Time: "16:00"}
	}
	if chance(t, 60, "has holidays") {
		for _, day := range rapid.SliceOfNDistinct(rapid.IntRange(6, 40), 1, 6, rapid.ID[int]).Draw(t, "holidays") {
			c.Holidays = append(c.Holidays, praxisv1.Holiday{Date: dateOf(day), Name: "A holiday"})
		}
	}
	if chance(t, 30, "skips") {
		c.Skip = rapid.SliceOfNDistinct(rapid.SampledFrom([]praxisv1.Week{"2026-W49", "2026-W50", "2026-W51", "2026-W52", "2026-W53"}), 1, 2, rapid.ID[praxisv1.Week]).Draw(t, "skip")
	}
	c.QuarterStartMonth = int32(rapid.IntRange(1, 12).Draw(t, "quarterStartMonth"))
	u := &praxisv1.Utility{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: praxisv1.UtilitySpec{
		Statement: "Users pay at the first try", Organization: "shop", Required: int64(rapid.IntRange(5, 200).Draw(t, "required")),
		Beneficiaries: []praxisv1.Beneficiary{{Who: "users", Problem: "a card fails", Improvement: "it does not"}},
		Owner:         praxisv1.Owner{Team: "team0", Member: "m0"}, MaxKeyActions: int32(rapid.IntRange(2, 5).Draw(t, "maxKeyActions")), Cadence: c,
	}}
	u.TypeMeta = metav1.TypeMeta{APIVersion: praxisv1.SchemeGroupVersion.String(), Kind: "Utility"}
	return u
}

func (o organisation) aKeyAction(t *rapid.T, utility, name string, weight int32) *praxisv1.KeyAction {
	ka := &praxisv1.KeyAction{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: praxisv1.KeyActionSpec{
		UtilityRef: praxisv1.LocalReference{Name: utility}, Verb: "Ship", Object: "a fix", Weight: &weight,
		Contribution: int64(rapid.IntRange(1, 5).Draw(t, "contribution")), Suspend: chance(t, 8, "suspend"),
		Package: &praxisv1.Package{Definition: "A fix is shipped", Standard: "It runs"},
	}}
	ka.TypeMeta = metav1.TypeMeta{APIVersion: praxisv1.SchemeGroupVersion.String(), Kind: "KeyAction"}
	if chance(t, 20, "for several Teams") {
		ka.Spec.TeamSelector = &metav1.LabelSelector{MatchLabels: map[string]string{"group": "a"}}
	} else {
		ka.Spec.TeamRef = &praxisv1.LocalReference{Name: fmt.Sprintf("team%d", rapid.IntRange(0, len(o.teams)-1).Draw(t, "team"))}
	}
	weights := parts(t, rapid.IntRange(1, 5).Draw(t, "steps"))
	for i, weight := range weights {
		tier := praxisv1.TierKey
		if i < len(weights)-1 {
			tier = rapid.SampledFrom([]praxisv1.Tier{praxisv1.TierFoundation, praxisv1.TierIntermediate, praxisv1.TierKey}).Draw(t, "tier")
		}
		ka.Spec.Package.Steps = append(ka.Spec.Package.Steps, aStep(t, fmt.Sprintf("s%d", i), tier, weight))
	}
	return ka
}

func aStep(t *rapid.T, name string, tier praxisv1.Tier, weight int32) praxisv1.Step {
	s := praxisv1.Step{
		Name: name, Tier: tier, Weight: weight, Do: "Do it", Times: int32(rapid.IntRange(1, 7).Draw(t, "times")), Every: 1,
		Duration: rapid.SampledFrom([]praxisv1.Duration{"20m", "1h", "1h30m", "2h"}).Draw(t, "duration"), Standard: praxisv1.Standard{Statement: "It is done"},
	}
	s.Assign.Mode = rapid.SampledFrom([]praxisv1.AssignMode{praxisv1.AssignEach, praxisv1.AssignRotate, praxisv1.AssignRotate, praxisv1.AssignLead, praxisv1.AssignMember}).Draw(t, "mode")
	switch s.Assign.Mode {
	case praxisv1.AssignEach, praxisv1.AssignRotate:
		s.Assign.Role = rapid.SampledFrom(roles).Draw(t, "role")
	case praxisv1.AssignMember:
		s.Assign.Member = rapid.SampledFrom([]string{"m0", "m1"}).Draw(t, "member")
	}
	if chance(t, 70, "has dues") {
		s.Due = rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) praxisv1.WeekMoment {
			return praxisv1.WeekMoment{
				Day:  rapid.SampledFrom(weekdays).Draw(t, "day"),
				Time: praxisv1.TimeOfDay(fmt.Sprintf("%02d:%02d", rapid.IntRange(0, 23).Draw(t, "hour"), rapid.SampledFrom([]int{0, 15, 30}).Draw(t, "minute"))),
			}
		}), 1, 4, rapid.ID[praxisv1.WeekMoment]).Draw(t, "due")
	}
	if chance(t, 25, "not every week") {
		s.Every = int32(rapid.IntRange(2, 4).Draw(t, "every"))
	}
	return s
}
