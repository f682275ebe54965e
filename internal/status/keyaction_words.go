// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/week"
)

func keyActionOnTrack(ka *praxisv1.KeyAction, week *praxisv1.WeeklyCycle, d praxisv1.Delivery, v week.Verdict, gap *praxisv1.FirstGap) string {
	if week == nil {
		return "The Utility has no running week, or it is still being planned"
	}
	message := ""
	if gap != nil {
		message = gap.Message
	}
	if v.Reason == praxisv1.ReasonNothingPlanned {
		return fmt.Sprintf("Nothing of %s is planned in %s", ka.Name, week.Spec.Week)
	}
	return onTrackMessage(string(week.Spec.Week), d, v, message)
}

func keyActionSummary(in KeyActionInput, status praxisv1.KeyActionStatus, v week.Verdict) string {
	ka := in.KeyAction
	for _, kind := range []string{praxisv1.ConditionActionable, praxisv1.ConditionFeasible} {
		if in.Problem != nil {
			return in.Problem.Message
		}
		if found := meta.FindStatusCondition(status.Conditions, kind); found != nil && found.Status == metav1.ConditionFalse {
			return found.Message
		}
	}
	switch {
	case v.Reason == praxisv1.ReasonJudgeLate && status.FirstGap != nil:
		return status.FirstGap.Message
	case v.Status == metav1.ConditionFalse && status.FirstGap != nil:
		return fmt.Sprintf("%d points behind; %s", -status.Deviation, status.FirstGap.Message)
	case in.Programme.Utility != nil && in.Programme.Problem != nil:
		return fmt.Sprintf("Not planned: Utility %s is stalled; fix that first", in.Programme.Utility.Name)
	case ka.Spec.Suspend:
		return "Suspended: not planned from next week on"
	case v.Reason == praxisv1.ReasonNothingPlanned:
		return "Nothing planned this week"
	case v.Reason == praxisv1.ReasonNotDue:
		return "Nothing is due yet this week"
	case v.Reason == praxisv1.ReasonAwaitingAcceptance:
		return "Work is in; a reviewer accepts or rejects it"
	}
	return fmt.Sprintf("%d%% accepted of %d%% due", status.ProgressPercent, status.ExpectedPercent)
}
