// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/week"
)

func utilitySummary(in UtilityInput, status praxisv1.UtilityStatus, ended, overdue bool) string {
	u := in.Programme.Utility
	behind := meta.IsStatusConditionFalse(status.Conditions, praxisv1.ConditionOnTrack)
	switch latest := week.Latest(in.Cycles); {
	case ended:
		return plan.EndWords(u)
	case in.Problem != nil:
		return in.Problem.Message
	case overdue && behind:
		return "Review overdue; " + latest.Status.Summary
	case overdue:
		return "Overdue: " + status.NextReview.Name
	case status.CurrentCycle != "":
		return latest.Status.Summary
	case u.Spec.Suspend:
		return "Suspended: no new week is planned"
	case len(in.Programme.KeyActions) == 0:
		return "No KeyAction refers to it; create one"
	}
	return fmt.Sprintf("%s has no cycle", status.Week)
}
