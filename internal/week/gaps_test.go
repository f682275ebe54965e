// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package week

import (
	"fmt"
	"slices"
	"testing"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

func TestTheFirstGapIsTheEarliestOneUpstream(t *testing.T) {
	build, ship := action("build", "ben", 3000, after("design"), owes(1, 30)), action("ship", "cleo", 5000, after("build"), owes(1, 40))
	for name, c := range map[string]struct {
		hour    int
		actions []praxisv1.Action
		want    string
	}{
		"one that is behind alone":       {24, []praxisv1.Action{action("design", "ana", 2000), build, ship}, "w.design.ana NoEvidence 10000"},
		"of a chain the first":           {40, []praxisv1.Action{action("design", "ana", 2000), build, ship}, "w.design.ana NoEvidence 10000"},
		"the first that is not done":     {40, []praxisv1.Action{action("design", "ana", 2000, done(1, 0)), build, ship}, "w.build.ben NoEvidence 8000"},
		"the one that waits for a judge": {24, []praxisv1.Action{action("design", "ana", 2000, done(0, 1)), build, ship}, "w.design.ana AwaitingAcceptance 10000"},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, g := range judged(hours(c.hour), c.actions...).Gaps {
				got = append(got, fmt.Sprint(g.Action, " ", g.Reason, " ", g.Impact))
			}
			if !slices.Equal(got, []string{c.want}) {
				t.Errorf("the gaps are %v, want %s", got, c.want)
			}
		})
	}
	overloaded := Work{
		Plan:       &praxisv1.WeekPlan{KeyActions: []praxisv1.PlannedKeyAction{frozen("fix", 100, 1)}},
		Actions:    []praxisv1.Action{action("design", "ana", 10000)},
		Overloaded: func(string, string) bool { return true },
	}
	if g := Judge(overloaded, hours(24)).Gaps[0]; g.Reason != praxisv1.ReasonOverloaded {
		t.Errorf("with too much to do the gap is %s", g.Reason)
	}
}

func TestOpenWorkThatNobodyHasIsAGapBeforeItIsDue(t *testing.T) {
	nobodys := func(a *praxisv1.Action) { a.Spec.Member, a.Spec.User = "", "" }
	for name, c := range map[string]struct {
		with []modifier
		want string
	}{
		"nothing of it is in":  {[]modifier{owes(3, 30)}, "Unassigned: Whoever had ship has left the Team, 3 of 3 are open; give it to a member with kubectl praxis reassign"},
		"a part of it is in":   {[]modifier{owes(3, 30), done(1, 1)}, "Unassigned: Whoever had ship has left the Team, 1 of 3 are open; give it to a member with kubectl praxis reassign"},
		"all of it is in":      {[]modifier{owes(3, 30), done(1, 2)}, ""},
		"it is dropped":        {[]modifier{owes(3, 30), dropped}, ""},
		"it is not due either": {[]modifier{owes(1, 100)}, "Unassigned: Whoever had ship has left the Team, 1 of 1 are open; give it to a member with kubectl praxis reassign"},
	} {
		t.Run(name, func(t *testing.T) {
			got := ""
			for _, g := range judged(hours(1), action("ship", "", 1000, append(c.with, nobodys)...)).Gaps {
				got += g.Reason + ": " + g.Message
			}
			if got != c.want {
				t.Errorf("the gap is %q, want %q", got, c.want)
			}
		})
	}
}
