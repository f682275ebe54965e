// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

const (
	mira, jonas, priya, tomas = "mira@example.com", "jonas@example.com", "priya@example.com", "tomas@example.com"

	agree    = w48 + ".rehearse-rollback.agree.mira"
	prepare  = w48 + ".rehearse-rollback.prepare.jonas"
	rehearse = w48 + ".rehearse-rollback.rehearse.jonas"
	collect  = w48 + ".review-failed-deploys.collect.jonas"
	reviewed = w48 + ".review-failed-deploys.review.mira"
	automate = w48 + ".remove-manual-step.automate.tomas"
	watch    = w48 + ".remove-manual-step.watch.priya"
	dryRun   = w48 + ".remove-manual-step.dry-run.tomas"
)

// verdictOf is the reason of a piece's Accepted, with its status before it.
func (w *world) verdictOf(name string) string {
	w.Helper()
	return reason(get[praxisv1.Evidence](w, name).Status.Conditions, praxisv1.ConditionAccepted)
}

func (w *world) expectVerdict(name, want string) {
	w.Helper()
	if got := w.verdictOf(name); got != want {
		w.Errorf("%s is %q, want %q: %+v", name, got, want, get[praxisv1.Evidence](w, name).Status)
	}
}

func (w *world) expectTally(action, state string, accepted, pending, rejected int32) {
	w.Helper()
	a := get[praxisv1.Action](w, action)
	if s := a.Status; s.Accepted != accepted || s.Pending != pending || s.Rejected != rejected || stateOf(a) != state {
		w.Errorf("%s is %s with %d accepted, %d pending, %d rejected; want %s with %d, %d, %d", action, stateOf(a), s.Accepted, s.Pending, s.Rejected, state, accepted, pending, rejected)
	}
}

func stateOf(a *praxisv1.Action) string { return state(a) }

func TestEvidenceCountsOnceSomebodyElseHasAcceptedIt(t *testing.T) {
	w := planned(t)
	w.submit("sheet", prepare, quantity(2))
	w.settle()
	w.expectVerdict("sheet", "Unknown AwaitingVerdict")
	w.expectTally(prepare, praxisv1.ReasonAwaitingAcceptance, 0, 2, 0)

	w.must(w.judge(mira, "sheet", praxisv1.DecisionAccepted))
	w.settle()
	w.expectVerdict("sheet", "True Accepted")
	w.expectTally(prepare, praxisv1.ReasonAccepted, 2, 0, 0)
	if c := get[praxisv1.WeeklyCycle](w, w48).Status; c.Counts.Accepted != 1 || c.Tiers[1].Accepted != 1 {
		t.Errorf("the week counts %+v, %+v", c.Counts, c.Tiers)
	}

	w.must(w.judge(mira, "sheet", praxisv1.DecisionRejected)) // taken back
	w.settle()
	w.expectTally(prepare, praxisv1.ReasonRejected, 0, 0, 2)
	if c := get[praxisv1.WeeklyCycle](w, w48).Status; c.Counts.Accepted != 0 {
		t.Errorf("the week still counts %+v", c.Counts)
	}

	w.submit("sheet-2", prepare, quantity(1))
	w.settle()
	w.expectTally(prepare, praxisv1.ReasonNotDue, 0, 1, 2)
	w.must(w.judge(mira, "sheet-2", praxisv1.DecisionAccepted))
	w.settle()
	w.expectTally(prepare, praxisv1.ReasonNotDue, 1, 0, 2)
}

func TestMoreThanTheTargetIsNotCounted(t *testing.T) {
	w := planned(t)
	w.submit("all", prepare, quantity(900))
	w.submit("and-more", prepare, quantity(1000))
	w.settle()
	w.expectTally(prepare, praxisv1.ReasonAwaitingAcceptance, 0, 2, 0)
	w.must(w.judge(mira, "all", praxisv1.DecisionAccepted))
	w.settle()
	w.expectTally(prepare, praxisv1.ReasonAccepted, 2, 0, 0)
}

func TestEvidenceThatDoesNotMeetTheStandardIsNotWork(t *testing.T) {
	w := planned(t)
	bare := func(e *praxisv1.Evidence) { e.Spec.Artifacts = nil }
	insecure := func(e *praxisv1.Evidence) { e.Spec.Artifacts[0].URI = "http://work.example/recording" }
	w.submit("bare", rehearse, bare)
	w.submit("insecure", rehearse, insecure)
	w.settle()
	w.expectVerdict("bare", "False ArtifactMissing")
	w.expectVerdict("insecure", "False CheckFailed")
	w.expectTally(rehearse, praxisv1.ReasonNotDue, 0, 0, 0)
	w.must(w.judge(mira, "insecure", praxisv1.DecisionAccepted)) // a person cannot accept what the check refuses
	w.settle()
	w.expectVerdict("insecure", "False CheckFailed")
}

// kubectl patch --subresource=status reads it first.
func TestAJudgeReadsTheStatusThatTheVerdictGoesInto(t *testing.T) {
	w := planned(t)
	e := w.submit("sheet", prepare)
	if err := w.as(mira).SubResource("status").Get(t.Context(), e, &praxisv1.Evidence{}); err != nil {
		t.Error(err)
	}
}

func TestOnlyALeadOrAReviewerJudges(t *testing.T) {
	w := planned(t)
	w.submit("list", collect) // by jonas
	w.must(w.judge(tomas, "list", praxisv1.DecisionAccepted))
	w.settle()
	w.expectVerdict("list", "False NotAReviewer")
	w.expectTally(collect, praxisv1.ReasonAwaitingAcceptance, 0, 1, 0)
	w.must(w.judge(priya, "list", praxisv1.DecisionAccepted)) // the verdict that did not count is replaced
	w.settle()
	w.expectVerdict("list", "True Accepted")

	edit(w, "platform", func(team *praxisv1.Team) { team.Spec.Members[2].Roles = []string{"engineer"} })
	w.settle()
	w.expectVerdict("list", "True Accepted") // it was given by a reviewer

	// What somebody hands in for the member is still the member's work.
	w.submit("for-priya", watch, by(tomas))
	edit(w, "platform", func(team *praxisv1.Team) { team.Spec.Members[2].Roles = []string{"engineer", "reviewer"} })
	w.must(w.judge(priya, "for-priya", praxisv1.DecisionAccepted))
	w.settle()
	w.expectVerdict("for-priya", "False SelfAcceptance")
}

// Giving the rest of an Action to its judge does not undo what was accepted.
func TestWhatWasAcceptedStaysSoWhenTheActionComesToItsJudge(t *testing.T) {
	w := planned(t)
	w.accept(prepare, 1) // by mira
	w.settleAt("2026-11-25T13:30:00Z")
	reassign := decide(prepare, praxisv1.DecideReassign)
	reassign.Member = "mira"
	w.sign(midweek, reassign)
	w.settle()
	if a := get[praxisv1.Action](w, prepare); a.Spec.User != jonas || a.Status.Accepted != 1 || a.Spec.Target != 1 {
		t.Errorf("%s did it, with %d of %d accepted", a.Spec.User, a.Status.Accepted, a.Spec.Target)
	}
	for _, a := range w.actions() {
		if a.Spec.SplitFrom == prepare && (a.Spec.User != mira || a.Spec.Target != 1 || a.Status.Accepted != 0) {
			t.Errorf("%s owes the rest, %d of %d", a.Spec.User, a.Status.Accepted, a.Spec.Target)
		}
	}
}

func TestAStandardThatAcceptsByItselfDoesNotDoSoForTheMember(t *testing.T) {
	w := newWorld(t, "2026-11-23T15:05:00Z")
	w.must(w.apply(sample("platform")))
	edit(w, "remove-manual-step", func(ka *praxisv1.KeyAction) { ka.Spec.Package.Steps[2].Standard.AutoAccept = true })
	w.settle()
	w.submit("mine", automate)
	w.submit("pipeline", automate, by("system:serviceaccount:ci:pipeline"))
	w.settle()
	w.expectVerdict("mine", "Unknown AwaitingVerdict")
	w.expectVerdict("pipeline", "True Accepted")
	w.must(w.judge(mira, "pipeline", praxisv1.DecisionRejected)) // a person has the last word
	w.settle()
	w.expectVerdict("pipeline", "False Rejected")
}

// Without its policies the API server takes such a status from whoever may judge.
func TestWhoWritesAcceptedIntoTheStatusGetsNothingAccepted(t *testing.T) {
	w := planned(t)
	w.submit("piece", prepare)
	w.settle()
	e := get[praxisv1.Evidence](w, "piece")
	for i := range e.Status.Conditions {
		e.Status.Conditions[i].Status, e.Status.Conditions[i].Reason = metav1.ConditionTrue, praxisv1.ReasonAccepted
	}
	w.must(w.live.Status().Update(t.Context(), e))
	w.seenAt(e)
	w.settle()
	w.expectVerdict("piece", "Unknown AwaitingVerdict")
	if a := get[praxisv1.Action](w, prepare); a.Status.Accepted != 0 {
		t.Errorf("%d are accepted", a.Status.Accepted)
	}
}

func TestEvidenceFindsTheActionOfItsWeekByMeaning(t *testing.T) {
	w := planned(t)
	means := func(keyAction, step, member string) func(*praxisv1.Evidence) {
		return func(e *praxisv1.Evidence) {
			e.Spec.ActionRef = nil
			e.Spec.For = &praxisv1.EvidenceTarget{KeyAction: keyAction, Step: step, Member: member}
		}
	}
	w.submit("one", collect, means("review-failed-deploys", "collect", ""))
	w.submit("which", rehearse, means("rehearse-rollback", "rehearse", ""))
	w.submit("hers", rehearse, means("rehearse-rollback", "rehearse", "jonas"))
	w.submit("none", collect, means("review-failed-deploys", "celebrate", ""))
	w.settle()
	for name, action := range map[string]string{"one": collect, "hers": rehearse} {
		if e := get[praxisv1.Evidence](w, name); e.Status.ActionRef == nil || e.Status.ActionRef.Name != action {
			t.Errorf("%s is for %+v", name, e.Status.ActionRef)
		}
	}
	for name, message := range map[string]string{
		"which": "Step rehearse of rehearse-rollback is owed by several members; say which in for.member of a new piece",
		"none":  "The week in which it was made has no Action for step celebrate of KeyAction review-failed-deploys; look with kubectl get actions",
	} {
		w.expectVerdict(name, "False ActionNotFound")
		if got := get[praxisv1.Evidence](w, name).Status.Conditions[1].Message; got != message {
			t.Errorf("%s says %q", name, got)
		}
	}
}

func TestTwoPiecesWithOneSourceCountOnce(t *testing.T) {
	w := planned(t)
	from := func(e *praxisv1.Evidence) { e.Spec.Source = &praxisv1.EvidenceOrigin{Kind: "Forge", ID: "42"} }
	w.submit("a", prepare, from)
	w.submit("b", prepare, from)
	w.settle()
	w.expectVerdict("b", "False Duplicate")
	w.expectTally(prepare, praxisv1.ReasonNotDue, 0, 1, 0)
	w.must(w.judge(mira, "b", praxisv1.DecisionAccepted)) // of the two the accepted one counts
	w.settle()
	w.expectVerdict("a", "False Duplicate")
	w.expectVerdict("b", "True Accepted")
	w.expectTally(prepare, praxisv1.ReasonNotDue, 1, 0, 0)
	w.must(w.judge(mira, "b", praxisv1.DecisionRejected))
	w.settle()
	w.expectVerdict("a", "Unknown AwaitingVerdict")
}

func TestEvidenceForAnActionThatIsNotThereSaysSo(t *testing.T) {
	w := planned(t)
	w.submit("lost", "safe-deploys-2026-w48.no.such.action", by(jonas))
	w.submit("orphan", collect)
	w.submit("kept", watch)
	w.must(w.judge(mira, "kept", praxisv1.DecisionAccepted))
	w.settle()
	w.expectVerdict("lost", "False ActionNotFound")
	for _, name := range []string{collect, watch} {
		w.must(w.Delete(t.Context(), get[praxisv1.Action](w, name)))
	}
	w.must(w.judge(mira, "orphan", praxisv1.DecisionAccepted))
	w.settle()
	w.expectVerdict("orphan", "False ActionNotFound")
	w.expectVerdict("kept", "True Accepted")
}

func TestAMeasureShowsItsLatestAcceptedReading(t *testing.T) {
	w := planned(t)
	read := func(name string, value praxisv1.Decimal) {
		e := &praxisv1.Evidence{Spec: praxisv1.EvidenceSpec{Quantity: 1, Value: &value, For: &praxisv1.EvidenceTarget{Utility: "safe-deploys", Measure: "minutes-to-undo"}}}
		e.Name, e.Namespace = name, w.ns
		w.must(w.as(jonas).Create(t.Context(), e))
		w.seenAt(e)
	}
	read("first", "40")
	read("second", "31.5") // of one second the later by name
	w.settle()
	if m := get[praxisv1.Utility](w, "safe-deploys").Status.Measures[0]; m.Current != "" {
		t.Errorf("unaccepted, it reads %+v", m)
	}
	w.must(w.judge(mira, "first", praxisv1.DecisionAccepted))
	w.must(w.judge(mira, "second", praxisv1.DecisionAccepted))
	w.settle()
	u := get[praxisv1.Utility](w, "safe-deploys")
	// (31.5−58)/(5−58) is a half.
	if m := u.Status.Measures[0]; m.Current != "31.5" || *m.ProgressPercent != 50 || u.Status.Columns.Outcome != "50%" {
		t.Errorf("it reads %+v, shown as %s", m, u.Status.Columns.Outcome)
	}
	if u.Status.Delivery.ProgressPercent != 0 {
		t.Error("an outcome moved the delivery")
	}
}

func TestAVerdictOnlyTouchesWhatItIsAbout(t *testing.T) {
	w := planned(t)
	w.submit("sheet", prepare)
	w.settle()
	w.must(w.judge(mira, "sheet", praxisv1.DecisionAccepted))
	before := w.gate.count()
	w.settle()
	// The piece, its Action, the week, the KeyAction, the Utility and the Team.
	if writes := w.gate.count() - before; writes > 6 {
		t.Errorf("it cost %d writes: %v", writes, w.gate.writes[before:])
	}
	var list praxisv1.EvidenceList
	w.must(w.live.List(t.Context(), &list, client.InNamespace(w.ns)))
	if len(list.Items[0].OwnerReferences) > 0 {
		t.Error("evidence has an owner, and has to outlive the week")
	}
}
