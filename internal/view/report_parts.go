// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package view

import (
	"cmp"
	"fmt"
	"slices"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

// addWork adds the key Actions of a week, those that are done and those that are missed, and its
// gaps.
func (g *ReportGoal) addWork(o Objects, c *praxisv1.WeeklyCycle) {
	for i := range o.Actions {
		a := &o.Actions[i]
		if a.Namespace != c.Namespace || a.Spec.CycleRef.Name != c.Name || a.Spec.Tier != praxisv1.TierKey {
			continue
		}
		line := ReportAction{Called: Called(a), Do: a.Spec.Do, Who: o.person(a)}
		switch actionState(a).Reason {
		case praxisv1.ReasonAccepted:
			g.Done = append(g.Done, line)
		case praxisv1.ReasonMissed, praxisv1.ReasonCarriedOver, praxisv1.ReasonOverdue:
			g.Missed = append(g.Missed, line) // what is rejected or blocked may still come in time
		}
	}
	for _, list := range [][]ReportAction{g.Done, g.Missed} {
		slices.SortFunc(list, func(a, b ReportAction) int { return cmp.Compare(a.Called, b.Called) })
	}
	for i := range c.Status.Gaps {
		gap := &c.Status.Gaps[i]
		of := gap.KeyAction
		if gap.Action != "" {
			of = o.called(c.Namespace, gap.Action)
		}
		g.Gaps = append(g.Gaps, ReportGap{Of: of, Reason: gap.Reason, Message: gap.Message})
	}
	g.Done = cut(g, "done", g.Done, maxReportActions)
	g.Missed = cut(g, "missed", g.Missed, maxReportActions)
	g.Gaps = cut(g, "gaps", g.Gaps, maxReportGaps)
}

// addDecisions adds what was signed, the latest first.
func (g *ReportGoal) addDecisions(o Objects, u *praxisv1.Utility, include func(*praxisv1.Review) bool) {
	for i := range o.Reviews {
		r := &o.Reviews[i]
		if r.Namespace != u.Namespace || r.Spec.UtilityRef.Name != u.Name || r.Spec.SignOff == nil || !include(r) {
			continue
		}
		d := ReportDecision{Review: r.Spec.Type, Opened: r.Spec.OpensAt, SignedBy: r.Spec.SignOff.By, Conclusion: r.Spec.Conclusion}
		for _, on := range r.Spec.Decisions {
			says := fmt.Sprintf("%s: %s", o.called(r.Namespace, on.Action), on.Decision)
			if on.Member != "" {
				team := ""
				if a := find(o.Actions, r.Namespace, on.Action); a != nil {
					team = a.Spec.Team
				}
				says += " to " + o.memberOf(r.Namespace, team, on.Member)
			}
			d.Decided = append(d.Decided, says+" – "+on.Reason)
		}
		g.Decisions = append(g.Decisions, d)
	}
	slices.SortStableFunc(g.Decisions, func(a, b ReportDecision) int { return b.Opened.Compare(a.Opened.Time) })
	g.Decisions = cut(g, "decisions", g.Decisions, maxReportDecisions)
}

// memberOf is how people read who a member of a Team is, as person has it of an Action.
func (o Objects) memberOf(namespace, team, member string) string {
	return plan.Called(member, plan.DisplayName(find(o.Teams, namespace, team), member))
}

// cut keeps the first of a list, and counts the rest.
func cut[T any](g *ReportGoal, name string, list []T, most int) []T {
	if len(list) <= most {
		return list
	}
	if g.More == nil {
		g.More = map[string]int{}
	}
	g.More[name] = len(list) - most
	return list[:most]
}

// measuresOf are the measures of a Utility; from where they stood before the quarter if there is
// one, else from their baselines.
func measuresOf(u *praxisv1.Utility, q *praxisv1.QuarterResult) []ReportMeasure {
	var all []ReportMeasure
	for _, m := range u.Spec.Measures {
		out := ReportMeasure{Name: m.Name, Unit: m.Unit, From: m.Baseline, Target: m.Target}
		for _, s := range u.Status.Measures {
			if s.Name == m.Name {
				out.Now = s.Current
			}
		}
		if q != nil {
			for _, s := range q.Measures {
				if s.Name == m.Name {
					out.From, out.Now = s.From, s.To
				}
			}
		}
		all = append(all, out)
	}
	return all
}

// historyOf is what a closed week came to, or nil.
func historyOf(u *praxisv1.Utility, week string) *praxisv1.HistoryEntry {
	for i := range u.Status.History {
		if string(u.Status.History[i].Week) == week {
			return &u.Status.History[i]
		}
	}
	return nil
}

func readingOf(entry *praxisv1.HistoryEntry, measure string) praxisv1.Decimal {
	for _, m := range entry.Measures {
		if m.Name == measure {
			return m.Value
		}
	}
	return ""
}
