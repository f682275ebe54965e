// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// forTwoTeams is KeyAction "a" of Team payments, and "all" for each Team with the label.
func forTwoTeams() Objects {
	step := testStep("list", praxisv1.TierKey, only("ana"), 100)
	all := testKeyAction("all", 60, testStep("ship", praxisv1.TierKey, each("engineer"), 100))
	all.Spec.TeamRef, all.Spec.TeamSelector = nil, &metav1.LabelSelector{MatchLabels: map[string]string{"in": "yes"}}
	o := objects(testKeyAction("a", 40, step), all)
	for _, name := range []string{"search", "support"} {
		o.Teams[name] = testTeam(name, person("eve", "20h", "engineer"))
		o.Teams[name].Labels = map[string]string{"in": "yes"}
	}
	return o
}

// generated is the KeyAction that was made for a Team.
func generated(parent, team string) praxisv1.KeyAction {
	ka := testKeyAction(parent+"-"+team, 0, testStep("ship", praxisv1.TierKey, each("engineer"), 100))
	ka.Spec.Weight, ka.Spec.ParentRef, ka.Spec.TeamRef = nil, &praxisv1.LocalReference{Name: parent}, &praxisv1.LocalReference{Name: team}
	return ka
}

func TestAKeyActionLeavesTheWeekOnceNothingAsksForIt(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Objects)
		ka     string
		want   bool
	}{
		"it is as it was":                       {func(*Objects) {}, "a", false},
		"it is for a Team":                      {func(*Objects) {}, "all-search", false},
		"it is deleted":                         {func(*Objects) {}, "gone", true},
		"it is suspended":                       {func(o *Objects) { o.KeyActions[0].Spec.Suspend = true }, "a", true},
		"its parent is suspended":               {func(o *Objects) { o.KeyActions[1].Spec.Suspend = true }, "all-search", true},
		"it ranks beyond the limit":             {func(o *Objects) { o.Utility.Spec.MaxKeyActions = 1 }, "a", true},
		"its Team has lost the label":           {func(o *Objects) { o.Teams["search"].Labels = nil }, "all-search", true},
		"another Team has lost the label":       {func(o *Objects) { o.Teams["search"].Labels = nil }, "all-support", false},
		"it has a selector now":                 {func(*Objects) {}, "all", true},
		"its parent has a Team now":             {func(o *Objects) { ofPayments(&o.KeyActions[1]) }, "all-search", true},
		"it is what its parent is now":          {func(o *Objects) { ofPayments(&o.KeyActions[1]) }, "all", false},
		"the weights do not add up meanwhile":   {func(o *Objects) { o.KeyActions = o.KeyActions[1:] }, "a", false},
		"its Team is gone":                      {func(o *Objects) { o.KeyActions[0].Spec.TeamRef.Name = "gone" }, "a", false},
		"its package is gone":                   {func(o *Objects) { ofPackage(&o.KeyActions[0]) }, "a", false},
		"the package of its parent is gone":     {func(o *Objects) { ofPackage(&o.KeyActions[1]) }, "all-search", false},
		"the selector of its parent is garbled": {func(o *Objects) { o.KeyActions[1].Spec.TeamSelector.MatchLabels["in"] = "no such!" }, "all-search", false},
		"the Utility is gone":                   {func(o *Objects) { o.Utility = nil }, "a", false},
	} {
		t.Run(name, func(t *testing.T) {
			o := forTwoTeams()
			o.KeyActions = append(o.KeyActions, generated("all", "search"), generated("all", "support"))
			c.change(&o)
			if got := NewProgramme(o).Leaves(c.ka); got != c.want {
				t.Errorf("%s leaves: %v", c.ka, got)
			}
		})
	}
}

func ofPayments(ka *praxisv1.KeyAction) {
	ka.Spec.TeamSelector, ka.Spec.TeamRef = nil, &praxisv1.LocalReference{Name: "payments"}
}

func ofPackage(ka *praxisv1.KeyAction) {
	ka.Spec.Package, ka.Spec.PackageRef = nil, &praxisv1.PackageReference{Name: "gone"}
}

func TestAPlanWithoutWhatJoinedItIsWhatItWas(t *testing.T) {
	monday, tuesday := instant(t, "2026-11-23T08:00:00Z"), instant(t, "2026-11-24T08:00:00Z")
	before := forTwoTeams()
	before.Teams["support"].Labels = nil
	r := request(t, before, "2026-W48")
	first := Make(r)
	planned := Record(nil, first.KeyActions, monday)
	actions := first.Actions()

	r = request(t, forTwoTeams(), "2026-W48")
	joining := Joining(planned, Make(r))
	if names := Joined(planned, monday); len(names) > 0 || len(joining) != 1 {
		t.Fatalf("it has joined %v and is joined by %d", names, len(joining))
	}
	joined := Complete(Record(planned, joining, tuesday), joining[0], slices.Concat(actions, joining[0].Actions))
	if names := Joined(joined, monday); strings.Join(names, " ") != "all-support" || PlannedTeam(joined, "support") == nil || joined.Actions != planned.Actions+1 {
		t.Fatalf("joined are %v: %s", names, planText(joined))
	}

	marked := Marked(joined, "all-support")
	if !Waits(marked, "all-support") || Waits(marked, "all-search") || !Joins(marked) || Waits(joined, "all-support") || len(Joined(marked, monday)) != 1 {
		t.Errorf("marked it is %s", planText(marked))
	}
	p := NewProgramme(before)
	if got := Without(marked, p, "all-support", actions); !reflect.DeepEqual(got, planned) {
		t.Errorf("without it it is\n%+v\nand was\n%+v", got, planned)
	}
	if got := Without(planned, p, "unknown", actions); !reflect.DeepEqual(got, planned) {
		t.Error("what it has not cannot be taken away")
	}

	// What was carried in is judged by the row.
	carried := joining[0].Actions[0]
	carried.Spec.CarriedFrom = "support-2026-w47.all-support.ship.eve"
	got := Without(marked, p, "all-support", append(actions, carried))
	if got.Actions != planned.Actions || PlannedTeam(got, "support") == nil || Waits(got, "all-support") || len(Joined(got, monday)) > 0 {
		t.Errorf("with what was carried it is %s", planText(got))
	}
}

func TestAPlanCountsWhatSomebodyDeleted(t *testing.T) {
	made, monday := Make(request(t, threeKeyActions(), "2026-W48")), instant(t, "2026-11-23T08:00:00Z")
	whole := Record(nil, made.KeyActions, monday)
	left := made.Actions()[1:] // one of a is gone
	if got := Complete(whole, Only(made, "b"), left); got.Actions != whole.Actions {
		t.Errorf("once b is complete it has %d Actions, want %d", got.Actions, whole.Actions)
	}
}

func TestTheHashOfAPlanIsThatOfItsRows(t *testing.T) {
	whole := Record(nil, Make(request(t, threeKeyActions(), "2026-W48")).KeyActions, instant(t, "2026-11-23T08:00:00Z"))
	forged := whole.DeepCopy()
	forged.Hash = strings.Repeat("0", 64)
	if got := Rehashed(forged); !reflect.DeepEqual(got, whole) || Rehashed(whole) != whole || Rehashed(nil) != nil {
		t.Errorf("it is %+v", got)
	}
}

func TestWhatJoinsComesAfterWhatWasPlanned(t *testing.T) {
	planned := instant(t, "2026-11-23T08:00:00Z")
	for after, want := range map[time.Duration]time.Duration{
		0: time.Second, 400 * time.Millisecond: time.Second, time.Second: time.Second, 90*time.Second + time.Millisecond: 90 * time.Second,
	} {
		if got := JoinAt(planned, planned.Add(after)).Sub(planned); got != want {
			t.Errorf("after %s it joins after %s, want %s", after, got, want)
		}
	}
}
