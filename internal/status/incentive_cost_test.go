// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"
	"math/big"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/incentive"
)

// crowd is the ledger of a quarter of 12 weeks in which each of many persons has one piece of work,
// with the final statements of four quarters before it.
func crowd(tb testing.TB, people int) *incentive.Ledger {
	tb.Helper()
	spec := &praxisv1.IncentivePolicySpec{Unit: "EUR", DisputeDays: 7, Pool: "1000", Rules: []praxisv1.IncentiveRule{
		{Name: "drive", Tiers: []praxisv1.Tier{praxisv1.TierKey}, Rhythm: praxisv1.RhythmQuarterly, Rate: &praxisv1.Rate{Amount: "10", Per: praxisv1.PerCompletion}},
		{Name: "stay", Tiers: []praxisv1.Tier{praxisv1.TierKey}, Rhythm: praxisv1.RhythmLongTerm, Rate: &praxisv1.Rate{Amount: "4", Per: praxisv1.PerCompletion},
			Release: &praxisv1.IncentiveRelease{Quarters: 8, OnLeave: praxisv1.LeaveForfeit}},
	}}
	policy, err := incentive.Parse(spec)
	if err != nil {
		tb.Fatal(err)
	}
	l := &incentive.Ledger{Quarter: "2026-Q4", Spec: spec, Policy: policy, Here: map[string]bool{}}
	for n := range people {
		user := fmt.Sprintf("person-%d@example.com", n)
		l.Here[user] = true
		for _, quarter := range []string{"2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"} {
			s := &praxisv1.IncentiveStatement{ObjectMeta: metav1.ObjectMeta{Name: quarter + user}, Spec: praxisv1.IncentiveStatementSpec{User: user, Quarter: quarter, Policy: *spec}}
			if quarter != l.Quarter {
				s.Status.Lines = []praxisv1.IncentiveLine{{Kind: praxisv1.LineAwarded, Rule: "stay", Acc: 2, Due: 2, Amount: "8.00"}}
				s.Status.Conditions = []metav1.Condition{{Type: praxisv1.ConditionPayable, Status: metav1.ConditionTrue, Reason: praxisv1.ReasonFinal}}
			}
			l.Statements = append(l.Statements, s)
		}
	}
	for w := range 12 {
		week := incentive.ClosedWeek{Name: fmt.Sprintf("2026-W%d", 40+w), Root: "root"}
		for n := range people {
			week.Work = append(week.Work, incentive.Work{
				User: fmt.Sprintf("person-%d@example.com", n), Week: week.Name, Tier: praxisv1.TierKey, Level: praxisv1.LevelDepartment,
				Acc: big.NewRat(1, 1), Due: big.NewRat(2, 1), Target: big.NewRat(2, 1), Percent: new(big.Rat),
			})
		}
		week.Now = week.Work
		l.Weeks = append(l.Weeks, week)
	}
	return l
}

// decided decides every statement of the quarter, as the reconciler of a policy does.
func decided(l *incentive.Ledger) (n int) {
	lines, roots := l.Lines(), l.Roots()
	for _, s := range l.Statements {
		if s.Spec.Quarter == l.Quarter {
			s.Status, _ = ForIncentiveStatement(IncentiveStatementInput{Statement: s, Ledger: l, Lines: lines[s.Spec.User], Roots: roots}, time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC))
			n += len(s.Status.Lines)
		}
	}
	return n
}

func BenchmarkStatementsOfAPolicy(b *testing.B) {
	for _, people := range []int{100, 1000} {
		b.Run(fmt.Sprint(people), func(b *testing.B) {
			l := crowd(b, people)
			for b.Loop() {
				decided(l)
			}
		})
	}
}

func TestTheWorkOnStatementsGrowsAsThePeopleDo(t *testing.T) {
	allocated := func(people int) float64 {
		l := crowd(t, people)
		decided(l)
		return testing.AllocsPerRun(1, func() { decided(l) })
	}
	if few, many := allocated(25), allocated(200); many > 8*1.5*few {
		t.Errorf("8 times as many people cost %.1f times as much: %.0f and %.0f allocations", many/few, few, many)
	}
}
