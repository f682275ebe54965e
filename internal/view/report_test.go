// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package view

import (
	"fmt"
	"slices"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// The page stays one, however much happened.
func TestAReportKeepsItsListsShortAndCountsTheRest(t *testing.T) {
	cycle := praxisv1.WeeklyCycle{ObjectMeta: named("w48"), Spec: praxisv1.WeeklyCycleSpec{UtilityRef: praxisv1.LocalReference{Name: "answers"}, Week: "2026-W48", TimeZone: "Pacific/Auckland"}}
	o := Objects{Utilities: []praxisv1.Utility{answers()}}
	for i := range 30 {
		cycle.Status.Gaps = append(cycle.Status.Gaps, praxisv1.Gap{KeyAction: "call", Reason: "NoEvidence"})
		r := reviewOf(fmt.Sprint("r", i), "2026-11-27T01:00:00Z")
		r.Spec.SignOff = &praxisv1.SignOff{By: "ada"}
		o.Reviews = append(o.Reviews, r)
		for _, reason := range []string{praxisv1.ReasonAccepted, praxisv1.ReasonMissed} {
			a := praxisv1.Action{ObjectMeta: named(fmt.Sprint("w48.call.", i, reason))}
			a.Spec.CycleRef.Name, a.Spec.Tier = "w48", praxisv1.TierKey
			status := map[string]string{praxisv1.ReasonAccepted: "True", praxisv1.ReasonMissed: "False"}[reason]
			a.Status.ConditionedStatus = conditions(1, onTrack(status, reason))
			o.Actions = append(o.Actions, a)
		}
	}
	o.Cycles = []praxisv1.WeeklyCycle{cycle}
	report := o.Report(PeriodWeek, "", instant("2026-11-26T09:00:00Z"))
	if len(report.Goals) != 1 {
		t.Fatal(report.Goals)
	}
	g := report.Goals[0]
	got := fmt.Sprint(len(g.Done), len(g.Missed), len(g.Gaps), len(g.Decisions), g.More)
	if want := "12 12 5 8 map[decisions:22 done:18 gaps:25 missed:18]"; got != want {
		t.Errorf("it has %s, want %s", got, want)
	}
}

func TestAReportLeavesOutWhoeverHasNoSuchPeriod(t *testing.T) {
	u := answers()
	u.Status.Quarters = []praxisv1.QuarterResult{{Name: "2026-Q4", Required: 2, Delivered: 2}, {Name: "2026-Q3", Required: 2, Delivered: 1}}
	o := Objects{Utilities: []praxisv1.Utility{u}}
	for name, c := range map[string]struct{ period, name, want string }{
		"no running quarter":          {PeriodQuarter, "", ""},
		"a quarter that was":          {PeriodQuarter, "2026-Q3", "False NotCarried"},
		"one that delivered all":      {PeriodQuarter, "2026-Q4", "True Carried"},
		"a quarter that there is not": {PeriodQuarter, "2026-Q1", ""},
		"no running week":             {PeriodWeek, "", ""},
		"a week that there is not":    {PeriodWeek, "2026-W40", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := ""
			for _, g := range o.Report(c.period, c.name, instant("2026-11-26T09:00:00Z")).Goals {
				got += fmt.Sprintf("%s %s", g.Status, g.Reason)
			}
			if got != c.want {
				t.Errorf("it has %q, want %q", got, c.want)
			}
		})
	}
}

func TestAReportNamesPeopleAsTheyAreCalled(t *testing.T) {
	cycle := praxisv1.WeeklyCycle{ObjectMeta: named("w48"), Spec: praxisv1.WeeklyCycleSpec{UtilityRef: praxisv1.LocalReference{Name: "answers"}, Week: "2026-W48", TimeZone: "Pacific/Auckland"}}
	a := praxisv1.Action{ObjectMeta: named("w48.call.ask.bob")}
	a.Spec.CycleRef.Name, a.Spec.KeyActionRef.Name, a.Spec.Step, a.Spec.Tier, a.Spec.Team, a.Spec.Member = "w48", "call", "ask", praxisv1.TierKey, "desk", "bob"
	a.Status.ConditionedStatus = conditions(1, onTrack("True", praxisv1.ReasonAccepted))
	check := reviewOf("check", "2026-11-27T01:00:00Z")
	check.Spec.SignOff, check.Spec.Decisions = &praxisv1.SignOff{By: "ada"}, []praxisv1.ActionDecision{{Action: a.Name, Decision: praxisv1.DecideReassign, Member: "ada", Reason: "Bob is ill"}}
	o := Objects{
		Utilities: []praxisv1.Utility{answers()}, Cycles: []praxisv1.WeeklyCycle{cycle}, Actions: []praxisv1.Action{a}, Reviews: []praxisv1.Review{check},
		Teams: []praxisv1.Team{{ObjectMeta: named("desk"), Spec: praxisv1.TeamSpec{Members: []praxisv1.Member{{Name: "ada", DisplayName: "Ada Ōe"}, {Name: "bob", DisplayName: "白波"}}}}},
	}
	g := o.Report(PeriodWeek, "", instant("2026-11-26T09:00:00Z")).Goals[0]
	got := fmt.Sprint(g.Owner, "; ", g.Done[0].Who, "; ", g.Decisions[0].Decided[0])
	if want := "Ada Ōe (ada); 白波 (bob); call.ask.bob: Reassign to Ada Ōe (ada) – Bob is ill"; got != want {
		t.Errorf("it names %s, want %s", got, want)
	}
}

// The KeyAction's own status is about the running week.
func TestAWeekThatWasSaysHowItsKeyActionsStoodThen(t *testing.T) {
	was := praxisv1.WeeklyCycle{ObjectMeta: named("w47"), Spec: praxisv1.WeeklyCycleSpec{UtilityRef: praxisv1.LocalReference{Name: "answers"}, Week: "2026-W47", TimeZone: "Pacific/Auckland"}}
	was.Status.KeyActions = []praxisv1.KeyActionWeek{{Name: "call", OnTrack: "False", Reason: praxisv1.ReasonKeyActionMissed, Actions: 3, AcceptedActions: 1}}
	o := Objects{Utilities: []praxisv1.Utility{answers()}, KeyActions: []praxisv1.KeyAction{keyAction("call", 100, onTrack("Unknown", praxisv1.ReasonNotDue))}, Cycles: []praxisv1.WeeklyCycle{was}}
	g := o.Report(PeriodWeek, "2026-W47", instant("2026-11-26T09:00:00Z")).Goals[0]
	if ka := g.KeyActions[0]; ka.Status != "False" || ka.Reason != praxisv1.ReasonKeyActionMissed || ka.Planned != 3 || ka.Accepted != 1 {
		t.Errorf("it says %+v", ka)
	}
}

func TestAReportCallsMissedWhatIsLate(t *testing.T) {
	o := Objects{Utilities: []praxisv1.Utility{answers()}, Cycles: []praxisv1.WeeklyCycle{{ObjectMeta: named("w48"), Spec: praxisv1.WeeklyCycleSpec{UtilityRef: praxisv1.LocalReference{Name: "answers"}, Week: "2026-W48"}}}}
	for reason, status := range map[string]string{
		praxisv1.ReasonMissed: "False", praxisv1.ReasonOverdue: "False", praxisv1.ReasonCarriedOver: "Unknown", praxisv1.ReasonRejected: "False", praxisv1.ReasonBlocked: "False",
		praxisv1.ReasonAwaitingAcceptance: "Unknown", praxisv1.ReasonAccepted: "True", praxisv1.ReasonDropped: "Unknown",
	} {
		a := praxisv1.Action{ObjectMeta: named("w48.call." + reason)}
		a.Spec.CycleRef.Name, a.Spec.Tier, a.Spec.Do = "w48", praxisv1.TierKey, reason
		a.Status.ConditionedStatus = conditions(1, onTrack(status, reason))
		o.Actions = append(o.Actions, a)
	}
	var missed []string
	for _, line := range o.Report(PeriodWeek, "", instant("2026-11-26T09:00:00Z")).Goals[0].Missed {
		missed = append(missed, line.Do)
	}
	slices.Sort(missed)
	if got := fmt.Sprint(missed); got != "[CarriedOver Missed Overdue]" {
		t.Errorf("under Missed there are %s", got)
	}
}

func TestAReportHasWhatAKeyActionOfManyTeamsCameTo(t *testing.T) {
	exact := func(accepted string) *praxisv1.ExactDelivery {
		return &praxisv1.ExactDelivery{Accepted: accepted, Expected: "1"}
	}
	c := praxisv1.WeeklyCycle{ObjectMeta: named("w48"), Spec: praxisv1.WeeklyCycleSpec{UtilityRef: praxisv1.LocalReference{Name: "answers"}, Week: "2026-W48"}}
	c.Status.Plan = &praxisv1.WeekPlan{KeyActions: []praxisv1.PlannedKeyAction{{Name: "ask-desk", Tolerance: 10, Critical: 30}, {Name: "ask-shop", Tolerance: 10, Critical: 30}}}
	c.Status.KeyActions = []praxisv1.KeyActionWeek{
		{Name: "ask-desk", OnTrack: "True", Reason: praxisv1.ReasonOnPace, Actions: 2, AcceptedActions: 2, UnitsDelivered: 4, Exact: exact("1")},
		{Name: "call", OnTrack: "True", Reason: praxisv1.ReasonOnPace, Actions: 1, AcceptedActions: 1, UnitsDelivered: 1, Exact: exact("1")},
		{Name: "ask-shop", OnTrack: "False", Reason: praxisv1.ReasonBehind, Actions: 3, AcceptedActions: 1, UnitsDelivered: 2, Exact: exact("1/2")},
	}
	o := Objects{Utilities: []praxisv1.Utility{answers()}, Cycles: []praxisv1.WeeklyCycle{c}, KeyActions: []praxisv1.KeyAction{keyAction("ask", 60), keyAction("ask-desk", 30), keyAction("ask-shop", 30), keyAction("call", 40)}}
	o.KeyActions[0].Spec.TeamSelector = &metav1.LabelSelector{}
	for i := range 2 {
		o.KeyActions[1+i].Spec.ParentRef = &praxisv1.LocalReference{Name: "ask"}
	}
	got := ""
	for _, ka := range o.Report(PeriodWeek, "", instant("2026-11-26T09:00:00Z")).Goals[0].KeyActions {
		got += fmt.Sprintf("%s %s %s %d of %d, %d; ", ka.Name, ka.Status, ka.Reason, ka.Accepted, ka.Planned, ka.Units)
	}
	if want := "ask False Behind 3 of 5, 6; call True OnPace 1 of 1, 1; "; got != want {
		t.Errorf("it has %s, want %s", got, want)
	}
}
