// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"slices"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"pgregory.net/rapid"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// owed is an Action of ben's as a week planned it, with some of it in.
func owed(t fataler, accepted, pending int32, occurrences ...praxisv1.Occurrence) (Request, praxisv1.Action) {
	r := request(t, twice(), "2026-W48")
	a := Make(r).Actions()[0]
	if len(occurrences) > 0 {
		a.Spec.Occurrences, a.Spec.Target = occurrences, quantity(occurrences)
	}
	a.Status.Accepted, a.Status.Pending = accepted, pending
	return r, a
}

func occurrence(day, quantity int) praxisv1.Occurrence {
	return praxisv1.Occurrence{DueAt: metav1.NewTime(time.Date(2026, time.November, 23+day, 12, 0, 0, 0, time.UTC)), Quantity: int32(quantity)}
}

func TestWhatIsDueLastGoesToTheOther(t *testing.T) {
	_, a := owed(t, 1, 1, occurrence(1, 2), occurrence(2, 1), occurrence(3, 2))
	cleo := person("cleo", "20h", "engineer")
	for quantity, want := range map[int32][2]string{
		1: {"ship ben x4 share 4000, 2 by Tue 12:00, 1 by Wed 12:00, 1 by Thu 12:00", "ship cleo x1 share 1000, 1 by Thu 12:00"},
		2: {"ship ben x3 share 3000, 2 by Tue 12:00, 1 by Wed 12:00", "ship cleo x2 share 2000, 2 by Thu 12:00"},
		3: {"ship ben x2 share 2000, 2 by Tue 12:00", "ship cleo x3 share 3000, 1 by Wed 12:00, 2 by Thu 12:00"},
	} {
		t.Run(fmt.Sprint(quantity), func(t *testing.T) {
			r, _ := owed(t, 0, 0)
			before := *a.DeepCopy()
			stays := Split(&a, quantity, &cleo, praxisv1.Amendment{Reason: "Ben is ill", By: "ana@shop.example"})
			parts := MissingParts(r, []praxisv1.Action{*stays})
			if len(parts) != 1 {
				t.Fatalf("the parts are %v", lines(parts))
			}
			if got := lines([]praxisv1.Action{*stays, parts[0]}); got[0] != want[0] || got[1] != want[1] {
				t.Errorf("they are\n%s\n%s, want\n%s\n%s", got[0], got[1], want[0], want[1])
			}
			if fmt.Sprint(a) != fmt.Sprint(before) {
				t.Error("the Action that was given was changed")
			}
			if m := stays.Spec.Amendments; len(m) != 1 || m[0].Reason != "Ben is ill" || m[0].From != nil || stays.Spec.User != "ben@shop.example" {
				t.Errorf("it says %+v", m)
			}
			spec := parts[0].Spec
			if spec.SplitFrom != a.Name || spec.User != "cleo@shop.example" || len(spec.Amendments) > 0 || spec.Contribution != a.Spec.Contribution || parts[0].Labels[praxisv1.LabelMember] != "cleo" {
				t.Errorf("the part is %+v", spec)
			}
			if !PartOf(&parts[0], stays) || PartOf(&parts[0], &a) {
				t.Error("it is a part of what it was split from, once that says so")
			}
		})
	}
}

func TestAPartIsMadeOnceWhateverBecomesOfIt(t *testing.T) {
	r, a := owed(t, 1, 0, occurrence(1, 3), occurrence(3, 3))
	cleo, ana := person("cleo", "20h"), person("ana", "20h")
	first := Split(&a, 2, &cleo, praxisv1.Amendment{Reason: "Ill"})
	second := Split(first, 1, &cleo, praxisv1.Amendment{Reason: "Still ill"})
	parts := MissingParts(r, []praxisv1.Action{*second})
	if len(parts) != 2 || parts[0].Name == parts[1].Name {
		t.Fatalf("the parts are %v", lines(parts))
	}
	if left := MissingParts(r, []praxisv1.Action{*second, parts[0]}); len(left) != 1 || left[0].Name != parts[1].Name {
		t.Errorf("after one of two was made %v are missing", lines(left))
	}
	again := parts[0].DeepCopy()
	again.Spec.Member, again.Spec.User, again.Spec.Dropped = "ana", "ana@shop.example", true
	dropped := second.DeepCopy()
	dropped.Spec.Dropped = true
	if left := MissingParts(r, []praxisv1.Action{*dropped, *again, parts[1]}); len(left) > 0 {
		t.Errorf("after the parts went on %v are missing", lines(left))
	}
	deeper := Split(&parts[0], 1, &ana, praxisv1.Amendment{Reason: "Too much"})
	all := []praxisv1.Action{*second, *deeper, parts[1]}
	left := MissingParts(r, all)
	if len(left) != 1 || left[0].Spec.SplitFrom != parts[0].Name {
		t.Errorf("of a part that is split again %v are missing", lines(left))
	}
}

// Before the API server looked at the name, a part could go to somebody no Action can be named
// after.
func TestAPartThatCannotBeMadeHoldsNothingUp(t *testing.T) {
	for member, makeable := range map[string]bool{"cleo": true, "c-2": true, "Ben Smith": false, "cleo.w": false, "-": false, "a-member-whose-name-is-too-long-1": false} {
		t.Run(member, func(t *testing.T) {
			r, a := owed(t, 1, 0, occurrence(1, 3))
			to := person(member, "20h")
			stays := Split(&a, 1, &to, praxisv1.Amendment{Reason: "Ill"})
			ana := person("ana", "20h")
			all := []praxisv1.Action{*Split(stays, 1, &ana, praxisv1.Amendment{Reason: "Still ill"})}
			parts, unmakeable := MissingParts(r, all), Unmakeable(all)
			if makeable && (len(parts) != 2 || len(unmakeable) > 0) || !makeable && (len(parts) != 1 || parts[0].Spec.Member != "ana" || !slices.Equal(unmakeable, []string{a.Name})) {
				t.Errorf("missing are %v, and no part can be made of %v", lines(parts), unmakeable)
			}
		})
	}
}

func TestThePartOfWhatWasCarriedIsNoWorkOfTheWeek(t *testing.T) {
	r, a := owed(t, 1, 0, occurrence(1, 3))
	a.Spec.CarriedFrom, a.Spec.OriginWeek, a.Spec.Carries = "checkout-2026-w47.fix.ship.ben", "2026-W47", 1
	cleo := person("cleo", "20h")
	stays := Split(&a, 2, &cleo, praxisv1.Amendment{Reason: "Ill"})
	part := MissingParts(r, []praxisv1.Action{*stays})[0]
	// What waits for a verdict since last week goes on with the one that was carried.
	if !IsCarried(&part) || part.Spec.CarriedFrom != "" || part.Spec.Carries != 1 || part.Name[len(part.Name)-4:] != ".w47" {
		t.Errorf("it is %s: %+v", part.Name, part.Spec)
	}
	frozen := Record(nil, Make(r).KeyActions, r.Week.StartsAt)
	all := append(Make(r).Actions(), *stays, part)
	if got := Complete(frozen, Only(Make(r), "fix"), all); got.Actions != frozen.Actions || got.Minutes != frozen.Minutes || got.Units != frozen.Units || got.Hash != frozen.Hash {
		t.Errorf("the plan becomes %s, was %s", planText(got), planText(frozen))
	}
	next := request(t, twice(), "2026-W49")
	carried := CarryOver(next, []Leftover{{Action: stays, Week: "2026-W48", Remaining: 1}, {Action: &part, Week: "2026-W48", Remaining: 2}}, nil, next.Week.StartsAt)
	if len(carried) != 2 || carried[0].Spec.SplitFrom+carried[1].Spec.SplitFrom != "" || carried[0].Spec.CarriedFrom == carried[1].Spec.CarriedFrom {
		t.Errorf("carried over are %+v", lines(carried))
	}
}

func TestASplitLeavesWhoseTurnItWas(t *testing.T) {
	r, a := owed(t, 1, 0, occurrence(1, 3))
	cleo := person("cleo", "20h")
	stays := Split(&a, 2, &cleo, praxisv1.Amendment{Reason: "Ill"})
	if got := HadTurn(append(MissingParts(r, []praxisv1.Action{*stays}), *stays)); got != "ben" {
		t.Errorf("the turn was of %q", got)
	}
}

// However often and by how much an Action is split, all parts add up to it.
func TestThePartsOfAnActionAddUpToIt(t *testing.T) {
	names := []string{"ana", "cleo", "dan"}
	rapid.Check(t, func(t *rapid.T) {
		var occurrences []praxisv1.Occurrence
		for range rapid.IntRange(1, 6).Draw(t, "dues") {
			occurrences = append(occurrences, occurrence(rapid.IntRange(0, 6).Draw(t, "day"), rapid.IntRange(1, 40).Draw(t, "quantity")))
		}
		r, whole := owed(t, 0, 0, occurrences...)
		whole.Spec.Share = int32(rapid.IntRange(0, 10000).Draw(t, "share"))
		all := []praxisv1.Action{whole}
		for range rapid.IntRange(1, 5).Draw(t, "splits") {
			i := rapid.IntRange(0, len(all)-1).Draw(t, "which")
			if all[i].Spec.Target == 1 {
				continue
			}
			to := person(rapid.SampledFrom(names).Draw(t, "to"), "20h")
			quantity := int32(rapid.IntRange(1, int(all[i].Spec.Target)-1).Draw(t, "given"))
			all[i] = *Split(&all[i], quantity, &to, praxisv1.Amendment{Reason: "Ill"})
			made := MissingParts(r, all)
			if len(made) != 1 {
				t.Fatalf("a split makes %v", lines(made))
			}
			all = append(all, made...)
		}
		var target, share int32
		due := map[time.Time]int32{}
		for _, a := range all {
			target, share = target+a.Spec.Target, share+a.Spec.Share
			if a.Spec.Target < 1 || quantity(a.Spec.Occurrences) != a.Spec.Target || len(a.Spec.Occurrences) > len(occurrences) {
				t.Fatalf("a part is %v", lines([]praxisv1.Action{a}))
			}
			for _, o := range a.Spec.Occurrences {
				due[o.DueAt.Time] += o.Quantity
			}
		}
		for _, o := range occurrences {
			due[o.DueAt.Time] -= o.Quantity
		}
		left := slices.DeleteFunc(slices.Collect(func(yield func(int32) bool) {
			for _, n := range due {
				if !yield(n) {
					return
				}
			}
		}), func(n int32) bool { return n == 0 })
		if target != whole.Spec.Target || share != whole.Spec.Share || len(left) > 0 {
			t.Fatalf("%d of %d, share %d of %d, and dues that differ by %v", target, whole.Spec.Target, share, whole.Spec.Share, left)
		}
	})
}
