// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package week

import (
	"cmp"
	"math/big"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/text"
)

// RollUp is the verdict and delivery of a KeyAction in a week; for an enterprise one it is
// the unweighted average of its Teams.
func RollUp(p *plan.Programme, ka *praxisv1.KeyAction, week *praxisv1.WeeklyCycle) (Verdict, praxisv1.Delivery) {
	rows := rowsByName(week)
	if ka.Spec.TeamSelector == nil {
		if row := rows[ka.Name]; row != nil {
			return Verdict{row.OnTrack, row.Reason}, row.Delivery
		}
		return Verdict{metav1.ConditionUnknown, praxisv1.ReasonNothingPlanned}, praxisv1.Delivery{}
	}
	var names []string
	for _, part := range p.Parts(ka) {
		names = append(names, part.Name)
	}
	return RollUpOf(names, week)
}

// RollUpOf is the unweighted average of the parts of an enterprise KeyAction in a week.
func RollUpOf(parts []string, week *praxisv1.WeeklyCycle) (Verdict, praxisv1.Delivery) {
	rows := rowsByName(week)
	var all Mean
	for _, name := range parts {
		if row := rows[name]; row != nil && row.Exact != nil {
			all.Add(big.NewRat(1, 1), Exactly(row, plan.PlannedAs(week, name)))
		}
	}
	a := all.Account()
	return a.judge(), a.Delivery()
}

// Exactly reads a row back into the account that it was written from, without rounding.
func Exactly(row *praxisv1.KeyActionWeek, judgedBy *praxisv1.PlannedKeyAction) Account {
	read := func(fraction string) *big.Rat {
		if r, ok := text.Rational(fraction); ok {
			return r
		}
		return new(big.Rat) // only this package writes them
	}
	a := Account{
		Accepted: read(row.Exact.Accepted), handedIn: read(cmp.Or(row.Exact.HandedIn, row.Exact.Accepted)), expected: read(row.Exact.Expected), counted: read(cmp.Or(row.Exact.Counted, row.Exact.Expected)),
		tolerance: new(big.Rat), critical: new(big.Rat),
		keyMissed: row.Reason == praxisv1.ReasonKeyActionMissed, judgeLate: row.Exact.JudgeLate, planned: true,
	}
	if judgedBy != nil {
		a.tolerance.SetInt64(int64(judgedBy.Tolerance))
		a.critical.SetInt64(int64(judgedBy.Critical))
	}
	return a
}

// FirstGap is the first gap of the KeyAction, or that of the Team furthest behind.
func FirstGap(p *plan.Programme, ka *praxisv1.KeyAction, week *praxisv1.WeeklyCycle) *praxisv1.FirstGap {
	rows := rowsByName(week)
	var worst *praxisv1.KeyActionWeek
	for _, part := range p.Parts(ka) {
		row := rows[part.Name]
		if row != nil && row.FirstGap != nil && (worst == nil || row.Deviation < worst.Deviation) {
			worst = row
		}
	}
	if worst == nil {
		return nil
	}
	return worst.FirstGap.DeepCopy()
}

// LateVerdict is what a week says first of a verdict that is late for a KeyAction or a Team of
// it; empty where that is of the same cause as something else, or beyond what the week tells of.
func LateVerdict(p *plan.Programme, ka *praxisv1.KeyAction, week *praxisv1.WeeklyCycle) string {
	if week == nil {
		return ""
	}
	rows, parts := rowsByName(week), map[string]bool{}
	for _, part := range p.Parts(ka) {
		parts[part.Name] = true
		if row := rows[part.Name]; row != nil && row.FirstGap != nil && row.FirstGap.Reason == praxisv1.ReasonJudgeLate {
			return row.FirstGap.Message
		}
	}
	for _, g := range week.Status.Gaps {
		if g.Reason == praxisv1.ReasonJudgeLate && parts[g.KeyAction] {
			return g.Message
		}
	}
	return ""
}

// TeamRows are the parts of an enterprise KeyAction, as many as its status tells of; its
// figures are taken from all.
func TeamRows(p *plan.Programme, ka *praxisv1.KeyAction, week *praxisv1.WeeklyCycle) []praxisv1.TeamProgress {
	if ka.Spec.TeamSelector == nil {
		return nil
	}
	rows := rowsByName(week)
	var teams []praxisv1.TeamProgress
	parts := p.Parts(ka)
	for _, part := range parts[:min(len(parts), plan.MaxTeams)] {
		team := praxisv1.TeamProgress{Name: part.Spec.TeamRef.Name, KeyAction: part.Name, OnTrack: metav1.ConditionUnknown}
		if row := rows[part.Name]; row != nil {
			team.Delivery, team.OnTrack = row.Delivery, row.OnTrack
		}
		teams = append(teams, team)
	}
	return teams
}

func rowsByName(cycle *praxisv1.WeeklyCycle) map[string]*praxisv1.KeyActionWeek {
	rows := map[string]*praxisv1.KeyActionWeek{}
	if cycle != nil {
		for i := range cycle.Status.KeyActions {
			rows[cycle.Status.KeyActions[i].Name] = &cycle.Status.KeyActions[i]
		}
	}
	return rows
}
