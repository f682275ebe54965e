// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"fmt"
	"slices"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

// leavesTeam takes a member out of a Team.
func leavesTeam(w *world, team, member string) {
	w.Helper()
	edit(w, team, func(t *praxisv1.Team) {
		t.Spec.Members = slices.DeleteFunc(t.Spec.Members, func(m praxisv1.Member) bool { return m.Name == member })
	})
}

// agendaOf says, of an item of a Review that is about an Action, why it is there, what is proposed
// and for whom.
func (w *world) agendaOf(review, action string) string {
	w.Helper()
	for _, item := range get[praxisv1.Review](w, review).Status.Agenda {
		if item.Action == action {
			return fmt.Sprint(item.Reason, " ", item.Proposed, " ", item.Candidates)
		}
	}
	return ""
}

func TestWhatALeaverOwedGoesToNobodyUntilSomebodyTakesItOver(t *testing.T) {
	w := planned(t)
	leavesTeam(w, "platform", "jonas")
	w.settleAt("2026-11-25T13:00:00Z")
	if got := w.agendaOf(midweek, rehearse); got != "MemberLeft Reassign [priya mira tomas]" {
		t.Errorf("in midweek the agenda says %q", got)
	}
	w.settleAt("2026-12-02T08:00:00Z")
	for name, a := range w.actions() {
		if a.Spec.CycleRef.Name == w49 && a.Spec.Member == "jonas" {
			t.Errorf("%s goes to who left", name)
		}
	}
	const nobodys = w49 + ".rehearse-rollback.rehearse.nobody.w48"
	if a := get[praxisv1.Action](w, nobodys); a.Spec.CarriedFrom != rehearse || a.Spec.User != "" {
		t.Fatalf("it is carried as %+v", a.Spec)
	}
	w.settleAt("2026-12-02T13:00:00Z")
	const next = w49 + "-midweek"
	if got := w.agendaOf(next, nobodys); got != "Unassigned Reassign [priya mira tomas]" {
		t.Errorf("in the week after the agenda says %q", got)
	}
	toPriya := decide(nobodys, praxisv1.DecideReassign)
	toPriya.Member = "priya"
	w.sign(next, toPriya)
	w.settle()
	a := get[praxisv1.Action](w, nobodys)
	if a.Spec.User != priya || a.Labels[praxisv1.LabelMember] != "priya" || len(a.Spec.Amendments) != 1 || a.Spec.Amendments[0].From != nil {
		t.Errorf("it is %+v with the labels %v", a.Spec, a.Labels)
	}
}

// handsOver splits a quantity off an Action, as a user.
func (w *world) handsOver(user, action, member string, n int32) error {
	w.Helper()
	a := get[praxisv1.Action](w, action)
	to := plan.Member(get[praxisv1.Team](w, a.Spec.Team), member)
	after := plan.Split(a, n, to, praxisv1.Amendment{Reason: "Too much for one"})
	err := w.as(user).Update(w.Context(), after)
	if err == nil {
		w.seenAt(after)
	}
	return err
}

// partOf is the only Action that was split from another one.
func (w *world) partOf(action string) *praxisv1.Action {
	w.Helper()
	var found *praxisv1.Action
	for _, a := range w.actions() {
		if a.Spec.SplitFrom == action {
			if found != nil {
				w.Fatalf("%s and %s were split from %s", found.Name, a.Name, action)
			}
			found = a
		}
	}
	if found == nil {
		w.Fatalf("nothing was split from %s:\n%s", action, names(w.actions()))
	}
	return found
}

func TestAPartOfAnActionIsTheOthersOwn(t *testing.T) {
	w := planned(t)
	w.accept(prepare, 1) // of two, which are jonas's
	w.settle()
	before := get[praxisv1.WeeklyCycle](w, w48).Status
	w.must(w.handsOver(mira, prepare, "priya", 1))
	w.settle()
	part := w.partOf(prepare)
	if part.Spec.User != priya || part.Spec.Target != 1 || part.Labels[praxisv1.LabelMember] != "priya" || !metav1.IsControlledBy(part, get[praxisv1.WeeklyCycle](w, w48)) {
		t.Errorf("the part is %+v with the labels %v", part.Spec, part.Labels)
	}
	w.expectTally(prepare, praxisv1.ReasonAccepted, 1, 0, 0)
	after := get[praxisv1.WeeklyCycle](w, w48).Status
	if after.Plan.Hash != before.Plan.Hash || after.Plan.Actions != before.Plan.Actions || after.Delivery != before.Delivery || after.Counts.Dropped != 0 {
		t.Errorf("the week was %+v, %+v, and is %+v, %+v", before.Plan, before.Delivery, after.Plan, after.Delivery)
	}
	// Who had the work before never judges it.
	w.submit("rest", part.Name)
	w.settle()
	if judges := get[praxisv1.Evidence](w, "rest").Status.Judges; fmt.Sprint(judges) != "[mira@example.com]" {
		t.Errorf("it is judged by %v", judges)
	}
	w.settleAt("2026-12-02T08:00:00Z")
	if old := get[praxisv1.WeeklyCycle](w, w48); reason(old.Status.Conditions, praxisv1.ConditionClosed) != "True Closed" {
		t.Errorf("W48 is %v", old.Status.Conditions)
	}
	var carried []string
	for name, a := range w.actions() {
		if a.Spec.CarriedFrom == part.Name || a.Spec.CarriedFrom == prepare {
			carried = append(carried, name+" "+a.Spec.SplitFrom)
		}
	}
	if fmt.Sprint(carried) != "["+w49+".rehearse-rollback.prepare.priya.w48 ]" {
		t.Errorf("carried over are %v", carried)
	}
	if judges := get[praxisv1.Evidence](w, "rest").Status.Judges; fmt.Sprint(judges) != "[mira@example.com]" {
		t.Errorf("a week later it is judged by %v", judges)
	}
}

func TestAReviewSplitsWhatIsHalfDone(t *testing.T) {
	w := planned(t)
	w.accept(prepare, 1)
	w.settleAt("2026-11-25T13:00:00Z")
	toPriya := decide(prepare, praxisv1.DecideReassign)
	toPriya.Member = "priya"
	w.sign(midweek, toPriya)
	w.settle()
	w.expectReview(midweek, "False SignedOff", "True SignedOff")
	if a := get[praxisv1.Action](w, prepare); a.Spec.User != jonas || a.Spec.Target != 1 || a.Spec.Amendments[0].Review != midweek {
		t.Errorf("what is in becomes %+v", a.Spec)
	}
	if part := w.partOf(prepare); part.Spec.User != priya || part.Spec.Target != 1 {
		t.Errorf("the rest becomes %+v", part.Spec)
	}
}
