// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package week

import (
	"cmp"
	"math/big"
	"slices"
	"strings"
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
	"github.com/praxis-dev/praxis/internal/plan"
)

// Work is a week's frozen plan and its Actions.
type Work struct {
	Plan    *praxisv1.WeekPlan
	Actions []praxisv1.Action
	// Week is the week's dates, by whose days of work verdicts are timed.
	Week cadence.Week
	// Overloaded reports whether a member has more work than capacity in the week.
	Overloaded func(team, member string) bool
	// Gone is the reason why nobody goes on with an Action in the rest of the week: MemberLeft,
	// MemberAway, or none.
	Gone func(*praxisv1.Action) string
	// JudgesOf are the members who may judge what waits of an Action, by the rules by which a verdict
	// counts; without it nobody is named.
	JudgesOf func(*praxisv1.Action) []string
	// DisplayName is what people read of a member of a Team, or empty where that is the name.
	DisplayName func(team, member string) string
	// Closing decides what becomes of unfinished work, by the decisions of its Review.
	Closing   bool
	Decisions Decisions
}

// WorkOf is a week's work at an instant, where a Programme knows who is there; without one
// everybody is.
func WorkOf(cycle *praxisv1.WeeklyCycle, frozen *praxisv1.WeekPlan, p *plan.Programme, actions []praxisv1.Action, now time.Time) Work {
	w := Work{Plan: frozen, Actions: actions}
	dates, err := plan.WeekOfCycle(cycle)
	if err != nil {
		return w // only a week that somebody wrote by hand cannot be read
	}
	w.Week = dates
	if p != nil {
		w.Gone = func(a *praxisv1.Action) string { return plan.WhyGone(p.TeamOf(a), a, dates, now) }
		w.DisplayName = func(team, member string) string { return plan.DisplayName(p.Teams[team], member) }
	}
	return w
}

// slack is for how long what is due gives no alarm. A week that is over has none left.
func (w Work) slack(planned *praxisv1.PlannedKeyAction) time.Duration {
	if w.Closing {
		return 0
	}
	return hoursOf(cmp.Or(planned.Slack, plan.DefaultSlack))
}

// WeightOf is a KeyAction's percent of the Utility; one of a Team has an even, exact part of
// its parent's.
func WeightOf(k *praxisv1.PlannedKeyAction) *big.Rat {
	return big.NewRat(int64(k.Weight), max(1, int64(k.Parts)))
}

func group(actions []praxisv1.Action) map[string][]*praxisv1.Action {
	groups := map[string][]*praxisv1.Action{}
	for i := range actions {
		name := actions[i].Spec.KeyActionRef.Name
		groups[name] = append(groups[name], &actions[i])
	}
	for _, g := range groups {
		slices.SortFunc(g, func(a, b *praxisv1.Action) int { return strings.Compare(a.Name, b.Name) })
	}
	return groups
}

// hoursOf is a duration of a spec; one that the schema would have refused is none.
func hoursOf(d praxisv1.Duration) time.Duration {
	minutes, err := d.Minutes()
	if err != nil {
		return 0
	}
	return time.Duration(minutes) * time.Minute
}
