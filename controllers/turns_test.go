// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

const inTurns = `
apiVersion: praxis.dev/v1alpha1
kind: Team
metadata: {name: ops}
spec:
  lead: lea
  members:
  - {name: lea, user: lea@example.com, roles: [reviewer], capacity: 12h}
  - {name: ada, user: ada@example.com, roles: [engineer], capacity: 12h}
  - {name: bob, user: bob@example.com, roles: [engineer], capacity: 12h}
  - {name: cyd, user: cyd@example.com, roles: [engineer], capacity: 12h, absences: [{from: "2026-11-30", to: "2026-12-04"}]}
---
apiVersion: praxis.dev/v1alpha1
kind: Utility
metadata: {name: calm}
spec:
  statement: Nobody is woken for what can wait
  beneficiaries: [{who: Engineers, problem: Pages at night, improvement: They sleep}]
  organization: People stay
  owner: {team: ops, member: lea}
  required: 10
  cadence: {timeZone: Europe/Berlin, skip: ["2026-W50"]}
---
apiVersion: praxis.dev/v1alpha1
kind: KeyAction
metadata: {name: oncall}
spec:
  utilityRef: {name: calm}
  teamRef: {name: ops}
  verb: Watch
  object: the pager
  contribution: 1
  weight: 100
  package:
    definition: One engineer has the pager, and another one looks after it
    standard: Every page is answered
    steps:
    - {name: watch, tier: Key, do: Watch, assign: {mode: Rotate, role: engineer}, times: 1, duration: 6h, weight: 60, standard: {statement: Answered}}
    - {name: tidy, tier: Foundation, do: Tidy up, assign: {mode: Rotate, role: engineer}, times: 1, duration: 6h, weight: 40, standard: {statement: Tidied}}
`

// whoWatches says who watches and who tidies up in a week.
func (w *world) whoWatches(week string) string {
	var who []string
	for _, step := range []string{"watch", "tidy"} {
		for name, a := range w.actions() {
			if a.Spec.CarriedFrom == "" && strings.HasPrefix(name, "calm-2026-"+week+".oncall."+step+".") {
				who = append(who, a.Spec.Member)
			}
		}
	}
	return strings.Join(who, " ")
}

func TestTurnsGoRoundWeekByWeek(t *testing.T) {
	w := newWorld(t, "2026-11-23T08:05:00Z")
	w.must(w.create([]byte(inTurns)))
	w.settle()
	if got := w.whoWatches("w48"); got != "ada bob" {
		t.Errorf("in W48 it is %s", got)
	}
	var turns []string
	for _, turn := range get[praxisv1.KeyAction](w, "oncall").Status.Turns {
		turns = append(turns, fmt.Sprint(turn.Step, " ", turn.Week, " ", turn.Queue))
	}
	if want := []string{"tidy 2026-W48 [ada cyd bob]", "watch 2026-W48 [bob cyd ada]"}; !slices.Equal(turns, want) {
		t.Errorf("the queues are %q, want %q", turns, want)
	}
	// Whoever joins in midweek shifts nobody; whoever is handed an Action has had no turn.
	edit(w, "ops", func(team *praxisv1.Team) {
		team.Spec.Members = append(team.Spec.Members, praxisv1.Member{Name: "abe", User: "abe@example.com", Roles: []string{"engineer"}, Capacity: "12h"})
	})
	edit(w, "calm-2026-w48.oncall.watch.ada", func(a *praxisv1.Action) {
		a.Spec.Member, a.Spec.User = "cyd", "cyd@example.com"
		a.Spec.Amendments = append(a.Spec.Amendments, praxisv1.Amendment{Reason: "Ada is ill"})
	})
	w.settleAt("2026-11-26T10:00:00Z")
	w.settleAt("2026-11-30T08:05:00Z")
	if got := w.whoWatches("w49"); got != "bob ada" { // Cyd is away and keeps her place
		t.Errorf("in W49 it is %s", got)
	}
	// W50 is skipped, and nobody loses a turn.
	w.settleAt("2026-12-07T08:05:00Z")
	w.settleAt("2026-12-14T08:05:00Z")
	if got := w.whoWatches("w51"); got != "cyd bob" { // cyd stands first in both queues, and has one turn by then
		t.Errorf("in W51 it is %s", got)
	}
	if writes := w.settle(); writes != 0 {
		t.Errorf("at rest it writes %d times", writes)
	}
}

// The next week may be planned before the status of the KeyAction tells of the last.
func TestTurnsThatNobodyHasWrittenDownAreSeenInTheActions(t *testing.T) {
	w := newWorld(t, "2026-11-23T08:05:00Z")
	w.must(w.create([]byte(inTurns)))
	w.settle()
	ka := get[praxisv1.KeyAction](w, "oncall")
	ka.Status.Turns = nil
	w.must(w.live.Status().Update(t.Context(), ka))
	w.seenAt(ka)
	w.settleAt("2026-11-30T08:05:00Z")
	if got := w.whoWatches("w49"); got != "bob ada" {
		t.Errorf("in W49 it is %s", got)
	}
}
