// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

const (
	midweek = w48 + "-midweek"
	weekly  = w48 + "-review"
)

func (w *world) expectReview(name, open, complete string) {
	w.Helper()
	c := get[praxisv1.Review](w, name).Status.Conditions
	if reason(c, praxisv1.ConditionOpen) != open || reason(c, praxisv1.ConditionComplete) != complete {
		w.Errorf("%s is open %q and complete %q, want %q and %q", name, reason(c, praxisv1.ConditionOpen), reason(c, praxisv1.ConditionComplete), open, complete)
	}
}

func TestReviewsOpenOnScheduleAndAreMissedVisibly(t *testing.T) {
	w := planned(t)
	w.expectReview(midweek, "False NotYet", "False NotYet")
	w.settleAt("2026-11-25T13:00:00Z") // Wednesday 14:00 in Zurich
	w.expectReview(midweek, "True Open", "False NotYet")
	w.expectReview(weekly, "False NotYet", "False NotYet")
	u := get[praxisv1.Utility](w, "safe-deploys")
	if next := u.Status.NextReview; next == nil || next.Name != midweek {
		t.Errorf("next is %+v", next)
	}
	w.settleAt("2026-11-27T14:00:00Z") // Friday 15:00
	w.expectReview(midweek, "True Open", "False Overdue")
	w.expectReview(weekly, "True Open", "False UndecidedGaps")
	cycle := get[praxisv1.WeeklyCycle](w, w48)
	if got := reason(cycle.Status.Conditions, praxisv1.ConditionMidweekChecked); got != "False ReviewMissed" {
		t.Errorf("the week says of its check %s", got)
	}
	if u := get[praxisv1.Utility](w, "safe-deploys"); !strings.HasPrefix(u.Status.Summary, "Review overdue; ") {
		t.Errorf("the Utility says %q", u.Status.Summary)
	}
	w.settleAt("2026-12-02T08:00:00Z") // its grace ends
	w.expectReview(weekly, "False Overdue", "False Overdue")
	if got := reason(get[praxisv1.WeeklyCycle](w, w48).Status.Conditions, praxisv1.ConditionReviewed); got != "False ReviewMissed" {
		t.Errorf("the week says of its review %s", got)
	}
}

func TestAMidweekCheckChangesTheWeekOnceItIsSigned(t *testing.T) {
	w := planned(t)
	w.accept(prepare, 1)
	w.settleAt("2026-11-25T13:00:00Z")
	reassign, reschedule := decide(rehearse, praxisv1.DecideReassign), decide(prepare, praxisv1.DecideReschedule)
	reassign.Member, reschedule.DueAt = "priya", &metav1.Time{Time: at(t, "2026-11-26T15:00:00Z")}
	w.sign(midweek, reassign, reschedule, decide(dryRun, praxisv1.DecideDrop))
	w.settle()
	w.expectReview(midweek, "False SignedOff", "True SignedOff")
	if got := reason(get[praxisv1.WeeklyCycle](w, w48).Status.Conditions, praxisv1.ConditionMidweekChecked); got != "True Checked" {
		t.Errorf("the week says of its check %s", got)
	}
	if a := get[praxisv1.Action](w, rehearse); a.Spec.Member != "priya" || a.Spec.User != priya || a.Labels[praxisv1.LabelMember] != "priya" {
		t.Errorf("it was reassigned to %s", a.Spec.User)
	}
	a := get[praxisv1.Action](w, prepare)
	if o := a.Spec.Occurrences; len(o) != 2 || o[0].Quantity != 1 || !o[1].DueAt.Time.Equal(reschedule.DueAt.Time) {
		t.Errorf("it is due %+v", o)
	}
	if m := a.Spec.Amendments; len(m) != 1 || m[0].Review != midweek || m[0].Reason != "As discussed" || m[0].By == "" {
		t.Errorf("its amendments are %+v", m)
	}
	w.expectTally(dryRun, praxisv1.ReasonDropped, 0, 0, 0)
	err := change(w, mira, midweek, func(r *praxisv1.Review) { r.Spec.Conclusion = "Otherwise" })
	if err := wants(err, "the review is signed and no longer changes"); err != nil {
		t.Error(err)
	}
}

func TestASignedWeekClosesAtItsEndByItsDecisions(t *testing.T) {
	w := planned(t)
	w.settleAt("2026-11-27T14:00:00Z")
	agenda := get[praxisv1.Review](w, weekly).Status.Agenda
	if first := agenda[0]; first.Action != agree || first.Reason != praxisv1.ReasonNoEvidence || first.Proposed != praxisv1.DecideCarryOver {
		t.Errorf("the agenda begins with %+v", first)
	}
	reassign := decide(rehearse, praxisv1.DecideReassign)
	reassign.Member = "priya"
	reschedule := decide(automate, praxisv1.DecideReschedule)
	reschedule.DueAt = &metav1.Time{Time: at(t, "2026-12-01T10:00:00Z")}
	w.sign(weekly, decide(reviewed, praxisv1.DecideCarryOver), reassign, decide(rehearseOf("priya"), praxisv1.DecideCarryOver),
		reschedule, decide(dryRun, praxisv1.DecideDrop), decide(agree, praxisv1.DecideEscalate))
	w.settle()
	w.expectReview(weekly, "False SignedOff", "True SignedOff")
	if c := get[praxisv1.WeeklyCycle](w, w48); reason(c.Status.Conditions, praxisv1.ConditionClosed) != "False Open" {
		t.Error("it closed before its end")
	}
	w.settleAt("2026-11-30T08:00:00Z")
	old := get[praxisv1.WeeklyCycle](w, w48)
	if reason(old.Status.Conditions, praxisv1.ConditionClosed) != "True Closed" || reason(old.Status.Conditions, praxisv1.ConditionReviewed) != "True SignedOff" || old.Status.DecidedBy != weekly {
		t.Errorf("W48 is %+v", old.Status)
	}
	carried := map[string]string{}
	for name, a := range w.actions() {
		if a.Spec.CarriedFrom != "" {
			carried[a.Spec.CarriedFrom] = strings.TrimPrefix(name, w49+".") + " " + a.Spec.Occurrences[0].DueAt.UTC().Format("Mon 15:04")
		}
	}
	// Both rehearsals now belong to one member, and stay separate Actions.
	for from, want := range map[string]string{
		reviewed: "review-failed-deploys.review.mira.w48 Thu 10:00", automate: "remove-manual-step.automate.tomas.w48 Tue 10:00",
		rehearseOf("priya"): "rehearse-rollback.rehearse.priya-", rehearse: "rehearse-rollback.rehearse.priya.w48 Thu 15:00",
		prepare: "rehearse-rollback.prepare.jonas.w48 Wed 11:00",
	} {
		if !strings.HasPrefix(carried[from], want) {
			t.Errorf("%s goes on as %q, want %q", from, carried[from], want)
		}
	}
	w.expectTally(dryRun, praxisv1.ReasonDropped, 0, 0, 0)
	w.expectTally(agree, praxisv1.ReasonMissed, 0, 0, 0)
	w.settleAt("2026-12-02T13:00:00Z") // the next midweek check
	next := get[praxisv1.Review](w, w49+"-midweek").Status.Agenda
	// collect escalates by its onMiss, agree by the decision.
	if next[0].Action != agree || next[1].Action != collect || next[0].Proposed != "" {
		t.Errorf("what was escalated is not first, or a decision is proposed that nobody can make: %+v", next[0])
	}
}

func rehearseOf(member string) string { return w48 + ".rehearse-rollback.rehearse." + member }

func TestWhatIsCarriedTooOftenEscalatesWhateverIsDecided(t *testing.T) {
	w := planned(t)
	name := agree
	for _, week := range []string{"w48", "w49", "w50"} {
		cycle := get[praxisv1.WeeklyCycle](w, "safe-deploys-2026-"+week)
		w.settleAt(cycle.Spec.ReviewAt.UTC().Format(time.RFC3339))
		var decisions []praxisv1.ActionDecision
		for action, a := range w.actions() {
			if a.Spec.CycleRef.Name == cycle.Name && (a.Spec.Tier == praxisv1.TierKey || action == name) {
				decisions = append(decisions, decide(action, praxisv1.DecideCarryOver))
			}
		}
		w.sign(cycle.Name+"-review", decisions...)
		w.settleAt(cycle.Spec.EndsAt.UTC().Format(time.RFC3339))
		w.settle()
		for next, a := range w.actions() {
			if a.Spec.CarriedFrom == name {
				name = next
			}
		}
	}
	a := w.actions()[name]
	if a.Spec.Carries != 2 || a.Spec.CycleRef.Name != "safe-deploys-2026-w50" || a.Spec.OriginWeek != "2026-W48" || state(a) != praxisv1.ReasonMissed {
		t.Errorf("it ended as %s, carried %d times, %s", name, a.Spec.Carries, state(a))
	}
}

func TestDecisionsThatCannotBeAreSaidBeforeTheSignature(t *testing.T) {
	w := planned(t)
	w.settleAt("2026-11-25T13:00:00Z")
	stranger := decide(rehearse, praxisv1.DecideReassign)
	stranger.Member = "zoe"
	late := decide(rehearse, praxisv1.DecideReschedule)
	late.DueAt = &metav1.Time{Time: at(t, "2026-12-24T10:00:00Z")}
	for want, d := range map[string]praxisv1.ActionDecision{
		"is not an Action of safe-deploys-2026-w48; take the name from the agenda": decide(w48+".a.b.c", praxisv1.DecideDrop),
		"cannot go to zoe, who is not in Team platform; name a member":             stranger,
		"cannot be due after the week":                                             late,
	} {
		w.must(change(w, jonas, midweek, func(r *praxisv1.Review) { r.Spec.Decisions = []praxisv1.ActionDecision{d} }))
		w.seenAt(get[praxisv1.Review](w, midweek))
		w.settle()
		complete := meta.FindStatusCondition(get[praxisv1.Review](w, midweek).Status.Conditions, praxisv1.ConditionComplete)
		if complete.Reason != praxisv1.ReasonUndecidedGaps || !strings.Contains(complete.Message, want) {
			t.Errorf("it says %s %q, want %q", complete.Reason, complete.Message, want)
		}
	}
	before := w.actions()
	w.sign(midweek, stranger, decide(dryRun, praxisv1.DecideDrop)) // only the decision that is possible is carried out
	w.settle()
	after := w.actions()
	if !after[dryRun].Spec.Dropped || after[rehearse].ResourceVersion != before[rehearse].ResourceVersion {
		t.Error("a decision that cannot be stood in the way of another, or had an effect")
	}
	w.expectReview(midweek, "False SignedOff", "True SignedOff")
	w.settleAt("2026-11-27T14:00:00Z")
	first := get[praxisv1.Review](w, weekly).Status.Agenda[0]
	if first.Action != rehearse || first.Reason != praxisv1.ReasonNotCarriedOut || first.Proposed != praxisv1.DecideReassign || !strings.Contains(first.Message, "was not possible: rehearse-rollback.rehearse.jonas cannot go to zoe") {
		t.Errorf("the next agenda begins with %+v", first)
	}
}

func TestTheOnePageIsCalibratedAtFirstWhenItChangesAndInTime(t *testing.T) {
	w := planned(t)
	first := "safe-deploys-calibration-2026-w48"
	calibrated := func(want string) {
		t.Helper()
		if got := reason(get[praxisv1.Utility](w, "safe-deploys").Status.Conditions, praxisv1.ConditionCalibrated); got != want {
			t.Errorf("the page is %q, want %q", got, want)
		}
	}
	calibrated("Unknown NeverCalibrated")
	edit(w, "safe-deploys", func(u *praxisv1.Utility) { u.Spec.Required = 31 }) // before anybody signs
	w.settle()
	w.sign(first)
	w.settle()
	calibrated("True Signed")
	edit(w, "safe-deploys", func(u *praxisv1.Utility) { u.Spec.MaxKeyActions = 4 }) // not on the page
	w.settle()
	calibrated("True Signed")
	w.settleAt("2026-11-30T08:00:00Z")
	edit(w, "safe-deploys", func(u *praxisv1.Utility) { u.Spec.Statement = "Nobody notices a bad deploy" })
	w.settle()
	calibrated("False ChangedSinceCalibration")
	w.sign("safe-deploys-calibration-2026-w49")
	w.settle()
	calibrated("True Signed")
	w.settleAt("2027-03-01T08:00:00Z") // 13 weeks after W49
	calibrated("False CalibrationDue")
	get[praxisv1.Review](w, "safe-deploys-calibration-2027-w09")
}

func TestTheLastWeekOfAQuarterHasAQuarterlyReview(t *testing.T) {
	w := newWorld(t, "2026-12-14T08:30:00Z") // W51, the last but one of the quarter: W53 is skipped
	w.must(w.apply(sample("platform")))
	w.settle()
	w.settleAt("2026-12-21T08:30:00Z")
	name := "safe-deploys-2026-q4-review"
	r := get[praxisv1.Review](w, name)
	if r.Spec.Type != praxisv1.ReviewQuarterly || r.Spec.CycleRef.Name != "safe-deploys-2026-w52" || !r.Spec.DueAt.Time.Equal(r.Spec.OpensAt.AddDate(0, 0, 7)) {
		t.Errorf("it is %+v", r.Spec)
	}
	w.settleAt("2026-12-25T14:00:00Z")
	w.expectReview(name, "True Open", "False NotYet")
	agenda := func() string {
		r, lines := get[praxisv1.Review](w, name), []string{}
		for _, i := range r.Status.Agenda {
			lines = append(lines, i.KeyAction+"|"+i.Reason+"|"+i.Message)
		}
		return strings.Join(lines, "\n")
	}
	const nothing = "|NotCarried|0 of 30 units required in 2026-Q4 were delivered (0%)"
	if got := agenda(); !strings.HasPrefix(got, nothing+"\n") || !strings.Contains(got, "rehearse-rollback|NotCarried|It delivered 0 of its 14 units in 2026-Q4") {
		t.Errorf("when it opens its agenda is\n%s", got)
	}
	// The next quarter has begun, and is asked for something else.
	w.settleAt("2027-01-04T08:30:00Z")
	edit(w, "safe-deploys", func(u *praxisv1.Utility) { u.Spec.Required = 90 })
	w.settleAt("2027-01-06T09:00:00Z")
	u := get[praxisv1.Utility](w, "safe-deploys")
	if q := u.Status.Quarters; len(q) != 2 || q[0].Name != "2027-Q1" || q[0].Required != 90 || q[0].ClosedAt != nil || q[1].Name != "2026-Q4" || q[1].Required != 30 || q[1].ClosedAt == nil || q[1].Weeks != 2 {
		t.Errorf("the quarters are %+v", u.Status.Quarters)
	}
	fixed := agenda()
	if !strings.HasPrefix(fixed, nothing+"\n|NotExecuted|In 2 of 2 weeks less than 80% of the planned work was accepted\n") {
		t.Errorf("when its last week has closed its agenda is\n%s", fixed)
	}
	edit(w, "safe-deploys", func(u *praxisv1.Utility) { u.Spec.MaxKeyActions = 1 })
	w.settleAt("2027-01-07T09:00:00Z")
	if got := agenda(); got != fixed {
		t.Errorf("later its agenda is\n%s\nand was\n%s", got, fixed)
	}
	w.sign(name)
	w.settle()
	w.expectReview(name, "False SignedOff", "True SignedOff")
}

func TestAGoalThatHasEndedIsLookedBackOnAndAsksForNothingElse(t *testing.T) {
	w := planned(t)
	edit(w, "safe-deploys", func(u *praxisv1.Utility) {
		u.Spec.End = &praxisv1.UtilityEnd{Week: "2026-W48", As: praxisv1.EndedStopped, Because: "Another goal matters more"}
	})
	w.settleAt("2026-12-02T08:00:00Z") // the grace of its only week is over
	const name = "safe-deploys-2026-w48-retrospective"
	w.expectReview(name, "True Open", "False NotYet")
	r, u := get[praxisv1.Review](w, name), get[praxisv1.Utility](w, "safe-deploys")
	if r.Spec.Quarter != "2026-Q4" || r.Status.Quarter == nil || r.Status.Quarter.ClosedAt == nil || !metav1.IsControlledBy(r, u) || len(r.Status.Agenda) == 0 {
		t.Errorf("it looks back on %+v: %+v", r.Spec, r.Status)
	}
	if next := u.Status.NextReview; next == nil || next.Name != name || reason(u.Status.Conditions, praxisv1.ConditionReady) != "True Ended" {
		t.Errorf("next is %+v", next)
	}
	w.expectReview("safe-deploys-calibration-2026-w48", "False Ended", "False Ended")
	w.sign(name)
	w.settle()
	w.expectReview(name, "False SignedOff", "True SignedOff")
	if u := get[praxisv1.Utility](w, "safe-deploys"); u.Status.NextReview != nil {
		t.Errorf("next is %+v", u.Status.NextReview)
	}
	if n := w.settle(); n != 0 {
		t.Errorf("at rest it makes %d writes", n)
	}
}

func TestTheRetrospectiveOfAGoalThatGoesOnIsTakenBack(t *testing.T) {
	w := planned(t)
	edit(w, "safe-deploys", func(u *praxisv1.Utility) {
		u.Spec.End = &praxisv1.UtilityEnd{Week: "2026-W48", As: praxisv1.EndedAchieved, Because: "Done"}
	})
	w.settleAt("2026-12-02T08:00:00Z")
	get[praxisv1.Review](w, "safe-deploys-2026-w48-retrospective")
	edit(w, "safe-deploys", func(u *praxisv1.Utility) { u.Spec.End = nil })
	w.settleAt("2026-12-03T08:00:00Z")
	err := w.live.Get(w.Context(), client.ObjectKey{Namespace: w.ns, Name: "safe-deploys-2026-w48-retrospective"}, &praxisv1.Review{})
	if !apierrors.IsNotFound(err) {
		t.Errorf("it is still there: %v", err)
	}
}
