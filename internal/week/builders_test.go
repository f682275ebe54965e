// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package week

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

var monday = time.Date(2026, time.November, 23, 8, 0, 0, 0, time.UTC)

// Hours after the start of the week.
func hours(n int) time.Time { return monday.Add(time.Duration(n) * time.Hour) }

type modifier func(*praxisv1.Action)

// Action is one of KeyAction "fix" that owes a step once, due a day after the start of the
// week.
func action(step, member string, share int32, modifiers ...modifier) praxisv1.Action {
	a := praxisv1.Action{
		ObjectMeta: metav1.ObjectMeta{Name: "w." + step + "." + member, Generation: 1},
		Spec: praxisv1.ActionSpec{
			KeyActionRef: praxisv1.LocalReference{Name: "fix"}, Step: step, Tier: praxisv1.TierIntermediate,
			Team: "payments", Member: member, Share: share, Duration: "1h",
		},
	}
	owes(1, 24)(&a)
	for _, m := range modifiers {
		m(&a)
	}
	return a
}

// Owes takes pairs of quantity and hours after the start.
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

func after(steps ...string) modifier { return func(a *praxisv1.Action) { a.Spec.DependsOn = steps } }

func ofTier(t praxisv1.Tier) modifier { return func(a *praxisv1.Action) { a.Spec.Tier = t } }

func carried(a *praxisv1.Action) { a.Spec.CarriedFrom = "before" }

func dropped(a *praxisv1.Action) { a.Spec.Dropped = true }

func frozen(name string, weight, parts int32) praxisv1.PlannedKeyAction {
	return praxisv1.PlannedKeyAction{
		Name: name, Weight: weight, Parts: parts, Tolerance: 10, Critical: 25, OnMiss: praxisv1.MissCarryOver, MaxCarries: 2,
		Slack: "0m",
	}
}

func judged(now time.Time, actions ...praxisv1.Action) Figures {
	return Judge(Work{Plan: &praxisv1.WeekPlan{Actions: int32(len(actions)), KeyActions: []praxisv1.PlannedKeyAction{frozen("fix", 100, 1)}}, Actions: actions}, now)
}

// aCycle is the cycle of the week that starts the given number of weeks after the first, with
// these conditions True.
func aCycle(name string, weeksLater int, conditions ...string) praxisv1.WeeklyCycle {
	starts := monday.AddDate(0, 0, 7*weeksLater)
	c := praxisv1.WeeklyCycle{ObjectMeta: metav1.ObjectMeta{Name: name}}
	c.Spec.UtilityRef.Name = "checkout"
	c.Spec.StartsAt, c.Spec.EndsAt = metav1.NewTime(starts), metav1.NewTime(starts.AddDate(0, 0, 7))
	for _, kind := range conditions {
		c.Status.Conditions = append(c.Status.Conditions, metav1.Condition{Type: kind, Status: metav1.ConditionTrue})
	}
	return c
}
