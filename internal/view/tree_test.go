// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package view

import (
	"fmt"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// portfolio is a Utility with a KeyAction of each kind.
func portfolio() Objects {
	fine := late("bob", praxisv1.ReasonOnPace, step("list"), times(2, 1, 0))
	fine.Status.Conditions[0].Status = metav1.ConditionTrue
	lastWeek := late("ada", praxisv1.ReasonMissed, step("old"))
	lastWeek.Spec.CycleRef.Name = "w47"
	behind := onTrack("False", praxisv1.ReasonBehind)

	u := answers(behind)
	u.Status.Summary, u.Status.Delivery = "1 Action behind", &praxisv1.Delivery{ProgressPercent: 46, ExpectedPercent: 79}
	call := keyAction("call", 60, behind)
	call.Status.Summary = "fix.cyd is missing"
	unweighed := keyAction("unweighed", 0)
	unweighed.Spec.Weight, unweighed.Status.ConditionedStatus = nil, praxisv1.ConditionedStatus{}

	o := desk(fine, late("cyd", praxisv1.ReasonMissed), lastWeek).with(u,
		unweighed,
		keyAction("train", 20, behind),
		childOf("train", keyAction("train-desk", 0, onTrack("True", praxisv1.ReasonOnPace))),
		childOf("train", keyAction("train-shop", 0, behind)),
		keyAction("polish", 20, onTrack("Unknown", praxisv1.ReasonNothingPlanned)),
		call,
	)
	o.Reviews = []praxisv1.Review{
		reviewOf("w47-review", "2026-11-20T02:00:00Z", signed...),
		reviewOf("w48-review", "2026-11-27T02:00:00Z", waits...),
		reviewOf("w48-midweek", "2026-11-25T01:00:00Z", lateOn...),
	}
	return o
}

func TestATreeHasReviewsInFrontThenTheHeaviestWorkAndTroubleFirst(t *testing.T) {
	const want = `answers False Behind 46% of 79%, 1 Action behind
  w48-midweek False Overdue, says Overdue
  w48-review Unknown Open, says Open
  call False Behind 40% of 80%, fix.cyd is missing
    fix.cyd False Missed 0/1, says Missed
    list.bob True OnPace 1/2, says OnPace
  polish Unknown NothingPlanned, says NothingPlanned
  train False Behind 40% of 80%, says Behind
    train-shop False Behind 40% of 80%, says Behind
    train-desk True OnPace 40% of 80%, says OnPace
  unweighed Unknown Reconciling, The operator has not looked at it yet; if that persists, see whether it runs: kubectl praxis check
`
	if got := outline(portfolio().Forest()...); got != want {
		t.Errorf("it is\n%s\nwant\n%s", got, want)
	}
}

func TestATreeIsOfWhatItIsAskedFor(t *testing.T) {
	for name, c := range map[string]struct {
		of     Ref
		change func(*Objects)
		want   string
	}{
		"a KeyAction": {refTo(kindKeyAction, "shop", "call"), func(*Objects) {},
			"call False Behind 40% of 80%, fix.cyd is missing\n  fix.cyd False Missed 0/1, says Missed\n  list.bob True OnPace 1/2, says OnPace\n"},
		"a KeyAction whose Utility was not read": {refTo(kindKeyAction, "shop", "call"), func(o *Objects) { o.Utilities = nil },
			"call False Behind 40% of 80%, fix.cyd is missing\n"},
		"a KeyAction before the first week": {refTo(kindKeyAction, "shop", "call"), func(o *Objects) { o.Cycles = nil },
			"call False Behind 40% of 80%, fix.cyd is missing\n"},
		"a week, by its KeyActions": {refTo(kindWeeklyCycle, "shop", "w48"), func(o *Objects) {
			o.Cycles[0].Status.Delivery = praxisv1.Delivery{ProgressPercent: 46, ExpectedPercent: 79}
			o.Cycles[0].Status.KeyActions = []praxisv1.KeyActionWeek{
				{Name: "call", OnTrack: "False", Reason: praxisv1.ReasonBehind, FirstGap: &praxisv1.FirstGap{Message: "cyd owes 1 of 1"}},
				{Name: "polish", OnTrack: "True", Reason: praxisv1.ReasonOnPace, Delivery: praxisv1.Delivery{ProgressPercent: 100, ExpectedPercent: 100}},
			}
		}, "w48 False Behind 46% of 79%, says Behind\n" +
			"  call False Behind 0% of 0%, cyd owes 1 of 1\n    fix.cyd False Missed 0/1, says Missed\n    list.bob True OnPace 1/2, says OnPace\n" +
			"  polish True OnPace 100% of 100%\n"},
		"a Utility of another namespace":  {refTo(kindUtility, "other", "answers"), func(*Objects) {}, ""},
		"a KeyAction that does not exist": {refTo(kindKeyAction, "shop", "nothing"), func(*Objects) {}, ""},
		"a week that does not exist":      {refTo(kindWeeklyCycle, "shop", "w49"), func(*Objects) {}, ""},
		"a Team, which has no tree":       {refTo(kindTeam, "shop", "desk"), func(*Objects) {}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			o := portfolio()
			c.change(&o)
			got := ""
			if tree := o.Tree(c.of); tree != nil {
				got = outline(tree)
			}
			if got != c.want {
				t.Errorf("it is\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestUtilitiesAreSortedByName(t *testing.T) {
	var o Objects
	for _, ref := range []Ref{{Namespace: "shop", Name: "b"}, {Namespace: "desk", Name: "c"}, {Namespace: "shop", Name: "a"}} {
		u := answers(onTrack("True", praxisv1.ReasonOnPace))
		u.Namespace, u.Name = ref.Namespace, ref.Name
		o.Utilities = append(o.Utilities, u)
	}
	var got []string
	for _, n := range o.Forest() {
		got = append(got, n.Namespace+"/"+n.Name+" "+n.String())
	}
	if want := "[desk/c utility/c shop/a utility/a shop/b utility/b]"; fmt.Sprint(got) != want {
		t.Errorf("they stand as %s, want %s", got, want)
	}
}

func TestTheWeekOfAUtilityIsTheLatestThatWasPlanned(t *testing.T) {
	type row struct {
		name, starts string
		planned      string
	}
	for name, c := range map[string]struct {
		cycles []row
		want   string
	}{
		"none":                                {nil, ""},
		"the one that there is":               {[]row{{"w48", "2026-11-22T20:00:00Z", "True"}}, "w48"},
		"the later one":                       {[]row{{"w48", "2026-11-22T20:00:00Z", "True"}, {"w47", "2026-11-15T20:00:00Z", "True"}}, "w48"},
		"not one that is still being planned": {[]row{{"w48", "2026-11-22T20:00:00Z", "False"}, {"w47", "2026-11-15T20:00:00Z", "True"}}, "w47"},
		"but that one if there is no other":   {[]row{{"w47", "2026-11-15T20:00:00Z", "False"}, {"w48", "2026-11-22T20:00:00Z", "False"}}, "w48"},
	} {
		t.Run(name, func(t *testing.T) {
			o := Objects{Cycles: []praxisv1.WeeklyCycle{{ObjectMeta: named("of-another")}}}
			for _, r := range c.cycles {
				cycle := praxisv1.WeeklyCycle{ObjectMeta: named(r.name)}
				cycle.Spec.UtilityRef.Name, cycle.Spec.StartsAt = "answers", metav1.NewTime(instant(r.starts))
				cycle.Status.ConditionedStatus = conditions(1, condition("Planned", r.planned, "Planned"))
				o.Cycles = append(o.Cycles, cycle)
			}
			u, got := answers(), ""
			if current := o.current(&u); current != nil {
				got = current.Name
			}
			if got != c.want {
				t.Errorf("it is %q, want %q", got, c.want)
			}
		})
	}
}

func TestAnActionIsDueWhenTheNextOfItsTimesIs(t *testing.T) {
	twice := func(accepted, pending int32) praxisv1.Action {
		a := late("cyd", praxisv1.ReasonOnPace, times(4, accepted, pending))
		a.Spec.Occurrences = []praxisv1.Occurrence{
			{DueAt: metav1.NewTime(instant("2026-11-24T04:00:00Z")), Quantity: 3},
			{DueAt: metav1.NewTime(instant("2026-11-26T04:00:00Z")), Quantity: 1},
		}
		return a
	}
	for name, c := range map[string]struct {
		accepted, pending int32
		want              string
	}{
		"nothing is in":           {0, 0, "2026-11-24"},
		"two of three are in":     {1, 1, "2026-11-24"},
		"three are in":            {2, 1, "2026-11-26"},
		"all is in, and was last": {4, 0, "2026-11-26"},
	} {
		t.Run(name, func(t *testing.T) {
			a := twice(c.accepted, c.pending)
			if got := actionNode(&a).Due.UTC().Format("2006-01-02"); got != c.want {
				t.Errorf("it is due %s, want %s", got, c.want)
			}
		})
	}
	a := late("cyd", praxisv1.ReasonOnPace)
	a.Spec.Occurrences = nil
	if due := actionNode(&a).Due; due != nil {
		t.Errorf("without a time it is due %s", due)
	}
}

func TestAmongSiblingsTroubleComesFirstAndThenWhatIsDueFirst(t *testing.T) {
	tuesday, friday := metav1.NewTime(instant("2026-11-24T04:00:00Z")), metav1.NewTime(instant("2026-11-27T04:00:00Z"))
	sibling := func(name, status, reason string, due *metav1.Time) *Node {
		return &Node{Ref: refTo(kindAction, "shop", name), State: State{Status: metav1.ConditionStatus(status), Reason: reason}, Due: due}
	}
	nodes := []*Node{
		sibling("done", "True", praxisv1.ReasonAccepted, &tuesday),
		sibling("no-due-b", "False", praxisv1.ReasonMissed, nil),
		sibling("no-due-a", "False", praxisv1.ReasonMissed, nil),
		sibling("waits", "Unknown", praxisv1.ReasonAwaitingAcceptance, &tuesday),
		sibling("friday", "False", praxisv1.ReasonMissed, &friday),
		sibling("tuesday", "False", praxisv1.ReasonOverdue, &tuesday),
		sibling("blocked", "False", praxisv1.ReasonBlocked, nil),
	}
	byTrouble(nodes)
	var got []string
	for _, n := range nodes {
		got = append(got, n.Name)
	}
	if want := "[tuesday friday blocked no-due-a no-due-b waits done]"; fmt.Sprint(got) != want {
		t.Errorf("they stand as %s, want %s", got, want)
	}
}

func TestAFoldedLineSaysWhetherSomeOfItsGroupAreAbove(t *testing.T) {
	var roots []*Node
	for u := range 20 {
		roots = append(roots, line(kindUtility, u, praxisv1.ReasonMissed))
	}
	folded := Fold(roots, 5)
	if got := folded[len(folded)-1]; len(folded) != 5 || got.Label != "16 more Utilities…" || got.Folded != 16 || !got.More || !got.Troubled() {
		t.Errorf("the last of %d lines is %+v", len(folded), got)
	}
	if got := Fold(roots, 1); len(got) != 1 || got[0].Label != "20 Utilities…" || got[0].Folded != 20 || got[0].More {
		t.Errorf("in one line it is %+v", got[0])
	}
}
