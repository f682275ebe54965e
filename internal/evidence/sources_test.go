// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

const operator = "system:serviceaccount:praxis-system:praxis"

// bySource is what the operator made of an event in which account did the work and checker checked it.
func bySource(account, checker string) modifier {
	return func(e *praxisv1.Evidence) {
		e.Spec.SubmittedBy = operator
		e.Spec.Source = &praxisv1.EvidenceOrigin{Kind: "github", ID: "1", Ref: "shop-repo", Account: account, VerifiedBy: checker}
	}
}

// withAccounts is payments in which everybody's account at GitHub is their name and -gh.
func withAccounts(change func(*praxisv1.TeamSpec)) *praxisv1.Team {
	return changed(func(spec *praxisv1.TeamSpec) {
		for i := range spec.Members {
			spec.Members[i].Accounts = map[string]praxisv1.Account{"github": praxisv1.Account(spec.Members[i].Name + "-gh")}
		}
		if change != nil {
			change(spec)
		}
	})
}

func TestASourceIsBelievedWhereAnotherMemberCheckedTheWork(t *testing.T) {
	waits, believed := praxisv1.ReasonAwaitingVerdict, praxisv1.ReasonAcceptedBySource
	for name, c := range map[string]struct {
		checker string
		manual  bool // the standard needs a reviewer
		team    func(*praxisv1.TeamSpec)
		planned *praxisv1.PlannedTeam
		had     string // who had the Action before ana
		says    modifier
		judge   modifier
		want    string
	}{
		"another member":                                {checker: "ben-gh", want: believed},
		"another member, written in capitals":           {checker: "BEN-GH", want: believed},
		"nobody":                                        {want: waits},
		"whose Action it is":                            {checker: "ana-gh", want: waits},
		"whoever had the Action before":                 {checker: "ben-gh", had: "ben", want: waits},
		"somebody whose account nobody has":             {checker: "eve-gh", want: waits},
		"a user name that is no account":                {checker: "ben", want: waits},
		"another member, for a step with a reviewer":    {checker: "ben-gh", manual: true, want: waits},
		"a robot that is called a member":               {checker: "bot-gh", team: robot, want: waits},
		"a second member who has the user of the first": {checker: "zoe-gh", team: secondSelf, want: waits},
		"who was not in the Team when it was planned":   {checker: "ben-gh", planned: plan.AsItIs(changed(func(s *praxisv1.TeamSpec) { s.Members = s.Members[:2] })), want: waits},
		"who was in the Team when it was planned":       {checker: "ben-gh", planned: plan.AsItIs(withAccounts(nil)), want: believed},
		"whose account was written into the Team since": {checker: "ben-gh", planned: plan.AsItIs(payments()), want: waits},
		"whose account another member got since":        {checker: "ana-gh", team: swapped, planned: plan.AsItIs(withAccounts(nil)), want: waits},
		"who is whose work it is, at the source":        {checker: "ANA-gh", team: swapped, want: waits},
		"whose account two members have":                {checker: "Ben-gh", team: shared, want: waits},
		"a member who has left since it was accepted":   {checker: "left-gh", says: says(metav1.ConditionTrue, metav1.ConditionTrue, believed), want: believed},
		"who got the Action after it was accepted":      {checker: "ana-gh", had: "ben", says: says(metav1.ConditionTrue, metav1.ConditionTrue, believed), want: believed},
		"who got the Action before it was accepted":     {checker: "ana-gh", had: "ben", want: waits},
		"another member, and a judge rejects it":        {checker: "ben-gh", judge: judgedBy("rea", praxisv1.DecisionRejected), want: praxisv1.ReasonRejected},
		"another member, and a stranger rejects it":     {checker: "ben-gh", judge: judgedBy("eve", praxisv1.DecisionRejected), want: believed},
		"another member, and whose work it is accepts":  {checker: "ben-gh", judge: judgedBy("ana", praxisv1.DecisionAccepted), want: believed},
	} {
		t.Run(name, func(t *testing.T) {
			a := anAction(1)
			a.Spec.User, a.Spec.Standard.AutoAccept = "ana", !c.manual
			if c.had != "" {
				a.Spec.Amendments = []praxisv1.Amendment{{Reason: "ill", From: &praxisv1.Assignee{Member: c.had, User: c.had}}}
			}
			e := piece("p", 1, bySource("ana-gh", c.checker))
			for _, m := range []modifier{c.says, c.judge} {
				if m != nil {
					m(&e)
				}
			}
			got := (Input{Evidence: &e, Action: &a, Team: withAccounts(c.team), Planned: c.planned}).Judge()
			if got.Reason != c.want {
				t.Errorf("it is %s: %s", got.Reason, got.Message)
			}
			if c.want == believed && !strings.Contains(got.Message, c.checker) {
				t.Errorf("it does not say who checked it: %s", got.Message)
			}
		})
	}
}

func robot(s *praxisv1.TeamSpec) {
	s.Members = append(s.Members, praxisv1.Member{Name: "bot", User: operator, Accounts: map[string]praxisv1.Account{"github": "bot-gh"}})
}

func secondSelf(s *praxisv1.TeamSpec) {
	s.Members = append(s.Members, praxisv1.Member{Name: "zoe", User: "ana", Accounts: map[string]praxisv1.Account{"github": "zoe-gh"}})
}

// swapped has ana's account at another member.
func swapped(s *praxisv1.TeamSpec) {
	s.Members[0].Accounts["github"], s.Members[2].Accounts["github"] = "ben-gh", "ana-gh"
}

func shared(s *praxisv1.TeamSpec) {
	s.Members[1].Accounts["github"], s.Members[2].Accounts["github"] = "BEN-gh", "ben-GH"
}

func TestWhatASourceSaysGoesBeforeWhatAnybodySaysOfTheSameEvent(t *testing.T) {
	told := piece("told", 9, bySource("ana-gh", "ben-gh"), says(metav1.ConditionTrue, metav1.ConditionTrue, praxisv1.ReasonAcceptedBySource))
	typed := piece("typed", 1, from("github", "1"), says(metav1.ConditionTrue, metav1.ConditionUnknown, praxisv1.ReasonAwaitingVerdict))
	other := piece("other", 1, from("github", "2"), says(metav1.ConditionTrue, metav1.ConditionUnknown, praxisv1.ReasonAwaitingVerdict))
	a := anAction(3)
	a.Spec.User, a.Spec.Standard.AutoAccept = "ana", true
	for e, want := range map[*praxisv1.Evidence]string{&told: praxisv1.ReasonAcceptedBySource, &typed: praxisv1.ReasonDuplicate, &other: praxisv1.ReasonAccepted} {
		t.Run(e.Name, func(t *testing.T) {
			in := Input{Evidence: e, Action: &a, Team: withAccounts(nil), Pieces: []praxisv1.Evidence{typed, told, other}}
			if got := in.Judge(); got.Reason != want {
				t.Errorf("it is %s: %s", got.Reason, got.Message)
			}
		})
	}
}

func TestAnAccountThatNobodyHasIsNamedWithTheLineToAdd(t *testing.T) {
	says := UnknownAccount("payments", &praxisv1.EvidenceOrigin{Kind: "github", Account: "eve-gh"})
	if !strings.Contains(says, `accounts: {github: "eve-gh"}`) || !strings.Contains(says, "Team payments") {
		t.Error(says)
	}
	e := piece("p", 1, bySource("eve-gh", ""))
	if got := (Input{Evidence: &e, Unknown: says}).Judge(); got.Reason != praxisv1.ReasonUnknownAccount || got.Valid != metav1.ConditionFalse {
		t.Errorf("it is %+v", got)
	}
}

func TestASourceTellsOfWorkOfTheWeek(t *testing.T) {
	cycle := &praxisv1.WeeklyCycle{Spec: praxisv1.WeeklyCycleSpec{StartsAt: metav1.NewTime(monday), EndsAt: metav1.NewTime(monday.AddDate(0, 0, 7))}}
	for name, c := range map[string]struct {
		days    int
		says    modifier
		outside bool
	}{
		"within the week":             {days: 6, says: bySource("ana-gh", "")},
		"before it":                   {days: -1, says: bySource("ana-gh", ""), outside: true},
		"after it":                    {days: 7, says: bySource("ana-gh", ""), outside: true},
		"before it, as somebody says": {days: -1, says: from("github", "1")},
	} {
		t.Run(name, func(t *testing.T) {
			e := piece("p", 1, c.says)
			e.Spec.OccurredAt = new(metav1.NewTime(monday.AddDate(0, 0, c.days)))
			if says := OutsideWeek(&e, cycle); (says != "") != c.outside {
				t.Error(says)
			}
		})
	}
	e := piece("p", 1, bySource("ana-gh", ""))
	if says := OutsideWeek(&e, cycle); says != "" {
		t.Errorf("of what does not say when: %s", says)
	}
}

func TestOneEventThatTwoSourcesTellCountsOnce(t *testing.T) {
	shows := func(ref, uri string) modifier {
		return func(e *praxisv1.Evidence) {
			bySource("ana-gh", "ben-gh")(e)
			e.Spec.Source.Ref = ref
			e.Spec.Artifacts = []praxisv1.Artifact{{Name: "change", Type: praxisv1.EvidenceLink, URI: uri}}
		}
	}
	accepted := says(metav1.ConditionTrue, metav1.ConditionTrue, praxisv1.ReasonAcceptedBySource)
	first := piece("first", 1, shows("one", "https://forge.example/pull/1"), accepted)
	again := piece("again", 2, shows("two", "https://forge.example/pull/1"), accepted)
	other := piece("other", 3, shows("three", "https://forge.example/pull/2"), accepted)
	a := anAction(3)
	a.Spec.User, a.Spec.Standard.AutoAccept = "ana", true
	pieces := []praxisv1.Evidence{again, first, other}
	for e, want := range map[*praxisv1.Evidence]string{&first: praxisv1.ReasonAcceptedBySource, &again: praxisv1.ReasonDuplicate, &other: praxisv1.ReasonAcceptedBySource} {
		t.Run(e.Name, func(t *testing.T) {
			if got := (Input{Evidence: e, Action: &a, Team: withAccounts(nil), Pieces: pieces}).Judge(); got.Reason != want {
				t.Errorf("it is %s: %s", got.Reason, got.Message)
			}
		})
	}
	if got := (Input{Evidence: &first, Action: &a, Team: withAccounts(nil), Pieces: pieces}).Outdated(); len(got) != 1 || got[0] != "again" {
		t.Errorf("%v are outdated", got)
	}
}
