// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// stored are the objects as a server keeps them: each with its UID and generation.
func stored() Objects {
	o := threeKeyActions()
	o.Utility.UID, o.Utility.Generation = "utility", 1
	for i := range o.KeyActions {
		o.KeyActions[i].UID, o.KeyActions[i].Generation = types.UID(fmt.Sprint("ka-", i)), 1
	}
	o.Teams["payments"].UID, o.Teams["payments"].Generation = "payments", 1
	o.Teams["payments"].Labels = map[string]string{"in": "yes"}
	o.Packages["fixes"] = &praxisv1.ActionPackage{ObjectMeta: metav1.ObjectMeta{Name: "fixes", UID: "fixes", Generation: 1}}
	return o
}

func TestAProgrammeIsKeptUntilSomethingThatIsPlannedFromChanges(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Objects)
		kept   bool
	}{
		"nothing":                       {func(*Objects) {}, true},
		"the order of the list":         {func(o *Objects) { o.KeyActions[0], o.KeyActions[1] = o.KeyActions[1], o.KeyActions[0] }, true},
		"a status":                      {func(o *Objects) { o.KeyActions[0].Status.ProgressPercent = 7; o.KeyActions[0].ResourceVersion = "9" }, true},
		"the spec of the Utility":       {func(o *Objects) { o.Utility.Generation++ }, false},
		"the spec of a KeyAction":       {func(o *Objects) { o.KeyActions[0].Generation++ }, false},
		"a KeyAction was made anew":     {func(o *Objects) { o.KeyActions[0].UID = "another" }, false},
		"a KeyAction is gone":           {func(o *Objects) { o.KeyActions = o.KeyActions[1:] }, false},
		"a KeyAction has another owner": {func(o *Objects) { o.KeyActions[0].OwnerReferences = []metav1.OwnerReference{{Controller: new(true)}} }, false},
		"the spec of a Team":            {func(o *Objects) { o.Teams["payments"].Generation++ }, false},
		"the labels of a Team":          {func(o *Objects) { o.Teams["payments"].Labels["in"] = "no" }, false},
		"a Team came":                   {func(o *Objects) { o.Teams["new"] = testTeam("new") }, false},
		"the spec of a package":         {func(o *Objects) { o.Packages["fixes"].Generation++ }, false},
	} {
		t.Run(name, func(t *testing.T) {
			memo := NewMemo(2)
			first := memo.Programme(stored())
			o := stored()
			c.change(&o)
			again := memo.Programme(o)
			if kept := again.found == first.found; kept != c.kept {
				t.Errorf("whether it is kept is %t", kept)
			}
			if again.KeyActions[0].Status.ProgressPercent != o.KeyActions[0].Status.ProgressPercent || again.Utility != o.Utility {
				t.Error("its objects are not those that were given")
			}
		})
	}
}

func TestOnlyTheGoalsThatWereAskedForLastAreKept(t *testing.T) {
	memo, goals := NewMemo(2), []Objects{stored(), stored(), stored()}
	var first *Programme
	for i := range goals {
		goals[i].Utility.UID = types.UID(fmt.Sprint("goal-", i))
		if p := memo.Programme(goals[i]); i == 0 {
			first = p
		}
	}
	if memo.Programme(goals[0]).found == first.found {
		t.Error("three are kept where two may be")
	}
}

// What is remembered of weeks is bounded too: a pass may ask from any instant.
func TestAProgrammeRemembersSoManyWeeks(t *testing.T) {
	r := request(t, stored(), "2026-W48")
	for i := range 10 * maxSpans {
		gaps, loads := r.Programme.Survey(r.Week, r.From.AddDate(0, 0, -i))
		fresh, _ := NewProgramme(stored()).Survey(r.Week, r.From.AddDate(0, 0, -i))
		if len(r.Programme.surveys) > maxSpans || len(gaps) != len(fresh) || len(loads) == 0 {
			t.Fatalf("it remembers %d weeks, and %d gaps of %d", len(r.Programme.surveys), len(gaps), len(fresh))
		}
	}
}

func TestAProgrammeAnswersSeveralAtOnce(t *testing.T) {
	memo, want := NewMemo(2), request(t, stored(), "2026-W48")
	targets := fmt.Sprint(want.Programme.KeyTargets(want.Week))
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			p := memo.Programme(stored())
			for i := range p.KeyActions {
				p.ProblemOf(&p.KeyActions[i])
				p.Children(&p.KeyActions[i])
			}
			p.Survey(want.Week, want.From)
			if got := fmt.Sprint(p.KeyTargets(want.Week)); got != targets {
				t.Errorf("it plans %s, want %s", got, targets)
			}
		})
	}
	all.Wait()
}

// A hundred KeyActions write down their turns at the start of a week.
func TestTurnsAreAskedEachTimeAndMakeNoProgrammeAnew(t *testing.T) {
	o := onCall(engineers("ana", "ben")...)
	o.Utility.UID, o.KeyActions[0].UID = "u", "k"
	memo := NewMemo(1)
	first := memo.Programme(o)
	if got := Make(Request{Programme: first, Week: week(t, "2026-W47"), Cycle: "c", From: week(t, "2026-W47").StartsAt}).Actions()[0].Spec.Member; got != "ana" {
		t.Fatalf("the first turn is that of %s", got)
	}
	first.KeyTargets(week(t, "2026-W49"))
	o.KeyActions = slices.Clone(o.KeyActions)
	o.KeyActions[0].Status.Turns = []praxisv1.Turn{{Step: "watch", Week: "2026-W47", Queue: []string{"ben", "ana"}}}
	second := memo.Programme(o)
	if second.found != first.found {
		t.Error("what was found out is forgotten")
	}
	w := week(t, "2026-W48")
	if got := Make(Request{Programme: second, Week: w, Cycle: "c", From: w.StartsAt}).Actions()[0].Spec.Member; got != "ben" {
		t.Errorf("the second turn is that of %s", got)
	}
	if forwards, backwards := twoTurns("a", "b"), twoTurns("b", "a"); forwards.turnsText() != backwards.turnsText() {
		t.Error("the order of a list makes other turns of it")
	}
	if _, loads := second.Survey(w, w.StartsAt); loads[1].Name != "ben" || loads[1].PlannedMinutes == 0 {
		t.Errorf("the loads are %+v", loads)
	}
}

// twoTurns are two KeyActions with a turn each, in an order.
func twoTurns(names ...string) Objects {
	var o Objects
	for _, name := range names {
		ka := testKeyAction(name, 50)
		ka.Status.Turns = []praxisv1.Turn{{Step: "watch", Week: "2026-W47", Queue: []string{"of-" + name}}}
		o.KeyActions = append(o.KeyActions, ka)
	}
	return o
}
