// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package review

import (
	"fmt"
	"slices"
	"testing"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/text"
)

// absent makes a member of payments absent.
func absent(o plan.Objects, name, from, to string) {
	members := o.Teams["payments"].Spec.Members
	i := slices.IndexFunc(members, func(m praxisv1.Member) bool { return m.Name == name })
	members[i].Absences = []praxisv1.Absence{{From: from, To: to}}
}

// gone takes a member out of payments.
func gone(o plan.Objects, name string) {
	team := o.Teams["payments"]
	team.Spec.Members = slices.DeleteFunc(team.Spec.Members, func(m praxisv1.Member) bool { return m.Name == name })
}

func TestWhatNobodyGoesOnWithIsForSomebodyElse(t *testing.T) {
	later := owes(2, 110) // nothing is due yet
	nobodys := func(a *praxisv1.Action) { a.Spec.Member, a.Spec.User = "", "" }
	all := func(o plan.Objects) {
		for _, name := range []string{"ben", "ana", "lou", "rea"} {
			gone(o, name)
		}
	}
	for name, c := range map[string]struct {
		kind praxisv1.ReviewType
		with modifier
		edit func(plan.Objects)
		want string
	}{
		"whoever has it is there": {praxisv1.ReviewMidweekCheck, later, func(plan.Objects) {}, "[]"},
		"left, before anything is due": {praxisv1.ReviewMidweekCheck, later, func(o plan.Objects) { gone(o, "ben") },
			"[MemberLeft Reassign [ana lou rea]: 2 of 2 of ship are open, and ben has left Team payments; reassign it]"},
		"left, when it is due": {praxisv1.ReviewMidweekCheck, owes(2, 24), func(o plan.Objects) { gone(o, "ben") },
			"[MemberLeft Reassign [ana lou rea]: 2 of 2 of ship are open, and ben has left Team payments; reassign it]"},
		"is away from Wednesday on": {praxisv1.ReviewMidweekCheck, later, func(o plan.Objects) { absent(o, "ben", "2026-11-25", "2026-11-27") },
			"[MemberAway Reassign [ana lou rea]: 2 of 2 of ship are open, and ben is away for the rest of the week; reassign it]"},
		"is called otherwise than named, and away": {praxisv1.ReviewMidweekCheck, later, func(o plan.Objects) {
			absent(o, "ben", "2026-11-25", "2026-11-27")
			plan.Member(o.Teams["payments"], "ben").DisplayName = "Ben Ōta"
		}, "[MemberAway Reassign [ana lou rea]: 2 of 2 of ship are open, and Ben Ōta is away for the rest of the week; reassign it]"},
		"is away until Thursday": {praxisv1.ReviewMidweekCheck, later, func(o plan.Objects) { absent(o, "ben", "2026-11-25", "2026-11-26") }, "[]"},
		"nobody has it": {praxisv1.ReviewMidweekCheck, func(a *praxisv1.Action) { later(a); nobodys(a) }, func(plan.Objects) {},
			"[Unassigned Reassign [ana ben lou rea]: 2 of 2 of ship are open, and nobody has it; reassign it]"},
		"and nobody else is there": {praxisv1.ReviewMidweekCheck, later, all,
			"[MemberLeft  []: 2 of 2 of ship are open, and ben has left Team payments; reassign it]"},
		"left, and all of it is in": {praxisv1.ReviewMidweekCheck, func(a *praxisv1.Action) { owes(2, 24)(a); done(1, 1)(a) }, func(o plan.Objects) { gone(o, "ben") },
			"[AwaitingAcceptance  [ana lou rea]: ana, lou or one of 1 more have ship of ben to judge since Tuesday 08:00]"},
		"left, and it is dropped": {praxisv1.ReviewMidweekCheck, dropped, func(o plan.Objects) { gone(o, "ben") }, "[]"},
		"left, at the end of the week": {praxisv1.ReviewWeekly, later, func(o plan.Objects) { gone(o, "ben") },
			"[MemberLeft Reassign [ana lou rea]: 2 of 2 of ship are open, and ben has left Team payments; reassign it]"},
		"is away all of next week": {praxisv1.ReviewWeekly, later, func(o plan.Objects) { absent(o, "ben", "2026-11-30", "2026-12-04") },
			"[MemberAway Reassign [ana lou rea]: 2 of 2 of ship are open, and ben is away all of next week; reassign it]"},
		"is away on the last day, and there next week": {praxisv1.ReviewWeekly, later, func(o plan.Objects) { absent(o, "ben", "2026-11-27", "2026-11-27") },
			"[NotDue CarryOver [ana lou rea]: 0 of 2 of ship are accepted; decide what becomes of the rest]"},
		"who is away next week takes nothing over": {praxisv1.ReviewWeekly, later, func(o plan.Objects) { gone(o, "ben"); absent(o, "lou", "2026-11-30", "2026-12-04") },
			"[MemberLeft Reassign [ana rea]: 2 of 2 of ship are open, and ben has left Team payments; reassign it]"},
		"left, and was carried too often": {praxisv1.ReviewWeekly, func(a *praxisv1.Action) { later(a); carried(2)(a) }, func(o plan.Objects) { gone(o, "ben") },
			"[MemberLeft Escalate [ana lou rea]: 2 of 2 of ship are open, and ben has left Team payments; reassign it]"},
	} {
		t.Run(name, func(t *testing.T) {
			o, hour := checkout(), 54
			if c.kind == praxisv1.ReviewWeekly {
				hour = 103
			}
			c.edit(o)
			in := Input{Programme: plan.NewProgramme(o), Review: aReview(c.kind), Cycle: cycle(), Actions: []praxisv1.Action{action("ship", "ben", c.with)}}
			got := []string{}
			for _, i := range in.Agenda(hours(hour)) {
				got = append(got, fmt.Sprintf("%s %s %v: %s", i.Reason, i.Proposed, i.Candidates, i.Message))
			}
			if fmt.Sprint(got) != c.want {
				t.Errorf("the agenda is\n%s, want\n%s", got, c.want)
			}
		})
	}
}

func TestTheCandidatesOfATeamThatHasAnotherNameAreOfThatTeam(t *testing.T) {
	o := checkout()
	team := o.Teams["payments"]
	team.Name = "pay"
	o.Teams = map[string]*praxisv1.Team{"pay": team}
	o.KeyActions = []praxisv1.KeyAction{{Spec: praxisv1.KeyActionSpec{TeamRef: &praxisv1.LocalReference{Name: "pay"}}}}
	o.KeyActions[0].Name = "fix"
	p, a := plan.NewProgramme(o), action("ship", "ben")
	in := Input{Programme: p, Review: aReview(praxisv1.ReviewMidweekCheck), Cycle: cycle(), Actions: []praxisv1.Action{a}}
	if items := in.Agenda(hours(54)); len(items) != 1 || fmt.Sprint(items[0].Candidates) != "[ana lou rea]" {
		t.Errorf("the agenda is %+v", items)
	}
	d := decide("ship", "ben", praxisv1.DecideReassign, to("lou"))
	if why := WhyInvalid(p, in.Review, in.Cycle, in.Actions, &d); why != "" {
		t.Error(why)
	}
	if after := Amend(p, "r", &d, &a, "op"); after.Spec.Member != "lou" || after.Spec.User != "lou@shop" {
		t.Errorf("%s is %+v", text.ActionName(a.Name), after.Spec)
	}
}

func TestWhatNobodyHadIsTakenOverFromNobody(t *testing.T) {
	a := action("ship", "ben", func(a *praxisv1.Action) { a.Spec.Member, a.Spec.User = "", "" })
	d := decide("ship", "ben", praxisv1.DecideReassign, to("lou"))
	after := Amend(plan.NewProgramme(checkout()), "r", &d, &a, "op")
	if after.Spec.User != "lou@shop" || after.Labels[praxisv1.LabelMember] != "lou" || after.Spec.Amendments[0].From != nil {
		t.Errorf("it is %+v", after.Spec)
	}
}
