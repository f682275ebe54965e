// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// change tries an update of an object, or of its status, as a user with the edit role.
func change[T any, O interface {
	*T
	client.Object
}](w *world, user, name string, do func(O)) error {
	w.Helper()
	o := get[T, O](w, name)
	do(o)
	return w.as(user).Update(w.Context(), o)
}

func changeStatus[T any, O interface {
	*T
	client.Object
}](w *world, user, name string, do func(O)) error {
	w.Helper()
	o := get[T, O](w, name)
	do(o)
	return w.as(user).Status().Update(w.Context(), o)
}

// What the API server answers to a person with the shipped edit role. No operator runs, so
// the answers come from the API server alone.
func TestForgeriesAreRefusedByTheAPIServer(t *testing.T) {
	w := planned(t)
	w.submit("sheet", watch)
	w.submit("list", collect)
	w.must(w.judge(mira, "list", praxisv1.DecisionAccepted))
	w.settleAt("2026-11-27T14:30:00Z") // Friday, the review is open
	weekly, cal := w48+"-review", "safe-deploys-calibration-2026-w48"
	for name, c := range map[string]struct {
		try  func() error
		want string
	}{
		"a forged submitter": {func() error {
			e := &praxisv1.Evidence{ObjectMeta: metav1.ObjectMeta{Name: "x", Namespace: w.ns}, Spec: praxisv1.EvidenceSpec{ActionRef: &praxisv1.LocalReference{Name: watch}, SubmittedBy: jonas}}
			return w.as(priya).Create(t.Context(), e)
		}, "spec.submittedBy has to be your own name: set it to priya@example.com"},
		"an owner that could take it away": {func() error {
			return change(w, jonas, "list", func(e *praxisv1.Evidence) {
				e.OwnerReferences = []metav1.OwnerReference{{APIVersion: "v1", Kind: "ConfigMap", Name: "mine", UID: "1"}}
			})
		}, "evidence outlives the week and whatever made it; remove metadata.ownerReferences"},
		"judging one's own evidence": {func() error { return w.judge(priya, "sheet", praxisv1.DecisionAccepted) }, "nobody judges what they handed in; ask the lead or a reviewer"},
		"a verdict in another's name": {func() error {
			return changeStatus(w, tomas, "sheet", func(e *praxisv1.Evidence) {
				e.Status.Verdict = &praxisv1.Verdict{Decision: praxisv1.DecisionAccepted, By: mira}
			})
		}, "a verdict is given in one's own name: set status.verdict.by to tomas@example.com"},
		"a verdict removed": {func() error {
			return changeStatus(w, tomas, "list", func(e *praxisv1.Evidence) { e.Status.Verdict = nil })
		}, "a verdict is replaced, never removed"},
		"a condition of evidence": {func() error {
			return changeStatus(w, tomas, "sheet", func(e *praxisv1.Evidence) { e.Status.Conditions[2].Status = metav1.ConditionTrue })
		}, "people write the verdict and nothing else"},
		"moving evidence to another Action": {func() error {
			return changeStatus(w, tomas, "sheet", func(e *praxisv1.Evidence) { e.Status.ActionRef.Name = rehearse })
		}, "people write the verdict and nothing else"},
		"changing evidence": {func() error {
			return change(w, priya, "sheet", func(e *praxisv1.Evidence) { e.Spec.Quantity = 2 })
		}, "evidence never changes; hand in a new piece"},
		"deleting judged evidence": {func() error { return w.as(jonas).Delete(t.Context(), get[praxisv1.Evidence](w, "list")) }, "what was judged is kept"},
		"the status of an Action": {func() error {
			return changeStatus(w, priya, watch, func(a *praxisv1.Action) { a.Status.Accepted = 2 })
		}, "is forbidden"}, // the edit role does not allow it at all
		"an Action of one's own": {func() error {
			a := get[praxisv1.Action](w, watch).DeepCopy()
			a.ObjectMeta = metav1.ObjectMeta{Name: "mine", Namespace: w.ns}
			return w.as(priya).Create(t.Context(), a)
		}, "is forbidden"},
		"an amendment without a reason": {func() error {
			return change(w, priya, watch, func(a *praxisv1.Action) {
				a.Spec.Target, a.Spec.Occurrences[0].Quantity = 1, 1
				a.Spec.Amendments = []praxisv1.Amendment{{}}
			})
		}, "spec.amendments[0].reason"},
		"a change without an amendment": {func() error {
			return change(w, priya, watch, func(a *praxisv1.Action) { a.Spec.Target, a.Spec.Occurrences[0].Quantity = 2, 2 })
		}, "add an entry to amendments that says why"},
		"an amendment in another's name": {func() error {
			return change(w, priya, watch, func(a *praxisv1.Action) {
				a.Spec.Amendments = []praxisv1.Amendment{{Reason: "No time", By: mira}}
			})
		}, "an amendment is made in one's own name: set by of the new entry of spec.amendments to priya@example.com"},
		"an amendment that poses as a Review": {func() error {
			return change(w, priya, watch, func(a *praxisv1.Action) {
				a.Spec.Amendments = []praxisv1.Amendment{{Reason: "No time", Review: weekly}}
			})
		}, "leave its review empty"},
		"the share of an Action": {func() error {
			return change(w, priya, watch, func(a *praxisv1.Action) {
				a.Spec.Share, a.Spec.Amendments = 9000, []praxisv1.Amendment{{Reason: "More"}}
			})
		}, "the share changes only with a split"},
		"the quarter of a Review": {func() error {
			return change(w, mira, midweek, func(r *praxisv1.Review) { r.Spec.Quarter = "2026-Q3" })
		}, "of a Review people write conclusion, decisions and signOff and nothing else"},
		"the labels of an Action": {func() error {
			return change(w, priya, watch, func(a *praxisv1.Action) { a.Labels[praxisv1.LabelMember] = "jonas" })
		}, "labels of praxis.dev are the operator's"},
		"an Action without its week": {func() error {
			return change(w, priya, watch, func(a *praxisv1.Action) { a.OwnerReferences = nil })
		}, "owner references and labels of praxis.dev are the operator's"},
		"who may sign a Review": {func() error {
			return change(w, tomas, weekly, func(r *praxisv1.Review) { r.Spec.Reviewers = append(r.Spec.Reviewers, tomas) })
		}, "people write conclusion, decisions and signOff and nothing else"},
		"signing without a right to": {func() error {
			return change(w, tomas, cal, func(r *praxisv1.Review) { r.Spec.Conclusion, r.Spec.SignOff = "Fine", &praxisv1.SignOff{} })
		}, "it is for mira@example.com or another of spec.reviewers to sign"},
		"signing for somebody else": {func() error {
			return change(w, tomas, cal, func(r *praxisv1.Review) { r.Spec.Conclusion, r.Spec.SignOff = "Fine", &praxisv1.SignOff{By: mira} })
		}, "one signs for oneself: set spec.signOff.by to tomas@example.com"},
		"signing without a conclusion": {func() error {
			return change(w, mira, cal, func(r *praxisv1.Review) { r.Spec.SignOff = &praxisv1.SignOff{} })
		}, "write a conclusion before you sign"},
		"signing with undecided key Actions": {func() error {
			return change(w, mira, weekly, func(r *praxisv1.Review) { r.Spec.Conclusion, r.Spec.SignOff = "Fine", &praxisv1.SignOff{} })
		}, "decide on these unfinished key Actions before you sign: " + w48},
		"carrying over in midweek": {func() error {
			return change(w, mira, w48+"-midweek", func(r *praxisv1.Review) {
				r.Spec.Decisions = []praxisv1.ActionDecision{decide(watch, praxisv1.DecideCarryOver)}
			})
		}, "a MidweekCheck decides Drop, Reassign or Reschedule"},
		"a KeyAction that poses as a Team's part": {func() error {
			ka := get[praxisv1.KeyAction](w, "remove-manual-step").DeepCopy()
			ka.ObjectMeta = metav1.ObjectMeta{Name: "fake", Namespace: w.ns, OwnerReferences: []metav1.OwnerReference{
				{APIVersion: "praxis.dev/v1alpha1", Kind: "KeyAction", Name: "x", UID: "y", Controller: new(true)},
			}}
			ka.Spec.ParentRef, ka.Spec.Weight = &praxisv1.LocalReference{Name: "x"}, nil
			return w.as(priya).Create(t.Context(), ka)
		}, "keyactions are made and ended by the operator"},
	} {
		t.Run(name, func(t *testing.T) {
			if err := wants(c.try(), c.want); err != nil {
				t.Error(err)
			}
		})
	}
}

// Rights beyond the edit role do not help: the naming rules exempt nobody, and what the operator
// makes needs a special verb.
func TestAnAdminOfThePraxisKindsIsStillAPerson(t *testing.T) {
	w := planned(t)
	w.submit("sheet", watch)
	w.settle()
	boss := w.admin("boss@example.com", "get", "create", "update", "patch", "delete")
	a := get[praxisv1.Action](w, watch)
	if err := wants(boss.Delete(t.Context(), a), "actions are made and ended by the operator"); err != nil {
		t.Error(err)
	}
	a.Status.Accepted = 2
	if err := wants(boss.Status().Update(t.Context(), a), "the status is the operator's"); err != nil {
		t.Error(err)
	}
	// A storage migration, to a new key or version, writes objects back unchanged.
	cycle := get[praxisv1.WeeklyCycle](w, w48)
	if err := boss.Update(t.Context(), cycle); err != nil {
		t.Error(err)
	}
	cycle.Annotations = map[string]string{"mine": "yes"}
	if err := wants(boss.Update(t.Context(), cycle), "weeklycycles are made and ended by the operator"); err != nil {
		t.Error(err)
	}
	operator := w.admin("operator@example.com", "get", "create", "update", "patch", "delete", "operate")
	e := get[praxisv1.Evidence](w, "sheet")
	e.Status.Verdict = &praxisv1.Verdict{Decision: praxisv1.DecisionAccepted, By: mira}
	if err := wants(operator.Status().Update(t.Context(), e), "a verdict is given in one's own name"); err != nil {
		t.Error(err)
	}
	before := get[praxisv1.Action](w, watch)
	if err := operator.Delete(t.Context(), before); err != nil {
		t.Error(err)
	}
	// Nor can somebody forge an amendment by deleting an Action and creating it again.
	again := &praxisv1.Action{ObjectMeta: metav1.ObjectMeta{Namespace: w.ns, Name: watch, Labels: before.Labels}, Spec: before.Spec}
	again.Spec.Amendments = []praxisv1.Amendment{{Reason: "Mira wants less", By: mira}}
	if err := wants(operator.Create(t.Context(), again), "nobody has amended an Action that is new"); err != nil {
		t.Error(err)
	}
	again.Spec.Amendments = nil
	if err := operator.Create(t.Context(), again); err != nil {
		t.Error(err)
	}
}

func TestPeopleAmendAnActionWithAReasonAndTheirName(t *testing.T) {
	w := planned(t)
	w.must(change(w, priya, watch, func(a *praxisv1.Action) {
		a.Spec.Target, a.Spec.Occurrences[0].Quantity = 1, 1
		a.Spec.Amendments = []praxisv1.Amendment{{Reason: "One team cancelled"}}
	}))
	if m := get[praxisv1.Action](w, watch).Spec.Amendments; len(m) != 1 || m[0].By != priya {
		t.Errorf("the amendments are %+v", m)
	}
	err := change(w, priya, watch, func(a *praxisv1.Action) { a.Spec.Amendments[0].Reason = "Because" })
	if err := wants(err, "amendments are only added"); err != nil {
		t.Error(err)
	}
}

func TestNobodyMakesRoomForAcceptingOwnWork(t *testing.T) {
	w := planned(t)
	err := change(w, priya, watch, func(a *praxisv1.Action) {
		a.Spec.Member, a.Spec.User = "jonas", jonas
		a.Spec.Amendments = []praxisv1.Amendment{{Reason: "Somebody else does it"}}
	})
	if err := wants(err, "nobody hands work of one's own to somebody else"); err != nil {
		t.Error(err)
	}
	err = change(w, priya, watch, func(a *praxisv1.Action) {
		a.Spec.Target = 2
		a.Spec.Amendments = []praxisv1.Amendment{{Reason: "Once more"}}
	})
	if err := wants(err, "the quantities of occurrences have to add up to target"); err != nil {
		t.Error(err)
	}
}

func TestAmendmentsKeepTheirOrderAndTheirAuthors(t *testing.T) {
	w := planned(t)
	add := func(entries ...praxisv1.Amendment) error {
		return change(w, tomas, watch, func(a *praxisv1.Action) { a.Spec.Amendments = append(entries, a.Spec.Amendments...) })
	}
	w.must(add(praxisv1.Amendment{Reason: "Looked at"}))
	forged := praxisv1.Amendment{Reason: "Mira agrees", By: mira, Review: midweek}
	for name, entries := range map[string][]praxisv1.Amendment{
		"before an own one": {forged},
		"between own ones":  {{Reason: "Looked at", By: tomas}, forged},
	} {
		if err := add(entries...); err == nil {
			t.Errorf("a forged one %s was let through", name)
		}
	}
}

func TestPeopleLeaveRoomForTheAmendmentsOfReviews(t *testing.T) {
	w := planned(t)
	amend := func() error {
		return change(w, tomas, watch, func(a *praxisv1.Action) {
			a.Spec.Amendments = append(a.Spec.Amendments, praxisv1.Amendment{Reason: "Again"})
		})
	}
	for range 15 {
		w.must(amend())
	}
	if err := wants(amend(), "the Action was amended 15 times"); err != nil {
		t.Error(err)
	}
	w.settleAt("2026-11-25T13:30:00Z")
	w.sign(midweek, decide(watch, praxisv1.DecideDrop))
	w.settle()
	if a := get[praxisv1.Action](w, watch); !a.Spec.Dropped {
		t.Error("the review's decision was not carried out")
	}
}

func TestAVerdictThatCountsIsChangedByWhoGaveIt(t *testing.T) {
	w := planned(t)
	w.submit("list", collect)
	w.must(w.judge(mira, "list", praxisv1.DecisionAccepted))
	w.settle()
	for _, somebody := range []string{tomas, priya} { // neither a stranger nor another reviewer
		if err := wants(w.judge(somebody, "list", praxisv1.DecisionRejected), "only mira@example.com who gave it can change it"); err != nil {
			t.Error(err)
		}
	}
	w.must(w.judge(mira, "list", praxisv1.DecisionRejected))
}

func TestAReviewIsSignedOnceItIsOpen(t *testing.T) {
	w := planned(t)
	for _, name := range []string{midweek, weekly} {
		err := change(w, mira, name, func(r *praxisv1.Review) { r.Spec.Conclusion, r.Spec.SignOff = "Fine", &praxisv1.SignOff{} })
		if err := wants(err, "it can be signed from"); err != nil {
			t.Error(err)
		}
	}
}
