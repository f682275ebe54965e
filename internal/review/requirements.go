// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package review

import (
	"fmt"
	"slices"
	"strings"
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/text"
	"github.com/praxis-dev/praxis/internal/week"
)

// Input is what the status of a Review is decided from.
type Input struct {
	Review    *praxisv1.Review
	Programme *plan.Programme
	// Cycle is the reviewed week, nil for a Calibration; Actions are the week's.
	Cycle   *praxisv1.WeeklyCycle
	Actions []praxisv1.Action
	// Overloaded tells whether a member has more than the capacity of the week.
	Overloaded func(team, member string) bool
	// Escalated are Actions that the week before left to be decided on.
	Escalated []*praxisv1.Action
}

// Over tells whether the week closed without the Review.
func (in Input) Over() bool { return in.Cycle != nil && week.Closed(in.Cycle) && in.ofAWeek() }

// ofAWeek tells whether the Review decides on Actions.
func (in Input) ofAWeek() bool {
	return in.Review.Spec.Type == praxisv1.ReviewMidweekCheck || in.Review.Spec.Type == praxisv1.ReviewWeekly
}

// Lacks says what keeps a Review from being complete; nothing where it is.
func (in Input) Lacks(now time.Time) (reason, message string) {
	r := in.Review
	if invalid := in.invalid(); len(invalid) > 0 {
		return praxisv1.ReasonUndecidedGaps, invalid[0]
	}
	undecided := in.undecided()
	switch signer := r.Spec.SignOff; {
	case signer != nil && !slices.Contains(r.Spec.Reviewers, signer.By):
		return praxisv1.ReasonNotAReviewer, fmt.Sprintf("%s may not sign it; %s has to", signer.By, r.Spec.Reviewer)
	case signer != nil && len(undecided) == 0:
		return "", ""
	case signer == nil && !now.Before(r.Spec.DueAt.Time):
		return praxisv1.ReasonOverdue, fmt.Sprintf("It was due %s; %s concludes and signs it", text.Instant(r.Spec.DueAt.Time), r.Spec.Reviewer)
	case len(undecided) > 0:
		return praxisv1.ReasonUndecidedGaps, fmt.Sprintf("%d unfinished key Actions want a decision: %s", len(undecided), strings.Join(undecided, ", "))
	}
	return praxisv1.ReasonNotYet, fmt.Sprintf("%s writes a conclusion and signs it", r.Spec.Reviewer)
}

// undecided are the unfinished key-tier Actions of a WeeklyReview that nothing is
// decided on, without their cycle; of the first that an agenda can hold.
func (in Input) undecided() []string {
	if in.Review.Spec.Type != praxisv1.ReviewWeekly {
		return nil
	}
	decided := map[string]bool{}
	for _, d := range in.Review.Spec.Decisions {
		decided[d.Action] = true
	}
	var names []string
	for _, a := range unfinishedKey(in.Actions) {
		if !decided[a.Name] {
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
	return unfinished[:min(len(unfinished), maxAgenda)]
}
