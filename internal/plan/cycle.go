// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// WeekClosed reports whether a week is closed and no longer counts anything.
func WeekClosed(cycle *praxisv1.WeeklyCycle) bool {
	return meta.IsStatusConditionTrue(cycle.Status.Conditions, praxisv1.ConditionClosed)
}

// WeekRunning reports whether an instant lies in a week.
func WeekRunning(cycle *praxisv1.WeeklyCycle, now time.Time) bool {
	return !now.Before(cycle.Spec.StartsAt.Time) && now.Before(cycle.Spec.EndsAt.Time)
}

func latestOf(cycles []praxisv1.WeeklyCycle) *praxisv1.WeeklyCycle {
	var latest *praxisv1.WeeklyCycle
	for i := range cycles {
		if latest == nil || cycles[i].Spec.EndsAt.After(latest.Spec.EndsAt.Time) {
			latest = &cycles[i]
		}
	}
	return latest
}
