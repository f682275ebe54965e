// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package view

import (
	"fmt"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"pgregory.net/rapid"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// causeText is a cause as a person reads it: the object, what is wrong with it, what to do.
func causeText(w *Why) string {
	if w == nil {
		return "it was not read"
	}
	next := w.Cause.Next
	if next == "" {
		next = "nothing"
	}
	return fmt.Sprintf("%s %s: %s; do: %s", w.Cause.Of, w.Cause.Reason, w.Cause.Message, next)
}

// way is the chain from an object to its cause.
func way(w *Why) string {
	var names []string
	for _, n := range w.Chain {
		names = append(names, n.String())
	}
	return strings.Join(names, " ")
}

func stalled(reason string) metav1.Condition { return condition("Stalled", "True", reason) }

// set replaces the conditions of an object.
func set(of *praxisv1.ConditionedStatus, c ...metav1.Condition) { *of = conditions(1, c...) }

func gaps(all ...praxisv1.Gap) func(*Objects) {
	return func(o *Objects) { o.Cycles[0].Status.Gaps = all }
}

func gapOf(keyAction, action, reason string) praxisv1.Gap {
	return praxisv1.Gap{KeyAction: keyAction, Action: action, Reason: reason, Message: "the week says " + reason}
}

const (
	owesFix    = "action/w48.call.fix.cyd NoEvidence: cyd owes 1 of 1 and has handed in nothing more: Fix it; do: kubectl praxis submit call.fix.cyd -n shop --artifact change=URI"
	unseenText = "The operator has not looked at it yet; if that persists, see whether it runs: kubectl praxis check"
)

func TestWhyAUtilityIsNotAsItShouldBe(t *testing.T) {
	nothing := onTrack("Unknown", praxisv1.ReasonNothingPlanned)
	fine := onTrack("True", praxisv1.ReasonOnPace)
	for name, c := range map[string]struct {
		conditions []metav1.Condition
		change     func(*Objects)
		want       string
		way        string
	}{
		"the operator has not looked": {nil, func(*Objects) {},
			"utility/answers Reconciling: " + unseenText + "; do: kubectl praxis check", "utility/answers"},
		"it is stalled": {[]metav1.Condition{stalled(praxisv1.ReasonUnknownTimeZone), fine}, func(*Objects) {},
			"utility/answers UnknownTimeZone: says UnknownTimeZone; do: correct it where it is kept, then: kubectl praxis lint FILE; or kubectl edit utility/answers -n shop", "utility/answers"},
		"it is suspended": {[]metav1.Condition{condition("Ready", "True", praxisv1.ReasonSuspended), nothing}, func(*Objects) {},
			"utility/answers Suspended: says Suspended; do: set spec.suspend to false where it is kept", "utility/answers"},
		"an Action is missing": {[]metav1.Condition{onTrack("False", praxisv1.ReasonBehind)}, gaps(gapOf("call", "w48.call.fix.cyd", praxisv1.ReasonNoEvidence)),
			owesFix, "utility/answers weeklycycle/w48 action/w48.call.fix.cyd"},
		"an Action is missing, whose member has no time for it": {[]metav1.Condition{onTrack("False", praxisv1.ReasonBehind)}, gaps(gapOf("call", "w48.call.fix.cyd", praxisv1.ReasonOverloaded)),
			"action/w48.call.fix.cyd Overloaded: the week says Overloaded; do: kubectl praxis submit call.fix.cyd -n shop --artifact change=URI", "utility/answers weeklycycle/w48 action/w48.call.fix.cyd"},
		"a step has nobody": {[]metav1.Condition{onTrack("False", praxisv1.ReasonBehind)}, gaps(gapOf("call", "", praxisv1.ReasonUnassigned)),
			"keyaction/call Unassigned: the week says Unassigned; do: kubectl praxis explain Unassigned", "utility/answers weeklycycle/w48 keyaction/call"},
		"a step of a KeyAction that is gone has nobody": {[]metav1.Condition{onTrack("False", praxisv1.ReasonBehind)}, gaps(gapOf("gone", "", praxisv1.ReasonUnassigned)),
			"weeklycycle/w48 Unassigned: the week says Unassigned; do: kubectl praxis explain Unassigned", "utility/answers weeklycycle/w48"},
		"an Action is missing that was not read": {[]metav1.Condition{onTrack("False", praxisv1.ReasonBehind)}, gaps(gapOf("call", "w48.call.other", praxisv1.ReasonNoEvidence)),
			"weeklycycle/w48 NoEvidence: the week says NoEvidence; do: kubectl praxis explain NoEvidence", "utility/answers weeklycycle/w48"},
		"a verdict is missing": {[]metav1.Condition{onTrack("Unknown", praxisv1.ReasonAwaitingAcceptance)}, func(o *Objects) {
			gaps(gapOf("call", "w48.call.fix.cyd", praxisv1.ReasonAwaitingAcceptance))(o)
			o.Actions = []praxisv1.Action{owes("cyd", "2026-11-25T09:00:00Z", praxisv1.ReasonAwaitingAcceptance)}
			o.Evidence = []praxisv1.Evidence{piece("cyd", "cyd", praxisv1.ReasonAwaitingVerdict)}
		}, "evidence/fix-1 AwaitingVerdict: fix-1 of cyd waits for a verdict of ada or bob; do: kubectl praxis accept fix-1 -n shop", "utility/answers weeklycycle/w48 action/w48.call.fix.cyd evidence/fix-1"},
		"the week knows no gap": {[]metav1.Condition{onTrack("False", praxisv1.ReasonBehind)}, func(*Objects) {},
			"weeklycycle/w48 Behind: says Behind; do: nothing", "utility/answers weeklycycle/w48"},
		"its week is over, and there is none that runs": {[]metav1.Condition{onTrack("False", praxisv1.ReasonBehind)}, func(o *Objects) { o.Utilities[0].Status.CurrentCycle = "" },
			"utility/answers Behind: says Behind; do: nothing", "utility/answers"},
		"nothing is planned, since no KeyAction refers to it": {[]metav1.Condition{nothing}, func(o *Objects) { o.KeyActions = nil },
			"utility/answers NothingPlanned: No KeyAction refers to it; do: create a KeyAction with utilityRef answers", "utility/answers"},
		"nothing is planned, since a KeyAction is stalled": {[]metav1.Condition{nothing}, func(o *Objects) {
			set(&o.KeyActions[0].Status.ConditionedStatus, stalled(praxisv1.ReasonWeightsNotHundred))
		}, "keyaction/call WeightsNotHundred: says WeightsNotHundred; do: correct it where it is kept, then: kubectl praxis lint FILE; or kubectl edit keyaction/call -n shop", "utility/answers keyaction/call"},
		"nothing is planned, since the cadence has no week now": {[]metav1.Condition{nothing}, func(o *Objects) { o.Cycles, o.Utilities[0].Status.CurrentCycle = nil, "" },
			"utility/answers NothingPlanned: says NothingPlanned; do: kubectl get utility answers -n shop -o jsonpath={.spec.cadence}", "utility/answers"},
		"nothing is planned, since the week lacks somebody": {[]metav1.Condition{nothing}, gaps(gapOf("call", "", praxisv1.ReasonUnassigned)),
			"keyaction/call Unassigned: the week says Unassigned; do: kubectl praxis explain Unassigned", "utility/answers weeklycycle/w48 keyaction/call"},
		"nothing is planned, and nobody says why": {[]metav1.Condition{nothing}, func(*Objects) {},
			"utility/answers NothingPlanned: says NothingPlanned; do: kubectl praxis why keyaction/call -n shop", "utility/answers"},
		"a Review is overdue": {[]metav1.Condition{fine}, func(o *Objects) {
			o.Reviews = []praxisv1.Review{reviewOf("w48-review", "2026-11-27T02:00:00Z", waits...), reviewOf("w48-midweek", "2026-11-25T01:00:00Z", lateOn...)}
		}, "review/w48-midweek Overdue: says Overdue; do: kubectl praxis review w48-midweek -n shop", "utility/answers review/w48-midweek"},
		"it has too much to do": {[]metav1.Condition{fine, condition("Covered", "False", praxisv1.ReasonNotCarried), condition("Focused", "False", praxisv1.ReasonTooManyKeyActions)}, func(*Objects) {},
			"utility/answers TooManyKeyActions: says TooManyKeyActions; do: kubectl praxis explain TooManyKeyActions", "utility/answers"},
		"nothing is wrong": {[]metav1.Condition{fine, condition("Focused", "True", praxisv1.ReasonWithinLimit)}, func(*Objects) {},
			"utility/answers OnPace: says OnPace; do: nothing", "utility/answers"},
	} {
		t.Run(name, func(t *testing.T) {
			o := desk(late("cyd", praxisv1.ReasonMissed)).with(answers(c.conditions...), keyAction("call", 100, onTrack("False", praxisv1.ReasonBehind)))
			c.change(&o)
			why := o.Why(refTo(kindUtility, "shop", "answers"), wednesday)
			if got := causeText(why); got != c.want {
				t.Errorf("it says\n%s\nwant\n%s", got, c.want)
			}
			if got := way(why); got != c.way {
				t.Errorf("the way is %s, want %s", got, c.way)
			}
		})
	}
}

func TestWhyAWeekIsNotAsItShouldBe(t *testing.T) {
	planning := condition("Planned", "False", praxisv1.ReasonPlanning)
	for name, c := range map[string]struct {
		change func(*Objects)
		want   string
	}{
		"the operator has not looked": {func(o *Objects) { o.Cycles[0].Generation = 2 }, "weeklycycle/w48 Reconciling: " + unseenText + "; do: kubectl praxis check"},
		"it is closed": {func(o *Objects) {
			set(&o.Cycles[0].Status.ConditionedStatus, onTrack("False", praxisv1.ReasonBehind), condition("Closed", "True", praxisv1.ReasonClosed))
		}, "weeklycycle/w48 Closed: says Closed; do: nothing"},
		"its Utility is stalled before it is planned": {func(o *Objects) {
			set(&o.Cycles[0].Status.ConditionedStatus, planning)
			set(&o.Utilities[0].Status.ConditionedStatus, stalled(praxisv1.ReasonReferenceNotFound))
		}, "utility/answers ReferenceNotFound: says ReferenceNotFound; do: correct it where it is kept, then: kubectl praxis lint FILE; or kubectl edit utility/answers -n shop"},
		"it is being planned": {func(o *Objects) {
			set(&o.Cycles[0].Status.ConditionedStatus, planning)
			o.Utilities = nil
		}, "weeklycycle/w48 Planning: says Planning; do: nothing"},
		"it is being planned, and its Utility is on pace": {func(o *Objects) {
			set(&o.Cycles[0].Status.ConditionedStatus, planning)
			set(&o.Utilities[0].Status.ConditionedStatus, onTrack("True", praxisv1.ReasonOnPace))
		}, "weeklycycle/w48 Planning: says Planning; do: nothing"},
		"it is being planned, and its Utility is behind": {func(o *Objects) {
			set(&o.Cycles[0].Status.ConditionedStatus, planning)
		}, "weeklycycle/w48 Planning: says Planning; do: nothing"},
		"it is being planned, and its KeyAction is stalled": {func(o *Objects) {
			set(&o.Cycles[0].Status.ConditionedStatus, planning)
			set(&o.Utilities[0].Status.ConditionedStatus, onTrack("Unknown", praxisv1.ReasonNothingPlanned))
			set(&o.KeyActions[0].Status.ConditionedStatus, stalled(praxisv1.ReasonInvalidSpec))
		}, "weeklycycle/w48 Planning: says Planning; do: nothing"},
		"an Action is missing":           {gaps(gapOf("call", "w48.call.fix.cyd", praxisv1.ReasonNoEvidence)), owesFix},
		"the first of several gaps":      {gaps(gapOf("call", "", praxisv1.ReasonUnassigned), gapOf("call", "w48.call.fix.cyd", praxisv1.ReasonNoEvidence)), "keyaction/call Unassigned: the week says Unassigned; do: kubectl praxis explain Unassigned"},
		"it is on track, as far as told": {func(o *Objects) { set(&o.Cycles[0].Status.ConditionedStatus, onTrack("True", praxisv1.ReasonOnPace)) }, "weeklycycle/w48 OnPace: says OnPace; do: nothing"},
	} {
		t.Run(name, func(t *testing.T) {
			o := desk(late("cyd", praxisv1.ReasonMissed)).with(answers(onTrack("False", praxisv1.ReasonBehind)), keyAction("call", 100))
			c.change(&o)
			why := o.Why(refTo(kindWeeklyCycle, "shop", "w48"), wednesday)
			if got := causeText(why); got != c.want {
				t.Errorf("it says\n%s\nwant\n%s", got, c.want)
			}
			if why.Chain[len(why.Chain)-1].Ref != why.Cause.Of {
				t.Errorf("the way %s does not end with its cause, %s", way(why), why.Cause.Of)
			}
		})
	}
}

func TestWhyAKeyActionIsNotAsItShouldBe(t *testing.T) {
	gap := func(action, reason string) func(*Objects) {
		return func(o *Objects) {
			o.KeyActions[0].Status.FirstGap = &praxisv1.FirstGap{Action: action, Reason: reason, Message: "the week says " + reason}
		}
	}
	behind, fine := onTrack("False", praxisv1.ReasonBehind), onTrack("True", praxisv1.ReasonOnPace)
	for name, c := range map[string]struct {
		conditions []metav1.Condition
		change     func(*Objects)
		want       string
	}{
		"it is stalled": {[]metav1.Condition{stalled(praxisv1.ReasonInvalidCheck)}, func(*Objects) {},
			"keyaction/call InvalidCheck: says InvalidCheck; do: correct it where it is kept, then: kubectl praxis lint FILE; or kubectl edit keyaction/call -n shop"},
		"its Utility is stalled": {[]metav1.Condition{behind}, func(o *Objects) {
			set(&o.Utilities[0].Status.ConditionedStatus, stalled(praxisv1.ReasonWeightsNotHundred))
		}, "utility/answers WeightsNotHundred: says WeightsNotHundred; do: correct it where it is kept, then: kubectl praxis lint FILE; or kubectl edit utility/answers -n shop"},
		"an Action is missing":                  {[]metav1.Condition{behind}, gap("w48.call.fix.cyd", praxisv1.ReasonNoEvidence), owesFix},
		"an Action that nobody has time for":    {[]metav1.Condition{behind}, gap("w48.call.fix.cyd", praxisv1.ReasonOverloaded), "action/w48.call.fix.cyd Overloaded: the week says Overloaded; do: kubectl praxis submit call.fix.cyd -n shop --artifact change=URI"},
		"a step has nobody":                     {[]metav1.Condition{behind}, gap("", praxisv1.ReasonUnassigned), "keyaction/call Unassigned: the week says Unassigned; do: kubectl praxis explain Unassigned"},
		"its verb is a wish":                    {[]metav1.Condition{fine, condition("Actionable", "False", praxisv1.ReasonAbstractVerb)}, func(*Objects) {}, "keyaction/call AbstractVerb: says AbstractVerb; do: kubectl praxis explain AbstractVerb"},
		"its people have no time":               {[]metav1.Condition{fine, condition("Feasible", "False", praxisv1.ReasonOverCapacity)}, func(*Objects) {}, "keyaction/call OverCapacity: says OverCapacity; do: kubectl praxis explain OverCapacity"},
		"a gap of what is on track is no cause": {[]metav1.Condition{fine}, gap("w48.call.fix.cyd", praxisv1.ReasonNoEvidence), "keyaction/call OnPace: says OnPace; do: nothing"},
	} {
		t.Run(name, func(t *testing.T) {
			o := desk(late("cyd", praxisv1.ReasonMissed)).with(answers(behind), keyAction("call", 100, c.conditions...))
			c.change(&o)
			if got := causeText(o.Why(refTo(kindKeyAction, "shop", "call"), wednesday)); got != c.want {
				t.Errorf("it says\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestWhyAReviewATeamOrAPackageIsWhereItIs(t *testing.T) {
	team, fixes := refTo(kindTeam, "shop", "desk"), refTo(kindPackage, "shop", "fixes")
	uses := func(name string, c ...metav1.Condition) praxisv1.KeyAction {
		ka := keyAction(name, 50, c...)
		ka.Spec.PackageRef = &praxisv1.PackageReference{Name: "fixes"}
		return ka
	}
	feasible := func(status, reason string) func(*Objects) {
		return func(o *Objects) { set(&o.Teams[0].Status.ConditionedStatus, condition("Feasible", status, reason)) }
	}
	for name, c := range map[string]struct {
		of     Ref
		change func(*Objects)
		want   string
	}{
		"a Review that waits":       {refTo(kindReview, "shop", "waits"), nil, "review/waits Open: says Open; do: kubectl praxis review waits -n shop"},
		"a Review that is late":     {refTo(kindReview, "shop", "late"), nil, "review/late Overdue: says Overdue; do: kubectl praxis review late -n shop"},
		"a Review to come":          {refTo(kindReview, "shop", "shut"), nil, "review/shut NotYet: It opens 2026-11-27 01:00 UTC; do: nothing"},
		"a Review that is signed":   {refTo(kindReview, "shop", "signed"), nil, "review/signed SignedOff: says SignedOff; do: nothing"},
		"a Review nobody looked at": {refTo(kindReview, "shop", "new"), nil, "review/new Reconciling: " + unseenText + "; do: kubectl praxis check"},
		"a Team with time":          {team, feasible("True", praxisv1.ReasonWithinCapacity), "team/desk WithinCapacity: says WithinCapacity; do: nothing"},
		"a Team with too much":      {team, feasible("False", praxisv1.ReasonOverCapacity), "team/desk OverCapacity: says OverCapacity; do: kubectl praxis week -n shop"},
		"a Team nobody looked at":   {team, nil, "team/desk Reconciling: " + unseenText + "; do: kubectl praxis check"},
		"a package nobody uses":     {fixes, nil, "actionpackage/fixes Unused: No KeyAction refers to it; do: nothing"},
		"a package that is used": {fixes, func(o *Objects) {
			o.KeyActions = []praxisv1.KeyAction{uses("ship"), uses("call"), keyAction("other", 1)}
		},
			"actionpackage/fixes Used: Used by call, ship; do: nothing"},
		"a package that stalls a KeyAction that uses it": {fixes, func(o *Objects) {
			o.KeyActions = []praxisv1.KeyAction{uses("ship"), uses("call", stalled(praxisv1.ReasonInvalidSpec))}
		}, "keyaction/call InvalidSpec: says InvalidSpec; do: correct it where it is kept, then: kubectl praxis lint FILE; or kubectl edit keyaction/call -n shop"},
		"what was not read":               {refTo(kindReview, "shop", "nothing"), nil, "it was not read"},
		"what is of another namespace":    {refTo(kindTeam, "other", "desk"), nil, "it was not read"},
		"a line of a board, or no object": {refTo(kindMember, "shop", "desk/cyd"), nil, "it was not read"},
	} {
		t.Run(name, func(t *testing.T) {
			o := desk()
			o.Packages = []praxisv1.ActionPackage{{ObjectMeta: named("fixes")}}
			for name, c := range map[string][]metav1.Condition{"waits": waits, "late": lateOn, "shut": shut, "signed": signed, "new": nil} {
				o.Reviews = append(o.Reviews, reviewOf(name, "2026-11-27T02:00:00Z", c...))
			}
			if c.change != nil {
				c.change(&o)
			}
			if got := causeText(o.Why(c.of, wednesday)); got != c.want {
				t.Errorf("it says\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

// anyShop is a Utility with a week in which anything may be wrong.
func anyShop(t *rapid.T) Objects {
	pick := func(label string, of ...metav1.Condition) metav1.Condition {
		return rapid.SampledFrom(of).Draw(t, label)
	}
	level := func(label string) metav1.Condition {
		return pick(label, onTrack("True", praxisv1.ReasonOnPace), onTrack("False", praxisv1.ReasonBehind), onTrack("Unknown", praxisv1.ReasonNothingPlanned),
			onTrack("Unknown", praxisv1.ReasonAwaitingAcceptance), stalled(praxisv1.ReasonInvalidSpec))
	}
	work := func(member, name string, before ...string) praxisv1.Action {
		a := late(member, praxisv1.ReasonMissed, step(name, before...), times(2, rapid.Int32Range(0, 1).Draw(t, "accepted"), rapid.Int32Range(0, 1).Draw(t, "pending")))
		a.Status.Conditions[0] = pick(name, onTrack("False", praxisv1.ReasonMissed), onTrack("False", praxisv1.ReasonBlocked), onTrack("Unknown", praxisv1.ReasonAwaitingAcceptance), onTrack("True", praxisv1.ReasonAccepted))
		return a
	}
	o := desk(work("cyd", "fix", "list"), work("bob", "list", "plan"), work("ada", "plan", "fix")).with(answers(level("utility")), keyAction("call", 100, level("keyAction")))
	if rapid.Bool().Draw(t, "planning") {
		set(&o.Cycles[0].Status.ConditionedStatus, condition("Planned", "False", praxisv1.ReasonPlanning))
	}
	for i := range rapid.IntRange(0, 4).Draw(t, "pieces") {
		a := rapid.SampledFrom(o.Actions).Draw(t, "of")
		e := piece(a.Spec.Member, a.Spec.Member, rapid.SampledFrom([]string{praxisv1.ReasonAwaitingVerdict, praxisv1.ReasonRejected, praxisv1.ReasonDuplicate, praxisv1.ReasonNotAReviewer}).Draw(t, "verdict"))
		e.Spec.ActionRef.Name = a.Name
		o.Evidence = append(o.Evidence, at(i, fmt.Sprint("e", i), e, "False"))
	}
	if rapid.Bool().Draw(t, "gap") {
		action := rapid.SampledFrom([]string{"", o.Actions[0].Name, o.Actions[1].Name, "gone"}).Draw(t, "of the gap")
		o.Cycles[0].Status.Gaps = []praxisv1.Gap{gapOf("call", action, praxisv1.ReasonNoEvidence)}
		o.KeyActions[0].Status.FirstGap = &praxisv1.FirstGap{Action: action, Reason: praxisv1.ReasonNoEvidence, Message: "the week says NoEvidence"}
	}
	o.Reviews = []praxisv1.Review{reviewOf("w48-midweek", "2026-11-25T01:00:00Z", rapid.SampledFrom([][]metav1.Condition{waits, lateOn, shut, signed}).Draw(t, "review")...)}
	return o
}

func TestTheWayBeginsWithWhatWasAskedAndEndsWithTheCause(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := anyShop(t)
		subjects := []Ref{refTo(kindUtility, "shop", "answers"), refTo(kindKeyAction, "shop", "call"), refTo(kindWeeklyCycle, "shop", "w48"), refTo(kindReview, "shop", "w48-midweek")}
		for i := range o.Actions {
			subjects = append(subjects, refTo(kindAction, "shop", o.Actions[i].Name))
		}
		for i := range o.Evidence {
			subjects = append(subjects, refTo(kindEvidence, "shop", o.Evidence[i].Name))
		}
		of := rapid.SampledFrom(subjects).Draw(t, "subject")
		why := o.Why(of, wednesday)
		if why == nil || why.Chain[0].Ref != of || why.Subject != of || why.Chain[len(why.Chain)-1].Ref != why.Cause.Of {
			t.Fatalf("%s: the way is %s, and the cause is of %s", of, way(why), why.Cause.Of)
		}
		seen := map[Ref]bool{}
		for _, n := range why.Chain {
			if seen[n.Ref] {
				t.Fatalf("%s: the way %s goes in a circle", of, way(why))
			}
			seen[n.Ref] = true
		}
		if why.Cause.Reason == "" || why.Cause.Message == "" {
			t.Fatalf("%s: %+v says nothing", of, why.Cause)
		}
	})
}
