// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"pgregory.net/rapid"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// left is what ben did not finish of W47: one of two.
func left(t fataler, o Objects, modify func(*Leftover)) Leftover {
	a := Make(request(t, o, "2026-W47")).Actions()[0]
	l := Leftover{Action: &a, Week: "2026-W47", Remaining: 1}
	modify(&l)
	return l
}

func twice() Objects {
	s := testStep("ship", praxisv1.TierKey, each("engineer"), 100)
	s.Times = 2
	return objects(testKeyAction("fix", 100, s))
}

func TestLeftoverWorkGoesToTheMemberAndTimeThatTheReviewDecided(t *testing.T) {
	due := func(text string) func(*Leftover) {
		return func(l *Leftover) { l.DueAt = new(metav1.NewTime(instant(t, text))) }
	}
	for name, c := range map[string]struct {
		modify func(*Leftover)
		edit   func(*Objects)
		want   string // name, user and due
	}{
		"nothing was decided":               {func(*Leftover) {}, nil, "checkout-2026-w48.fix.ship.ben.w47 ben@shop.example Fri 14:00"},
		"another takes it over":             {func(l *Leftover) { l.Member = "cleo" }, nil, "checkout-2026-w48.fix.ship.cleo.w47 cleo@shop.example Fri 14:00"},
		"a former member cannot":            {func(l *Leftover) { l.Member = "zoe" }, nil, "checkout-2026-w48.fix.ship.ben.w47 ben@shop.example Fri 14:00"},
		"nobody can in a Team that is gone": {func(l *Leftover) { l.Member = "cleo" }, func(o *Objects) { delete(o.Teams, "payments") }, "checkout-2026-w48.fix.ship.ben.w47 ben@shop.example Fri 14:00"},
		"a time was decided":                {due("2026-11-25T10:00:00Z"), nil, "checkout-2026-w48.fix.ship.ben.w47 ben@shop.example Wed 10:00"},
		"that time is past":                 {due("2026-11-22T10:00:00Z"), nil, "checkout-2026-w48.fix.ship.ben.w47 ben@shop.example Fri 14:00"},
		"that time is after the week":       {due("2026-12-01T10:00:00Z"), nil, "checkout-2026-w48.fix.ship.ben.w47 ben@shop.example Fri 14:00"},
		"it was carried before, from W46":   {func(l *Leftover) { l.Action.Spec.OriginWeek, l.Action.Spec.Carries = "2026-W46", 1 }, nil, "checkout-2026-w48.fix.ship.ben.w46 ben@shop.example Fri 14:00"},
	} {
		t.Run(name, func(t *testing.T) {
			o := twice()
			l := left(t, o, c.modify)
			if c.edit != nil {
				c.edit(&o)
			}
			carried := CarryOver(request(t, o, "2026-W48"), []Leftover{l}, nil, instant(t, "2026-11-23T09:00:00Z"))
			if len(carried) != 1 {
				t.Fatalf("carried are %v", lines(carried))
			}
			a := carried[0]
			if got := a.Name + " " + a.Spec.User + " " + a.Spec.Occurrences[0].DueAt.UTC().Format("Mon 15:04"); got != c.want {
				t.Errorf("it is %s, want %s", got, c.want)
			}
			if a.Spec.Target != 1 || a.Spec.Share != 2500 || a.Spec.Carries != l.Action.Spec.Carries+1 || a.Spec.CarriedFrom != l.Action.Name || a.Labels[praxisv1.LabelMember] != a.Spec.Member {
				t.Errorf("it is carried as %+v with the labels %v", a.Spec, a.Labels)
			}
			if l.Action.Spec.Target != 2 || l.Action.Spec.CarriedFrom != "" {
				t.Error("the Action of the closed week was changed")
			}
		})
	}
}

func TestWhatIsLeftWeighsItsPartOfTheWhole(t *testing.T) {
	for _, c := range []struct{ share, rest, target, want int32 }{
		{5000, 2, 5, 2000}, {5000, 5, 5, 5000}, {3333, 1, 2, 1666}, {1, 1, 1000, 1}, {10000, 999, 1000, 9990},
	} {
		if got := ShareOfRest(c.share, c.rest, c.target); got != c.want {
			t.Errorf("%d of %d are %d of %d, want %d", c.rest, c.target, got, c.share, c.want)
		}
	}
}

func TestTodaysStandardCountsForCarriedWork(t *testing.T) {
	o := twice()
	l := left(t, o, func(l *Leftover) { l.Action.Spec.Amendments = []praxisv1.Amendment{{Reason: "ill", Review: "midweek"}} })
	s := &o.KeyActions[0].Spec.Package.Steps[0]
	s.Standard.Statement, s.Evidence = "It is live", []praxisv1.EvidenceRequirement{{Name: "change", Type: praxisv1.EvidenceLink}}
	a := CarryOver(request(t, o, "2026-W48"), []Leftover{l}, nil, instant(t, "2026-11-23T09:00:00Z"))[0]
	if a.Spec.Standard.Statement != "It is live" || len(a.Spec.Evidence) != 1 || len(a.Spec.Amendments) != 0 {
		t.Errorf("it is carried as %+v", a.Spec)
	}
}

func TestTwoActionsThatPassToOneMemberKeepDistinctNames(t *testing.T) {
	o := twice()
	actions := Make(request(t, o, "2026-W47")).Actions()
	leftovers := []Leftover{
		{Action: &actions[0], Week: "2026-W47", Remaining: 2},
		{Action: &actions[1], Week: "2026-W47", Remaining: 1, Member: "ben"},
	}
	r, at := request(t, o, "2026-W48"), instant(t, "2026-11-23T09:00:00Z")
	want := CarryOver(r, leftovers, nil, at)
	// Ben's own keeps the plain name; the other adds 8 digits of where it comes from.
	if len(want) != 2 || want[0].Name != "checkout-2026-w48.fix.ship.ben-"+shortHash(actions[1].Name)+".w47" || want[1].Name != "checkout-2026-w48.fix.ship.ben.w47" {
		t.Fatalf("they are %s and %s", want[0].Name, want[1].Name)
	}
	if want[0].Spec.Target != 1 || want[1].Spec.Target != 2 || want[0].Spec.Member != "ben" {
		t.Errorf("they owe %v", lines(want))
	}
	rapid.Check(t, func(t *rapid.T) {
		if got := CarryOver(r, rapid.Permutation(leftovers).Draw(t, "order"), nil, at); !reflect.DeepEqual(got, want) {
			t.Fatalf("in another order they are %v, want %v", lines(got), lines(want))
		}
	})
}

func TestAKeyActionThatIsNoLongerPlannedIsJudgedAsItWas(t *testing.T) {
	monday, next := instant(t, "2026-11-16T08:00:00Z"), instant(t, "2026-11-23T08:00:00Z")
	key := testStep("ship", praxisv1.TierKey, each("engineer"), 100)
	gone := objects(testKeyAction("old", 100, key))
	gone.KeyActions[0].Spec.Deviation.Tolerance = new(int32(33))
	last := Make(request(t, gone, "2026-W47"))
	from := &praxisv1.WeeklyCycle{ObjectMeta: metav1.ObjectMeta{Name: "checkout-2026-w47"}}
	from.Status.Plan = Record(nil, last.KeyActions, monday)
	unplanned := &praxisv1.WeeklyCycle{ObjectMeta: metav1.ObjectMeta{Name: "checkout-2026-w47"}}

	r := request(t, objects(testKeyAction("fix", 100, key)), "2026-W48")
	frozen := Record(nil, Make(r).KeyActions, next)
	carried := CarryOver(r, []Leftover{{Action: &last.Actions()[0], Week: "2026-W47", Remaining: 1}, {Action: &last.Actions()[1], Week: "2026-W47", Remaining: 1}}, nil, next)
	strange := slices.Clone(carried)
	for i := range strange {
		strange[i].Spec.KeyActionRef.Name = "never"
	}
	for name, c := range map[string]struct {
		from    *praxisv1.WeeklyCycle
		carried []praxisv1.Action
		want    string
	}{
		"a KeyAction that is gone comes along": {from, carried, "2 Actions, 2 carried, 120m, 4 units: fix 2 since Mon old 0 since Mon"},
		"the week before has no plan":          {unplanned, carried, "2 Actions, 2 carried, 120m, 4 units: fix 2 since Mon"},
		"nothing is left":                      {from, nil, "2 Actions, 0 carried, 120m, 4 units: fix 2 since Mon"},
		"the previous week did not plan it":    {from, strange, "2 Actions, 2 carried, 120m, 4 units: fix 2 since Mon"},
	} {
		t.Run(name, func(t *testing.T) {
			got := RecordCarried(frozen, c.from, c.carried, nil, next)
			if planText(got) != c.want || got.CarriedFrom != "checkout-2026-w47" {
				t.Errorf("recorded from %s is\n%s, want\n%s", got.CarriedFrom, planText(got), c.want)
			}
			if strings.Contains(c.want, "old") && (got.KeyActions[1].Tolerance != 33 || got.Hash == frozen.Hash) {
				t.Errorf("old is judged by %+v", got.KeyActions[1])
			}
		})
	}
	if frozen.Carried != 0 || len(frozen.KeyActions) != 1 {
		t.Error("the plan that was given was changed")
	}
}

// A pass can die between two Actions that are carried, and the Team can change before the next.
func TestWhatIsCarriedAlreadyIsNotCarriedAgain(t *testing.T) {
	o := twice()
	o.Teams["payments"].Spec.Members = append(o.Teams["payments"].Spec.Members, praxisv1.Member{Name: "dan", User: "dan@shop.example", Roles: []string{"engineer"}, Capacity: "40h"})
	at, r := instant(t, "2026-11-23T09:00:00Z"), request(t, o, "2026-W48")
	actions := Make(request(t, o, "2026-W47")).Actions()
	var leftovers []Leftover
	for i := range actions {
		leftovers = append(leftovers, Leftover{Action: &actions[i], Week: "2026-W47", Remaining: 1, Member: "dan"})
	}
	all := CarryOver(r, leftovers, nil, at)
	if len(all) < 2 {
		t.Fatalf("only %v are left", lines(all))
	}
	there := all[:1]
	o.Teams["payments"].Spec.Members = slices.DeleteFunc(o.Teams["payments"].Spec.Members, func(m praxisv1.Member) bool { return m.Name == "dan" })
	r = request(t, o, "2026-W48")
	seen := map[string]string{}
	for _, a := range append(CarryOver(r, leftovers, there, at), there...) {
		if other := seen[a.Spec.CarriedFrom]; other != "" {
			t.Errorf("%s is carried as %s and as %s", a.Spec.CarriedFrom, other, a.Name)
		}
		seen[a.Spec.CarriedFrom] = a.Name
	}
	if len(seen) != len(leftovers) {
		t.Errorf("of %d carried are %v", len(leftovers), seen)
	}
}

func TestWhatIsCarriedHasANameThatNoActionOfTheWeekHas(t *testing.T) {
	o := twice()
	l := left(t, o, func(*Leftover) {})
	at, r := instant(t, "2026-11-23T09:00:00Z"), request(t, o, "2026-W48")
	first := CarryOver(r, []Leftover{l}, nil, at)
	other := *l.Action.DeepCopy()
	other.Name += "-of-another"
	again := CarryOver(r, []Leftover{l, {Action: &other, Week: "2026-W47", Remaining: 1}}, first, at)
	if len(again) != 1 || again[0].Name == first[0].Name || again[0].Spec.CarriedFrom != other.Name {
		t.Errorf("beside %v it carries %v", lines(first), lines(again))
	}
}
