// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/text"
	"github.com/praxis-dev/praxis/internal/week"
)

func unplannedSummary(problem *plan.Problem) string {
	if problem != nil {
		return problem.Message
	}
	return "Being planned"
}

func plannedMessage(p *praxisv1.WeekPlan) string {
	text := fmt.Sprintf("%s of %d KeyActions, %s of work, %d units", text.Actions(p.Actions), len(p.KeyActions), text.Minutes(p.Minutes), p.Units)
	if p.Carried > 0 {
		text += fmt.Sprintf("; %d carried over", p.Carried)
	}
	return text
}

// closingSummary is said while a week that is over still counts.
const closingSummary = "Closing: what came in is being counted"

func closedMessage(counts praxisv1.ActionCounts) string {
	return fmt.Sprintf("%d accepted, %d carried over, %d missed, %d dropped", counts.Accepted, counts.CarriedOver, counts.Missed, counts.Dropped)
}

func weeklyCycleSummary(p *praxisv1.WeekPlan, f week.Figures, actions []praxisv1.Action) string {
	first := firstGap(f.Verdict, f.Gaps)
	switch {
	case p.Actions+p.Carried == 0:
		return "Nothing is planned for anybody this week"
	case f.Verdict.Reason == praxisv1.ReasonNotDue && len(f.Gaps) == 0:
		if p.Carried > 0 {
			return fmt.Sprintf("%s and %d carried over, %s, none due yet", text.Actions(p.Actions), p.Carried, text.Minutes(p.Minutes))
		}
		return fmt.Sprintf("%s planned, %s of work, none due yet", text.Actions(p.Actions), text.Minutes(p.Minutes))
	case f.Verdict.Reason == praxisv1.ReasonJudgeLate:
		return "A verdict is late: " + gapName(first, actions)
	case len(f.Gaps) > 0 && f.Verdict.Status == metav1.ConditionFalse:
		return fmt.Sprintf("%d points behind; first gap: %s", -f.Delivery.Deviation, gapName(first, actions))
	case len(f.Gaps) > 0:
		return "Within tolerance; first gap: " + gapName(first, actions)
	}
	return fmt.Sprintf("%d of %d Actions accepted, none behind", f.Counts.Accepted, p.Actions+p.Carried)
}

// firstGap is the gap that a verdict is about: the first one, or where that is a late verdict of a
// judge the first of these. There may be none.
func firstGap(v week.Verdict, gaps []praxisv1.Gap) praxisv1.Gap {
	if v.Reason == praxisv1.ReasonJudgeLate {
		for _, g := range gaps {
			if g.Reason == praxisv1.ReasonJudgeLate {
				return g
			}
		}
	}
	if len(gaps) == 0 {
		return praxisv1.Gap{}
	}
	return gaps[0]
}

// gapName is a short name of a gap: the step and who has it now, or the KeyAction. The name of
// an Action does not say so, it keeps who had it first.
func gapName(g praxisv1.Gap, actions []praxisv1.Action) string {
	i := slices.IndexFunc(actions, func(a praxisv1.Action) bool { return a.Name == g.Action })
	if i < 0 {
		return g.KeyAction + " " + g.Reason
	}
	name := actions[i].Spec.Step + " of " + plan.Holder(&actions[i])
	if g.Reason == praxisv1.ReasonAwaitingAcceptance || g.Reason == praxisv1.ReasonJudgeLate {
		return "verdict on " + name
	}
	return name
}

// onTrackMessage explains a verdict and, where work is behind, what to look at first.
func onTrackMessage(name string, d praxisv1.Delivery, v week.Verdict, firstGap string) string {
	switch v.Reason {
	case praxisv1.ReasonNothingPlanned:
		return fmt.Sprintf("Nothing is planned in %s; look at the gaps of the week", name)
	case praxisv1.ReasonNotDue:
		if d.ExpectedPercent > 0 {
			return fmt.Sprintf("%s: %d%% accepted of %d%% due; what is due gives no alarm before its slack is over", name, d.ProgressPercent, d.ExpectedPercent)
		}
		return fmt.Sprintf("Nothing is due yet in %s", name)
	case praxisv1.ReasonAwaitingAcceptance:
		return fmt.Sprintf("%s: the work is in, %d%% of %d%% accepted; a reviewer judges what is pending", name, d.ProgressPercent, d.ExpectedPercent)
	}
	text := fmt.Sprintf("%s: %d%% accepted of %d%% due", name, d.ProgressPercent, d.ExpectedPercent)
	if firstGap != "" {
		text += "; " + firstGap
	}
	return text
}
