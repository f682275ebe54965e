// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

func TestAKeyActionSaysWhetherItCanBeDone(t *testing.T) {
	step := func(o *plan.Objects) *praxisv1.Step { return &o.KeyActions[0].Spec.Package.Steps[0] }
	for name, c := range map[string]struct {
		edit                 func(*plan.Objects)
		actionable, feasible string
		summary              string
	}{
		"all is well": {func(*plan.Objects) {}, "True Actionable: It can be done as it is written", "True WithinCapacity: Everybody has the time for it in 2026-W48", "Nothing planned this week"},
		"its verb is a wish": {
			func(o *plan.Objects) { o.KeyActions[0].Spec.Verb = "Improve" },
			`False AbstractVerb: "Improve" is a wish, not something a person can do; say what is done, like "Interview"`, "True WithinCapacity: Everybody has the time for it in 2026-W48", `"Improve" is a wish, not something a person can do; say wha…`,
		},
		"it has no Key step": {
			func(o *plan.Objects) { step(o).Tier = praxisv1.TierFoundation },
			"False NoKeyStep: No step has tier Key, so nothing can be delivered; make the step that users notice a Key step", "True WithinCapacity: Everybody has the time for it in 2026-W48", "No step has tier Key, so nothing can be delivered; make the…",
		},
		"it is beyond the limit": {
			func(o *plan.Objects) { o.Utility.Spec.MaxKeyActions = 0 },
			"False OverFocusLimit: It ranks beyond maxKeyActions (0) of Utility checkout and is not planned; give it more weight or merge it", "True WithinCapacity: Everybody has the time for it in 2026-W48", "It ranks beyond maxKeyActions (0) of Utility checkout and i…",
		},
		"nobody does a step": {
			func(o *plan.Objects) { step(o).Assign.Role = "designer" }, "True Actionable: It can be done as it is written",
			"False Unassigned: Step ship has nobody to do it: nobody in Team payments has role designer; give it to a member", "Step ship has nobody to do it: nobody in Team payments has …",
		},
		"somebody has too much": {
			func(o *plan.Objects) { step(o).Times = 21 }, "True Actionable: It can be done as it is written",
			"False OverCapacity: ana of Team payments has 21h of work and 20h of capacity in 2026-W48; lower times or give steps to others", "ana of Team payments has 21h of work and 20h of capacity in…",
		},
		"it is suspended": {
			func(o *plan.Objects) { o.KeyActions[0].Spec.Suspend = true }, "True Actionable: It can be done as it is written", "True WithinCapacity: Everybody has the time for it in 2026-W48", "Suspended: not planned from next week on",
		},
	} {
		t.Run(name, func(t *testing.T) {
			o, cycles := shop()
			c.edit(&o)
			cycles[0].Status.KeyActions = nil
			status := ForKeyAction(KeyActionInput{KeyAction: &o.KeyActions[0], Programme: plan.NewProgramme(o), Calendar: calendarOf(t, o), Cycles: cycles}, hours(30))
			actionable, feasible := conditionText(status.Conditions, praxisv1.ConditionActionable), conditionText(status.Conditions, praxisv1.ConditionFeasible)
			if actionable != c.actionable || feasible != c.feasible || status.Summary != c.summary {
				t.Errorf("it says %s and %s (%s), want %s and %s (%s)", actionable, feasible, status.Summary, c.actionable, c.feasible, c.summary)
			}
		})
	}
	t.Run("a part of one beyond the limit is beyond it too", func(t *testing.T) {
		o, cycles := shop()
		o.Utility.Spec.MaxKeyActions = 0
		part := *o.KeyActions[0].DeepCopy()
		part.Name, part.Spec.ParentRef = "fix-payments", &praxisv1.LocalReference{Name: "fix"}
		status := ForKeyAction(KeyActionInput{KeyAction: &part, Programme: plan.NewProgramme(o), Calendar: calendarOf(t, o), Cycles: cycles}, hours(30))
		if got := conditionText(status.Conditions, praxisv1.ConditionActionable); !strings.HasPrefix(got, "False OverFocusLimit") {
			t.Errorf("it says %s", got)
		}
	})
}

func TestTheSummaryOfAKeyActionFollowsItsWeek(t *testing.T) {
	row := func(status metav1.ConditionStatus, reason string, progress, expected int32) praxisv1.KeyActionWeek {
		return praxisv1.KeyActionWeek{Name: "fix", OnTrack: status, Reason: reason, Delivery: praxisv1.Delivery{ProgressPercent: progress, ExpectedPercent: expected, Deviation: progress - expected}}
	}
	late := row(metav1.ConditionFalse, praxisv1.ReasonBehind, 30, 50)
	late.FirstGap = &praxisv1.FirstGap{Action: "a", Reason: praxisv1.ReasonNoEvidence, Message: "ana owes 1 of ship"}
	judgeLate := row(metav1.ConditionFalse, praxisv1.ReasonJudgeLate, 45, 50)
	other := judgeLate
	other.FirstGap = late.FirstGap
	judgeLate.FirstGap = &praxisv1.FirstGap{Action: "a", Reason: praxisv1.ReasonJudgeLate, Message: "lou has ship of ana to judge"}
	for name, c := range map[string]struct {
		rows             []praxisv1.KeyActionWeek
		noWeek           bool
		onTrack, summary string
	}{
		"a verdict is late":        {[]praxisv1.KeyActionWeek{judgeLate}, false, "False JudgeLate: 2026-W48: 45% accepted of 50% due; lou has ship of ana to judge", "lou has ship of ana to judge"},
		"and is not the first gap": {[]praxisv1.KeyActionWeek{other}, false, "False JudgeLate: 2026-W48: 45% accepted of 50% due; A verdict takes longer than judgeWithin of the Utility", "A verdict takes longer than judgeWithin of the Utility"},
		"it is behind":             {[]praxisv1.KeyActionWeek{late}, false, "False Behind: 2026-W48: 30% accepted of 50% due; ana owes 1 of ship", "20 points behind; ana owes 1 of ship"},
		"it is on pace":            {[]praxisv1.KeyActionWeek{row(metav1.ConditionTrue, praxisv1.ReasonOnPace, 45, 50)}, false, "True OnPace: 2026-W48: 45% accepted of 50% due", "45% accepted of 50% due"},
		"nothing is due":           {[]praxisv1.KeyActionWeek{row(metav1.ConditionUnknown, praxisv1.ReasonNotDue, 0, 0)}, false, "Unknown NotDue: Nothing is due yet in 2026-W48", "Nothing is due yet this week"},
		"a verdict is awaited":     {[]praxisv1.KeyActionWeek{row(metav1.ConditionUnknown, praxisv1.ReasonAwaitingAcceptance, 0, 50)}, false, "Unknown AwaitingAcceptance: 2026-W48: the work is in, 0% of 50% accepted; a reviewer judges what is pending", "Work is in; a reviewer accepts or rejects it"},
		"it has no row":            {nil, false, "Unknown NothingPlanned: Nothing of fix is planned in 2026-W48", "Nothing planned this week"},
		"there is no week":         {nil, true, "Unknown NothingPlanned: The Utility has no running week, or it is still being planned", "Nothing planned this week"},
	} {
		t.Run(name, func(t *testing.T) {
			o, cycles := shop()
			cycles[0].Status.KeyActions = c.rows
			if c.noWeek {
				cycles = nil
			}
			status := ForKeyAction(KeyActionInput{KeyAction: &o.KeyActions[0], Programme: plan.NewProgramme(o), Calendar: calendarOf(t, o), Cycles: cycles}, hours(30))
			if got := conditionText(status.Conditions, praxisv1.ConditionOnTrack); got != c.onTrack || status.Summary != c.summary {
				t.Errorf("it says %s (%s), want %s (%s)", got, status.Summary, c.onTrack, c.summary)
			}
		})
	}
	t.Run("a late verdict that is not its first gap is told as the week has it", func(t *testing.T) {
		o, cycles := shop()
		cycles[0].Status.KeyActions = []praxisv1.KeyActionWeek{other}
		cycles[0].Status.Gaps = []praxisv1.Gap{{KeyAction: "call", Reason: praxisv1.ReasonJudgeLate, Message: "of another"}, {KeyAction: "fix", Reason: praxisv1.ReasonJudgeLate, Message: "lou has 2 pieces to judge"}}
		status := ForKeyAction(KeyActionInput{KeyAction: &o.KeyActions[0], Programme: plan.NewProgramme(o), Calendar: calendarOf(t, o), Cycles: cycles}, hours(30))
		if status.Summary != "lou has 2 pieces to judge" || status.FirstGap.Reason != praxisv1.ReasonNoEvidence {
			t.Errorf("it says %s, and the first gap is %+v", status.Summary, status.FirstGap)
		}
	})
	t.Run("what its author has to do comes first", func(t *testing.T) {
		o, cycles := shop()
		wrong := &plan.Problem{Reason: praxisv1.ReasonInvalidSpec, Message: "Say which"}
		status := ForKeyAction(KeyActionInput{KeyAction: &o.KeyActions[0], Programme: plan.NewProgramme(o), Calendar: calendarOf(t, o), Cycles: cycles, Problem: wrong}, hours(30))
		if got := conditionText(status.Conditions, praxisv1.ConditionStalled); got != "True InvalidSpec: Say which" || status.Summary != "Say which" {
			t.Errorf("it says %s (%s)", got, status.Summary)
		}
	})
	t.Run("it is planned for Teams", func(t *testing.T) {
		o, cycles := shop()
		o.KeyActions[0].Spec.TeamRef, o.KeyActions[0].Spec.TeamSelector = nil, &metav1.LabelSelector{}
		status := ForKeyAction(KeyActionInput{KeyAction: &o.KeyActions[0], Programme: plan.NewProgramme(o), Calendar: calendarOf(t, o), Cycles: cycles}, hours(30))
		if status.Level != praxisv1.LevelEnterprise || len(status.Teams) != 1 || status.Teams[0].KeyAction != "fix-payments" {
			t.Errorf("it is %s with %+v", status.Level, status.Teams)
		}
	})
}
