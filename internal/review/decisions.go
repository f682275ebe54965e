// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package review

import (
	"fmt"
	"slices"
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/text"
	"github.com/praxis-dev/praxis/internal/week"
)

// WhyInvalid says why a decision has no effect; empty if it has one. The Actions are those of
// the reviewed week.
func WhyInvalid(p *plan.Programme, r *praxisv1.Review, cycle *praxisv1.WeeklyCycle, actions []praxisv1.Action, d *praxisv1.ActionDecision) string {
	i := slices.IndexFunc(actions, func(a praxisv1.Action) bool { return a.Name == d.Action })
	if i < 0 {
		return fmt.Sprintf("%s is not an Action of %s; take the name from the agenda", d.Action, cycle.Name)
	}
	switch team := p.TeamOf(&actions[i]); {
	case d.Decision == praxisv1.DecideReassign && (team == nil || plan.Member(team, d.Member) == nil):
		return fmt.Sprintf("%s cannot go to %s, who is not in Team %s; name a member", text.ActionName(d.Action), d.Member, actions[i].Spec.Team)
	case r.Spec.Type == praxisv1.ReviewMidweekCheck && len(actions[i].Spec.Amendments) >= plan.MaxAmendments && !carriedOut(&actions[i], r.Name):
		return fmt.Sprintf("%s cannot be carried out: it was changed %d times, which is the most; decide in the WeeklyReview", text.ActionName(d.Action), plan.MaxAmendments)
	case d.Decision != praxisv1.DecideReschedule:
		return ""
	case r.Spec.Type == praxisv1.ReviewMidweekCheck && !d.DueAt.Time.Before(cycle.Spec.EndsAt.Time):
		return fmt.Sprintf("%s cannot be due after the week, which ends at %s; choose an earlier time", text.ActionName(d.Action), cycle.Spec.EndsAt.UTC().Format(time.RFC3339))
	case d.DueAt.Time.Before(r.Spec.OpensAt.Time):
		return fmt.Sprintf("%s cannot be due at %s, before the review; choose a later time", text.ActionName(d.Action), d.DueAt.UTC().Format(time.RFC3339))
	}
	return ""
}

// DecisionsOf are the decisions of a signed WeeklyReview; nil if there is none.
func DecisionsOf(review *praxisv1.Review) week.Decisions {
	if review == nil || !Signed(review) {
		return nil
	}
	decisions := week.Decisions{}
	for _, d := range review.Spec.Decisions {
		decisions[d.Action] = d
	}
	return decisions
}

// invalid are the decisions that have no effect, as sentences.
func (in Input) invalid() []string {
	if !in.ofAWeek() || in.Cycle == nil {
		return nil
	}
	var why []string
	for i := range in.Review.Spec.Decisions {
		if wrong := WhyInvalid(in.Programme, in.Review, in.Cycle, in.Actions, &in.Review.Spec.Decisions[i]); wrong != "" {
			why = append(why, "The decision on "+wrong)
		}
	}
	return why
}

// ToCarryOut are the valid decisions of a signed MidweekCheck.
func ToCarryOut(in Input) []praxisv1.ActionDecision {
	if in.Review.Spec.Type != praxisv1.ReviewMidweekCheck || !Signed(in.Review) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(in.Review.Spec.Decisions), func(d praxisv1.ActionDecision) bool {
		return WhyInvalid(in.Programme, in.Review, in.Cycle, in.Actions, &d) != ""
	})
}
