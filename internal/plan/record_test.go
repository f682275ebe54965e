// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// threeKeyActions are "a" of 2 units with 2 Actions, "b" with one Action that delivers
// nothing, and "c" that nobody does.
func threeKeyActions() Objects {
	ship := testStep("ship", praxisv1.TierKey, each("engineer"), 100)
	ship.Times, ship.Duration = 3, "30m"
	return objects(
		testKeyAction("a", 40, ship),
		testKeyAction("b", 30, testStep("list", praxisv1.TierFoundation, only("ana"), 100)),
		testKeyAction("c", 30, testStep("draw", praxisv1.TierKey, each("designer"), 100)),
	)
}

// planText is a plan as people would check it by hand.
func planText(p *praxisv1.WeekPlan) string {
	text := fmt.Sprintf("%d Actions, %d carried, %dm, %d units:", p.Actions, p.Carried, p.Minutes, p.Units)
	for _, ka := range p.KeyActions {
		text += fmt.Sprintf(" %s %d since %s", ka.Name, ka.Actions, ka.JoinedAt.UTC().Format("Mon"))
	}
	return text
}

func TestAFrozenPlanSaysWhatTheWeekIsJudgedBy(t *testing.T) {
	o := threeKeyActions()
	r := request(t, o, "2026-W48")
	made, monday, tuesday := Make(r), instant(t, "2026-11-23T08:00:00Z"), instant(t, "2026-11-24T08:00:00Z")
	frozen := Record(nil, made.KeyActions, monday)
	// a: 2 people · 3 times · 30m and 2 units each time; b: one hour and no units.
	if got, want := planText(frozen), "3 Actions, 0 carried, 240m, 12 units: a 2 since Mon b 1 since Mon c 0 since Mon"; got != want {
		t.Errorf("frozen is\n%s, want\n%s", got, want)
	}
	if a := frozen.KeyActions[0]; a.Weight != 40 || a.Parts != 1 || a.Tolerance != 10 || a.Critical != 25 || a.MaxCarries != 2 || a.OnMiss != praxisv1.MissCarryOver || a.CheckOrder != nil {
		t.Errorf("a is judged by %+v", a)
	}
	if MayJoin(frozen, r) {
		t.Error("nobody does c, and a and b have Actions: none may join")
	}
	if joining := Joining(frozen, made); len(joining) > 0 {
		t.Errorf("nobody does c, so that it does not join: %+v", joining)
	}

	// On Tuesday a designer comes, and ana, who had b, goes on with more.
	o.Teams["payments"].Spec.Members = append(o.Teams["payments"].Spec.Members, person("dan", "20h", "designer"))
	o.KeyActions[1].Spec.Package.Steps[0].Times = 5
	r = request(t, o, "2026-W48")
	if !MayJoin(frozen, r) {
		t.Error("c has somebody now, so that it may join")
	}
	later := Make(r)
	joining := Joining(frozen, later)
	if len(joining) != 1 || joining[0].Planned.Name != "c" {
		t.Fatalf("joining are %+v", joining)
	}
	joined := Record(frozen, later.KeyActions, tuesday)
	// c: one hour and 2 units; a and b stay as they were.
	if got, want := planText(joined), "4 Actions, 0 carried, 300m, 14 units: a 2 since Mon b 1 since Mon c 1 since Tue"; got != want {
		t.Errorf("with what joined it is\n%s, want\n%s", got, want)
	}
	if planText(frozen) != "3 Actions, 0 carried, 240m, 12 units: a 2 since Mon b 1 since Mon c 0 since Mon" {
		t.Error("the plan that was given was changed")
	}
	if joined.Hash == frozen.Hash || joined.KeyActions[0].Hash != frozen.KeyActions[0].Hash {
		t.Error("the hash is to tell that c joined, and that a did not change")
	}
	if MayJoin(joined, r) {
		t.Error("all have Actions, so that none may join")
	}
}

func TestAPlanIsRecordedTheSameInAnyOrder(t *testing.T) {
	made, monday := Make(request(t, threeKeyActions(), "2026-W48")).KeyActions, instant(t, "2026-11-23T08:00:00Z")
	want := Record(nil, made, monday)
	rapid.Check(t, func(t *rapid.T) {
		shuffled := rapid.Permutation(made).Draw(t, "order")
		if got := Record(nil, shuffled, monday); !reflect.DeepEqual(got, want) {
			t.Fatalf("%+v, want %+v", got, want)
		}
	})
}

func TestOnlyIsThePartOfOneKeyAction(t *testing.T) {
	made := Make(request(t, threeKeyActions(), "2026-W48"))
	if a := Only(made, "a"); a.Planned.Name != "a" || len(a.Actions) != 2 {
		t.Errorf("a has %+v", a)
	}
	if none := Only(made, "z"); none.Planned.Name != "z" || len(none.Actions) != 0 {
		t.Errorf("what is not planned has %+v", none)
	}
}

func TestARecordIsCompleteOnceTheActionsAreMade(t *testing.T) {
	made, monday := Make(request(t, threeKeyActions(), "2026-W48")), instant(t, "2026-11-23T08:00:00Z")
	whole := Record(nil, made.KeyActions, monday)
	if Joins(nil) || Joins(whole) {
		t.Error("nothing waits for its Actions")
	}
	written := whole.DeepCopy()
	written.KeyActions[0].Hash, written.KeyActions[0].Actions = "", 0
	if !Joins(written) {
		t.Error("a waits for its Actions")
	}
	shuffled := made.Actions()
	slices.Reverse(shuffled)
	if got := Complete(written, made.KeyActions[0], shuffled); Joins(got) || !reflect.DeepEqual(got, whole) {
		t.Errorf("completed it is %+v, want %+v", got, whole)
	}
	if !Joins(written) {
		t.Error("the plan that was given was changed")
	}
}

func TestALostPlanIsRebuiltFromTheActionsThatExist(t *testing.T) {
	o := threeKeyActions()
	r, monday := request(t, o, "2026-W48"), instant(t, "2026-11-23T08:00:00Z")
	made := Make(r)
	carried := CarryOver(r, []Leftover{{Action: &made.KeyActions[1].Actions[0], Week: "2026-W47", Remaining: 1}}, nil, monday)
	existing := append(made.Actions(), carried...)
	if got, want := Rebuild(r.Programme, made.KeyActions, existing, monday), First(r.Programme, made.KeyActions, monday); !reflect.DeepEqual(got, want) {
		t.Errorf("what was carried is recorded anew, the rest as it was:\n%+v, want\n%+v", got, want)
	}
	// One of a was deleted, and what remains is what the plan says.
	if got, want := planText(Rebuild(r.Programme, made.KeyActions, existing[1:], monday)), "2 Actions, 0 carried, 150m, 6 units: a 1 since Mon b 1 since Mon c 0 since Mon"; got != want {
		t.Errorf("rebuilt without one it is\n%s, want\n%s", got, want)
	}
}

func TestAnActionThatIsInNoPlanIsNotRecorded(t *testing.T) {
	made, monday := Make(request(t, threeKeyActions(), "2026-W48")), instant(t, "2026-11-23T08:00:00Z")
	whole := Record(nil, made.KeyActions, monday)
	of := func(keyAction, carriedFrom string) *praxisv1.Action {
		return &praxisv1.Action{Spec: praxisv1.ActionSpec{KeyActionRef: praxisv1.LocalReference{Name: keyAction}, CarriedFrom: carriedFrom}}
	}
	waiting := whole.DeepCopy()
	waiting.KeyActions[0].Hash = ""
	handedOver := whole.DeepCopy()
	handedOver.CarriedFrom = "checkout-2026-w47"
	for name, c := range map[string]struct {
		plan   *praxisv1.WeekPlan
		action *praxisv1.Action
		want   bool
	}{
		"of a KeyAction in the plan":               {whole, of("a", ""), true},
		"of one that is not":                       {whole, of("z", ""), false},
		"of one that has yet to be completed":      {waiting, of("a", ""), false},
		"carried, before the week was handed over": {whole, of("a", "checkout-2026-w47.a.ship.ben"), false},
		"carried, afterwards":                      {handedOver, of("z", "checkout-2026-w47.z.ship.ben"), true},
		"without any plan":                         {nil, of("a", ""), false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Recorded(c.plan, c.action); got != c.want {
				t.Errorf("recorded: %v", got)
			}
		})
	}
}

func TestWhatAKeyActionIsJudgedByInAWeek(t *testing.T) {
	planned := &praxisv1.WeeklyCycle{}
	planned.Status.Plan = &praxisv1.WeekPlan{KeyActions: []praxisv1.PlannedKeyAction{{Name: "a", Tolerance: 10}, {Name: "b", Tolerance: 20}}}
	for name, c := range map[string]struct {
		week      *praxisv1.WeeklyCycle
		keyAction string
		want      int32 // the tolerance; -1 for none
	}{
		"as it was planned":         {planned, "b", 20},
		"one that is not planned":   {planned, "c", -1},
		"a week without a plan yet": {&praxisv1.WeeklyCycle{}, "a", -1},
		"no week":                   {nil, "a", -1},
	} {
		t.Run(name, func(t *testing.T) {
			got := int32(-1)
			if entry := PlannedAs(c.week, c.keyAction); entry != nil {
				got = entry.Tolerance
			}
			if got != c.want {
				t.Errorf("the tolerance is %d, want %d", got, c.want)
			}
		})
	}
}

func TestTheHashOfAPlanTellsItsActionsApart(t *testing.T) {
	actions := Make(request(t, threeKeyActions(), "2026-W48")).Actions()
	other := slices.Clone(actions)
	other[0].Spec.Do = strings.ToUpper(other[0].Spec.Do)
	if hashActions(actions) != hashActions(slices.Clone(actions)) || hashActions(actions) == hashActions(other) || len(hashActions(nil)) != 32 {
		t.Error("the same Actions have one hash, others another, and it is half a sha256 in hex")
	}
}

func TestAWeekIsReadBackFromItsCycleAsItWasPlanned(t *testing.T) {
	w := week(t, "2026-W48")
	u := testUtility()
	cycle := newCycle(u, nil, w, nil, w.StartsAt)
	// The cadence may have been edited since: only the cycle counts.
	got, err := WeekOfCycle(cycle)
	if err != nil || got.Name != w.Name || got.Number != 2968 || !got.StartsAt.Equal(w.StartsAt) || !got.ReviewAt.Equal(w.ReviewAt) || !got.EndsAt.Equal(w.EndsAt) {
		t.Errorf("read back is %+v (%v), want %+v", got, err, w)
	}
	// Monday 9:00 in Zurich, and two days of grace after a week.
	if at := cycle.Spec.GraceEndsAt.UTC().Format("2006-01-02 15:04"); at != "2026-12-02 08:00" {
		t.Errorf("the grace is over at %s", at)
	}
	cycle.Spec.TimeZone = "Nowhere/Land"
	if _, err := WeekOfCycle(cycle); err == nil {
		t.Error("a zone that nobody knows is read")
	}
}

// A step with every: 2 has nothing in the weeks between: that is known without planning
// anything, however many KeyActions there are.
func TestWhatTheWeekAsksNothingOfDoesNotJoinAndIsNotPlannedEachTime(t *testing.T) {
	o := threeKeyActions()
	o.KeyActions = o.KeyActions[:1]
	*o.KeyActions[0].Spec.Weight = 100
	steps := o.KeyActions[0].Spec.Package.Steps
	for i := range steps {
		steps[i].Every = 2
	}
	for name, c := range map[string]struct {
		week string
		want bool
	}{"it asks something": {"2026-W48", true}, "it asks nothing": {"2026-W49", false}} {
		t.Run(name, func(t *testing.T) {
			r := request(t, o, c.week)
			frozen := Record(nil, nil, r.From)
			if got := MayJoin(frozen, r); got != c.want {
				t.Errorf("whether something may join is %t", got)
			}
			if c.want {
				return
			}
			if made := testing.AllocsPerRun(100, func() { MayJoin(frozen, r) }); made > 1 {
				t.Errorf("it takes %v allocations to know", made)
			}
		})
	}
}
