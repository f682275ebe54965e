// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package week

import (
	"testing"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

func TestWhatBecomesOfAnUnfinishedAction(t *testing.T) {
	carried := func(n int32) modifier { return func(a *praxisv1.Action) { a.Spec.Carries = n } }
	for name, c := range map[string]struct {
		action praxisv1.Action
		onMiss praxisv1.MissPolicy
		want   Disposition
	}{
		"it is carried":                  {action("x", "ana", 1), praxisv1.MissCarryOver, praxisv1.MissCarryOver},
		"it is carried a second time":    {action("x", "ana", 1, carried(1)), praxisv1.MissCarryOver, praxisv1.MissCarryOver},
		"after maxCarries it escalates":  {action("x", "ana", 1, carried(2)), praxisv1.MissCarryOver, praxisv1.MissEscalate},
		"it is dropped":                  {action("x", "ana", 1), praxisv1.MissDrop, praxisv1.MissDrop},
		"what is done stays":             {action("x", "ana", 1, done(1, 0)), praxisv1.MissCarryOver, ""},
		"what a person dropped stays so": {action("x", "ana", 1, dropped), praxisv1.MissCarryOver, ""},
	} {
		t.Run(name, func(t *testing.T) {
			policy := frozen("fix", 100, 1)
			policy.OnMiss = c.onMiss
			if got := DispositionOf(&c.action, &policy, nil); got != c.want {
				t.Errorf("it becomes %q, want %q", got, c.want)
			}
		})
	}
}
