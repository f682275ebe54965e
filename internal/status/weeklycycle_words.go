// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"
	"strings"

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

func weeklyCycleSummary(p *praxisv1.WeekPlan, f week.Figures) string {
	switch {
	case p.Actions+p.Carried == 0:
		return "Nothing is planned for anybody this week"
	case f.Verdict.Reason == praxisv1.ReasonNotDue && len(f.Gaps) == 0:
		if p.Carried > 0 {
			return fmt.Sprintf("%s and %d carried over, %s, none due yet", text.Actions(p.Actions), p.Carried, text.Minutes(p.Minutes))
		}
		return fmt.Sprintf("%s planned, %s of work, none due yet", text.Actions(p.Actions), text.Minutes(p.Minutes))
	case f.Verdict.Reason == praxisv1.ReasonJudgeLate:
		return "A verdict is late; first gap: " + gapName(f.Gaps[0])
	case len(f.Gaps) > 0 && f.Verdict.Status == metav1.ConditionFalse:
		return fmt.Sprintf("%d points behind; first gap: %s", -f.Delivery.Deviation, gapName(f.Gaps[0]))
	case len(f.Gaps) > 0:
		return "Within tolerance; first gap: " + gapName(f.Gaps[0])
	}
	return fmt.Sprintf("%d of %d Actions accepted, none behind", f.Counts.Accepted, p.Actions+p.Carried)
}

// gapName is a short name of a gap: the step and its member, or the KeyAction.
func gapName(g praxisv1.Gap) string {
	if parts := strings.Split(g.Action, "."); len(parts) >= 4 {
		name := parts[2] + " of " + parts[3]
		if g.Reason == praxisv1.ReasonAwaitingAcceptance || g.Reason == praxisv1.ReasonJudgeLate {
			return "verdict on " + name
		}
		return name
	}
	return g.KeyAction + " " + g.Reason
}

func firstMessage(gaps []praxisv1.Gap) string {
	if len(gaps) == 0 {
		return ""
	}
	return gaps[0].Message
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
