// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"fmt"
	"slices"
	"testing"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
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
