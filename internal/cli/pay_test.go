// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/incentive"
)

func statementOf(user, payable string) praxisv1.IncentiveStatement {
	status := metav1.ConditionFalse
	if payable == praxisv1.ReasonFinal {
		status = metav1.ConditionTrue
	}
	return praxisv1.IncentiveStatement{
		Spec: praxisv1.IncentiveStatementSpec{User: user, Quarter: "2026-Q4", PolicyRef: praxisv1.LocalReference{Name: "pay"}, Policy: praxisv1.IncentivePolicySpec{
			Unit: "EUR", Rules: []praxisv1.IncentiveRule{{Name: "drive", Tiers: []praxisv1.Tier{praxisv1.TierKey}, Rhythm: praxisv1.RhythmQuarterly}},
		}},
		Status: praxisv1.IncentiveStatementStatus{
			ConditionedStatus: praxisv1.ConditionedStatus{Conditions: []metav1.Condition{{Type: praxisv1.ConditionPayable, Status: status, Reason: payable}}},
			Roots:             []praxisv1.WeekRoot{{Week: "2026-W52", Root: "abc"}},
			Lines: []praxisv1.IncentiveLine{
				{Kind: praxisv1.LineCounted, Rule: "drive", Week: "2026-W52", Acc: 3, Due: 4},
				{Kind: praxisv1.LineEarned, Rule: "drive", Acc: 3, Due: 4, Completion: 75, Amount: "75.00"},
				{Kind: praxisv1.LineAwarded, Rule: "stay", Amount: "9.00"},
				{Kind: praxisv1.LineCorrected, Of: "2026-Q3", Rule: "drive", Amount: "-25.00"},
			},
		},
	}
}

func TestPayrollHasARowForEachLineThatIsPaidAndNoFormula(t *testing.T) {
	statements := []praxisv1.IncentiveStatement{statementOf("=HYPERLINK(1)", praxisv1.ReasonFinal), statementOf("ben", praxisv1.ReasonShadow)}
	header := strings.Join(payrollHeader, ",") + "\n"
	first := "2026-Q4,'=HYPERLINK(1),pay,drive,Key,Quarterly,3,4,75,75.00,EUR,abc,Earned,,Final\n2026-Q3,'=HYPERLINK(1),pay,drive,Key,Quarterly,0,0,0,-25.00,EUR,,Corrected,,Final\n"
	second := strings.ReplaceAll(strings.ReplaceAll(first, "'=HYPERLINK(1)", "ben"), "Final", "Shadow")
	for name, c := range map[string]struct {
		all  bool
		want string
	}{
		"of final statements alone": {false, header + first},
		"of all":                    {true, header + first + second},
	} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			if err := writePayroll(&out, statements, c.all); err != nil || out.String() != c.want {
				t.Errorf("it writes (%v)\n%s\nwant\n%s", err, out.String(), c.want)
			}
		})
	}
}

func TestOnesOwnStatementsAreGrantedByNameForTheQuartersAhead(t *testing.T) {
	var out strings.Builder
	quarters, err := incentive.QuartersFrom("2026-Q4", 2)
	if err != nil {
		t.Fatal(err)
	}
	if err := writeGrant(&out, "shop", "ben@shop.example", map[string][]string{"points": quarters, "pay": quarters}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"resourceNames:\n  - " + incentive.StatementName("pay", "2026-Q4", "ben@shop.example") + "\n  - " + incentive.StatementName("pay", "2027-Q1", "ben@shop.example") + "\n  - " +
			incentive.StatementName("points", "2026-Q4", "ben@shop.example") + "\n  - " + incentive.StatementName("points", "2027-Q1", "ben@shop.example") + "\n",
		"verbs:\n  - get\n  - patch\n", "kind: User\n  name: ben@shop.example\n", "kind: ClusterRole\n  name: praxis-incentives-own\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("it prints\n%s\nwithout\n%s", out.String(), want)
		}
	}
}
