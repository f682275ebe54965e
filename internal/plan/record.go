// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"cmp"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// Record is the frozen plan of a week with KeyActions that join it at an instant.
// A KeyAction that had no Actions yet is replaced, any other stays as it is. The
// plan given is not changed; nil begins a new one.
func Record(frozen *praxisv1.WeekPlan, joining []KeyAction, at time.Time) *praxisv1.WeekPlan {
	out := &praxisv1.WeekPlan{}
	if frozen != nil {
		out = frozen.DeepCopy()
	}
	for _, ka := range joining {
		entry := *ka.Planned.DeepCopy()
		entry.JoinedAt = metav1.NewTime(at)
		i := slices.IndexFunc(out.KeyActions, func(p praxisv1.PlannedKeyAction) bool { return p.Name == entry.Name })
		switch {
		case i < 0:
			out.KeyActions = append(out.KeyActions, entry)
		case out.KeyActions[i].Actions == 0:
			out.KeyActions[i] = entry
		default:
			continue
		}
		out.Actions += int32(len(ka.Actions))
		for j := range ka.Actions {
			out.Hours += Effort(&ka.Actions[j])
			out.Units += int64(ka.Actions[j].Spec.Target) * ka.Actions[j].Spec.Contribution
		}
	}
	slices.SortFunc(out.KeyActions, func(a, b praxisv1.PlannedKeyAction) int { return cmp.Compare(a.Name, b.Name) })
	out.Hash = hashPlan(out.KeyActions)
	return out
}

// Joining are the KeyActions of a newly made plan that can still join a frozen one:
// those that have Actions now and had none.
func Joining(frozen *praxisv1.WeekPlan, made Week) []KeyAction {
	fixed := map[string]bool{}
	for _, entry := range frozen.KeyActions {
		fixed[entry.Name] = entry.Actions > 0
	}
	var joining []KeyAction
	for _, ka := range made.KeyActions {
		if len(ka.Actions) > 0 && !fixed[ka.Planned.Name] {
			joining = append(joining, ka)
		}
	}
	return joining
}
