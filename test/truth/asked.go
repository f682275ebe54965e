// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
	rule "github.com/praxis-dev/praxis/internal/week"
)

// asked is a week as objects of Praxis.
type asked struct {
	week *week
	work rule.Work
}

func newAsked(wk *week) (*asked, error) {
	dates, err := cadence.Restore("UTC", cadence.Week{Name: "2026-W48", StartsAt: starts.time(), MidweekAt: midweek.time(), ReviewAt: review.time(), EndsAt: ends.time()}, nil, nil)
	if err != nil {
		return nil, err
	}
	x := &asked{week: wk, work: rule.Work{Week: dates, Plan: &praxisv1.WeekPlan{}, Overloaded: func(_, member string) bool { return wk.loaded[member] }}}
	known := map[string]bool{}
	teams := map[string]bool{}
	for _, a := range wk.actions {
		if !known[a.keyAction] {
			known[a.keyAction] = true
			parts := int32(float64(a.weight)/wk.percentOf(a) + 0.5)
			x.work.Plan.KeyActions = append(x.work.Plan.KeyActions, praxisv1.PlannedKeyAction{Name: a.keyAction, Weight: int32(a.weight), Parts: parts, Tolerance: 10, Critical: 25, OnMiss: praxisv1.MissCarryOver})
		}
		if !teams[a.team] {
			teams[a.team] = true
			team := praxisv1.PlannedTeam{Name: a.team, Lead: lead}
			for _, m := range wk.members {
				team.Members = append(team.Members, praxisv1.PlannedMember{Name: m, User: m, Reviewer: m == reviewer})
			}
			x.work.Plan.Teams = append(x.work.Plan.Teams, team)
		}
		o := praxisv1.Action{ObjectMeta: metav1.ObjectMeta{Name: a.name}, Spec: praxisv1.ActionSpec{
			KeyActionRef: praxisv1.LocalReference{Name: a.keyAction}, Step: a.step, Tier: praxisv1.Tier(a.tier), Team: a.team, Member: a.member, User: a.member,
			Share: int32(a.share), Target: int32(len(a.units)), DependsOn: a.after, Duration: "1h",
		}}
		if a.carried {
			o.Spec.CarriedFrom = "before"
		}
		for _, u := range a.units {
			o.Spec.Occurrences = append(o.Spec.Occurrences, praxisv1.Occurrence{DueAt: metav1.NewTime(u.due.time()), Quantity: 1})
		}
		x.work.Actions = append(x.work.Actions, o)
	}
	x.work.Plan.Actions = int32(len(wk.actions))
	slices.SortFunc(x.work.Plan.KeyActions, func(a, b praxisv1.PlannedKeyAction) int { return cmp.Compare(a.Name, b.Name) })
	return x, nil
}

// at is what the rule of Praxis says at an instant.
func (x *asked) at(now hours) reading {
	for i, a := range x.week.actions {
		s, status := a.at(now), &x.work.Actions[i].Status
		status.Accepted, status.Pending, status.Rejected, status.LastRejected = int32(s.accepted), int32(s.pending), int32(s.rejected), s.lastRejected
		status.PendingSince = nil
		if s.pending > 0 {
			status.PendingSince = new(metav1.NewTime(s.pendingSince.time()))
		}
	}
	f := rule.Judge(x.work, now.time())
	out := reading{alarm: f.Verdict.Status == metav1.ConditionFalse}
	if len(f.Gaps) > 0 {
		g := f.Gaps[0]
		out.first, out.reason, out.pieces, out.impact = g.Action, g.Reason, int(g.Group.Pieces), int(g.Group.Impact)
	}
	return out
}
