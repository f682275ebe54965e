// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package view

import (
	"fmt"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// The tests run on Wednesday, 25 November 2026, at 23:30 in Auckland, which is 10:30 in UTC.
var wednesday = instant("2026-11-25T10:30:00Z")

func instant(text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err) // not in this file
	}
	return t
}

func conditions(observed int64, c ...metav1.Condition) praxisv1.ConditionedStatus {
	return praxisv1.ConditionedStatus{ObservedGeneration: observed, Conditions: c}
}

func condition(kind, status, reason string) metav1.Condition {
	return metav1.Condition{Type: kind, Status: metav1.ConditionStatus(status), Reason: reason, Message: "says " + reason}
}

// desk is a Team with a lead, a reviewer and a worker, and an open week in Auckland.
func desk(actions ...praxisv1.Action) Objects {
	return Objects{
		Teams: []praxisv1.Team{{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "desk"}, Spec: praxisv1.TeamSpec{Lead: "ada", Members: []praxisv1.Member{
			{Name: "ada", User: "ada"}, {Name: "bob", User: "bob", Roles: []string{"reviewer"}}, {Name: "cyd", User: "cyd"},
		}}}},
		Cycles: []praxisv1.WeeklyCycle{{
			ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "w48"},
			Spec:       praxisv1.WeeklyCycleSpec{TimeZone: "Pacific/Auckland", UtilityRef: praxisv1.LocalReference{Name: "answers"}},
		}},
		Actions: actions,
	}
}

func owes(member, due, reason string) praxisv1.Action {
	return praxisv1.Action{
		ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "w48.call.fix." + member},
		Spec: praxisv1.ActionSpec{
			CycleRef: praxisv1.LocalReference{Name: "w48"}, KeyActionRef: praxisv1.LocalReference{Name: "call"}, UtilityRef: praxisv1.LocalReference{Name: "answers"}, Step: "fix", Team: "desk", Member: member, User: member, Do: "Fix it", Target: 1,
			Occurrences: []praxisv1.Occurrence{{DueAt: metav1.NewTime(instant(due)), Quantity: 1}},
			Evidence:    []praxisv1.EvidenceRequirement{{Name: "change", Type: praxisv1.EvidenceLink, Required: true}},
		},
		Status: praxisv1.ActionStatus{ConditionedStatus: conditions(1, condition("OnTrack", "Unknown", reason))},
	}
}

func piece(by, member, reason string) praxisv1.Evidence {
	return praxisv1.Evidence{
		ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "fix-1"},
		Spec:       praxisv1.EvidenceSpec{SubmittedBy: by, Quantity: 1, ActionRef: &praxisv1.LocalReference{Name: "w48.call.fix." + member}},
		Status:     praxisv1.EvidenceStatus{ConditionedStatus: conditions(1, condition("Accepted", "Unknown", reason))},
	}
}

func TestWorkIsOwedUntilItIsHandedIn(t *testing.T) {
	handedIn := owes("cyd", "2026-11-25T09:00:00Z", praxisv1.ReasonAwaitingAcceptance)
	handedIn.Status.Pending = 1
	closed := desk(owes("cyd", "2026-11-25T09:00:00Z", praxisv1.ReasonMissed))
	closed.Cycles[0].Status.ConditionedStatus = conditions(1, condition("Closed", "True", praxisv1.ReasonClosed))
	suspended := desk(owes("cyd", "2026-11-25T09:00:00Z", praxisv1.ReasonMissed)).with(answers())
	suspended.Utilities[0].Spec.Suspend = true
	for name, test := range map[string]struct {
		objects Objects
		want    string
	}{
		"a suspended goal asks for nothing":                {suspended, "[]"},
		"what is past due is overdue":                      {desk(owes("cyd", "2026-11-25T10:30:00Z", praxisv1.ReasonMissed)), "[Overdue submit Missed]"},
		"until midnight of the Utility's zone it is today": {desk(owes("cyd", "2026-11-25T10:59:00Z", praxisv1.ReasonNotDue)), "[Today submit NotDue]"},
		"after midnight there it is this week":             {desk(owes("cyd", "2026-11-25T11:00:00Z", praxisv1.ReasonNotDue)), "[ThisWeek submit NotDue]"},
		"more than six days ahead it is later":             {desk(owes("cyd", "2026-12-01T11:00:00Z", praxisv1.ReasonNotDue)), "[Later submit NotDue]"},
		"what is handed in is no longer owed":              {desk(handedIn), "[]"},
		"what was dropped is no longer owed":               {desk(owes("cyd", "2026-11-25T09:00:00Z", praxisv1.ReasonDropped)), "[]"},
		"a closed week asks for nothing":                   {closed, "[]"},
		"work of others is theirs":                         {desk(owes("bob", "2026-11-25T09:00:00Z", praxisv1.ReasonMissed)), "[]"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := short(test.objects.Owed("cyd", wednesday)); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func short(duties []Duty) string {
	lines := []string{}
	for _, d := range duties {
		lines = append(lines, fmt.Sprintf("%s %s %s", d.When, d.Verb, d.State))
	}
	return fmt.Sprint(lines)
}

func TestAVerdictIsOwedByThoseWhoMayGiveIt(t *testing.T) {
	for name, test := range map[string]struct {
		piece praxisv1.Evidence
		user  string
		want  string
	}{
		"the lead judges":                                 {piece("cyd", "cyd", praxisv1.ReasonAwaitingVerdict), "ada", "[Overdue judge AwaitingVerdict]"},
		"a reviewer judges":                               {piece("cyd", "cyd", praxisv1.ReasonAwaitingVerdict), "bob", "[Overdue judge AwaitingVerdict]"},
		"a member without the role does not":              {piece("bob", "bob", praxisv1.ReasonAwaitingVerdict), "cyd", "[Overdue submit Missed]"},
		"nobody judges what they handed in":               {piece("ada", "cyd", praxisv1.ReasonAwaitingVerdict), "ada", "[]"},
		"nobody judges what they owe":                     {piece("ada", "bob", praxisv1.ReasonAwaitingVerdict), "bob", "[]"},
		"a verdict that does not count leaves it waiting": {piece("cyd", "cyd", praxisv1.ReasonNotAReviewer), "ada", "[Overdue judge NotAReviewer]"},
		"what is judged is done":                          {piece("cyd", "cyd", praxisv1.ReasonRejected), "ada", "[]"},
	} {
		t.Run(name, func(t *testing.T) {
			o := desk(owes("cyd", "2026-11-25T09:00:00Z", praxisv1.ReasonMissed))
			if test.piece.Spec.ActionRef.Name != o.Actions[0].Name {
				done := owes("bob", "2026-11-25T09:00:00Z", praxisv1.ReasonAccepted)
				o.Actions = append(o.Actions, done)
			}
			o.Evidence = []praxisv1.Evidence{test.piece}
			if got := short(o.Owed(test.user, wednesday)); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestASignatureIsOwedByTheFirstAskedAndWhenOverdueByAllWhoMaySign(t *testing.T) {
	review := func(due string, open string) Objects {
		o := desk()
		o.Reviews = []praxisv1.Review{{
			ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "w48-review"},
			Spec:       praxisv1.ReviewSpec{Type: praxisv1.ReviewWeekly, Reviewer: "ada", Reviewers: []string{"ada", "bob"}, DueAt: metav1.NewTime(instant(due))},
			Status:     praxisv1.ReviewStatus{ConditionedStatus: conditions(1, condition("Open", open, "Open"), condition("Complete", "False", "NotYet"))},
		}}
		return o
	}
	wrongly := review("2026-11-25T09:00:00Z", "True")
	wrongly.Reviews[0].Spec.SignOff = &praxisv1.SignOff{By: "ada"}
	if why := wrongly.Why(Ref{Kind: "Review", Namespace: "shop", Name: "w48-review"}, wednesday); why.Cause.Next != "" {
		t.Errorf("why offers %s for what no longer changes", why.Cause.Next)
	}
	for name, test := range map[string]struct {
		objects Objects
		user    string
		want    string
	}{
		"who is asked first signs":                                        {review("2026-11-26T09:00:00Z", "True"), "ada", "[ThisWeek sign Open]"},
		"others need not sign yet":                                        {review("2026-11-26T09:00:00Z", "True"), "bob", "[]"},
		"an overdue one is owed by all who may":                           {review("2026-11-25T09:00:00Z", "True"), "bob", "[Overdue sign Open]"},
		"but by nobody else":                                              {review("2026-11-25T09:00:00Z", "True"), "cyd", "[]"},
		"one that is signed is owed by nobody, whatever is wrong with it": {wrongly, "ada", "[]"},
		"one that is not open is owed by nobody":                          {review("2026-11-26T09:00:00Z", "False"), "ada", "[]"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := short(test.objects.Owed(test.user, wednesday)); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestGoalsThatRestAskNobodyForAnything(t *testing.T) {
	for name, rest := range map[string]func(*praxisv1.Utility){
		"suspended": func(u *praxisv1.Utility) { u.Spec.Suspend = true },
		"ended": func(u *praxisv1.Utility) {
			u.Status.Conditions = []metav1.Condition{condition("Ready", "True", praxisv1.ReasonEnded)}
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := desk(owes("cyd", "2026-11-25T09:00:00Z", praxisv1.ReasonMissed)).with(answers())
			o.Evidence = []praxisv1.Evidence{piece("cyd", "cyd", praxisv1.ReasonAwaitingVerdict), reading("cyd")}
			o.Reviews = []praxisv1.Review{reviewOf("w48-review", "2026-11-27T02:00:00Z", waits...)}
			owed := func() int { return len(o.Owed("cyd", wednesday)) + len(o.Owed("ada", wednesday)) }
			if n := owed(); n != 4 {
				t.Fatalf("before, %d things are owed", n)
			}
			rest(&o.Utilities[0])
			if n := owed(); n > 0 {
				t.Errorf("%d things are owed", n)
			}
		})
	}
}

func TestWhoJudgesSeesWhatWasHandedInAndTheStandard(t *testing.T) {
	o := desk(owes("cyd", "2026-11-25T09:00:00Z", praxisv1.ReasonMissed)).with(answers())
	o.Actions[0].Spec.Standard.Statement = "It is live"
	e := piece("cyd", "cyd", praxisv1.ReasonAwaitingVerdict)
	e.Spec.Summary, e.Spec.Artifacts = "Both fixed", []praxisv1.Artifact{{Name: "change", URI: "https://git.example/1"}}
	o.Evidence = []praxisv1.Evidence{e}
	p := o.Owed("ada", wednesday)[0].Piece
	if p == nil || p.Summary != "Both fixed" || len(p.Artifacts) != 1 || p.Standard == nil || p.Standard.Statement != "It is live" || p.Of != "call.fix.cyd" {
		t.Errorf("it is %+v", p)
	}
	if why := o.Why(p.Ref, wednesday); why.Piece == nil || why.Piece.Summary != "Both fixed" {
		t.Errorf("why shows %+v", why.Piece)
	}
}

func TestAnActionIsNamedByWhoHasItUnlessTwoAreCalledSo(t *testing.T) {
	o := desk(owes("cyd", "2026-11-25T09:00:00Z", praxisv1.ReasonMissed), owes("bob", "2026-11-25T09:00:00Z", praxisv1.ReasonMissed))
	o.Actions[0].Spec.Member = "ada" // who took it over
	if got := o.Typed(&o.Actions[0]); got != "call.fix.ada" {
		t.Errorf("it is %s", got)
	}
	o.Actions[1].Spec.Member = "ada"
	if got := o.Typed(&o.Actions[0]); got != "w48.call.fix.cyd" {
		t.Errorf("where two are called so it is %s", got)
	}
	o.Actions[0].Spec.OriginWeek = "2026-W47"
	if got := o.Typed(&o.Actions[0]); got != "call.fix.ada.w47" {
		t.Errorf("one that was carried over is %s", got)
	}
}
