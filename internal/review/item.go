// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package review

import (
	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/week"
)

// item is a gap with whose it is, who can take it over, and what is proposed.
func (in Input) item(g praxisv1.Gap, ahead *span) praxisv1.AgendaItem {
	item := praxisv1.AgendaItem{Gap: g}
	a := in.action(g.Action)
	if a == nil {
		return item
	}
	item.Team, item.Candidates = a.Spec.Team, in.candidates(a, ahead)
	item.Proposed = in.proposal(a, g, len(item.Candidates) > 0)
	return item
}

// proposal is the decision that the plan suggests for a gap: at the end of a week what
// happens by default, in midweek what can still help. What nobody goes on with is for somebody
// else, where there is one; where there is none, nothing is proposed.
func (in Input) proposal(a *praxisv1.Action, g praxisv1.Gap, somebodyElse bool) praxisv1.ReviewDecision {
	decided := praxisv1.DecideReschedule
	if in.Review.Spec.Type == praxisv1.ReviewWeekly {
		decided = praxisv1.ReviewDecision(week.DispositionOf(a, plan.PlannedAs(in.Cycle, g.KeyAction), nil))
		if decided != praxisv1.DecideCarryOver {
			return decided
		}
	}
	switch g.Reason {
	case praxisv1.ReasonUnassigned, praxisv1.ReasonMemberLeft, praxisv1.ReasonMemberAway:
		if somebodyElse {
			return praxisv1.DecideReassign
		}
		return ""
	case praxisv1.ReasonAwaitingAcceptance, praxisv1.ReasonJudgeLate:
		if decided == praxisv1.DecideReschedule {
			return "" // it needs a verdict
		}
	case praxisv1.ReasonOverloaded:
		if decided == praxisv1.DecideReschedule {
			return praxisv1.DecideReassign
		}
	}
	return decided
}
