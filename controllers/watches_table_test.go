// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/incentive"
	"github.com/praxis-dev/praxis/internal/review"
)

const accepted = praxisv1.ConditionAccepted

// watchTests are by the watch that they are of.
var watchTests = map[string]watchTest{
	"Utility of itself":     itself[praxisv1.Utility]("safe-deploys"),
	"KeyAction of itself":   itself[praxisv1.KeyAction]("rehearse-rollback"),
	"Team of itself":        itself[praxisv1.Team]("platform"),
	"WeeklyCycle of itself": itself[praxisv1.WeeklyCycle](w48),
	"Action of itself":      itself[praxisv1.Action](agree),
	"Evidence of itself":    {from("platform"), submits("piece", agree), condition[praxisv1.Evidence]("piece", accepted), "Unknown AwaitingVerdict"},
	"EvidenceSource of itself": {from("platform"), func(w *world) { w.must(w.create([]byte(shopRepo))) },
		condition[praxisv1.EvidenceSource]("shop-repo", praxisv1.ConditionReceiving), "False NotServed"},
	"Review of itself": {from("platform", wednesday), signs(midweek), condition[praxisv1.Review](midweek, praxisv1.ConditionComplete), "True SignedOff"},

	"Utility of KeyAction": {from("platform"), func(w *world) {
		edit(w, "rehearse-rollback", func(ka *praxisv1.KeyAction) { ka.Spec.Contribution = 50 })
	}, func(w *world) string {
		if get[praxisv1.Utility](w, "safe-deploys").Status.Coverage.Percent > 500 {
			return "more"
		}
		return "as before"
	}, "more"},
	"Utility of WeeklyCycle": {from("platform"), accepts(agree, 2), func(w *world) string {
		if get[praxisv1.Utility](w, "safe-deploys").Status.Delivery.ProgressPercent > 0 {
			return "something"
		}
		return "nothing"
	}, "something"},
	"Utility of Review": {from("platform", wednesday), signs("safe-deploys-calibration-2026-w48"), condition[praxisv1.Utility]("safe-deploys", praxisv1.ConditionCalibrated), "True Signed"},
	"Utility of Evidence": {from("platform"), reading, func(w *world) string {
		return string(get[praxisv1.Utility](w, "safe-deploys").Status.Measures[0].Current)
	}, "31.5"},
	"Utility of Team": {from("platform"), deletes[praxisv1.Team]("platform"), condition[praxisv1.Utility]("safe-deploys", praxisv1.ConditionStalled), "True ReferenceNotFound"},
	"Utility of ActionPackage": {from("enterprise"), deletes[praxisv1.ActionPackage]("move-workload"), func(w *world) string {
		if get[praxisv1.Utility](w, "shared-inference").Status.Coverage.Percent < 100 {
			return "less"
		}
		return "as before"
	}, "less"},

	"KeyAction of KeyAction": {from("enterprise"), deletes[praxisv1.KeyAction]("move-workloads-search"), func(w *world) string { return isThere[praxisv1.KeyAction]("move-workloads-search")(w) + " again" }, "there again"},
	"KeyAction of Utility":   {from("platform"), deletes[praxisv1.Utility]("safe-deploys"), condition[praxisv1.KeyAction]("rehearse-rollback", praxisv1.ConditionStalled), "True ReferenceNotFound"},
	"KeyAction of WeeklyCycle": {from("platform"), accepts(agree, 2), func(w *world) string {
		if get[praxisv1.KeyAction](w, "rehearse-rollback").Status.ProgressPercent > 0 {
			return "something"
		}
		return "nothing"
	}, "something"},
	"KeyAction of Team":          {suspended("platform", "safe-deploys"), deletes[praxisv1.Team]("platform"), condition[praxisv1.KeyAction]("rehearse-rollback", praxisv1.ConditionStalled), "True ReferenceNotFound"},
	"KeyAction of ActionPackage": {suspended("enterprise", "shared-inference"), deletes[praxisv1.ActionPackage]("move-workload"), condition[praxisv1.KeyAction]("move-workloads", praxisv1.ConditionStalled), "True ReferenceNotFound"},

	"Team of WeeklyCycle": {func(w *world) {
		w.must(w.apply(sample("platform")))
		edit(w, "safe-deploys", func(u *praxisv1.Utility) { u.Spec.Suspend = true })
		w.settle()
	}, resumes, func(w *world) string {
		if get[praxisv1.Team](w, "platform").Status.Members[0].PlannedMinutes > 0 {
			return "work"
		}
		return "none"
	}, "work"},
	"Team of Action": {from("platform"), accepts(agree, 2), func(w *world) string {
		for _, m := range get[praxisv1.Team](w, "platform").Status.Members {
			if m.Name == "mira" && m.OpenActions == 1 {
				return "one left"
			}
		}
		return "two"
	}, "one left"},

	"WeeklyCycle of Action": {from("platform"), accepts(agree, 2), func(w *world) string {
		if get[praxisv1.WeeklyCycle](w, w48).Status.Counts.Accepted > 0 {
			return "counted"
		}
		return ""
	}, "counted"},
	"WeeklyCycle of Review":      {from("platform", wednesday), signs(midweek), condition[praxisv1.WeeklyCycle](w48, praxisv1.ConditionMidweekChecked), "True Checked"},
	"WeeklyCycle of WeeklyCycle": {from("platform", nextWeek), signs(weekly), isThere[praxisv1.Action](w49 + ".rehearse-rollback.agree.mira.w48"), "there"},
	"WeeklyCycle of Utility": {after(after(from("platform"), func(w *world) { edit(w, "safe-deploys", func(u *praxisv1.Utility) { u.Spec.Suspend = true }) }), anotherKeyAction(ofTeam("platform"))),
		resumes, isThere[praxisv1.Action](talk), "there"},
	"WeeklyCycle of KeyAction":     {from("platform"), anotherKeyAction(ofTeam("platform")), isThere[praxisv1.Action](talk), "there"},
	"WeeklyCycle of Team":          {after(from("platform"), anotherKeyAction(ofTeam("late"))), aTeam("late"), isThere[praxisv1.Action](talk), "there"},
	"WeeklyCycle of ActionPackage": {after(from("platform"), anotherKeyAction(ofPackage)), aPackage, isThere[praxisv1.Action](talk), "there"},

	"Action of WeeklyCycle": {after(from("platform", friday), func(w *world) {
		edit(w, "safe-deploys", func(u *praxisv1.Utility) { u.Spec.Suspend = true })
		w.settleAt(nextWeek) // whose Monday is past
	}), resumes, condition[praxisv1.Action](w49+".rehearse-rollback.agree.mira", praxisv1.ConditionOnTrack), "False Overdue"},
	"Action of WeeklyCycle, 2": {from("platform", nextWeek), signs(weekly), condition[praxisv1.Action](agree, praxisv1.ConditionOnTrack), "Unknown CarriedOver"},
	"Action of Evidence":       {from("platform"), accepts(agree, 2), condition[praxisv1.Action](agree, praxisv1.ConditionOnTrack), "True Accepted"},
	"Action of Action":         {from("platform", "2026-11-24T11:00:00Z"), accepts(agree, 2), condition[praxisv1.Action](prepare, praxisv1.ConditionOnTrack), "Unknown NotDue"},

	"Evidence of Evidence": {after(from("platform"), sourced), func(w *world) { w.must(w.judge("priya@example.com", "first", praxisv1.DecisionRejected)) },
		condition[praxisv1.Evidence]("second", accepted), "Unknown AwaitingVerdict"},
	"Evidence of Action": {after(from("platform"), func(w *world) { w.submit("early", talk, by("tomas@example.com")) }), anotherKeyAction(ofTeam("platform")),
		condition[praxisv1.Evidence]("early", accepted), "Unknown AwaitingVerdict"},
	"Evidence of WeeklyCycle": {after(from("platform", nextWeek), submits("late", review48)), signs(weekly), func(w *world) string {
		return reason(get[praxisv1.Evidence](w, "late").Status.Conditions, accepted)
	}, "False CycleClosed"},
	"Evidence of Team": {after(from("platform"), func(w *world) {
		w.submit("piece", agree)
		w.must(w.judge("jonas@example.com", "piece", praxisv1.DecisionAccepted))
	}), func(w *world) {
		// Nobody is left of those who judged when the week was planned.
		edit(w, "platform", func(team *praxisv1.Team) {
			team.Spec.Lead = "jonas"
			team.Spec.Members = slices.DeleteFunc(team.Spec.Members, func(m praxisv1.Member) bool { return m.Name == "mira" || m.Name == "priya" })
		})
	}, condition[praxisv1.Evidence]("piece", accepted), "True Accepted"},
	"Evidence of KeyAction": {after(from("platform"), func(w *world) {
		w.submit("piece", watch)
		w.must(w.judge("jonas@example.com", "piece", praxisv1.DecisionAccepted))
		other := get[praxisv1.Team](w, "platform")
		other.ObjectMeta, other.Spec.Lead = metav1.ObjectMeta{Name: "platform-eng", Namespace: w.ns}, "jonas"
		w.must(w.Create(w.Context(), other))
		w.must(w.Delete(w.Context(), get[praxisv1.Team](w, "platform")))
	}), func(w *world) {
		edit(w, "remove-manual-step", func(ka *praxisv1.KeyAction) { ka.Spec.TeamRef.Name = "platform-eng" })
	}, condition[praxisv1.Evidence]("piece", accepted), "True Accepted"},
	"Evidence of WeeklyCycle, 2": {func(w *world) {
		suspended("platform", "safe-deploys")(w)
		w.submit("early", agree, by("tomas@example.com"))
		w.settle()
	}, changesTheTeamWhileItIsFrozen, func(w *world) string {
		return strings.Join(get[praxisv1.Evidence](w, "early").Status.Judges, " ")
	}, "priya@example.com"},
	"Evidence of Utility": {after(from("platform"), reading), func(w *world) {
		edit(w, "safe-deploys", func(u *praxisv1.Utility) { u.Spec.Measures = nil })
	}, condition[praxisv1.Evidence]("reading", accepted), "False ActionNotFound"},

	"Review of Action": {from("platform", friday), submits("waits", w48+".rehearse-rollback.rehearse.jonas"), func(w *world) string {
		for _, item := range get[praxisv1.Review](w, weekly).Status.Agenda {
			if item.Action == w48+".rehearse-rollback.rehearse.jonas" {
				return item.Reason
			}
		}
		return ""
	}, praxisv1.ReasonAwaitingAcceptance},
	"Review of Review": {from("platform", friday), func(w *world) { w.sign(midweek, decide(w48+".a.b.c", praxisv1.DecideDrop)) }, func(w *world) string {
		for _, item := range get[praxisv1.Review](w, weekly).Status.Agenda {
			return item.Reason
		}
		return ""
	}, praxisv1.ReasonNotCarriedOut},
	"Review of WeeklyCycle": {from("platform", nextWeek), signs(weekly), condition[praxisv1.Review](midweek, praxisv1.ConditionOpen), "False Overdue"},
	"Review of WeeklyCycle, 2": {func(w *world) {
		w.must(w.apply(sample("platform")))
		edit(w, "safe-deploys", func(u *praxisv1.Utility) { u.Spec.Suspend = true })
		edit(w, "remove-manual-step", func(ka *praxisv1.KeyAction) {
			ka.Spec.Package.Steps[2].Assign = praxisv1.Assignment{Mode: praxisv1.AssignEach, Role: "nobody"}
		})
		w.settleAt(wednesday)
	}, resumes, func(w *world) string {
		r := &praxisv1.Review{}
		w.must(client.IgnoreNotFound(w.live.Get(w.Context(), client.ObjectKey{Namespace: w.ns, Name: midweek}, r)))
		if len(r.Status.Agenda) > 0 {
			return "something"
		}
		return "nothing"
	}, "something"},
	"WeeklyCycle of Evidence": {from("platform", friday, nextWeek), closesBeforeAPieceIsSeen, condition[praxisv1.WeeklyCycle](w48, praxisv1.ConditionClosed), "True Closed"},
	"Review of Utility": {from("platform", wednesday), func(w *world) {
		edit(w, "safe-deploys", func(u *praxisv1.Utility) { u.Spec.Boundaries = nil })
	}, func(w *world) string {
		u := get[praxisv1.Utility](w, "safe-deploys")
		if len(u.Spec.Boundaries) == 0 && get[praxisv1.Review](w, "safe-deploys-calibration-2026-w48").Spec.Page == review.Page(u) {
			return "the new page"
		}
		return "another"
	}, "the new page"},
	"Review of KeyAction": {from("platform", wednesday), func(w *world) {
		edit(w, "rehearse-rollback", func(ka *praxisv1.KeyAction) { ka.Spec.Verb = "Optimize" })
	}, calibrationSays(praxisv1.ReasonAbstractVerb), "said"},
	"Review of Team": {from("platform"), func(w *world) {
		edit(w, "platform", leadsAlone) // nobody is left of those who could sign when the week was planned
	}, func(w *world) string {
		if slices.Contains(get[praxisv1.Review](w, midweek).Spec.Reviewers, "jonas@example.com") {
			return "asked"
		}
		return ""
	}, "asked"},

	"IncentivePolicy of itself": {after(from("platform"), pays), func(w *world) {
		edit(w, "safe-deploys-eur", func(p *praxisv1.IncentivePolicy) { p.Spec.Rules = p.Spec.Rules[1:] })
	}, condition[praxisv1.IncentivePolicy]("safe-deploys-eur", praxisv1.ConditionAligned), "False NoSecurity"},
	"IncentivePolicy of IncentivePolicy": {after(after(from("platform"), pays), paysAgain), deletes[praxisv1.IncentivePolicy]("safe-deploys-eur"),
		condition[praxisv1.IncentivePolicy]("second", praxisv1.ConditionReady), "True Reconciled"},
	"IncentivePolicy of IncentiveStatement": {after(from("platform"), pays), forgesATotal, func(w *world) string {
		return w.statement("jonas@example.com", "2026-Q4").Status.Total + " again"
	}, "0.00 again"},
	"IncentivePolicy of WeeklyCycle": {after(from("platform", friday, nextWeek), pays), signs(weekly), func(w *world) string {
		if len(w.statement("jonas@example.com", "2026-Q4").Status.Roots) > 0 {
			return "a week"
		}
		return "none"
	}, "a week"},
	"IncentivePolicy of Action": {after(after(from("platform"), pays), joinsWithoutWork), func(w *world) { w.must(w.handsOver(mira, prepare, "late", 1)) },
		isThere[praxisv1.IncentiveStatement](incentive.StatementName("safe-deploys-eur", "2026-Q4", "late@example.com")), "there"},
	"IncentivePolicy of Utility":  {after(from("platform"), pays), deletes[praxisv1.Utility]("safe-deploys"), condition[praxisv1.IncentivePolicy]("safe-deploys-eur", praxisv1.ConditionStalled), "True ReferenceNotFound"},
	"IncentivePolicy of Evidence": {}, // see spare
	"IncentivePolicy of Team": {after(after(from("platform"), pays), wasAwarded), joinsWithoutWork, func(w *world) string {
		for _, l := range w.statement("late@example.com", "2026-Q4").Status.Lines {
			return string(l.Kind)
		}
		return ""
	}, string(praxisv1.LineReleased)},
}
