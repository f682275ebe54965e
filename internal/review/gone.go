// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package review

import (
	"fmt"
	"slices"
	"strings"
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/text"
	"github.com/praxis-dev/praxis/internal/week"
)

// span is the time that a Review decides about: what is left of a week from an instant on.
type span struct {
	cadence.Week
	now time.Time
}

// ahead is what is left of the reviewed week or, at its end, the next one, in which whatever
// is carried over goes on. It is nil where the week cannot be read.
func (in Input) ahead(now time.Time) *span {
	dates, err := plan.WeekOfCycle(in.Cycle)
	if err != nil {
		return nil // only a week that somebody wrote by hand
	}
	if in.Review.Spec.Type == praxisv1.ReviewWeekly {
		if calendar, err := cadence.New(in.Programme.Utility.Spec.Cadence); err == nil {
			dates = calendar.OpenAt(dates.EndsAt, dates.Name, dates.EndsAt)
		}
	}
	return &span{dates, now}
}

func (in Input) candidates(a *praxisv1.Action, ahead *span) []string {
	if ahead == nil {
		return nil
	}
	return in.Programme.Candidates(a, in.Actions, ahead.Week, ahead.now)
}

// withoutAnybody are gaps for the open Actions that nobody goes on with and no gap is about
// yet, since nothing of them is due.
func (in Input) withoutAnybody(listed []praxisv1.Gap, ahead *span) []praxisv1.Gap {
	var gaps []praxisv1.Gap
	for i := range in.Actions {
		a := &in.Actions[i]
		known := slices.ContainsFunc(listed, func(g praxisv1.Gap) bool { return g.Action == a.Name })
		if known || in.gone(a, ahead) == "" {
			continue
		}
		gaps = append(gaps, praxisv1.Gap{Action: a.Name, KeyAction: a.Spec.KeyActionRef.Name, Tier: a.Spec.Tier})
	}
	slices.SortFunc(gaps, func(a, b praxisv1.Gap) int { return strings.Compare(a.Action, b.Action) })
	return gaps
}

// gone is the reason why nobody goes on with an Action of which something is open and not
// handed in; empty if somebody does.
func (in Input) gone(a *praxisv1.Action, ahead *span) string {
	if ahead == nil || a.Spec.Dropped || week.HandedIn(a) >= a.Spec.Target {
		return ""
	}
	return plan.WhyGone(in.Programme.TeamOf(a), a, ahead.Week, ahead.now)
}

// whyGone is a gap that says so where it is one because nobody goes on with it.
func (in Input) whyGone(g praxisv1.Gap, ahead *span) praxisv1.Gap {
	a := in.action(g.Action)
	if a == nil || g.Reason == praxisv1.ReasonAwaitingAcceptance || g.Reason == praxisv1.ReasonJudgeLate {
		return g
	}
	open := fmt.Sprintf("%d of %d of %s are open", a.Spec.Target-week.HandedIn(a), a.Spec.Target, a.Spec.Step)
	switch reason := in.gone(a, ahead); reason {
	case "":
		return g
	case praxisv1.ReasonUnassigned:
		g.Reason, g.Message = reason, open+", and nobody has it; reassign it"
	case praxisv1.ReasonMemberLeft:
		g.Reason, g.Message = reason, fmt.Sprintf("%s, and %s has left Team %s; reassign it", open, a.Spec.Member, a.Spec.Team)
	case praxisv1.ReasonMemberAway:
		g.Reason, g.Message = reason, fmt.Sprintf("%s, and %s is away %s; reassign it", open, in.Programme.Shown(a.Spec.Team, a.Spec.Member), in.until())
	}
	g.Message = text.Clip(g.Message, text.MaxMessage)
	return g
}

func (in Input) until() string {
	if in.Review.Spec.Type == praxisv1.ReviewWeekly {
		return "all of next week"
	}
	return "for the rest of the week"
}
