// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package review

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/week"
)

// Input is what the status of a Review is decided from.
type Input struct {
	Review    *praxisv1.Review
	Programme *plan.Programme
	// Cycle is the reviewed week, or the last of the reviewed quarter, nil for a Calibration;
	// Actions are those of the week, Cycles are all weeks that are there of the quarter.
	Cycle  *praxisv1.WeeklyCycle
	Cycles []praxisv1.WeeklyCycle
	// InForce is the plan by which it is known who may sign, nil where no week runs: that of the
	// week, or of the running one for a Review that is not of a single week.
	InForce *praxisv1.WeekPlan
	Actions []praxisv1.Action
	// Overloaded reports whether a member has more work than capacity in the week.
	Overloaded func(team, member string) bool
	// Escalated are the Actions that the previous week left to be decided on.
	Escalated []*praxisv1.Action
	// Earlier is the Review of a week whose decisions this one takes up, where they were not
	// carried out; nil if there is none.
	Earlier *praxisv1.Review
}

// Over reports whether the week closed, or began to, or the goal ended, without the Review.
func (in Input) Over() bool {
	return in.Ended() || in.Cycle != nil && (plan.WeekClosed(in.Cycle) || week.Closing(in.Cycle)) && in.ofAWeek()
}

// Ended reports whether the goal has ended, so that its Reviews want no signature, but for the
// one that looks back on it.
func (in Input) Ended() bool {
	if in.Review.Spec.Type == praxisv1.ReviewRetrospective {
		return false
	}
	if in.Programme == nil || in.Programme.Utility == nil {
		return false
	}
	ready := meta.FindStatusCondition(in.Programme.Utility.Status.Conditions, praxisv1.ConditionReady)
	return ready != nil && ready.Reason == praxisv1.ReasonEnded
}

// ofAWeek reports whether the Review is of a week, and so decides on Actions.
func (in Input) ofAWeek() bool {
	return in.Review.Spec.Type == praxisv1.ReviewMidweekCheck || in.Review.Spec.Type == praxisv1.ReviewWeekly
}

func unfinishedKey(actions []praxisv1.Action) []*praxisv1.Action {
	var unfinished []*praxisv1.Action
	for i := range actions {
		if a := &actions[i]; a.Spec.Tier == praxisv1.TierKey && !a.Spec.Dropped && !week.Finished(a) {
			unfinished = append(unfinished, a)
		}
	}
	slices.SortFunc(unfinished, func(a, b *praxisv1.Action) int { return strings.Compare(a.Name, b.Name) })
	return unfinished
}

func (in Input) action(name string) *praxisv1.Action {
	i := slices.IndexFunc(in.Actions, func(a praxisv1.Action) bool { return a.Name == name })
	if i < 0 {
		return nil
	}
	return &in.Actions[i]
}
