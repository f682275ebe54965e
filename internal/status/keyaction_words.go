// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"cmp"
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/week"
)

func keyActionOnTrack(in KeyActionInput, latest *praxisv1.WeeklyCycle, d praxisv1.Delivery, v week.Verdict, gap *praxisv1.FirstGap) string {
	switch {
	case latest == nil:
		return "The Utility has no running week, or it is still being planned"
	case v.Reason == praxisv1.ReasonNothingPlanned:
		return fmt.Sprintf("Nothing of %s is planned in %s", in.KeyAction.Name, latest.Spec.Week)
	}
	return onTrackMessage(string(latest.Spec.Week), d, v, aboutGap(in, latest, v, gap))
}

// aboutGap is what is said of the gap that a verdict is about. The first gap of a KeyAction
// within its tolerance may be something else than the verdict that is late.
func aboutGap(in KeyActionInput, latest *praxisv1.WeeklyCycle, v week.Verdict, gap *praxisv1.FirstGap) string {
	switch {
	case v.Reason == praxisv1.ReasonJudgeLate:
		return cmp.Or(week.LateVerdict(in.Programme, in.KeyAction, latest), "A verdict takes longer than judgeWithin of the Utility")
	case gap != nil:
		return gap.Message
	}
	return ""
}

func keyActionSummary(in KeyActionInput, status praxisv1.KeyActionStatus, latest *praxisv1.WeeklyCycle, v week.Verdict) string {
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
	case v.Reason == praxisv1.ReasonJudgeLate:
		return aboutGap(in, latest, v, status.FirstGap)
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
