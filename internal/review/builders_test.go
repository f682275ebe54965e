// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package review

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
	"github.com/praxis-dev/praxis/internal/plan"
)

// monday is when 2026-W48 starts.
var monday = time.Date(2026, time.November, 23, 8, 0, 0, 0, time.UTC)

// hours after the start of the week: midweek is at 54, the review at 103, the end at 168.
func hours(n int) time.Time { return monday.Add(time.Duration(n) * time.Hour) }

// checkout is owned by ana of payments, which lou leads; rea and ben review.
func checkout() plan.Objects {
	member := func(name string, roles ...string) praxisv1.Member {
		return praxisv1.Member{Name: name, User: name + "@shop", Capacity: "20h", Roles: roles}
	}
	return plan.Objects{
		Utility: &praxisv1.Utility{ObjectMeta: metav1.ObjectMeta{Name: "checkout", Namespace: "shop"}, Spec: praxisv1.UtilitySpec{
			Statement: "Shoppers pay at the first try", Owner: praxisv1.Owner{Team: "payments", Member: "ana"}, Required: 20, MaxKeyActions: 5, CalibrationWeeks: 4,
			Cadence: praxisv1.Cadence{
				TimeZone: "UTC", QuarterStartMonth: 1,
				WeekStart: praxisv1.WeekMoment{Day: praxisv1.Monday, Time: "08:00"}, Midweek: praxisv1.WeekMoment{Day: praxisv1.Wednesday, Time: "14:00"},
				Review: praxisv1.WeekMoment{Day: praxisv1.Friday, Time: "15:00"},
			},
		}},
		Teams: map[string]*praxisv1.Team{"payments": {ObjectMeta: metav1.ObjectMeta{Name: "payments"}, Spec: praxisv1.TeamSpec{
			Lead: "lou", Members: []praxisv1.Member{member("rea", "reviewer"), member("ana", "product", "reviewer"), member("lou"), member("ben", "engineer", "reviewer")},
		}}},
	}
}

func calendar(t *testing.T, o plan.Objects) *cadence.Calendar {
	t.Helper()
	cal, err := cadence.New(o.Utility.Spec.Cadence)
	if err != nil {
		t.Fatal(err)
	}
	return cal
}

func weekNamed(t *testing.T, name string) cadence.Week {
	t.Helper()
	w, err := calendar(t, checkout()).WeekNamed(name)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// cycle is 2026-W48 of checkout, planned as it started, with KeyAction "fix".
func cycle() *praxisv1.WeeklyCycle {
	at := func(n int) metav1.Time { return metav1.NewTime(hours(n)) }
	c := &praxisv1.WeeklyCycle{ObjectMeta: metav1.ObjectMeta{Name: "checkout-2026-w48", Namespace: "shop"}, Spec: praxisv1.WeeklyCycleSpec{
		UtilityRef: praxisv1.LocalReference{Name: "checkout"}, Week: "2026-W48", TimeZone: "UTC",
		StartsAt: at(0), MidweekAt: at(54), ReviewAt: at(103), EndsAt: at(168), GraceEndsAt: at(216), PlannedAt: at(0), PlannedFrom: at(0),
	}}
	c.Status.Plan = &praxisv1.WeekPlan{KeyActions: []praxisv1.PlannedKeyAction{{
		Name: "fix", Weight: 100, Parts: 1, Tolerance: 10, Critical: 25, OnMiss: praxisv1.MissCarryOver, MaxCarries: 2, Slack: "0m",
	}}}
	return c
}

func closed(c *praxisv1.WeeklyCycle) *praxisv1.WeeklyCycle {
	c.Status.Conditions = []metav1.Condition{{Type: praxisv1.ConditionClosed, Status: metav1.ConditionTrue}}
	return c
}

type modifier func(*praxisv1.Action)

// action is one that a member owes once for a step, due a day after the week began.
func action(step, member string, modifiers ...modifier) praxisv1.Action {
	a := praxisv1.Action{
		ObjectMeta: metav1.ObjectMeta{Name: "checkout-2026-w48.fix." + step + "." + member, Labels: map[string]string{praxisv1.LabelMember: member, praxisv1.LabelStep: step}},
		Spec: praxisv1.ActionSpec{
			KeyActionRef: praxisv1.LocalReference{Name: "fix"}, Step: step, Tier: praxisv1.TierKey, Team: "payments", Member: member, User: member + "@shop",
			Share: 1000, Duration: "1h",
		},
	}
	owes(1, 24)(&a)
	for _, m := range modifiers {
		m(&a)
	}
	return a
}

// owes takes pairs of quantity and hours after the start.
func owes(pairs ...int) modifier {
	return func(a *praxisv1.Action) {
		a.Spec.Target, a.Spec.Occurrences = 0, nil
		for i := 0; i < len(pairs); i += 2 {
			a.Spec.Target += int32(pairs[i])
			a.Spec.Occurrences = append(a.Spec.Occurrences, praxisv1.Occurrence{DueAt: metav1.NewTime(hours(pairs[i+1])), Quantity: int32(pairs[i])})
		}
	}
}

func done(accepted, pending int32) modifier {
	return func(a *praxisv1.Action) { a.Status.Accepted, a.Status.Pending = accepted, pending }
}

func ofTier(tier praxisv1.Tier) modifier { return func(a *praxisv1.Action) { a.Spec.Tier = tier } }

func carried(times int32) modifier { return func(a *praxisv1.Action) { a.Spec.Carries = times } }

func dropped(a *praxisv1.Action) { a.Spec.Dropped = true }

// aReview of the week that opens at 103 hours, or at 54 in midweek, and is due at the
// end of the grace, or at the review.
func aReview(kind praxisv1.ReviewType, modifiers ...func(*praxisv1.Review)) *praxisv1.Review {
	opens, due := hours(103), hours(216)
	if kind == praxisv1.ReviewMidweekCheck {
		opens, due = hours(54), hours(103)
	}
	r := &praxisv1.Review{ObjectMeta: metav1.ObjectMeta{Name: "r"}, Spec: praxisv1.ReviewSpec{
		Type: kind, UtilityRef: praxisv1.LocalReference{Name: "checkout"}, CycleRef: &praxisv1.LocalReference{Name: "checkout-2026-w48"},
		OpensAt: metav1.NewTime(opens), DueAt: metav1.NewTime(due), Reviewer: "ana@shop", Reviewers: []string{"ana@shop", "lou@shop"},
	}}
	for _, m := range modifiers {
		m(r)
	}
	return r
}

func signedBy(user string) func(*praxisv1.Review) {
	return func(r *praxisv1.Review) {
		r.Spec.Conclusion, r.Spec.SignOff = "Two causes found", &praxisv1.SignOff{By: user}
	}
}

func deciding(decisions ...praxisv1.ActionDecision) func(*praxisv1.Review) {
	return func(r *praxisv1.Review) { r.Spec.Decisions = decisions }
}

func says(kind string) func(*praxisv1.Review) {
	return func(r *praxisv1.Review) {
		r.Status.Conditions = append(r.Status.Conditions, metav1.Condition{Type: kind, Status: metav1.ConditionTrue})
	}
}

// decide is a decision on the Action of a step and member, which is due at the given hours if
// it is rescheduled.
func decide(step, member string, decision praxisv1.ReviewDecision, modifiers ...func(*praxisv1.ActionDecision)) praxisv1.ActionDecision {
	d := praxisv1.ActionDecision{Action: "checkout-2026-w48.fix." + step + "." + member, Decision: decision, Reason: "as agreed"}
	for _, m := range modifiers {
		m(&d)
	}
	return d
}

func to(member string) func(*praxisv1.ActionDecision) {
	return func(d *praxisv1.ActionDecision) { d.Member = member }
}

func dueAt(n int) func(*praxisv1.ActionDecision) {
	return func(d *praxisv1.ActionDecision) { d.DueAt = new(metav1.NewTime(hours(n))) }
}
