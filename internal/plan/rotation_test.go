// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// takeTurns plans a week as the operator does, writes its turns down, and says who has them.
func takeTurns(t fataler, o *Objects, name string) string {
	r := request(t, *o, name)
	made := Make(r)
	var had []string
	for _, ka := range made.KeyActions {
		stored := o.keyAction(ka.Planned.Name)
		for _, step := range r.Programme.Rotating(stored.Name) {
			of := slices.DeleteFunc(slices.Clone(ka.Actions), func(a praxisv1.Action) bool { return a.Spec.Step != step })
			if member := HadTurn(of); member != "" {
				stored.Status.Turns = r.Programme.TakeTurn(stored.Status.Turns, stored.Name, step, praxisv1.Week(name), member)
				had = append(had, member)
			}
		}
	}
	return strings.Join(had, " ")
}

func engineers(names ...string) []praxisv1.Member {
	var members []praxisv1.Member
	for _, name := range names {
		members = append(members, person(name, "20h", "engineer"))
	}
	return members
}

func onCall(members ...praxisv1.Member) Objects {
	o := objects(testKeyAction("fix", 100, testStep("watch", praxisv1.TierKey, rotate("engineer"), 100)))
	o.Teams["payments"].Spec.Members = members
	return o
}

func TestTurnsGoRound(t *testing.T) {
	absent := func(m praxisv1.Member, from, to string) praxisv1.Member { return away(m, from, to, "") }
	all := engineers("ana", "ben", "cem")
	for name, c := range map[string]struct {
		o     Objects
		edit  map[string]func(*Objects) // before a week
		weeks string
		want  string
	}{
		"by name, and again": {onCall(all...), nil, "W47 W48 W49 W50", "ana ben cem ana"},
		"a joiner shifts nobody and stands at the end": {onCall(engineers("ana", "ben")...), map[string]func(*Objects){
			"W48": func(o *Objects) { o.Teams["payments"].Spec.Members = engineers("aaron", "ana", "ben") },
		}, "W47 W48 W49 W50 W51", "ana ben ana aaron ben"},
		"whoever is absent keeps the place":          {onCall(all[0], absent(all[1], "2026-11-23", "2026-11-27"), all[2]), nil, "W47 W48 W49 W50", "ana cem ben ana"},
		"for weeks":                                  {onCall(absent(all[0], "2026-11-16", "2026-11-29"), all[1], all[2]), nil, "W47 W48 W49 W50", "ben cem ana ben"},
		"a week that is skipped costs nobody a turn": {onCall(all...), nil, "W47 W48 W50 W51", "ana ben cem ana"},
		"who loses the role leaves, and comes back at the end": {onCall(all...), map[string]func(*Objects){
			"W48": func(o *Objects) { o.Teams["payments"].Spec.Members = []praxisv1.Member{all[0], all[2]} },
			"W49": func(o *Objects) { o.Teams["payments"].Spec.Members = all },
		}, "W47 W48 W49 W50 W51", "ana cem ana cem ben"},
		"nobody is there, and nothing is lost": {onCall(absent(all[0], "2026-11-23", "2026-11-27"), absent(all[1], "2026-11-23", "2026-11-27")), nil, "W47 W48 W49", "ana  ben"},
	} {
		t.Run(name, func(t *testing.T) {
			var had []string
			for _, week := range strings.Fields(c.weeks) {
				if edit := c.edit[week]; edit != nil {
					edit(&c.o)
				}
				had = append(had, takeTurns(t, &c.o, "2026-"+week))
			}
			if got := strings.Join(had, " "); got != c.want {
				t.Errorf("the turns are %q, want %q", got, c.want)
			}
		})
	}
}

// Steps of one week fall on as many people as there are.
func TestTheTurnsOfAWeekAreSpread(t *testing.T) {
	step := func(name string, weight int32) praxisv1.Step {
		return testStep(name, praxisv1.TierKey, rotate("engineer"), weight)
	}
	light := testKeyAction("a-light-one", 30, step("x", 100))
	o := objects(light, testKeyAction("heavy", 70, step("watch", 40), step("patch", 30), step("drill", 30)))
	o.Teams["payments"].Spec.Members = engineers("ana", "ben", "cem")
	// heavy comes first: watch, patch and drill fall on the three by name, and x begins anew. The
	// list below is by name of the KeyAction.
	first := takeTurns(t, &o, "2026-W47")
	if first != "ana ana ben cem" {
		t.Errorf("the turns are %q", first)
	}
	for _, week := range []string{"2026-W48", "2026-W49", "2026-W50"} {
		had := map[string]int{}
		for _, name := range strings.Fields(takeTurns(t, &o, week)) {
			had[name]++
		}
		if len(had) != 3 {
			t.Errorf("in %s the turns fall on %v", week, had)
		}
	}
}

func TestATurnThatWasTakenStaysWithWhomItIs(t *testing.T) {
	o := onCall(engineers("ana", "ben", "cem")...)
	if had := takeTurns(t, &o, "2026-W47"); had != "ana" {
		t.Fatalf("%s has the turn", had)
	}
	again := Make(request(t, o, "2026-W47")).Actions()
	if len(again) != 1 || again[0].Spec.Member != "ana" {
		t.Errorf("planned again it is %v", lines(again))
	}
	gaps, loads := NewProgramme(o).Survey(week(t, "2026-W47"), week(t, "2026-W47").StartsAt)
	if len(gaps) != 0 || loads[0].Name != "ana" || loads[0].PlannedMinutes != 60 || loads[1].PlannedMinutes != 0 {
		t.Errorf("the loads are %+v, the gaps %v", loads, gaps)
	}
}

func TestATurnIsOfWhomItWasPlannedFor(t *testing.T) {
	own := praxisv1.Action{Spec: praxisv1.ActionSpec{Member: "ana"}}
	handed := praxisv1.Action{Spec: praxisv1.ActionSpec{Member: "cem", Amendments: []praxisv1.Amendment{
		{From: &praxisv1.Assignee{Member: "ana"}}, {From: &praxisv1.Assignee{Member: "ben"}},
	}}}
	putOff := praxisv1.Action{Spec: praxisv1.ActionSpec{Member: "ben", Amendments: []praxisv1.Amendment{{Reason: "later"}, {From: &praxisv1.Assignee{Member: "ana"}}}}}
	old := praxisv1.Action{Spec: praxisv1.ActionSpec{Member: "zoe", CarriedFrom: "before"}}
	for name, c := range map[string]struct {
		actions []praxisv1.Action
		want    string
	}{
		"who has it": {[]praxisv1.Action{own}, "ana"}, "who had it first": {[]praxisv1.Action{handed}, "ana"},
		"not who carries on an old one": {[]praxisv1.Action{old, own}, "ana"}, "nobody": {[]praxisv1.Action{old}, ""},
		"nobody where all did it": {[]praxisv1.Action{own, handed}, ""}, "who had it when it was only put off": {[]praxisv1.Action{putOff}, "ana"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := HadTurn(c.actions); got != c.want {
				t.Errorf("it is %q, want %q", got, c.want)
			}
		})
	}
}

func TestQueuesAreBounded(t *testing.T) {
	var steps []praxisv1.Step
	for i := range 20 {
		steps = append(steps, testStep(fmt.Sprintf("s%02d", i), praxisv1.TierKey, rotate("engineer"), 5))
	}
	o := objects(testKeyAction("fix", 100, steps...))
	names := []string{"ana"} // who owns the goal
	for i := range 199 {
		names = append(names, fmt.Sprintf("m%03d", i))
	}
	o.Teams["payments"].Spec.Members = engineers(names...)
	takeTurns(t, &o, "2026-W47")
	total := 0
	for _, turn := range o.KeyActions[0].Status.Turns {
		total += len(turn.Queue)
	}
	if total == 0 || total > maxQueued {
		t.Errorf("the queues hold %d names", total)
	}
}

// What is taken away may come back, so that queues are kept as long as there is room.
func TestQueuesOfStepsThatAreGoneAreTheFirstToGo(t *testing.T) {
	o := onCall(engineers("ana", "ben")...)
	takeTurns(t, &o, "2026-W47")
	turns := o.KeyActions[0].Status.Turns
	for i := range maxTurns {
		turns = append(turns, praxisv1.Turn{Step: fmt.Sprintf("gone-%02d", i), Week: praxisv1.Week(fmt.Sprintf("2026-W%02d", i+10)), Queue: []string{"ana"}})
	}
	kept := NewProgramme(o).KeptTurns("fix", turns)
	if len(kept) != maxTurns || turnOf(kept, "watch") == nil || turnOf(kept, "gone-00") != nil || turnOf(kept, "gone-01") == nil {
		t.Errorf("kept are %v", kept)
	}
}

func TestWhoeverHadATurnOfTheWeekHasOneLessToHave(t *testing.T) {
	for name, due := range map[string]praxisv1.WeekMoment{
		"of a KeyAction that ranks lower": {Day: praxisv1.Friday, Time: "12:00"}, "of a step that is past by now": {Day: praxisv1.Tuesday, Time: "12:00"},
	} {
		t.Run(name, func(t *testing.T) {
			early := testStep("watch", praxisv1.TierKey, rotate("engineer"), 100)
			early.Due = []praxisv1.WeekMoment{due}
			o := objects(testKeyAction("low", 100, early))
			o.Teams["payments"].Spec.Members = engineers("ana", "ben")
			takeTurns(t, &o, "2026-W48")
			*o.KeyActions[0].Spec.Weight = 30
			o.KeyActions = append(o.KeyActions, testKeyAction("high", 70, testStep("ship", praxisv1.TierKey, rotate("engineer"), 100)))
			r := request(t, o, "2026-W48")
			r.From = instant(t, "2026-11-26T09:00:00Z")
			joined := Only(Make(r), "high")
			if len(joined.Actions) != 1 || joined.Actions[0].Spec.Member != "ben" {
				t.Errorf("joined are %v", lines(joined.Actions))
			}
		})
	}
}

func TestAMemberWhoLeftTakesTheLastPlaceOfAFullQueue(t *testing.T) {
	names := []string{"ana"} // who owns the goal
	for i := range maxQueue - 1 {
		names = append(names, fmt.Sprintf("m%03d", i))
	}
	o := onCall(engineers(names...)...)
	turns := NewProgramme(o).TakeTurn(nil, "fix", "watch", "2026-W47", "who-left")
	if q := turns[0].Queue; len(q) != maxQueue || q[maxQueue-1] != "who-left" {
		t.Errorf("the queue has %d names and ends in %s", len(q), q[len(q)-1])
	}
}

// In any run of weeks everybody who is always there has had as many turns as anybody else, or
// one less.
func TestNobodyHasTwoTurnsMoreThanAnother(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := []string{"ana", "ben", "cem", "dia", "eva"}[:rapid.IntRange(1, 5).Draw(t, "people")]
		o := onCall(engineers(names...)...)
		had := map[string]int{}
		for week := range rapid.IntRange(1, 20).Draw(t, "weeks") {
			had[takeTurns(t, &o, fmt.Sprintf("2026-W%02d", week+10))]++
		}
		most, least := 0, 1000
		for _, name := range names {
			most, least = max(most, had[name]), min(least, had[name])
		}
		if most-least > 1 {
			t.Fatalf("the turns are %v", had)
		}
	})
}
