// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package view

import (
	"fmt"
	"testing"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// reading is a reading of one of the Utility's measures.
func reading(by string) praxisv1.Evidence {
	e := piece(by, "", praxisv1.ReasonAwaitingVerdict)
	e.Name, e.Spec.ActionRef = "reading-1", nil
	e.Spec.For, e.Spec.Value = &praxisv1.EvidenceTarget{Utility: "answers", Measure: "first-try"}, new(praxisv1.Decimal("91.2"))
	return e
}

func TestADutySaysWhatIsOwedAndTheCommandThatDoesIt(t *testing.T) {
	work := owes("cyd", "2026-11-25T09:00:00Z", praxisv1.ReasonMissed)
	work.Spec.Target, work.Status.Accepted, work.Status.Pending = 5, 1, 1
	work.Spec.Occurrences[0].Quantity = 5
	work.Spec.Evidence = []praxisv1.EvidenceRequirement{
		{Name: "change", Type: praxisv1.EvidenceLink, Required: true},
		{Name: "notes", Type: praxisv1.EvidenceFile, Required: true},
		{Name: "photo", Type: praxisv1.EvidenceFile},
	}
	o := desk(work).with(answers())
	o.Evidence = []praxisv1.Evidence{piece("cyd", "cyd", praxisv1.ReasonAwaitingVerdict), reading("cyd")}
	o.Reviews = []praxisv1.Review{reviewOf("w48-review", "2026-11-27T02:00:00Z", waits...)}
	for name, c := range map[string]struct {
		user string
		want []string
	}{
		"work, with a place for each artifact that is required": {"cyd", []string{
			"Overdue: Fix it (3 of 5); Pacific/Auckland; kubectl praxis submit call.fix.cyd -n shop --artifact change=URI --file notes=PATH",
		}},
		"verdicts and signatures, by when": {"ada", []string{
			"Overdue: cyd: Fix it; Pacific/Auckland; kubectl praxis accept fix-1 -n shop",
			"ThisWeek: WeeklyReview of answers; Pacific/Auckland; kubectl praxis review w48-review -n shop",
			"ThisWeek: cyd: first-try is 91.2; ; kubectl praxis accept reading-1 -n shop",
		}},
		"nothing": {"zoe", nil},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, d := range o.Owed(c.user, wednesday) {
				got = append(got, fmt.Sprintf("%s: %s; %s; %s", d.When, d.What, d.Zone, d.Command))
			}
			if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", c.want) {
				t.Errorf("owed are\n%q\nwant\n%q", got, c.want)
			}
		})
	}
}

func TestDutiesThatAreDueAtTheSameTimeAreSortedByName(t *testing.T) {
	o := desk(owes("cyd", "2026-11-26T09:00:00Z", praxisv1.ReasonNotDue), owes("cyd", "2026-11-25T09:00:00Z", praxisv1.ReasonMissed),
		owes("cyd", "2026-11-26T09:00:00Z", praxisv1.ReasonNotDue), owes("cyd", "2026-11-26T09:00:00Z", praxisv1.ReasonNotDue))
	for i, name := range []string{"d", "c", "a", "b"} {
		o.Actions[i].Name = name
	}
	o.Actions[3].Namespace, o.Cycles = "desk", nil // whose week was not read
	var got []string
	for _, d := range o.Owed("cyd", wednesday) {
		got = append(got, d.Namespace+"/"+d.Name)
	}
	if want := "[shop/c desk/b shop/a shop/d]"; fmt.Sprint(got) != want {
		t.Errorf("they stand as %s, want %s", got, want)
	}
}

func TestAReadingIsJudgedByTheTeamThatOwnsTheUtility(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Objects)
		user   string
		want   string
	}{
		"its lead":                                           {func(*Objects) {}, "ada", "[ThisWeek judge AwaitingVerdict]"},
		"its reviewer":                                       {func(*Objects) {}, "bob", "[ThisWeek judge AwaitingVerdict]"},
		"not who handed it in":                               {func(o *Objects) { o.Evidence[0].Spec.SubmittedBy = "bob" }, "bob", "[]"},
		"nobody, if nobody is known":                         {func(o *Objects) { o.Evidence[0].Spec.SubmittedBy = "" }, "ada", "[]"},
		"nobody, without the Utility":                        {func(o *Objects) { o.Utilities = nil }, "ada", "[]"},
		"nobody, without its Team":                           {func(o *Objects) { o.Teams = nil }, "ada", "[]"},
		"nobody, if it names no Utility":                     {func(o *Objects) { o.Evidence[0].Spec.For = &praxisv1.EvidenceTarget{KeyAction: "call", Step: "fix"} }, "ada", "[]"},
		"nobody, if it is for a measure that does not exist": {func(o *Objects) { o.Evidence[0].Spec.For = nil }, "ada", "[]"},
		"nobody, once it is judged":                          {func(o *Objects) { o.Evidence[0].Status.Conditions[0].Reason = praxisv1.ReasonAccepted }, "ada", "[]"},
	} {
		t.Run(name, func(t *testing.T) {
			o := desk().with(answers())
			o.Evidence = []praxisv1.Evidence{reading("cyd")}
			c.change(&o)
			if got := short(o.Owed(c.user, wednesday)); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestJudgesAreTheOthersWithTheRole(t *testing.T) {
	twice := func(o *Objects) { // bob has the role under two names
		o.Teams[0].Spec.Members = append([]praxisv1.Member{{Name: "robert", User: "bob", Roles: []string{"reviewer"}}}, o.Teams[0].Spec.Members...)
	}
	for name, c := range map[string]struct {
		piece  praxisv1.Evidence
		change func(*Objects)
		want   string
	}{
		"the lead and the reviewer":     {piece("cyd", "cyd", praxisv1.ReasonAwaitingVerdict), func(*Objects) {}, "[ada bob]"},
		"nobody twice":                  {piece("cyd", "cyd", praxisv1.ReasonAwaitingVerdict), twice, "[ada bob]"},
		"not who handed it in":          {piece("bob", "cyd", praxisv1.ReasonAwaitingVerdict), func(*Objects) {}, "[ada]"},
		"not who owes it":               {piece("cyd", "bob", praxisv1.ReasonAwaitingVerdict), func(*Objects) {}, "[ada]"},
		"of a reading, the owning Team": {reading("cyd"), func(*Objects) {}, "[ada bob]"},
		"none, if the Team is not read": {piece("cyd", "cyd", praxisv1.ReasonAwaitingVerdict), func(o *Objects) { o.Teams = nil }, "[]"},
	} {
		t.Run(name, func(t *testing.T) {
			o := desk(owes("cyd", "2026-11-25T09:00:00Z", praxisv1.ReasonMissed), owes("bob", "2026-11-25T09:00:00Z", praxisv1.ReasonMissed)).with(answers())
			c.change(&o)
			if got := fmt.Sprint(o.Judges(&c.piece)); got != c.want {
				t.Errorf("they are %s, want %s", got, c.want)
			}
		})
	}
}

func TestAZoneThatThisHostDoesNotKnowIsUTC(t *testing.T) {
	for zone, want := range map[string]string{"Pacific/Auckland": "Pacific/Auckland", "Mars/Olympus": "UTC", "": "UTC"} {
		t.Run(zone, func(t *testing.T) {
			if got := location(zone).String(); got != want {
				t.Errorf("it is %s, want %s", got, want)
			}
		})
	}
}

func TestAClosedWeekAsksForNoVerdict(t *testing.T) {
	o := desk(owes("cyd", "2026-11-25T09:00:00Z", praxisv1.ReasonMissed))
	o.Evidence = []praxisv1.Evidence{piece("cyd", "cyd", praxisv1.ReasonAwaitingVerdict)}
	o.Cycles[0].Status.ConditionedStatus = conditions(1, condition("Closed", "True", praxisv1.ReasonClosed))
	if got := short(o.Owed("ada", wednesday)); got != "[]" {
		t.Errorf("got %s", got)
	}
}
