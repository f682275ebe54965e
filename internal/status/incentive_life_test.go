// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/incentive"
)

// paid is a policy that lives through some quarters of one week each.
type paid struct {
	*testing.T
	spec       praxisv1.IncentivePolicySpec
	statements []*praxisv1.IncentiveStatement
	here       map[string]bool
	now        time.Time
}

func paying(t *testing.T) *paid {
	return &paid{T: t, here: map[string]bool{"ana": true}, now: time.Date(2026, 12, 30, 0, 0, 0, 0, time.UTC), spec: praxisv1.IncentivePolicySpec{
		Unit: "EUR", DisputeDays: 7, Approvers: praxisv1.Approvers{Users: []string{"hr", "cfo", "ana"}, Count: 2}, AuthoredBy: "author",
		Rules: []praxisv1.IncentiveRule{
			{Name: "drive", Tiers: []praxisv1.Tier{praxisv1.TierKey}, Rhythm: praxisv1.RhythmQuarterly, Rate: &praxisv1.Rate{Amount: "10", Per: praxisv1.PerCompletion}},
			{Name: "stay", Tiers: []praxisv1.Tier{praxisv1.TierKey}, Rhythm: praxisv1.RhythmLongTerm, Rate: &praxisv1.Rate{Amount: "0.01", Per: praxisv1.PerCompletion},
				Release: &praxisv1.IncentiveRelease{Quarters: 2, OnLeave: praxisv1.LeaveForfeit}},
		},
	}}
}

func worked(week string, acc, due int64) incentive.Work {
	return incentive.Work{User: "ana", Week: week, Tier: praxisv1.TierKey, Level: praxisv1.LevelDepartment, Acc: big.NewRat(acc, 1), Due: big.NewRat(due, 1), Target: big.NewRat(due, 1), Percent: new(big.Rat)}
}

// look decides all statements of a quarter, whose only week has closed, with the work as it was and
// as it is today.
func (p *paid) look(quarter, week string, was, now int64) *praxisv1.IncentiveStatement {
	p.Helper()
	policy, err := incentive.Parse(&p.spec)
	if err != nil {
		p.Fatal(err)
	}
	l := &incentive.Ledger{Quarter: quarter, Spec: &p.spec, Policy: policy, Closed: true, Statements: p.statements, Here: p.here}
	if was > 0 {
		l.Weeks = []incentive.ClosedWeek{{Name: week, Root: "root", Work: []incentive.Work{worked(week, was, was)}, Now: []incentive.Work{worked(week, now, was)}}}
	}
	var found *praxisv1.IncentiveStatement
	for _, user := range l.Users() {
		i := slices.IndexFunc(p.statements, func(s *praxisv1.IncentiveStatement) bool { return s.Spec.Quarter == quarter && s.Spec.User == user })
		if i < 0 {
			hash, _ := incentive.Hash(&p.spec)
			p.statements = append(p.statements, &praxisv1.IncentiveStatement{ObjectMeta: metav1.ObjectMeta{Name: user + quarter}, Spec: praxisv1.IncentiveStatementSpec{User: user, Quarter: quarter, Policy: p.spec, PolicyHash: hash}})
			i, l.Statements = len(p.statements)-1, p.statements
		}
		found = p.statements[i]
		found.Status, _ = ForIncentiveStatement(IncentiveStatementInput{Statement: found, Ledger: l, Lines: l.Lines()[user], Roots: l.Roots()}, p.now)
	}
	return found
}

// agreed lets the window pass and two approve.
func (p *paid) agreed(quarter, week string, was int64) *praxisv1.IncentiveStatement {
	p.Helper()
	s := p.look(quarter, week, was, was)
	p.now = p.now.Add(8 * 24 * time.Hour)
	s.Spec.Approvals = []praxisv1.Approval{{By: "hr"}, {By: "ana"}, {By: "hr"}, {By: "cfo"}}
	s = p.look(quarter, week, was, was)
	if final, payable := incentive.Final(s); !final || !payable {
		p.Fatalf("it is not final: %v", s.Status.Conditions)
	}
	return s
}

func told(s *praxisv1.IncentiveStatement) string {
	if s == nil {
		return "none"
	}
	var out []string
	for _, l := range s.Status.Lines {
		if l.Amount != "" {
			out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s %s %s", l.Kind, l.Of, l.Rule, l.Amount)))
		}
	}
	return strings.ReplaceAll(strings.Join(append(out, "total "+s.Status.Total), ", "), "  ", " ")
}

func TestALongTermAwardIsReleasedAndForfeitedByWhoLeaves(t *testing.T) {
	for name, c := range map[string]struct {
		leaves  bool
		onLeave praxisv1.OnLeave
		want    []string
	}{
		"who stays gets all of it":         {false, praxisv1.LeaveForfeit, []string{"Released 2026-Q4 stay 0.03, total 0.03", "Released 2026-Q4 stay 0.02, total 0.02", "none"}},
		"who leaves gets nothing more":     {true, praxisv1.LeaveForfeit, []string{"Released 2026-Q4 stay 0.03, total 0.03", "Forfeited 2026-Q4 stay 0.02, total 0.00", "none"}},
		"who leaves gets the rest at once": {true, praxisv1.LeaveRelease, []string{"Released 2026-Q4 stay 0.03, total 0.03", "Released 2026-Q4 stay 0.02, total 0.02", "none"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := paying(t)
			p.spec.Rules[1].Release.OnLeave = c.onLeave
			if got := told(p.agreed("2026-Q4", "2026-W52", 5)); got != "Earned drive 50.00, Awarded stay 0.05, total 50.00" {
				t.Errorf("the quarter comes to %s", got)
			}
			for i, quarter := range []string{"2027-Q1", "2027-Q2", "2027-Q3"} {
				p.here["ana"] = !c.leaves || i == 0
				s := p.look(quarter, "", 0, 0)
				if got := told(s); got != c.want[i] {
					t.Errorf("in %s it says %s, want %s", quarter, got, c.want[i])
				}
			}
		})
	}
}

func TestWorkThatChangedIsCorrectedOnceInTheNextStatement(t *testing.T) {
	p := paying(t)
	p.agreed("2026-Q4", "2026-W52", 4)
	lines := told(p.statements[0])
	s := p.look("2026-Q4", "2026-W52", 4, 3)
	verified := meta.FindStatusCondition(s.Status.Conditions, praxisv1.ConditionVerified)
	if verified.Reason != praxisv1.ReasonWorkChanged || !strings.Contains(verified.Message, "2026-W52 by rule drive") || told(s) != lines {
		t.Errorf("it is %s: %s, and says %s", verified.Reason, verified.Message, told(s))
	}
	const corrected = "Earned drive 20.00, Awarded stay 0.02, Corrected 2026-Q4 drive -10.00, Corrected 2026-Q4 stay -0.01, Released 2026-Q4 stay 0.02, total 10.01"
	for range 2 {
		if got := told(p.look("2027-Q1", "2027-W01", 2, 2)); got != corrected {
			t.Errorf("the next says %s, want %s", got, corrected)
		}
	}
	p.agreed("2027-Q1", "2027-W01", 2)
	p.look("2026-Q4", "2026-W52", 0, 0) // its week was pruned
	if got := told(p.look("2027-Q2", "2027-W14", 1, 1)); got != "Earned drive 10.00, Awarded stay 0.01, Released 2026-Q4 stay 0.02, Released 2027-Q1 stay 0.01, total 10.03" {
		t.Errorf("the one after it says %s", got)
	}
}

func TestAStatementThatIsRecomputedSaysWhichLineDiffers(t *testing.T) {
	p := paying(t)
	s := p.agreed("2026-Q4", "2026-W52", 4)
	weeks := map[string][]incentive.ClosedWeek{"2026-Q4": {{Name: "2026-W52", Root: "root", Work: []incentive.Work{worked("2026-W52", 4, 4)}}}}
	for name, c := range map[string]struct {
		forge func(*praxisv1.IncentiveStatement)
		want  string
	}{
		"as it is":         {func(*praxisv1.IncentiveStatement) {}, ""},
		"a line with more": {func(s *praxisv1.IncentiveStatement) { s.Status.Lines[0].Amount = "99.00" }, "the line Earned drive says 4 of 4 and 99.00, and the weeks come to 4 of 4 and 40.00"},
		"a total":          {func(s *praxisv1.IncentiveStatement) { s.Status.Total = "99.00" }, "its total is 99.00, and its lines add up to 40.00"},
		"another policy":   {func(s *praxisv1.IncentiveStatement) { s.Spec.Policy.Cap = "99" }, "its policy is not the one of its policyHash"},
		"another root":     {func(s *praxisv1.IncentiveStatement) { s.Status.Roots[0].Root = "other" }, "it stands on another root of 2026-W52 than the week has"},
		"a line of nowhere": {func(s *praxisv1.IncentiveStatement) {
			s.Status.Lines = append(s.Status.Lines, praxisv1.IncentiveLine{Kind: praxisv1.LineEarned, Rule: "gift", Amount: "0.00"})
		}, "nothing of the weeks comes to the line Earned gift"},
		"a line that is out": {func(s *praxisv1.IncentiveStatement) { s.Status.Lines = s.Status.Lines[1:] }, "the line Earned drive is missing; it comes to 40.00"},
	} {
		t.Run(name, func(t *testing.T) {
			forged := s.DeepCopy()
			c.forge(forged)
			n, findings := incentive.Verify([]*praxisv1.IncentiveStatement{forged}, weeks)
			var all []string
			for _, f := range findings {
				all = append(all, f.Message)
			}
			if n != 1 || c.want == "" && len(all) > 0 || !strings.Contains(strings.Join(all, "\n"), c.want) {
				t.Errorf("of %d statements it finds %q, want %q", n, all, c.want)
			}
		})
	}
}

func TestAStatementWhosePolicyIsNotUnderstoodSaysSoAndStaysAsItWas(t *testing.T) {
	p := paying(t)
	s := p.look("2026-Q4", "2026-W52", 4, 4)
	lines, total := told(s), s.Status.Total
	s.Spec.Policy.Unit = "XYZ" // as a later release may no longer know
	s.Status = UnclearStatement(s, p.now)
	ready := meta.FindStatusCondition(s.Status.Conditions, praxisv1.ConditionReady)
	if ready.Status != metav1.ConditionFalse || ready.Reason != praxisv1.ReasonInvalidSpec || !strings.Contains(ready.Message, `"XYZ" is no currency`) {
		t.Errorf("it is %s: %s", ready.Reason, ready.Message)
	}
	if told(s) != lines || s.Status.Total != total || !incentive.Computed(s) {
		t.Errorf("it says %s, and said %s", told(s), lines)
	}
}
