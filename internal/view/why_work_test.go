// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package view

import (
	"fmt"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

func TestWhyAnActionIsWhereItIs(t *testing.T) {
	const fix = "w48.call.fix.cyd"
	awaiting := piece("cyd", "cyd", praxisv1.ReasonAwaitingVerdict)
	listPiece := piece("bob", "bob", praxisv1.ReasonAwaitingVerdict)
	listPiece.Spec.ActionRef.Name = "w48.call.list.bob"
	closes := func(o *Objects) {
		set(&o.Cycles[0].Status.ConditionedStatus, condition("Closed", "True", praxisv1.ReasonClosed))
	}
	for name, c := range map[string]struct {
		actions  []praxisv1.Action
		evidence []praxisv1.Evidence
		change   func(*Objects)
		want     string
	}{
		"it is on pace": {[]praxisv1.Action{green("cyd", praxisv1.ReasonOnPace)}, nil, nil, "action/" + fix + " OnPace: says OnPace; do: nothing"},
		"it waits for a verdict, the oldest piece first": {[]praxisv1.Action{owes("cyd", "2026-11-25T09:00:00Z", praxisv1.ReasonAwaitingAcceptance)},
			[]praxisv1.Evidence{at(2, "second", awaiting, "Unknown"), at(1, "first", awaiting, "Unknown")}, nil,
			"evidence/first AwaitingVerdict: first of cyd waits for a verdict of ada or bob; do: kubectl praxis accept first -n shop"},
		"it waits for a verdict of what was not read": {[]praxisv1.Action{owes("cyd", "2026-11-25T09:00:00Z", praxisv1.ReasonAwaitingAcceptance)}, nil, nil,
			"action/" + fix + " AwaitingAcceptance: says AwaitingAcceptance; do: kubectl get evidence -n shop --field-selector spec.actionRef.name=" + fix},
		"its pieces are in, and it is blocked": {[]praxisv1.Action{late("cyd", praxisv1.ReasonBlocked, times(1, 0, 1))},
			[]praxisv1.Evidence{at(1, "first", awaiting, "Unknown")}, nil,
			"evidence/first AwaitingVerdict: first of cyd waits for a verdict of ada or bob; do: kubectl praxis accept first -n shop"},
		"a step before it waits for a verdict": {[]praxisv1.Action{late("cyd", praxisv1.ReasonBlocked, step("fix", "list")), late("bob", praxisv1.ReasonAwaitingAcceptance, step("list"))},
			[]praxisv1.Evidence{at(1, "listed", listPiece, "Unknown")}, nil,
			"evidence/listed AwaitingVerdict: listed of bob waits for a verdict of ada; do: kubectl praxis accept listed -n shop"},
		"of the steps before it the one in trouble": {[]praxisv1.Action{late("cyd", praxisv1.ReasonBlocked, step("fix", "list", "plan")), owesStep("ada", praxisv1.ReasonAwaitingAcceptance, "list"), late("bob", praxisv1.ReasonMissed, step("plan")), late("cyd", praxisv1.ReasonMissed, step("plan"))}, nil, nil,
			"action/w48.call.plan.bob NoEvidence: bob owes 1 of 1 and has handed in nothing more: Fix it; do: kubectl praxis submit call.plan.bob -n shop --artifact change=URI"},
		"whatever its name": {[]praxisv1.Action{late("cyd", praxisv1.ReasonBlocked, step("fix", "list", "plan")), late("bob", praxisv1.ReasonMissed, step("list")), owesStep("ada", praxisv1.ReasonAwaitingAcceptance, "plan")}, nil, nil,
			"action/w48.call.list.bob NoEvidence: bob owes 1 of 1 and has handed in nothing more: Fix it; do: kubectl praxis submit call.list.bob -n shop --artifact change=URI"},
		"a step before it that is not due is not the cause": {[]praxisv1.Action{late("cyd", praxisv1.ReasonMissed, step("fix", "list")), owesStep("bob", praxisv1.ReasonNotDue, "list")}, nil, nil, owesFix},
		"a duplicate says nothing":                          {[]praxisv1.Action{late("cyd", praxisv1.ReasonMissed)}, []praxisv1.Evidence{at(1, "again", piece("cyd", "cyd", praxisv1.ReasonDuplicate), "False")}, nil, owesFix},
		"it goes on in the next week": {[]praxisv1.Action{late("cyd", praxisv1.ReasonCarriedOver), late("cyd", praxisv1.ReasonNotDue, func(a *praxisv1.Action) {
			a.Name, a.Spec.CarriedFrom, a.Spec.CycleRef.Name = "w49.call.fix.cyd.w48", fix, "w49"
		})}, nil, closes, "action/" + fix + " CarriedOver: says CarriedOver; do: kubectl praxis why action/w49.call.fix.cyd.w48 -n shop"},
		"the operator has not looked": {[]praxisv1.Action{func() praxisv1.Action {
			a := late("cyd", praxisv1.ReasonMissed)
			a.Status.Conditions = nil
			return a
		}()}, nil, nil, "action/" + fix + " Reconciling: " + unseenText + "; do: kubectl praxis check"},
	} {
		t.Run(name, func(t *testing.T) {
			o := desk(c.actions...)
			o.Evidence = c.evidence
			if c.change != nil {
				c.change(&o)
			}
			if got := causeText(o.Why(refTo(kindAction, "shop", fix), wednesday)); got != c.want {
				t.Errorf("it says\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

// owesStep is an Action of another step that is not in trouble.
func owesStep(member, reason, name string) praxisv1.Action {
	a := late(member, reason, step(name))
	a.Status.Conditions[0].Status = metav1.ConditionUnknown
	return a
}

func TestWhyAPieceDoesNotCount(t *testing.T) {
	for name, c := range map[string]struct {
		reason string
		status string
		change func(*Objects)
		want   string
	}{
		"it counts":                          {praxisv1.ReasonAccepted, "True", nil, "Accepted: says Accepted; do: nothing"},
		"another one does":                   {praxisv1.ReasonDuplicate, "False", nil, "Duplicate: says Duplicate; do: nothing"},
		"nobody judged it":                   {praxisv1.ReasonAwaitingVerdict, "Unknown", nil, "AwaitingVerdict: fix-1 of cyd waits for a verdict of ada or bob; do: kubectl praxis accept fix-1 -n shop"},
		"the verdict is the submitter's own": {praxisv1.ReasonSelfAcceptance, "False", nil, "SelfAcceptance: says SelfAcceptance; do: kubectl praxis accept fix-1 -n shop"},
		"nobody may judge it": {praxisv1.ReasonAwaitingVerdict, "Unknown", func(o *Objects) { o.Teams[0].Spec.Lead, o.Teams[0].Spec.Members[1].Roles = "cyd", nil },
			"AwaitingVerdict: Nobody may judge fix-1: the Team has neither another lead nor another reviewer; give somebody the role; do: nothing"},
		"it was rejected":             {praxisv1.ReasonRejected, "False", nil, "Rejected: says Rejected; do: kubectl praxis submit call.fix.cyd -n shop --artifact change=URI"},
		"it lacks an artifact":        {praxisv1.ReasonArtifactMissing, "False", nil, "ArtifactMissing: says ArtifactMissing; do: kubectl praxis submit call.fix.cyd -n shop --artifact change=URI"},
		"its week was closed":         {praxisv1.ReasonCycleClosed, "False", nil, "CycleClosed: says CycleClosed; do: kubectl praxis mine -n shop"},
		"its Action does not exist":   {praxisv1.ReasonActionNotFound, "False", func(o *Objects) { o.Actions = nil }, "ActionNotFound: says ActionNotFound; do: kubectl praxis mine -n shop"},
		"the operator has not looked": {praxisv1.ReasonAccepted, "True", func(o *Objects) { o.Evidence[0].Generation = 2 }, "Reconciling: " + unseenText + "; do: kubectl praxis check"},
		"rejected, and it is too late": {praxisv1.ReasonRejected, "False", func(o *Objects) {
			set(&o.Cycles[0].Status.ConditionedStatus, condition("Closed", "True", praxisv1.ReasonClosed))
		}, "Rejected: says Rejected; do: kubectl praxis mine -n shop"},
	} {
		t.Run(name, func(t *testing.T) {
			o := desk(owes("cyd", "2026-11-25T09:00:00Z", praxisv1.ReasonMissed))
			o.Evidence = []praxisv1.Evidence{at(0, "fix-1", piece("cyd", "cyd", c.reason), c.status)}
			if c.change != nil {
				c.change(&o)
			}
			if got := causeText(o.Why(refTo(kindEvidence, "shop", "fix-1"), wednesday)); got != "evidence/fix-1 "+c.want {
				t.Errorf("it says\n%s\nwant\nevidence/fix-1 %s", got, c.want)
			}
		})
	}
}

func TestThePiecesOfTheActionNearestToTheCauseAreShownTheLatestFirst(t *testing.T) {
	listed := piece("bob", "bob", praxisv1.ReasonRejected)
	listed.Spec.ActionRef.Name, listed.Spec.Quantity, listed.Spec.Summary = "w48.call.list.bob", 2, "The list"
	o := desk(late("cyd", praxisv1.ReasonBlocked, step("fix", "list")), late("bob", praxisv1.ReasonRejected, step("list")))
	o.Evidence = []praxisv1.Evidence{at(1, "old", listed, "False"), at(2, "new", listed, "False")}
	var got []string
	why := o.Why(refTo(kindAction, "shop", "w48.call.fix.cyd"), wednesday)
	for _, p := range why.Evidence {
		got = append(got, fmt.Sprintf("%s %s %s %d %s", p.String(), p.SubmittedBy, p.Reason, p.Quantity, p.Summary))
	}
	if want := []string{"evidence/new bob Rejected 2 The list", "evidence/old bob Rejected 2 The list"}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("they are %q, want %q", got, want)
	}
	if want := "action/w48.call.fix.cyd action/w48.call.list.bob evidence/new"; way(why) != want {
		t.Errorf("the way is %s, want %s", way(why), want)
	}
}
