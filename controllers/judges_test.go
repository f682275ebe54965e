// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"fmt"
	"slices"
	"testing"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// expectRefused wants the API server to refuse a verdict, and to say whom to ask.
func (w *world) expectRefused(user, evidence string) {
	w.Helper()
	w.must(wants(w.judge(user, evidence, praxisv1.DecisionAccepted), "it is not yours to judge; ask mira@example.com"))
}

// Priya's user changes in midweek: she is the same person under the new name.
func TestAMemberUnderAnotherUserDoesNotAcceptHerOwnWork(t *testing.T) {
	const dir, own, renamed = "testdata/renamed-user/", "safe-2026-w48.rehearse.run.priya", "priya.k@example.com"
	for name, c := range map[string]struct{ file, before, accepted string }{
		"by a verdict":               {"package", "Unknown AwaitingVerdict", "False SelfAcceptance"},
		"by the check of a standard": {"package-auto", "Unknown AwaitingVerdict", "False SelfAcceptance"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, "2026-11-23T08:05:00Z")
			for _, file := range []string{"team", "utility", "keyaction", c.file} {
				w.must(w.apply(dir + file + ".yaml"))
			}
			w.settle()
			w.submit("first", own)
			w.submit("second", own)
			w.settle()
			edit(w, "platform", func(team *praxisv1.Team) { team.Spec.Members[2].User = renamed })
			w.submit("third", own, by(renamed))
			w.settle()
			for _, piece := range []string{"first", "second", "third"} {
				w.expectVerdict(piece, c.before)
				if judges := get[praxisv1.Evidence](w, piece).Status.Judges; fmt.Sprint(judges) != "[mira@example.com]" {
					t.Errorf("%s is judged by %v", piece, judges)
				}
			}
			w.expectRefused(renamed, "first")
			w.submit("fourth", own) // the API server cannot know yet who judges it
			w.must(w.judge(renamed, "fourth", praxisv1.DecisionAccepted))
			w.must(w.judge("mira@example.com", "second", praxisv1.DecisionAccepted))
			w.settle()
			w.expectVerdict("fourth", c.accepted)
			w.expectVerdict("second", "True Accepted")
			if judges := get[praxisv1.Evidence](w, "second").Status.Judges; len(judges) > 0 {
				t.Errorf("what is final waits for %v", judges)
			}
		})
	}
}

// Whoever edits a Team is not thereby who judges its work of the week.
func TestAReviewerForTenSecondsAcceptsNothing(t *testing.T) {
	w := planned(t)
	w.submit("list", collect) // by jonas
	w.settle()
	edit(w, "platform", func(team *praxisv1.Team) { team.Spec.Members[3].Roles = []string{"engineer", "reviewer"} })
	w.expectRefused(tomas, "list")
	w.submit("new", collect) // the API server cannot know yet who judges it
	w.must(w.judge(tomas, "new", praxisv1.DecisionAccepted))
	w.settle()
	w.expectVerdict("new", "False NotAReviewer")
	edit(w, "platform", func(team *praxisv1.Team) { team.Spec.Members[3].Roles = []string{"engineer"} })
	w.settle()
	w.expectVerdict("new", "False NotAReviewer")
	w.expectTally(collect, praxisv1.ReasonAwaitingAcceptance, 0, 1, 0)
}

// Priya, who is a reviewer, hands her own Action over by a Review, and would accept what comes
// for it then.
func TestNobodyMakesRoomForAcceptingTheirOwnWork(t *testing.T) {
	w := planned(t)
	w.settleAt("2026-11-25T13:30:00Z")
	reassign := decide(watch, praxisv1.DecideReassign)
	reassign.Member = "tomas"
	w.sign(midweek, reassign)
	w.settle()
	a := get[praxisv1.Action](w, watch)
	if m := a.Spec.Amendments; a.Spec.User != tomas || len(m) != 1 || m[0].From == nil || *m[0].From != (praxisv1.Assignee{Member: "priya", User: priya}) {
		t.Fatalf("%s has it, by %+v", a.Spec.User, m)
	}
	w.submit("sheet", watch)
	w.settle()
	w.expectRefused(priya, "sheet")
	w.submit("more", watch, by(tomas)) // the API server cannot know yet who judges it
	w.must(w.judge(priya, "more", praxisv1.DecisionAccepted))
	w.settle()
	w.expectVerdict("more", "False SelfAcceptance")
	w.must(w.judge(mira, "sheet", praxisv1.DecisionAccepted))
	w.settle()
	w.expectVerdict("sheet", "True Accepted")
}

// KeyActions that point to a Team under a new name are judged by it once the old one is gone.
func TestARenamedTeamGoesOnJudging(t *testing.T) {
	w := planned(t)
	w.submit("sheet", watch)
	w.settle()
	other := get[praxisv1.Team](w, "platform")
	other.Name, other.ResourceVersion, other.UID = "platform-eng", "", ""
	other.Spec.Members = slices.DeleteFunc(other.Spec.Members, func(m praxisv1.Member) bool { return m.Name == "mira" })
	other.Spec.Lead = "jonas"
	w.must(w.Create(t.Context(), other))
	edit(w, "remove-manual-step", func(ka *praxisv1.KeyAction) { ka.Spec.TeamRef.Name = "platform-eng" })
	w.must(w.Delete(t.Context(), get[praxisv1.Team](w, "platform")))
	w.settle()
	if judges := get[praxisv1.Evidence](w, "sheet").Status.Judges; fmt.Sprint(judges) != "[jonas@example.com]" {
		t.Errorf("it is judged by %v", judges)
	}
	// By it the policies know whom to ask about the work of a Team that they cannot ask.
	if missing := get[praxisv1.WeeklyCycle](w, w48).Status.MissingTeams; fmt.Sprint(missing) != "[platform]" {
		t.Errorf("the week misses %v", missing)
	}
	w.must(w.judge(jonas, "sheet", praxisv1.DecisionAccepted))
	w.settle()
	w.expectVerdict("sheet", "True Accepted")
}

func TestTheJudgesAreNamedWithTheFirstLookAndNoWriteMore(t *testing.T) {
	w := planned(t)
	w.submit("sheet", watch)
	before := w.gate.count()
	w.must(w.round())
	wrote := 0
	for _, path := range w.gate.writes[before:] {
		if path == fmt.Sprintf("PATCH /apis/praxis.dev/v1alpha1/namespaces/%s/evidence/sheet/status", w.ns) {
			wrote++
		}
	}
	if e := get[praxisv1.Evidence](w, "sheet"); wrote != 1 || fmt.Sprint(e.Status.Judges) != "[mira@example.com]" || e.Status.Summary != "mira@example.com accepts or rejects it" {
		t.Errorf("%d writes say %v, %q", wrote, e.Status.Judges, e.Status.Summary)
	}
}
