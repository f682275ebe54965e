// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package progress

import (
	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

// Fate is what becomes of an Action that is unfinished when its week closes.
// The zero value is that of an Action whose week runs, or that is finished.
type Fate = praxisv1.MissPolicy

// FateOf decides the fate of an Action in a closed week from what the week is
// judged by: onMiss, but an Action that was carried maxCarries times escalates
// instead of being carried again.
func FateOf(a *praxisv1.Action, policy *praxisv1.PlannedKeyAction) Fate {
	if finished(a) || a.Spec.Dropped {
		return ""
	}
	if policy == nil {
		return praxisv1.MissEscalate
	}
	if policy.OnMiss == praxisv1.MissCarryOver && a.Spec.Carries >= policy.MaxCarries {
		return praxisv1.MissEscalate
	}
	return policy.OnMiss
}

// Leftovers are the Actions of a closed week that go on in the next.
func Leftovers(closed *praxisv1.WeeklyCycle, actions []praxisv1.Action) []plan.Leftover {
	var left []plan.Leftover
	for i := range actions {
		a := &actions[i]
		if FateOf(a, plan.PlannedAs(closed, a.Spec.KeyActionRef.Name)) == praxisv1.MissCarryOver {
			left = append(left, plan.Leftover{Action: a, Week: closed.Spec.Week, Remaining: a.Spec.Target - a.Status.Accepted})
		}
	}
	return left
}
