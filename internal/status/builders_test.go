// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

var monday = time.Date(2026, time.November, 23, 8, 0, 0, 0, time.UTC)

// hours after the start of the week.
func hours(n int) time.Time { return monday.Add(time.Duration(n) * time.Hour) }

// anAction is one that ana owes, due a day after the week began.
func anAction(target int32) praxisv1.Action {
	return praxisv1.Action{
		ObjectMeta: metav1.ObjectMeta{Name: "w.x.ana", Generation: 1},
		Spec: praxisv1.ActionSpec{
			KeyActionRef: praxisv1.LocalReference{Name: "fix"}, Step: "x", Tier: praxisv1.TierIntermediate, Team: "payments", Member: "ana", Duration: "1h",
			Target: target, Occurrences: []praxisv1.Occurrence{{DueAt: metav1.NewTime(hours(24)), Quantity: target}}, Share: 10000,
		},
	}
}

// frozen is a KeyAction as a week is judged by it.
func frozen(name string, weight, parts int32) praxisv1.PlannedKeyAction {
	return praxisv1.PlannedKeyAction{
		Name: name, Weight: weight, Parts: parts, Tolerance: 10, Critical: 25, OnMiss: praxisv1.MissCarryOver, MaxCarries: 2,
		Slack: "0m",
	}
}

// aCycle is 2026-W48 of checkout, planned as it started with an Action of KeyAction "fix":
// midweek is at 54 hours, the review at 103, the end at 168 and that of the grace at 216.
func aCycle() praxisv1.WeeklyCycle {
	at := func(n int) metav1.Time { return metav1.NewTime(hours(n)) }
	c := praxisv1.WeeklyCycle{ObjectMeta: metav1.ObjectMeta{Name: "checkout-2026-w48", Namespace: "shop", Generation: 1}, Spec: praxisv1.WeeklyCycleSpec{
		UtilityRef: praxisv1.LocalReference{Name: "checkout"}, Week: "2026-W48", TimeZone: "UTC",
		StartsAt: at(0), MidweekAt: at(54), ReviewAt: at(103), EndsAt: at(168), GraceEndsAt: at(216), PlannedAt: at(0), PlannedFrom: at(0),
	}}
	c.Status.Conditions = []metav1.Condition{{Type: praxisv1.ConditionPlanned, Status: metav1.ConditionTrue}}
	entry := frozen("fix", 100, 1)
	entry.Actions, entry.Hash = 1, "hash"
	c.Status.Plan = &praxisv1.WeekPlan{Actions: 1, Minutes: 60, Units: 2, Hash: "plan", KeyActions: []praxisv1.PlannedKeyAction{entry}}
	return c
}

// closeIt so many hours after the week started.
func closeIt(c *praxisv1.WeeklyCycle, n int) {
	c.Status.Conditions = append(c.Status.Conditions, metav1.Condition{Type: praxisv1.ConditionClosed, Status: metav1.ConditionTrue, LastTransitionTime: metav1.NewTime(hours(n))})
}

// aReview of the week that opens and is due so many hours after it started.
func aReview(name string, kind praxisv1.ReviewType, opens, due int) *praxisv1.Review {
	return &praxisv1.Review{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: praxisv1.ReviewSpec{
		Type: kind, CycleRef: &praxisv1.LocalReference{Name: "checkout-2026-w48"}, Reviewer: "ana", Reviewers: []string{"ana", "lou"},
		OpensAt: metav1.NewTime(hours(opens)), DueAt: metav1.NewTime(hours(due)),
	}}
}

func sign(r *praxisv1.Review) *praxisv1.Review {
	r.Spec.Conclusion, r.Spec.SignOff = "Two causes found", &praxisv1.SignOff{By: "ana"}
	return r
}

func complete(r *praxisv1.Review) *praxisv1.Review {
	r.Status.Conditions = append(r.Status.Conditions, metav1.Condition{Type: praxisv1.ConditionComplete, Status: metav1.ConditionTrue})
	return r
}
