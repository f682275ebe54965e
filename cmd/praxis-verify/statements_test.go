// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/incentive"
)

// payroll is an export with one week, one Action that was accepted three times of four, and the
// statements of two quarters.
type payroll struct {
	utility      praxisv1.Utility
	cycle        praxisv1.WeeklyCycle
	action       praxisv1.Action
	first, later praxisv1.IncentiveStatement
}

func aPayroll(t *testing.T) *payroll {
	t.Helper()
	p := &payroll{}
	start := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	p.utility = praxisv1.Utility{TypeMeta: metav1.TypeMeta{Kind: "Utility"}, ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "checkout"}, Spec: praxisv1.UtilitySpec{Cadence: praxisv1.Cadence{
		TimeZone: "Etc/UTC", QuarterStartMonth: 1,
		WeekStart: praxisv1.WeekMoment{Day: praxisv1.Monday, Time: "08:00"}, Midweek: praxisv1.WeekMoment{Day: praxisv1.Wednesday, Time: "14:00"}, Review: praxisv1.WeekMoment{Day: praxisv1.Friday, Time: "15:00"},
	}}}
	p.cycle = praxisv1.WeeklyCycle{TypeMeta: metav1.TypeMeta{Kind: "WeeklyCycle"}, ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "checkout-2026-w48"}, Spec: praxisv1.WeeklyCycleSpec{
		UtilityRef: praxisv1.LocalReference{Name: "checkout"}, Week: "2026-W48", StartsAt: metav1.Time{Time: start},
	}}
	p.cycle.Status.Conditions = []metav1.Condition{{Type: praxisv1.ConditionClosed, Status: metav1.ConditionTrue}}
	p.cycle.Status.Evidence = &praxisv1.EvidenceRoot{Root: "root"}
	p.action = praxisv1.Action{TypeMeta: metav1.TypeMeta{Kind: "Action"}, ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "checkout-2026-w48.fix.ship.ben"}, Spec: praxisv1.ActionSpec{
		CycleRef: praxisv1.LocalReference{Name: "checkout-2026-w48"}, User: "ben", Tier: praxisv1.TierKey, Target: 4, Contribution: 2,
	}}
	p.action.Status.Accepted = 3
	spec := praxisv1.IncentivePolicySpec{Unit: "EUR", Rules: []praxisv1.IncentiveRule{
		{Name: "drive", Tiers: []praxisv1.Tier{praxisv1.TierKey}, Rhythm: praxisv1.RhythmQuarterly, Rate: &praxisv1.Rate{Amount: "25", Per: praxisv1.PerCompletion}},
		{Name: "stay", Tiers: []praxisv1.Tier{praxisv1.TierKey}, Rhythm: praxisv1.RhythmLongTerm, Rate: &praxisv1.Rate{Amount: "4", Per: praxisv1.PerCompletion}, Release: &praxisv1.IncentiveRelease{Quarters: 4, OnLeave: praxisv1.LeaveForfeit}},
	}}
	policy, err := incentive.Parse(&spec)
	if err != nil {
		t.Fatal(err)
	}
	hash, err := incentive.Hash(&spec)
	if err != nil {
		t.Fatal(err)
	}
	statement := func(quarter string, lines []praxisv1.IncentiveLine) praxisv1.IncentiveStatement {
		s := praxisv1.IncentiveStatement{TypeMeta: metav1.TypeMeta{Kind: "IncentiveStatement"}, ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "pay-" + strings.ToLower(quarter)}, Spec: praxisv1.IncentiveStatementSpec{
			PolicyRef: praxisv1.LocalReference{Name: "pay"}, UtilityRef: praxisv1.LocalReference{Name: "checkout"}, Quarter: quarter, User: "ben", Policy: spec, PolicyHash: hash,
		}}
		s.Status.Lines, s.Status.Total = lines, incentive.Format(incentive.Total(lines, 2), 2)
		s.Status.Conditions = []metav1.Condition{{Type: praxisv1.ConditionComputed, Status: metav1.ConditionTrue}, {Type: praxisv1.ConditionPayable, Status: metav1.ConditionTrue, Reason: praxisv1.ReasonFinal}}
		return s
	}
	l := &incentive.Ledger{Quarter: "2026-Q4", Spec: &spec, Policy: policy, Closed: true, Weeks: []incentive.ClosedWeek{incentive.Closed(&p.cycle, []praxisv1.Action{p.action}, nil, nil)}}
	p.first = statement("2026-Q4", l.Lines()["ben"])
	p.first.Status.Roots = l.Roots()
	p.later = statement("2027-Q1", []praxisv1.IncentiveLine{
		{Kind: praxisv1.LineCorrected, Of: "2026-Q4", Rule: "drive", Amount: "-25.00"},
		{Kind: praxisv1.LineReleased, Of: "2026-Q4", Rule: "stay", Amount: "3.00"},
	})
	return p
}

func (p *payroll) export(t *testing.T, without string) string {
	t.Helper()
	var items []any
	for kind, o := range map[string]any{"Utility": p.utility, "WeeklyCycle": p.cycle, "Action": p.action, "first": p.first, "later": p.later} {
		if kind != without {
			items = append(items, o)
		}
	}
	text, err := json.Marshal(map[string]any{"items": items})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestAForgedStatementIsNamedWithItsLine(t *testing.T) {
	const all = "2 of 2 statements verified\n"
	for name, c := range map[string]struct {
		forge   func(*payroll)
		without string
		wrong   bool
		says    string
	}{
		"as it is": {func(*payroll) {}, "", false, all},
		"an amount": {func(p *payroll) { p.first.Status.Lines[0].Amount = "99.00" }, "", true,
			"shop/pay-2026-q4: the line Earned drive says 3 of 4 and 99.00, and the weeks come to 3 of 4 and 75.00"},
		"a policy":        {func(p *payroll) { p.first.Spec.Policy.Rules[0].Rate.Amount = "26" }, "", true, "shop/pay-2026-q4: its policy is not the one of its policyHash"},
		"a line left out": {func(p *payroll) { p.first.Status.Lines = p.first.Status.Lines[1:] }, "", true, "shop/pay-2026-q4: the line Earned drive is missing; it comes to 75.00"},
		"a root":          {func(p *payroll) { p.first.Status.Roots[0].Root = "another" }, "", true, "shop/pay-2026-q4: it stands on another root of 2026-W48 than the week has"},
		"work that was less": {func(p *payroll) { p.action.Status.Accepted = 2 }, "", true,
			"shop/pay-2026-q4: the line Earned drive says 3 of 4 and 75.00, and the weeks come to 2 of 4 and 50.00"},
		"more released than by now": {func(p *payroll) { p.later.Status.Lines[1].Amount, p.later.Status.Total = "12.00", "-13.00" }, "", true,
			"shop/pay-2027-q1: 12.00 are released of what 2026-Q4 awarded by rule stay, and by now it can be 3.00"},
		"more taken back than was paid": {func(p *payroll) { p.later.Status.Lines[0].Amount, p.later.Status.Total = "-75.01", "-72.01" }, "", true,
			"shop/pay-2027-q1: -75.01 are corrected of what 2026-Q4 paid by rule drive, which is 75.00"},
		"weeks that are missing": {func(*payroll) {}, "WeeklyCycle", false,
			"shop/pay-2026-q4: 2026-W48 is not in the export, so what it says of them is taken as it stands\n" + all},
		"the calendar that is missing": {func(*payroll) {}, "Utility", false, "shop/pay-2026-q4: 2026-W48 is not in the export"},
		"an earlier statement that is missing": {func(*payroll) {}, "first", true,
			"shop/pay-2027-q1: the line Corrected drive of 2026-Q4 cannot be verified: that statement is not in the export"},
	} {
		t.Run(name, func(t *testing.T) {
			p := aPayroll(t)
			c.forge(p)
			var out bytes.Buffer
			wrong, err := statements([]byte(p.export(t, c.without)), &out)
			if err != nil || wrong != c.wrong || !strings.Contains(out.String(), c.says) {
				t.Errorf("it is wrong: %v (%v), and says\n%swant %v and %q", wrong, err, out.String(), c.wrong, c.says)
			}
		})
	}
}
