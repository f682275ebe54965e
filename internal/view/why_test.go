// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package view

import (
	"fmt"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// at is a piece with a name that was handed in some hours after another.
func at(hour int, name string, e praxisv1.Evidence, status string) praxisv1.Evidence {
	e.Name, e.CreationTimestamp = name, metav1.NewTime(wednesday.Add(time.Duration(hour)*time.Hour))
	e.Status.Conditions[0].Status = metav1.ConditionStatus(status)
	return e
}

// late is an Action in trouble that waits for another step.
func late(member, reason string, modify ...func(*praxisv1.Action)) praxisv1.Action {
	a := owes(member, "2026-11-25T09:00:00Z", reason)
	a.Spec.KeyActionRef.Name = "call"
	a.Status.Conditions[0].Status = metav1.ConditionFalse
	for _, m := range modify {
		m(&a)
	}
	return a
}

func step(name string, before ...string) func(*praxisv1.Action) {
	return func(a *praxisv1.Action) {
		a.Name, a.Spec.Step, a.Spec.DependsOn = strings.Replace(a.Name, ".fix.", "."+name+".", 1), name, before
	}
}

func times(target, accepted, pending int32) func(*praxisv1.Action) {
	return func(a *praxisv1.Action) {
		a.Spec.Target, a.Status.Accepted, a.Status.Pending = target, accepted, pending
	}
}

func TestTheCauseIsWhatTheStatusBlames(t *testing.T) {
	const fix = "w48.call.fix.cyd"
	rejected := piece("cyd", "cyd", praxisv1.ReasonRejected)
	closed := condition("Closed", "True", praxisv1.ReasonClosed)
	for name, test := range map[string]struct {
		actions  []praxisv1.Action
		evidence []praxisv1.Evidence
		closed   bool
		want     string // reason, and the object that it is of
	}{
		"nothing was handed in":                {[]praxisv1.Action{late("cyd", praxisv1.ReasonMissed)}, nil, false, "NoEvidence action/" + fix},
		"the last piece was rejected":          {[]praxisv1.Action{late("cyd", praxisv1.ReasonRejected)}, []praxisv1.Evidence{at(0, "first", rejected, "False")}, false, "Rejected evidence/first"},
		"a later piece took its place":         {[]praxisv1.Action{late("cyd", praxisv1.ReasonOverdue, times(2, 1, 0))}, []praxisv1.Evidence{at(0, "first", rejected, "False"), at(1, "second", piece("cyd", "cyd", praxisv1.ReasonAccepted), "True")}, false, "NoEvidence action/" + fix},
		"more is owed than what waits":         {[]praxisv1.Action{late("cyd", praxisv1.ReasonOverdue, times(5, 0, 1))}, []praxisv1.Evidence{at(0, "first", piece("cyd", "cyd", praxisv1.ReasonAwaitingVerdict), "Unknown")}, false, "NoEvidence action/" + fix},
		"a step before it is not done":         {[]praxisv1.Action{late("cyd", praxisv1.ReasonBlocked, step("fix", "list")), late("bob", praxisv1.ReasonMissed, step("list"))}, nil, false, "NoEvidence action/w48.call.list.bob"},
		"its week is closed":                   {[]praxisv1.Action{late("cyd", praxisv1.ReasonMissed)}, nil, true, "Missed action/" + fix},
		"the piece of a closed week cannot go": {[]praxisv1.Action{late("cyd", praxisv1.ReasonMissed)}, []praxisv1.Evidence{at(0, "first", rejected, "False")}, true, "Missed action/" + fix},
	} {
		t.Run(name, func(t *testing.T) {
			o := desk(test.actions...)
			o.Evidence = test.evidence
			if test.closed {
				o.Cycles[0].Status.ConditionedStatus = conditions(1, closed)
			}
			why := o.Why(refTo(kindAction, "shop", fix), wednesday)
			if got := why.Cause.Reason + " " + why.Cause.Of.String(); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
			if test.closed && strings.Contains(why.Cause.Next, "submit") {
				t.Errorf("a closed week takes nothing, and still: %s", why.Cause.Next)
			}
		})
	}
}

// The state of an Action of which more is due later says nothing of a verdict that is late, and
// what is missing upstream of it does not keep the judge from judging.
func TestTheVerdictThatTheFirstGapWaitsForIsTheCauseWhateverTheStateOfItsAction(t *testing.T) {
	const fix = "w48.call.fix.cyd"
	late5 := func(reason string) praxisv1.Action { return late("cyd", reason, step("fix", "list"), times(5, 0, 1)) }
	handedIn := at(1, "first", piece("cyd", "cyd", praxisv1.ReasonAwaitingVerdict), "Unknown")
	behind := onTrack("False", praxisv1.ReasonJudgeLate)
	for state, status := range map[string]metav1.ConditionStatus{praxisv1.ReasonOnPace: "True", praxisv1.ReasonRejected: "False", praxisv1.ReasonBlocked: "False", praxisv1.ReasonAwaitingAcceptance: "Unknown"} {
		for reason, verdict := range map[string]string{
			praxisv1.ReasonJudgeLate:          "evidence/first JudgeLate: the week says JudgeLate; do: kubectl praxis accept first -n shop",
			praxisv1.ReasonAwaitingAcceptance: "evidence/first AwaitingVerdict: first of cyd waits for a verdict of ada or bob; do: kubectl praxis accept first -n shop",
		} {
			for _, pieces := range [][]praxisv1.Evidence{{handedIn}, nil} {
				t.Run(fmt.Sprint(state, " ", reason, " ", len(pieces)), func(t *testing.T) {
					o := desk(late5(state), late("bob", praxisv1.ReasonMissed, step("list"))).with(answers(behind), keyAction("call", 100, behind))
					o.Actions[0].Status.Conditions[0].Status = status
					o.Evidence = pieces
					gaps(gapOf("call", fix, reason))(&o)
					o.KeyActions[0].Status.FirstGap = &praxisv1.FirstGap{Action: fix, Reason: reason, Message: "the week says " + reason}
					want := verdict
					if len(pieces) == 0 {
						want = "action/" + fix + " " + reason + ": the week says " + reason + "; do: kubectl get evidence -n shop --field-selector spec.actionRef.name=" + fix
					}
					for _, subject := range []Ref{refTo(kindUtility, "shop", "answers"), refTo(kindKeyAction, "shop", "call")} {
						if got := causeText(o.Why(subject, wednesday)); got != want {
							t.Errorf("of %s it says\n%s\nwant\n%s", subject, got, want)
						}
					}
				})
			}
		}
	}
}

func TestUpstreamOfTheFirstGapOfAKeyActionTheWeekHasLooked(t *testing.T) {
	behind := onTrack("False", praxisv1.ReasonBehind)
	o := desk(late("cyd", praxisv1.ReasonMissed, step("fix", "list")), owesStep("bob", praxisv1.ReasonAwaitingAcceptance, "list")).with(answers(behind), keyAction("call", 100, behind))
	o.KeyActions[0].Status.FirstGap = &praxisv1.FirstGap{Action: "w48.call.fix.cyd", Reason: praxisv1.ReasonNoEvidence}
	gaps(gapOf("call", "w48.call.fix.cyd", praxisv1.ReasonNoEvidence))(&o)
	for _, subject := range []Ref{refTo(kindUtility, "shop", "answers"), refTo(kindKeyAction, "shop", "call")} {
		if got := causeText(o.Why(subject, wednesday)); got != owesFix {
			t.Errorf("of %s it says\n%s\nwant\n%s", subject, got, owesFix)
		}
	}
}

func TestJudgesAreNotGuessedIfTheTeamWasNotRead(t *testing.T) {
	o := desk(owes("cyd", "2026-11-25T09:00:00Z", praxisv1.ReasonAwaitingAcceptance))
	o.Evidence = []praxisv1.Evidence{piece("cyd", "cyd", praxisv1.ReasonNotAReviewer)}
	o.Teams = nil
	if cause := o.Why(refTo(kindEvidence, "shop", "fix-1"), wednesday).Cause; cause.Message != "says NotAReviewer" {
		t.Errorf("it says %q", cause.Message)
	}
}

func TestACarriedActionIsDistinguishedFromThatOfTheWeek(t *testing.T) {
	planned, carried := owes("cyd", "2026-11-25T09:00:00Z", praxisv1.ReasonNotDue), owes("cyd", "2026-11-25T09:00:00Z", praxisv1.ReasonNotDue)
	carried.Name, carried.Spec.OriginWeek = planned.Name+".w47", "2026-W47"
	if a, b := actionNode(&planned).Label, actionNode(&carried).Label; a != "fix.cyd" || b != "fix.cyd.w47" {
		t.Errorf("%s and %s", a, b)
	}
}

func TestTheWorkOfADeletedKeyActionStaysInTheTree(t *testing.T) {
	o := desk(late("cyd", praxisv1.ReasonMissed))
	o.Utilities = []praxisv1.Utility{{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "answers"}}}
	o.Cycles[0].Status.KeyActions = []praxisv1.KeyActionWeek{{Name: "call", OnTrack: "False", Reason: praxisv1.ReasonKeyActionMissed}}
	tree := o.Tree(refTo(kindUtility, "shop", "answers"))
	if len(tree.Children) != 1 || tree.Children[0].Name != "call" || len(tree.Children[0].Children) != 1 {
		t.Errorf("below the Utility there is %+v", tree.Children)
	}
}
