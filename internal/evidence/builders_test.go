// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

var monday = time.Date(2026, time.November, 23, 8, 0, 0, 0, time.UTC)

// anAction is one that ana owes some of, a day after the week began.
func anAction(target int32) praxisv1.Action {
	return praxisv1.Action{
		ObjectMeta: metav1.ObjectMeta{Name: "w.x.ana", Generation: 1},
		Spec: praxisv1.ActionSpec{
			KeyActionRef: praxisv1.LocalReference{Name: "fix"}, Step: "x", Tier: praxisv1.TierIntermediate, Team: "payments", Member: "ana", Duration: "1h",
			Target: target, Occurrences: []praxisv1.Occurrence{{DueAt: metav1.NewTime(monday.AddDate(0, 0, 1)), Quantity: target}},
		},
	}
}
