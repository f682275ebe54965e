// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package week

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

const (
	planned = praxisv1.ConditionPlanned
	closed  = praxisv1.ConditionClosed
	stalled = praxisv1.ConditionStalled
)

func nameOf(c *praxisv1.WeeklyCycle) string {
	if c == nil {
		return "none"
	}
	return c.Name
}

func TestWhichWeekCounts(t *testing.T) {
	for name, c := range map[string]struct {
		cycles          []praxisv1.WeeklyCycle
		hour            int
		latest, running string
		beingPlanned    bool
	}{
		"there is none":                     {nil, 0, "none", "none", false},
		"one is being planned":              {[]praxisv1.WeeklyCycle{aCycle("w48", 0)}, 1, "none", "none", true},
		"one waits for somebody to act":     {[]praxisv1.WeeklyCycle{aCycle("w48", 0, stalled)}, 1, "none", "none", false},
		"one runs":                          {[]praxisv1.WeeklyCycle{aCycle("w48", 0, planned)}, 1, "w48", "w48", false},
		"it runs from its very start":       {[]praxisv1.WeeklyCycle{aCycle("w48", 0, planned)}, 0, "w48", "w48", false},
		"it does not run before":            {[]praxisv1.WeeklyCycle{aCycle("w48", 0, planned)}, -1, "w48", "none", false},
		"at its end it runs no longer":      {[]praxisv1.WeeklyCycle{aCycle("w48", 0, planned)}, 7 * 24, "w48", "none", false},
		"the next one has no plan yet":      {[]praxisv1.WeeklyCycle{aCycle("w49", 1), aCycle("w48", 0, planned)}, 7 * 24, "w48", "none", true},
		"the next one has":                  {[]praxisv1.WeeklyCycle{aCycle("w49", 1, planned), aCycle("w48", 0, planned)}, 7 * 24, "w49", "w49", false},
		"the next one was planned too soon": {[]praxisv1.WeeklyCycle{aCycle("w49", 1, planned), aCycle("w48", 0, planned)}, 24, "w49", "none", false},
	} {
		t.Run(name, func(t *testing.T) {
			now := hours(c.hour)
			if got := nameOf(Latest(c.cycles)); got != c.latest {
				t.Errorf("the latest is %s, want %s", got, c.latest)
			}
			if got := nameOf(LatestRunning(c.cycles, now)); got != c.running {
				t.Errorf("%s runs, want %s", got, c.running)
			}
			if got := BeingPlanned(c.cycles, now); got != c.beingPlanned {
				t.Errorf("being planned: %v", got)
			}
		})
	}
}

func TestARunningWeekHasWorkOfTheKeyActionsItPlanned(t *testing.T) {
	c := aCycle("w48", 0, planned)
	busy, idle := frozen("busy", 50, 1), frozen("idle", 50, 1)
	busy.Actions, busy.Hash, idle.Hash = 2, "0", "0"
	c.Status.Plan = &praxisv1.WeekPlan{KeyActions: []praxisv1.PlannedKeyAction{busy, idle, frozen("marked", 50, 1)}}
	for name, d := range map[string]struct {
		keyAction string
		hour      int
		want      bool
	}{
		"one with Actions":               {"busy", 1, true},
		"one that nobody does":           {"idle", 1, false},
		"one whose Actions come or go":   {"marked", 1, true},
		"one that is not planned":        {"other", 1, false},
		"one of a week that is over now": {"busy", 7 * 24, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := HasWork([]praxisv1.WeeklyCycle{c}, d.keyAction, hours(d.hour)); got != d.want {
				t.Errorf("it has work: %v", got)
			}
		})
	}
}

func TestTheCurrentWeeksAreTheLatestOfEachUtility(t *testing.T) {
	of := func(utility string, c praxisv1.WeeklyCycle) praxisv1.WeeklyCycle {
		c.Spec.UtilityRef.Name = utility
		return c
	}
	cycles := []praxisv1.WeeklyCycle{
		of("search", aCycle("search-w48", 0, planned)),
		of("checkout", aCycle("checkout-w48", 0, planned)), of("checkout", aCycle("checkout-w49", 1, planned)),
		of("done", aCycle("done-w48", 0, planned, closed)), // its week is closed
		of("begun", aCycle("begun-w48", 0)),                // its week has no plan yet
	}
	rapid.Check(t, func(t *rapid.T) {
		var names []string
		for _, c := range Current(rapid.Permutation(cycles).Draw(t, "order")) {
			names = append(names, c.Name)
		}
		if got := strings.Join(names, " "); got != "checkout-w49 search-w48" {
			t.Fatalf("current are %s", got)
		}
	})
}

func TestWeeksAreSortedByTheirStart(t *testing.T) {
	var names []string
	for _, c := range ByStart([]praxisv1.WeeklyCycle{aCycle("w50", 2), aCycle("w48", 0), aCycle("w49", 1)}) {
		names = append(names, c.Name)
	}
	if got := strings.Join(names, " "); got != "w48 w49 w50" {
		t.Errorf("sorted are %s", got)
	}
}
