// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package week

import (
	"maps"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

// ClosedAt is the instant at which a week was closed, or nil while it is not.
func ClosedAt(cycle *praxisv1.WeeklyCycle) *metav1.Time {
	if !plan.WeekClosed(cycle) {
		return nil
	}
	return &meta.FindStatusCondition(cycle.Status.Conditions, praxisv1.ConditionClosed).LastTransitionTime
}

// Closing reports whether a week is over and counts what came in before.
func Closing(cycle *praxisv1.WeeklyCycle) bool {
	return cycle.Status.ClosingAt != nil && !plan.WeekClosed(cycle)
}

// Planned reports whether every Action of a week was made once.
func Planned(cycle *praxisv1.WeeklyCycle) bool {
	return meta.IsStatusConditionTrue(cycle.Status.Conditions, praxisv1.ConditionPlanned)
}

// Latest is the planned cycle that started last, or nil. Utility, KeyActions and Teams take
// their figures from it, so that a week that is still being planned is not shown half
// finished.
func Latest(cycles []praxisv1.WeeklyCycle) *praxisv1.WeeklyCycle {
	var latest *praxisv1.WeeklyCycle
	for i := range cycles {
		if c := &cycles[i]; Planned(c) && (latest == nil || c.Spec.StartsAt.After(latest.Spec.StartsAt.Time)) {
			latest = c
		}
	}
	return latest
}

// LatestRunning is the latest planned cycle if its week still runs, or nil.
func LatestRunning(cycles []praxisv1.WeeklyCycle, now time.Time) *praxisv1.WeeklyCycle {
	if latest := Latest(cycles); latest != nil && plan.WeekRunning(latest, now) {
		return latest
	}
	return nil
}

// InForce is the latest planned week while that is not closed, or nil: by its plan is known who
// judges and signs what is of no week.
func InForce(cycles []praxisv1.WeeklyCycle) *praxisv1.WeeklyCycle {
	if latest := Latest(cycles); latest != nil && !plan.WeekClosed(latest) {
		return latest
	}
	return nil
}

// BeingPlanned reports whether the running week waits for its plan, and nothing has to be
// fixed first.
func BeingPlanned(cycles []praxisv1.WeeklyCycle, now time.Time) bool {
	return slices.ContainsFunc(cycles, func(c praxisv1.WeeklyCycle) bool {
		return plan.WeekRunning(&c, now) && !Planned(&c) && !meta.IsStatusConditionTrue(c.Status.Conditions, praxisv1.ConditionStalled)
	})
}

// HasWork reports whether the running week has Actions of a KeyAction, or is about to make some
// or to take them away.
func HasWork(cycles []praxisv1.WeeklyCycle, keyAction string, now time.Time) bool {
	return slices.ContainsFunc(cycles, func(c praxisv1.WeeklyCycle) bool {
		entry := plan.PlannedAs(&c, keyAction)
		return plan.WeekRunning(&c, now) && entry != nil && (entry.Actions > 0 || entry.Hash == "")
	})
}

// Current are the latest planned weeks, one for each Utility, that are not closed.
func Current(cycles []praxisv1.WeeklyCycle) []*praxisv1.WeeklyCycle {
	byUtility := map[string][]praxisv1.WeeklyCycle{}
	for i := range cycles {
		name := cycles[i].Spec.UtilityRef.Name
		byUtility[name] = append(byUtility[name], cycles[i])
	}
	var current []*praxisv1.WeeklyCycle
	for _, name := range slices.Sorted(maps.Keys(byUtility)) {
		if latest := Latest(byUtility[name]); latest != nil && !plan.WeekClosed(latest) {
			current = append(current, latest)
		}
	}
	return current
}

func ByStart(cycles []praxisv1.WeeklyCycle) []*praxisv1.WeeklyCycle {
	sorted := make([]*praxisv1.WeeklyCycle, len(cycles))
	for i := range cycles {
		sorted[i] = &cycles[i]
	}
	slices.SortFunc(sorted, func(a, b *praxisv1.WeeklyCycle) int {
		return a.Spec.StartsAt.Compare(b.Spec.StartsAt.Time)
	})
	return sorted
}
