// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"fmt"
	"slices"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

// The Team of the week is payments: lou leads it, rea is a reviewer, ana owes and ben hands in.
func TestWhoMayJudgeIsFrozenWithTheWeek(t *testing.T) {
	accept := func(by string) modifier { return judgedBy(by, praxisv1.DecisionAccepted) }
	counted := func(by string) modifier {
		return func(e *praxisv1.Evidence) {
			accept(by)(e)
			says(yes, yes, praxisv1.ReasonAccepted)(e)
			e.Status.JudgedBy = by
		}
	}
	role := func(team *praxisv1.TeamSpec, i int, roles ...string) { team.Members[i].Roles = roles }
	none := func(team *praxisv1.TeamSpec) { // neither lou nor rea is left
		team.Members = append(team.Members[:1:1], team.Members[2])
		team.Lead = "ben"
	}
	handedOver := func(from ...string) func(*praxisv1.ActionSpec) {
		return func(a *praxisv1.ActionSpec) {
			for _, member := range from {
				a.Amendments = append(a.Amendments, praxisv1.Amendment{Reason: "ill", From: &praxisv1.Assignee{Member: member, User: member}})
			}
		}
	}
	for name, c := range map[string]struct {
		today  func(*praxisv1.TeamSpec)
		gone   bool // the Team is
		heir   *praxisv1.Team
		action func(*praxisv1.ActionSpec)
		before []*praxisv1.Action
		piece  praxisv1.Evidence
		want   string // reason, judges and message
	}{
		"as it was planned":                         {piece: piece("e", 0), want: "AwaitingVerdict [lou rea] lou or rea accepts or rejects it"},
		"a reviewer since judges from next week on": {today: func(s *praxisv1.TeamSpec) { role(s, 0, "reviewer"); role(s, 2, "reviewer") }, piece: piece("e", 0, func(e *praxisv1.Evidence) { e.Spec.SubmittedBy = "zoe" }, accept("ben")), want: "NotAReviewer [lou rea] ben judges for Team payments from the next week on; lou or rea has to judge"},
		"who lost the role judges until then":       {today: func(s *praxisv1.TeamSpec) { role(s, 3) }, piece: piece("e", 0, accept("rea")), want: "Accepted [] Accepted by rea"},
		"who left as well":                          {today: func(s *praxisv1.TeamSpec) { s.Members = s.Members[:3] }, piece: piece("e", 0, accept("rea")), want: "Accepted [] Accepted by rea"},
		"today's, where none is left":               {today: none, piece: piece("e", 0, func(e *praxisv1.Evidence) { e.Spec.SubmittedBy = "zoe" }), want: "AwaitingVerdict [ben] ben accepts or rejects it"},
		"what counted then stands":                  {today: none, piece: piece("e", 0, counted("rea")), want: "Accepted [] Accepted by rea"},
		"and not what somebody else accepted":       {today: func(*praxisv1.TeamSpec) {}, piece: piece("e", 0, func(e *praxisv1.Evidence) { e.Spec.SubmittedBy = "zoe" }, counted("ben")), want: "NotAReviewer [lou rea] ben is neither the lead nor a reviewer of Team payments; lou or rea has to judge"},
		"a member under another user is left": {today: func(s *praxisv1.TeamSpec) { none(s); s.Members[0] = praxisv1.Member{Name: "lou", User: "lou2"} },
			piece: piece("e", 0), want: "AwaitingVerdict [lou rea] lou or rea accepts or rejects it"},
		"the Team is gone":             {gone: true, piece: piece("e", 0), want: "AwaitingVerdict [lou rea] lou or rea accepts or rejects it"},
		"another took its place":       {gone: true, heir: changed(func(s *praxisv1.TeamSpec) { s.Lead = "rea" }), piece: piece("e", 0), want: "AwaitingVerdict [rea] rea accepts or rejects it"},
		"whose members are the same":   {gone: true, heir: changed(func(s *praxisv1.TeamSpec) { s.Lead, s.Members[0].User = "ana", "ana2" }), piece: piece("e", 0, accept("ana2")), want: "SelfAcceptance [rea] ana2 judges their own work; rea has to"},
		"who had it before judges not": {action: handedOver("rea"), piece: piece("e", 0), want: "AwaitingVerdict [lou] lou accepts or rejects it"},
		"nor after two more had it":    {action: handedOver("rea", "ben"), piece: piece("e", 0, accept("rea")), want: "SelfAcceptance [lou] rea judges their own work; lou has to"},
		"nor who had it the week before": {before: []*praxisv1.Action{{Spec: praxisv1.ActionSpec{Member: "rea", User: "rea"}}},
			piece: piece("e", 0, accept("rea")), want: "SelfAcceptance [lou] rea judges their own work; lou has to"},
		"a verdict from before one had it stands": {action: handedOver("ana", "rea"), piece: piece("e", 0, counted("rea")), want: "Accepted [] Accepted by rea"},
		"but not of who had it first":             {action: handedOver("rea"), piece: piece("e", 0, counted("rea")), want: "SelfAcceptance [lou] rea judges their own work; lou has to"},
		"all who judge had it": {action: handedOver("rea", "lou"), piece: piece("e", 0),
			want: "AwaitingVerdict [] Nobody may judge it: it is work of all who judge for Team payments; name one more, who counts from the next week on"},
		"the member under another user": {today: func(s *praxisv1.TeamSpec) { s.Members[0].User = "ana.k"; role(s, 0, "reviewer") }, piece: piece("e", 0, accept("ana.k")), want: "SelfAcceptance [lou rea] ana.k judges their own work; lou or rea has to"},
		"the submitter under another user": {today: func(s *praxisv1.TeamSpec) { s.Members[3].User = "rea.k" }, piece: piece("e", 0, func(e *praxisv1.Evidence) { e.Spec.SubmittedBy = "rea.k" }, accept("rea")),
			want: "SelfAcceptance [lou] rea judges their own work; lou has to"},
		"a machine": {today: func(s *praxisv1.TeamSpec) { s.Members[3].User = "system:serviceaccount:ci:bot" }, piece: piece("e", 0, accept("system:serviceaccount:ci:bot")),
			want: "NotAReviewer [lou rea] system:serviceaccount:ci:bot is no person, and only people judge; lou or rea has to"},
	} {
		t.Run(name, func(t *testing.T) {
			a := anAction(1)
			a.Spec.User = "ana"
			if c.action != nil {
				c.action(&a.Spec)
			}
			in := Input{Evidence: &c.piece, Action: &a, Planned: plan.AsItIs(payments()), Team: payments(), Heir: c.heir, Before: c.before}
			if c.today != nil {
				c.today(&in.Team.Spec)
			}
			if c.gone {
				in.Team = nil
			}
			o := in.Judge()
			if got := fmt.Sprint(o.Reason, " ", o.Judges, " ", o.Message); got != c.want {
				t.Errorf("it is\n%s, want\n%s", got, c.want)
			}
		})
	}
}

// A reading is of no week: who judges it is read from the plan of the one that runs, since monday.
func TestReadingsAreJudgedByThePlanOfTheRunningWeek(t *testing.T) {
	verdict := func(by string, decision praxisv1.Decision, said metav1.ConditionStatus, reason string, hours int) praxisv1.Evidence {
		e := piece("e", 0, judgedBy(by, decision), says(yes, said, reason))
		e.Status.JudgedBy = by
		for i := range e.Status.Conditions {
			e.Status.Conditions[i].LastTransitionTime = metav1.NewTime(monday.Add(time.Duration(hours) * time.Hour))
		}
		return e
	}
	for name, c := range map[string]struct {
		piece praxisv1.Evidence
		want  string
	}{
		"it waits":                           {piece("e", 0), "AwaitingVerdict [lou rea] lou or rea accepts or rejects it"},
		"a reviewer since":                   {piece("e", 0, func(e *praxisv1.Evidence) { e.Spec.SubmittedBy = "ben" }, judgedBy("ana", praxisv1.DecisionAccepted)), "NotAReviewer [lou rea] ana judges for Team payments from the next week on; lou or rea has to judge"},
		"who reviews no more, until then":    {piece("e", 0, judgedBy("rea", praxisv1.DecisionAccepted)), "Accepted [] Accepted by rea"},
		"what counted before stands":         {verdict("zoe", praxisv1.DecisionAccepted, yes, praxisv1.ReasonAccepted, -1), "Accepted [] Accepted by zoe"},
		"so does what was rejected":          {verdict("zoe", praxisv1.DecisionRejected, no, praxisv1.ReasonRejected, -1), "Rejected [] Rejected by zoe; hand in a new piece"},
		"not what did not count":             {verdict("zoe", praxisv1.DecisionAccepted, no, praxisv1.ReasonNotAReviewer, -1), "NotAReviewer [lou rea] zoe is neither the lead nor a reviewer of Team payments; lou or rea has to judge"},
		"nor what counted since by no judge": {verdict("zoe", praxisv1.DecisionAccepted, yes, praxisv1.ReasonAccepted, 1), "NotAReviewer [lou rea] zoe is neither the lead nor a reviewer of Team payments; lou or rea has to judge"},
	} {
		t.Run(name, func(t *testing.T) {
			today := changed(func(s *praxisv1.TeamSpec) { s.Members[0].Roles, s.Members[3].Roles = []string{"reviewer"}, nil })
			o := Input{Evidence: &c.piece, Planned: plan.AsItIs(payments()), Since: monday, Team: today}.Judge()
			if got := fmt.Sprint(o.Reason, " ", o.Judges, " ", o.Message); got != c.want {
				t.Errorf("it is\n%s, want\n%s", got, c.want)
			}
		})
	}
}

func TestWhoGetsTheRestAfterASplitJudgesThePart(t *testing.T) {
	rest := anAction(3)
	rest.Spec.User, rest.Spec.CycleRef.Name = "ana", "w"
	split := *plan.Split(&rest, 1, &praxisv1.Member{Name: "ben", User: "ben"}, praxisv1.Amendment{Reason: "Ill"})
	programme := plan.NewProgramme(plan.Objects{Utility: &praxisv1.Utility{}})
	part := plan.MissingParts(plan.Request{Programme: programme}, []praxisv1.Action{split})[0]
	goes := func(a praxisv1.Action, to string) praxisv1.Action {
		out := *a.DeepCopy()
		out.Spec.Amendments = append(out.Spec.Amendments, praxisv1.Amendment{From: &praxisv1.Assignee{Member: a.Spec.Member, User: a.Spec.User}})
		out.Spec.Member, out.Spec.User = to, to
		return out
	}
	late := goes(split, "rea")
	early := *plan.Split(new(goes(rest, "rea")), 1, &praxisv1.Member{Name: "ben", User: "ben"}, praxisv1.Amendment{Reason: "Ill"})
	partOfEarly := plan.MissingParts(plan.Request{Programme: programme}, []praxisv1.Action{early})[0]
	for name, c := range map[string]struct {
		part, whole praxisv1.Action
		want        string
	}{
		"nobody got it":         {part, split, "[lou rea]"},
		"one who judges":        {part, late, "[lou rea]"},
		"and another after":     {part, goes(late, "lou"), "[lou rea]"},
		"who had it before not": {partOfEarly, early, "[lou]"},
		"nor once it went on":   {partOfEarly, goes(early, "lou"), "[lou]"},
	} {
		t.Run(name, func(t *testing.T) {
			e := piece("e", 0)
			in := Input{Evidence: &e, Action: &c.part, Planned: plan.AsItIs(payments()), Team: payments(), Before: []*praxisv1.Action{&c.whole}}
			if got := fmt.Sprint(in.Judges()); got != c.want {
				t.Errorf("%s judge, want %s", got, c.want)
			}
			if owns := in.panel().owners.Has("ana"); !owns {
				t.Error("ana had the whole first")
			}
		})
	}
}

func TestAStatusNamesSoManyJudgesAndNoMore(t *testing.T) {
	team := changed(func(s *praxisv1.TeamSpec) {
		for i := range 30 {
			s.Members = append(s.Members, praxisv1.Member{Name: fmt.Sprint("m", i), User: fmt.Sprintf("judge-%02d", 29-i), Roles: []string{"reviewer"}})
		}
	})
	a, e := anAction(1), piece("e", 0)
	o := Input{Evidence: &e, Action: &a, Team: team}.Judge()
	if len(o.Judges) != maxJudges || !slices.IsSorted(o.Judges) || o.Judges[0] != "judge-00" || o.Message != "judge-00, judge-01 or one of 30 more accepts or rejects it" {
		t.Errorf("%v: %s", o.Judges, o.Message)
	}
	judgedBy("rea", praxisv1.DecisionAccepted)(&e)
	if o := (Input{Evidence: &e, Action: &a, Team: team}).Judge(); o.Accepted != yes {
		t.Errorf("one who is not named may judge all the same: %+v", o)
	}
}

func TestATeamWithoutJudgesSaysSo(t *testing.T) {
	nobody := changed(func(s *praxisv1.TeamSpec) { s.Lead, s.Members = "", s.Members[:1] })
	a, e := anAction(1), piece("e", 0)
	for name, c := range map[string]struct {
		in   Input
		want string
	}{
		"it has none":    {Input{Team: nobody}, "Nobody may judge it: Team payments has neither a lead nor a reviewer; name one"},
		"nor had it any": {Input{Team: nobody, Planned: plan.AsItIs(nobody)}, "Nobody may judge it: Team payments has neither a lead nor a reviewer; name one"},
		"it is gone":     {Input{}, "Nobody may judge it: the judges are those of Team payments, which is gone; create it"},
	} {
		t.Run(name, func(t *testing.T) {
			c.in.Evidence, c.in.Action = &e, &a
			if o := c.in.Judge(); o.Message != c.want || len(o.Judges) > 0 {
				t.Errorf("it says %q, %v", o.Message, o.Judges)
			}
		})
	}
}
