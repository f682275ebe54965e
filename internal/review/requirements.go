// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package review

import (
	"fmt"
	"slices"
	"strings"
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/text"
)

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
