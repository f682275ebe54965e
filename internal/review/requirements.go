// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package review

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/text"
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
	return in.Ended() || in.Cycle != nil && (week.Closed(in.Cycle) || week.Closing(in.Cycle)) && in.ofAWeek()
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

// Lacks says what keeps a Review from being complete; empty if it is complete.
func (in Input) Lacks(now time.Time) (reason, message string) {
	for _, r := range requirements {
		if message := r.lacks(in, now); message != "" {
			return r.reason, message
		}
	}
	return "", ""
}

// requirements are what a Review has to fulfil to be complete. They are checked in this
// order; the first that is not fulfilled is what it lacks.
var requirements = []struct {
	name   string
	reason string
	lacks  func(Input, time.Time) string // as a sentence; empty if it is fulfilled
}{
	{"every decision can be carried out when it is signed", praxisv1.ReasonUndecidedGaps, func(in Input, _ time.Time) string {
		if Signed(in.Review) {
			return "" // what became impossible since stands on the next agenda
		}
		return firstOf(in.invalid())
	}},
	{"whoever signed it may sign", praxisv1.ReasonNotAReviewer, func(in Input, _ time.Time) string {
		if signer := in.Review.Spec.SignOff; signer != nil && !slices.Contains(in.Review.Spec.Reviewers, signer.By) {
			return fmt.Sprintf("%s may not sign it; %s has to", signer.By, in.Review.Spec.Reviewer)
		}
		return ""
	}},
	{"it is signed in time", praxisv1.ReasonOverdue, func(in Input, now time.Time) string {
		if in.Review.Spec.SignOff == nil && !now.Before(in.Review.Spec.DueAt.Time) {
			return fmt.Sprintf("It was due %s; %s concludes and signs it", text.Instant(in.Review.Spec.DueAt.Time), in.Review.Spec.Reviewer)
		}
		return ""
	}},
	{"every unfinished key Action has a decision", praxisv1.ReasonUndecidedGaps, func(in Input, now time.Time) string {
		if undecided := in.undecided(now); len(undecided) > 0 {
			return fmt.Sprintf("%d unfinished key Actions need a decision: %s", len(undecided), strings.Join(undecided, ", "))
		}
		return ""
	}},
	{"it is signed", praxisv1.ReasonNotYet, func(in Input, _ time.Time) string {
		if in.Review.Spec.SignOff == nil {
			return in.Review.Spec.Reviewer + " writes a conclusion and signs it"
		}
		return ""
	}},
}

func firstOf(sentences []string) string {
	if len(sentences) == 0 {
		return ""
	}
	return sentences[0]
}

// undecided are the unfinished key-tier Actions of a WeeklyReview that nothing is decided
// on, without their cycle; of those that its agenda shows, since nobody decides on what is
// not seen.
func (in Input) undecided(now time.Time) []string {
	if in.Review.Spec.Type != praxisv1.ReviewWeekly {
		return nil
	}
	shown, decided := map[string]bool{}, map[string]bool{}
	for _, item := range in.Agenda(now) {
		shown[item.Action] = true
	}
	for _, d := range in.Review.Spec.Decisions {
		decided[d.Action] = true
	}
	var names []string
	for _, a := range unfinishedKey(in.Actions) {
		if shown[a.Name] && !decided[a.Name] {
			names = append(names, text.ActionName(a.Name))
		}
	}
	return names
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
