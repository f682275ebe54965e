// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"maps"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"pgregory.net/rapid"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

func TestTheEffortOfAnActionIsItsDurationTimesItsTarget(t *testing.T) {
	for name, c := range map[string]struct {
		duration praxisv1.Duration
		target   int32
		want     int64
	}{
		"three times an hour and a half": {"1h30m", 3, 270},
		"once":                           {"45m", 1, 45},
		"what cannot be read":            {"soon", 3, 0},
	} {
		t.Run(name, func(t *testing.T) {
			a := praxisv1.Action{Spec: praxisv1.ActionSpec{Duration: c.duration, Target: c.target}}
			if got := Effort(&a); got != c.want {
				t.Errorf("it is %d minutes, want %d", got, c.want)
			}
		})
	}
}

func TestNobodyGetsWorkOnACapacityThatCannotBeRead(t *testing.T) {
	m := person("ana", "a lot")
	if got := Capacity(&m, week(t, "2026-W48")); got != 0 {
		t.Errorf("the capacity is %d minutes", got)
	}
}

func TestAnOverloadedMemberHasMoreWorkThanTime(t *testing.T) {
	owed := func(member string, duration praxisv1.Duration, target int32, dropped bool) praxisv1.Action {
		return praxisv1.Action{Spec: praxisv1.ActionSpec{Team: "payments", Member: member, Duration: duration, Target: target, Dropped: dropped}}
	}
	teams := objects().Teams // ana, ben and cleo have 20h each
	for name, c := range map[string]struct {
		team, member string
		actions      []praxisv1.Action
		want         bool
	}{
		"all the time there is":                {"payments", "ben", []praxisv1.Action{owed("ben", "4h", 5, false)}, false},
		"a minute more":                        {"payments", "ben", []praxisv1.Action{owed("ben", "4h", 5, false), owed("ben", "1m", 1, false)}, true},
		"what was dropped does not count":      {"payments", "ben", []praxisv1.Action{owed("ben", "4h", 5, false), owed("ben", "4h", 5, true)}, false},
		"another member's work does not count": {"payments", "ben", []praxisv1.Action{owed("cleo", "40h", 5, false)}, false},
		"a former member of the Team":          {"payments", "zoe", []praxisv1.Action{owed("zoe", "40h", 5, false)}, false},
		"a Team that is gone":                  {"search", "ben", []praxisv1.Action{owed("ben", "40h", 5, false)}, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Overloaded(teams, c.actions, week(t, "2026-W48"))(c.team, c.member); got != c.want {
				t.Errorf("overloaded: %v", got)
			}
		})
	}
}

func TestTheLoadsOfAWeekAreTheEffortsOfItsActions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var steps []praxisv1.Step
		for i, name := range []string{"x", "y"} {
			assign := rapid.SampledFrom([]praxisv1.Assignment{each("engineer"), rotate("engineer"), only("ana"), each("designer")}).Draw(t, "assign")
			s := testStep(name, praxisv1.TierKey, assign, int32(40+20*i))
			s.Times = rapid.Int32Range(1, 20).Draw(t, "times")
			s.Duration = rapid.SampledFrom([]praxisv1.Duration{"15m", "1h", "1h30m"}).Draw(t, "duration")
			steps = append(steps, s)
		}
		made := Make(request(t, objects(testKeyAction("a", 100, steps...)), "2026-W48"))
		efforts := map[string]int64{}
		for _, a := range made.Actions() {
			efforts[a.Spec.Member] += Effort(&a)
		}
		for _, m := range made.Members {
			if m.PlannedMinutes != efforts[m.Name] {
				t.Fatalf("%s has a load of %d and Actions of %d minutes", m.Name, m.PlannedMinutes, efforts[m.Name])
			}
			over := slices.ContainsFunc(made.Gaps, func(g Gap) bool { return g.Reason == praxisv1.ReasonOverCapacity && g.Member == m.Name })
			if over != (m.PlannedMinutes > 20*60) {
				t.Fatalf("%s has %d of 1200 minutes, and the gap is there: %v", m.Name, m.PlannedMinutes, over)
			}
		}
		delete(efforts, "ana")
		delete(efforts, "ben")
		delete(efforts, "cleo")
		if len(efforts) > 0 {
			t.Fatalf("work went to %v", slices.Collect(maps.Keys(efforts)))
		}
	})
}

func TestWhatAWeekOfAProgrammeDelivers(t *testing.T) {
	prepare := testStep("prepare", praxisv1.TierFoundation, each("engineer"), 50)
	ship := testStep("ship", praxisv1.TierKey, each("engineer"), 50)
	ship.Times, ship.Every = 3, 2
	ship.Due = []praxisv1.WeekMoment{{Day: praxisv1.Thursday, Time: "17:00"}}
	move := testKeyAction("move", 30, ship, prepare)
	move.Spec.TeamRef, move.Spec.TeamSelector, move.Spec.Contribution = nil, &metav1.LabelSelector{MatchLabels: map[string]string{"area": "shop"}}, 7
	o := objects(testKeyAction("fix", 70, prepare, ship), move)
	o.Teams["search"] = testTeam("search", person("eve", "20h", "engineer"))
	o.Teams["search"].Labels = map[string]string{"area": "shop"}
	p := NewProgramme(o)
	for name, want := range map[string]map[string]int64{
		"2026-W48": {"fix": 6, "move-search": 3}, // two engineers in payments, one in search, three times each
		"2026-W49": {},                           // it is planned every second week
	} {
		t.Run(name, func(t *testing.T) {
			for _, when := range []string{"first", "again"} {
				if got := p.KeyTargets(week(t, name)); !maps.Equal(got, want) {
					t.Errorf("asked %s the targets are %v, want %v", when, got, want)
				}
			}
		})
	}
	if got := p.Contributions(); !maps.Equal(got, map[string]int64{"fix": 2, "move": 7, "move-search": 7}) {
		t.Errorf("an accepted completion counts %v", got)
	}
}

func TestWeightsAndPartsOfAnEnterpriseKeyAction(t *testing.T) {
	key := testStep("x", praxisv1.TierKey, each("engineer"), 100)
	move := testKeyAction("move", 70, key)
	move.Spec.TeamRef, move.Spec.TeamSelector = nil, &metav1.LabelSelector{MatchLabels: map[string]string{"area": "shop"}}
	o := objects(move, testKeyAction("fix", 30, key))
	for _, name := range []string{"search", "billing", "support"} {
		o.Teams[name] = testTeam(name, person("eve", "20h", "engineer"))
		o.Teams[name].Labels = map[string]string{"area": "shop"}
	}
	p := NewProgramme(o)
	ofParent := func(name, parent string) praxisv1.KeyAction {
		ka := testKeyAction(name, 0)
		ka.Spec.Weight, ka.Spec.ParentRef = nil, &praxisv1.LocalReference{Name: parent}
		return ka
	}
	unweighted := testKeyAction("new", 0)
	unweighted.Spec.Weight = nil
	for name, c := range map[string]struct {
		keyAction     praxisv1.KeyAction
		weight, parts string
	}{
		"the enterprise one":               {move, "70", "move-billing move-search move-support"},
		"that of one Team":                 {ofParent("move-search", "move"), "70/3", "move-search"},
		"of a Team that is not selected":   {ofParent("move-payments", "move"), "0", "move-payments"},
		"of a parent that is gone":         {ofParent("gone-search", "gone"), "0", "gone-search"},
		"of a department":                  {o.KeyActions[1], "30", "fix"},
		"one that was given no weight yet": {unweighted, "0", "new"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := p.WeightOf(&c.keyAction).RatString(); got != c.weight {
				t.Errorf("it weighs %s, want %s", got, c.weight)
			}
			if got := strings.Join(slices.Sorted(maps.Keys(p.PartNames(&c.keyAction))), " "); got != c.parts {
				t.Errorf("its parts are %s, want %s", got, c.parts)
			}
		})
	}
}
