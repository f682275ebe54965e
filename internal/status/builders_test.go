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

// anAction is one that ana owes some of, a day after the week began.
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
		CheckOrder: []praxisv1.Tier{praxisv1.TierFoundation, praxisv1.TierIntermediate, praxisv1.TierKey},
	}
}
