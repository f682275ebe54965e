// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/evidence"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/review"
)

// conditionText is a condition as people read it.
func conditionText(conditions []metav1.Condition, kind string) string {
	c := meta.FindStatusCondition(conditions, kind)
	if c == nil {
		return "nothing"
	}
	return fmt.Sprintf("%s %s: %s", c.Status, c.Reason, c.Message)
}

func TestAnActionSaysHowItStandsAndWhatToDo(t *testing.T) {
	piece := func(name string, hour int, quantity int32, accepted metav1.ConditionStatus, reason string) praxisv1.Evidence {
		e := praxisv1.Evidence{ObjectMeta: metav1.ObjectMeta{Name: name, CreationTimestamp: metav1.NewTime(hours(1))}, Spec: praxisv1.EvidenceSpec{Quantity: quantity}}
		e.CreationTimestamp.Time = hours(hour)
		e.Status.Conditions = []metav1.Condition{{Type: praxisv1.ConditionValid, Status: metav1.ConditionTrue}, {Type: praxisv1.ConditionAccepted, Status: accepted, Reason: reason}}
		return e
	}
	accepted := func(n int32) praxisv1.Evidence {
		return piece("yes", 0, n, metav1.ConditionTrue, praxisv1.ReasonAccepted)
	}
	waiting := func(n int32) praxisv1.Evidence {
		return piece("new", 5, n, metav1.ConditionUnknown, praxisv1.ReasonAwaitingVerdict)
	}
	rejected := piece("bad", 9, 1, metav1.ConditionFalse, praxisv1.ReasonRejected)
	first := anAction(1)
	first.Name, first.Spec.Step = "w.fix.draw.ben", "draw"
	for name, c := range map[string]struct {
		in      ActionInput
		hour    int
		want    string // OnTrack
		summary string
		next    int // hours; 0 for never
	}{
		"nothing is due":    {ActionInput{}, 1, "Unknown NotDue: Nothing is due yet; hand in evidence before it is", "Hand in evidence before it is due", 24},
		"some is overdue":   {ActionInput{Evidence: []praxisv1.Evidence{accepted(1)}}, 24, "False Overdue: 2 of 5 are overdue; hand in evidence", "2 of 5 overdue; hand in evidence", 48},
		"what is due is in": {ActionInput{Evidence: []praxisv1.Evidence{accepted(1), waiting(2)}}, 24, "True OnPace: 3 of 5 are in, as many as are due", "3 of 5 are in, none overdue", 48},
		"all is in": {
			ActionInput{Evidence: []praxisv1.Evidence{accepted(1), waiting(9)}}, 24,
			"Unknown AwaitingAcceptance: 4 are handed in and await a verdict; a reviewer accepts or rejects them", "A reviewer accepts or rejects what is in", 48,
		},
		"the last piece was rejected": {
			ActionInput{Evidence: []praxisv1.Evidence{accepted(3), rejected}}, 24,
			"False Rejected: bad was rejected and nothing has come since; read its verdict and hand in a new piece", "The last piece was rejected; hand in a new one", 48,
		},
		"the last due time is past": {
			ActionInput{Evidence: []praxisv1.Evidence{accepted(1), waiting(2)}}, 48,
			"False Missed: 2 of 5 were not handed in by the last due time; hand them in late, or decide in the review", "2 of 5 missing; hand in late or decide in the review", 0,
		},
		"all is accepted": {ActionInput{Evidence: []praxisv1.Evidence{accepted(9)}}, 99, "True Accepted: All 5 are accepted", "Done", 0},
		"what it waits for is past due": {
			ActionInput{Others: []praxisv1.Action{first}}, 25, "False Overdue: 3 of 5 are overdue; hand in evidence", "3 of 5 overdue; hand in evidence", 48,
		},
		"its week closed and it goes on": {
			ActionInput{Closed: true, Disposition: praxisv1.MissCarryOver}, 200, "Unknown CarriedOver: What was not accepted goes on in the next week", "Goes on next week", 0,
		},
		"its week closed and it was dropped": {ActionInput{Closed: true, Disposition: praxisv1.MissDrop}, 200, "Unknown Dropped: It was dropped and no longer counts", "Dropped; it no longer counts", 0},
		"what comes after its week closed does not count": {
			ActionInput{Closed: true, Disposition: praxisv1.MissEscalate, Evidence: []praxisv1.Evidence{accepted(5)}}, 200,
			"False Missed: 5 of 5 were not handed in by the last due time; hand them in late, or decide in the review", "5 of 5 missing; hand in late or decide in the review", 0,
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := anAction(5)
			a.Spec.DependsOn = []string{"draw"}
			a.Spec.Occurrences = []praxisv1.Occurrence{{DueAt: metav1.NewTime(hours(24)), Quantity: 3}, {DueAt: metav1.NewTime(hours(48)), Quantity: 2}}
			c.in.Action = &a
			status, next := ForAction(c.in, hours(c.hour))
			if got := conditionText(status.Conditions, praxisv1.ConditionOnTrack); got != c.want || status.Summary != c.summary {
				t.Errorf("it says %s (%s), want %s (%s)", got, status.Summary, c.want, c.summary)
			}
			if want := hours(c.next); c.next == 0 && !next.IsZero() || c.next > 0 && !next.Equal(want) {
				t.Errorf("it can change at %s, want %d hours", next, c.next)
			}
		})
	}
	t.Run("it waits before anything of its own is due", func(t *testing.T) {
		a := anAction(1)
		a.Spec.DependsOn, a.Spec.Occurrences[0].DueAt = []string{"draw"}, metav1.NewTime(hours(48))
		status, next := ForAction(ActionInput{Action: &a, Others: []praxisv1.Action{first}}, hours(23))
		if !next.Equal(hours(24)) || len(status.BlockedBy) > 0 {
			t.Errorf("it can change at %s, and waits for %v", next, status.BlockedBy)
		}
		status, _ = ForAction(ActionInput{Action: &a, Others: []praxisv1.Action{first}}, hours(24))
		if got := conditionText(status.Conditions, praxisv1.ConditionOnTrack); got != "False Blocked: It waits for w.fix.draw.ben, which is past due; look at that first" || status.Summary != "Waits for a step that is past due: fix.draw.ben" {
			t.Errorf("it says %s (%s)", got, status.Summary)
		}
	})
}

func TestAPieceOfEvidenceSaysItsOutcome(t *testing.T) {
	team := &praxisv1.Team{ObjectMeta: metav1.ObjectMeta{Name: "payments"}, Spec: praxisv1.TeamSpec{Lead: "lou", Members: []praxisv1.Member{{Name: "lou", User: "lou"}}}}
	by := func(decision praxisv1.Decision) *praxisv1.Verdict {
		return &praxisv1.Verdict{By: "lou", Decision: decision}
	}
	final := func(e *praxisv1.Evidence) {
		e.Status.ActionRef, e.Status.JudgedBy, e.Status.Summary = &praxisv1.LocalReference{Name: "w.x.ana"}, "lou", "Accepted by lou"
		e.Status.Conditions = []metav1.Condition{
			{Type: praxisv1.ConditionValid, Status: metav1.ConditionTrue, Reason: praxisv1.ReasonValid, Message: "It has what the standard asks for"},
			{Type: praxisv1.ConditionAccepted, Status: metav1.ConditionTrue, Reason: praxisv1.ReasonAccepted, Message: "Accepted by lou"},
		}
	}
	for name, c := range map[string]struct {
		modify          func(*evidence.Input)
		valid, accepted string
	}{
		"it waits":    {func(*evidence.Input) {}, "True Valid: It has what the standard asks for", "Unknown AwaitingVerdict: lou accepts or rejects it"},
		"it counts":   {func(in *evidence.Input) { in.Evidence.Status.Verdict = by(praxisv1.DecisionAccepted) }, "True Valid: It has what the standard asks for", "True Accepted: Accepted by lou"},
		"it does not": {func(in *evidence.Input) { in.Evidence.Status.Verdict = by(praxisv1.DecisionRejected) }, "True Valid: It has what the standard asks for", "False Rejected: Rejected by lou; hand in a new piece"},
		"it is for nothing": {
			func(in *evidence.Input) { in.Action, in.Unresolved = nil, "There is no Action x" }, "False ActionNotFound: There is no Action x", "False ActionNotFound: There is no Action x",
		},
		"what counted stays when its Action is gone": {
			func(in *evidence.Input) { in.Action, in.Unresolved = nil, "There is no Action x"; final(in.Evidence) }, "True Valid: It has what the standard asks for", "True Accepted: Accepted by lou",
		},
		"nor what counted when its week closed": {
			func(in *evidence.Input) { in.Closed = true; final(in.Evidence) }, "True Valid: It has what the standard asks for", "True Accepted: Accepted by lou",
		},
		"what nobody judged before its week closed": {
			func(in *evidence.Input) { in.Closed = true },
			"False CycleClosed: The week of w.x.ana is closed; hand it in for an Action of the running week", "False CycleClosed: The week of w.x.ana is closed; hand it in for an Action of the running week",
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := anAction(1)
			in := evidence.Input{Evidence: &praxisv1.Evidence{Spec: praxisv1.EvidenceSpec{Quantity: 1, SubmittedBy: "ana"}}, Action: &a, Team: team}
			c.modify(&in)
			status := ForEvidence(in, hours(1))
			valid, accepted := conditionText(status.Conditions, praxisv1.ConditionValid), conditionText(status.Conditions, praxisv1.ConditionAccepted)
			if valid != c.valid || accepted != c.accepted {
				t.Errorf("it says %s and %s, want %s and %s", valid, accepted, c.valid, c.accepted)
			}
			if !strings.HasSuffix(c.accepted, status.Summary) && !strings.HasSuffix(status.Summary, "…") || status.Summary == "" {
				t.Errorf("the summary is %q", status.Summary)
			}
		})
	}
}

func TestAReviewSaysWhereItStands(t *testing.T) {
	o, _ := goal(0, 0)
	cycle := aCycle()
	for name, c := range map[string]struct {
		modify         func(*praxisv1.Review, *praxisv1.WeeklyCycle)
		hour           int
		open, complete string
		summary        string
		next           int // hours; 0 for never
	}{
		"it opens later, and somebody has wiped its status": {
			func(*praxisv1.Review, *praxisv1.WeeklyCycle) {}, 102, "False NotYet: It opens at spec.opensAt", "False NotYet: Write a conclusion, decide and sign once it is open", "Not open yet", 103,
		},
		"it opens later, and somebody has said that it is open": {
			func(r *praxisv1.Review, _ *praxisv1.WeeklyCycle) {
				r.Status.Conditions = []metav1.Condition{{Type: praxisv1.ConditionOpen, Status: metav1.ConditionTrue, Reason: "Open", Message: "Sign it"}}
			}, 102, "False NotYet: It opens at spec.opensAt", "False NotYet: Write a conclusion, decide and sign once it is open", "Not open yet", 103,
		},
		"it can be signed": {
			func(*praxisv1.Review, *praxisv1.WeeklyCycle) {}, 103, "True Open: r is open; ana concludes and signs it by 2026-12-02 08:00 UTC",
			"False NotYet: ana writes a conclusion and signs it", "ana writes a conclusion and signs it", 112, // when a day begins in which others are away
		},
		"it is overdue": {
			func(*praxisv1.Review, *praxisv1.WeeklyCycle) {}, 216, "True Open: r is open; ana concludes and signs it by 2026-12-02 08:00 UTC",
			"False Overdue: It was due 2026-12-02 08:00 UTC; ana concludes and signs it", "It was due 2026-12-02 08:00 UTC; ana concludes and signs it", 0,
		},
		"its week is closed": {
			func(_ *praxisv1.Review, w *praxisv1.WeeklyCycle) { closeIt(w, 216) }, 217, "False Overdue: Its week is closed; decide in the review of the running week",
			"False Overdue: Nobody completed it by 2026-12-02 08:00 UTC; its week is closed", "Nobody completed it by 2026-12-02 08:00 UTC; its week is cl…", 0,
		},
		"it is signed": {
			func(r *praxisv1.Review, _ *praxisv1.WeeklyCycle) { sign(r) }, 104, "False SignedOff: It is signed and no longer changes", "True SignedOff: r is signed by ana", "Signed by ana", 0,
		},
		"what is complete stays as it is": {
			func(r *praxisv1.Review, _ *praxisv1.WeeklyCycle) {
				sign(r)
				r.Status.Summary = "As it was"
				r.Status.Conditions = []metav1.Condition{{Type: praxisv1.ConditionComplete, Status: metav1.ConditionTrue, Reason: "SignedOff", Message: "as it was"}}
			}, 300, "nothing", "True SignedOff: as it was", "As it was", 0,
		},
	} {
		t.Run(name, func(t *testing.T) {
			r, w := aReview("r", praxisv1.ReviewWeekly, 103, 216), cycle.DeepCopy()
			c.modify(r, w)
			status, next := ForReview(review.Input{Review: r, Programme: plan.NewProgramme(o), Cycle: w}, hours(c.hour))
			if open, complete := conditionText(status.Conditions, praxisv1.ConditionOpen), conditionText(status.Conditions, praxisv1.ConditionComplete); open != c.open || complete != c.complete || status.Summary != c.summary {
				t.Errorf("it says %s and %s (%s), want %s and %s (%s)", open, complete, status.Summary, c.open, c.complete, c.summary)
			}
			if c.next == 0 && !next.IsZero() || c.next > 0 && !next.Equal(hours(c.next)) {
				t.Errorf("it can change at %s, want %d hours", next, c.next)
			}
		})
	}
}

func TestATeamSaysWhetherItsPeopleHaveTheTime(t *testing.T) {
	member := func(name, capacity string) praxisv1.Member {
		return praxisv1.Member{Name: name, User: name, Capacity: praxisv1.Duration(capacity)}
	}
	owes := func(member string, duration praxisv1.Duration, target, accepted int32) praxisv1.Action {
		a := anAction(target)
		a.Name, a.Spec.Member, a.Spec.Duration, a.Status.Accepted = "w.x."+member, member, duration, accepted
		return a
	}
	gone := owes("ana", "40h", 1, 0)
	gone.Spec.Dropped = true
	unrecorded := owes("ana", "40h", 1, 0)
	unrecorded.Spec.KeyActionRef.Name = "other"
	away := member("ana", "20h")
	away.Absences = []praxisv1.Absence{{From: "2026-11-23", To: "2026-11-24"}}
	for name, c := range map[string]struct {
		members       []praxisv1.Member
		actions       []praxisv1.Action
		hour          int
		want, summary string
		load          string
	}{
		"nobody is in it":      {nil, nil, 1, "True WithinCapacity: Everybody has the time for what is planned: 0m of 0m", "Nobody is in the Team; add members", "0m of 0m"},
		"nothing is owed":      {[]praxisv1.Member{member("ana", "20h")}, nil, 1, "True WithinCapacity: Everybody has the time for what is planned: 0m of 20h", "Nothing is owed", "0m of 20h"},
		"something is":         {[]praxisv1.Member{member("ben", "20h"), member("ana", "10h")}, []praxisv1.Action{owes("ana", "1h30m", 2, 0), owes("ben", "1h", 1, 1)}, 1, "True WithinCapacity: Everybody has the time for what is planned: 4h of 30h", "1 Action owed, none overdue", "4h of 30h"},
		"something is overdue": {[]praxisv1.Member{member("ana", "10h"), member("ben", "20h")}, []praxisv1.Action{owes("ana", "1h", 2, 1), owes("ben", "1h", 1, 0)}, 24, "True WithinCapacity: Everybody has the time for what is planned: 3h of 30h", "2 Actions owed, 2 overdue", "3h of 30h"},
		"two have too much":    {[]praxisv1.Member{member("ben", "1h"), member("ana", "1h")}, []praxisv1.Action{owes("ana", "1h", 2, 0), owes("ben", "2h", 1, 0)}, 1, "False OverCapacity: More is planned than the week has hours for ana (2h of 1h), ben (2h of 1h); move Actions or raise the capacity", "Over capacity: ana, ben", "4h of 2h"},
		"four have too much": {
			[]praxisv1.Member{member("ana", "1h"), member("ben", "1h"), member("cem", "1h"), member("dan", "1h")},
			[]praxisv1.Action{owes("ana", "2h", 1, 0), owes("ben", "2h", 1, 0), owes("cem", "2h", 1, 0), owes("dan", "2h", 1, 0)}, 1,
			"False OverCapacity: More is planned than the week has hours for ana, ben, cem, dan; move Actions or raise the capacity", "Over capacity: ana, ben, cem, dan", "8h of 4h",
		},
		"two of five days away": {[]praxisv1.Member{away}, []praxisv1.Action{owes("ana", "12h", 1, 0)}, 1, "True WithinCapacity: Everybody has the time for what is planned: 12h of 12h", "1 Action owed, none overdue", "12h of 12h"},
		"what was dropped, is in no plan or is another member's does not count": {
			[]praxisv1.Member{member("ana", "20h")}, []praxisv1.Action{gone, unrecorded, owes("zoe", "40h", 1, 0)}, 1, "True WithinCapacity: Everybody has the time for what is planned: 0m of 20h", "Nothing is owed", "0m of 20h",
		},
		"a capacity that cannot be read is none": {[]praxisv1.Member{member("ana", "much")}, []praxisv1.Action{owes("ana", "1h", 1, 0)}, 1, "False OverCapacity: More is planned than the week has hours for ana (1h of 0m); move Actions or raise the capacity", "Over capacity: ana", "1h of 0m"},
	} {
		t.Run(name, func(t *testing.T) {
			team := &praxisv1.Team{Spec: praxisv1.TeamSpec{Members: c.members}}
			w := aCycle()
			status, next := ForTeam(TeamInput{Team: team, Weeks: []TeamWeek{{Cycle: &w, Actions: c.actions}}}, hours(c.hour))
			if got := conditionText(status.Conditions, praxisv1.ConditionFeasible); got != c.want || status.Summary != c.summary || status.Columns.Load != c.load {
				t.Errorf("it says %s (%s, %s), want %s (%s, %s)", got, status.Summary, status.Columns.Load, c.want, c.summary, c.load)
			}
			if int(status.Columns.Members) != len(c.members) || next.After(hours(24)) {
				t.Errorf("it has %d members and can change at %s", status.Columns.Members, next)
			}
		})
	}
}

func TestATeamSaysWhoJudgesAndIsNoPerson(t *testing.T) {
	const bot = "system:serviceaccount:ci:bot"
	for name, c := range map[string]struct {
		lead    string
		members []praxisv1.Member
		want    string
	}{
		"one who only works": {"ana", []praxisv1.Member{{Name: "ana", User: "ana@shop"}, {Name: "bot", User: bot, Roles: []string{"engineer"}}}, "True Distinct: No two user names look alike"},
		"one who leads":      {"bot", []praxisv1.Member{{Name: "bot", User: bot}}, "False NoPerson: bot leads or reviews, and its user, system:serviceaccount:ci:bot, is no person: only people judge and sign; give that to a person"},
		"two who review": {"", []praxisv1.Member{{Name: "d", User: bot + "2", Roles: []string{"reviewer"}}, {Name: "c", User: bot, Roles: []string{"reviewer"}}},
			"False NoPerson: c leads or reviews, and its user, system:serviceaccount:ci:bot, is no person: only people judge and sign; give that to a person"},
	} {
		t.Run(name, func(t *testing.T) {
			team := &praxisv1.Team{Spec: praxisv1.TeamSpec{Lead: c.lead, Members: c.members}}
			status, _ := ForTeam(TeamInput{Team: team}, hours(1))
			if got := conditionText(status.Conditions, praxisv1.ConditionDistinct); got != c.want {
				t.Errorf("it says\n%s, want\n%s", got, c.want)
			}
		})
	}
}

func TestATeamSaysWhoseUsersLookAlike(t *testing.T) {
	for name, c := range map[string]struct {
		users []string // of a, b, ...
		want  string
	}{
		"none do":          {[]string{"ana@shop", "ben@shop"}, "True Distinct: No two user names look alike"},
		"by case alone":    {[]string{"ana@shop", "Ana@shop"}, "False LookAlike: The users of a and b differ by case alone, ana@shop and Ana@shop; upper and lower case are two people"},
		"letters":          {[]string{"eva@shop", "сор@shop", "cop@shop"}, "False LookAlike: The users of b and c look alike, сор@shop and cop@shop; see which letters they are written with"},
		"one that is odd":  {[]string{"ana@shop", "bеn@shop"}, "False LookAlike: The user of b, bеn@shop, has a word in letters of two alphabets; see which it is written with"},
		"an empty Team":    {nil, "True Distinct: No two user names look alike"},
		"another alphabet": {[]string{"анна@shop", "ana@shop"}, "True Distinct: No two user names look alike"},
	} {
		t.Run(name, func(t *testing.T) {
			team := &praxisv1.Team{}
			for i, user := range c.users {
				team.Spec.Members = append(team.Spec.Members, praxisv1.Member{Name: string(rune('a' + i)), User: user, Capacity: "1h"})
			}
			slices.Reverse(team.Spec.Members) // their order does not matter
			status, _ := ForTeam(TeamInput{Team: team}, hours(1))
			if got := conditionText(status.Conditions, praxisv1.ConditionDistinct); got != c.want {
				t.Errorf("it says\n%s, want\n%s", got, c.want)
			}
		})
	}
}
