// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package view

import (
	"fmt"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

var safeDeploys = Ref{kindUtility, "platform", "safe-deploys"}

func TestAGoalShowsItsStructureWithTheFirstGapAndWhatHangsOnIt(t *testing.T) {
	g := recorded(t, "friday.yaml").Goal(safeDeploys, instant("2026-11-27T14:30:00Z"))
	var steps []string
	for _, s := range g.Structure {
		mark := ""
		switch {
		case s.First:
			mark = " first"
		case s.Hangs:
			mark = " hangs"
		}
		steps = append(steps, fmt.Sprintf("%s.%s %d/%d %s%s", s.KeyAction, s.Step, s.Accepted, s.Target, strings.Join(s.Who, "+"), mark))
	}
	want := []string{
		"rehearse-rollback.agree 2/2 mira", "rehearse-rollback.prepare 2/2 jonas", "rehearse-rollback.rehearse 1/2 jonas+priya",
		"remove-manual-step.watch 1/1 priya", "remove-manual-step.dry-run 0/1 tomas", "remove-manual-step.automate 0/1 tomas",
		"review-failed-deploys.collect 0/1 jonas first", "review-failed-deploys.review 0/1 mira hangs",
	}
	if fmt.Sprint(steps) != fmt.Sprint(want) {
		t.Errorf("its structure is\n%s", strings.Join(steps, "\n"))
	}
	if g.Owner != "mira" || g.Week != "2026-W48" || g.Why == nil || g.Why.Cause.Of.Name != "safe-deploys-2026-w48.review-failed-deploys.collect.jonas" {
		t.Errorf("it is %s's, in %s, because of %+v", g.Owner, g.Week, g.Why)
	}
	if len(g.KeyActions) != 3 || len(g.Reviews) == 0 || len(g.Measures) != 1 || g.Measures[0].Unit != "min" {
		t.Errorf("it has %d KeyActions, %d Reviews and the measures %+v", len(g.KeyActions), len(g.Reviews), g.Measures)
	}
}

func TestAGoalThatWasNotReadIsNone(t *testing.T) {
	if g := recorded(t, "friday.yaml").Goal(Ref{kindUtility, "platform", "other"}, instant("2026-11-27T14:30:00Z")); g != nil {
		t.Errorf("it is %+v", g)
	}
}

func TestTheOutcomeIsThatOfTheMeasureThatMovedLeast(t *testing.T) {
	u := &praxisv1.Utility{Spec: praxisv1.UtilitySpec{Measures: []praxisv1.Measure{
		{Name: "up", Baseline: "10", Target: "20"}, {Name: "down", Baseline: "60", Target: "20"}, {Name: "still", Baseline: "1", Target: "1"},
	}}}
	for name, c := range map[string]struct {
		readings []praxisv1.MeasureReading
		want     string
	}{
		"the one that rose less":        {[]praxisv1.MeasureReading{{Name: "up", Value: "15"}, {Name: "down", Value: "50"}}, "25"},
		"one that fell back":            {[]praxisv1.MeasureReading{{Name: "up", Value: "5"}}, "-50"},
		"far away":                      {[]praxisv1.MeasureReading{{Name: "up", Value: "1e9"}}, "1000"},
		"what cannot be read":           {[]praxisv1.MeasureReading{{Name: "up", Value: "many"}, {Name: "still", Value: "1"}, {Name: "gone", Value: "3"}}, "none"},
		"nothing was read in that week": {nil, "none"},
	} {
		t.Run(name, func(t *testing.T) {
			got := "none"
			if p := moved(u, c.readings); p != nil {
				got = fmt.Sprint(*p)
			}
			if got != c.want {
				t.Errorf("it is %s", got)
			}
		})
	}
	if got := outcome([]praxisv1.MeasureStatus{{}, {ProgressPercent: new(int32(70))}, {ProgressPercent: new(int32(30))}}); got == nil || *got != 30 {
		t.Errorf("the column has %v", got)
	}
}

func TestWhatAGoalTellsOfItsPastIsInOrder(t *testing.T) {
	o := recorded(t, "friday.yaml")
	o.Utilities[0].Status.History = []praxisv1.HistoryEntry{{Week: "2026-W47", ProgressPercent: 80}, {Week: "2026-W46", ProgressPercent: 60, Accepted: 3, Planned: 5}}
	past := o.Goal(safeDeploys, instant("2026-11-27T14:30:00Z")).History
	if len(past) != 2 || past[0].Week != "2026-W46" || past[0].Accepted != 3 || past[1].Delivery != 80 {
		t.Errorf("it is %+v", past)
	}
}

func TestGoalsInTroubleComeFirst(t *testing.T) {
	goal := func(name, status string, deviation int32) praxisv1.Utility {
		u := answers(onTrack(status, "Reason"), metav1.Condition{Type: "Ready", Status: "True", Reason: "Reconciled"})
		u.Name, u.Status.Delivery = name, &praxisv1.Delivery{Deviation: deviation}
		return u
	}
	o := Objects{Utilities: []praxisv1.Utility{goal("well", "True", 0), goal("behind", "False", -20), goal("unknown", "Unknown", 0), goal("far-behind", "False", -60)}}
	var names []string
	for _, g := range o.Goals(instant("2026-11-27T14:30:00Z")) {
		names = append(names, g.Name)
	}
	if got := strings.Join(names, " "); got != "far-behind behind unknown well" {
		t.Errorf("they are %s", got)
	}
}

func TestAnObjectBelongsToAUtility(t *testing.T) {
	o := recorded(t, "friday.yaml")
	for name, c := range map[string]struct {
		ref  Ref
		want string
	}{
		"itself":                {safeDeploys, "safe-deploys"},
		"one of its KeyActions": {Ref{kindKeyAction, "platform", "rehearse-rollback"}, "safe-deploys"},
		"a Team":                {Ref{kindTeam, "platform", "platform"}, ""},
		"what is not there":     {Ref{kindKeyAction, "platform", "other"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := ""
			if u := o.UtilityOf(c.ref); u != nil {
				got = u.Name
			}
			if got != c.want {
				t.Errorf("it is %q", got)
			}
		})
	}
}
