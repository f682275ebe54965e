// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package incentive

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// staying pays a quarter's work at once, and as much again in four parts to who stays.
func staying() praxisv1.IncentivePolicySpec {
	return praxisv1.IncentivePolicySpec{Unit: "EUR", Rules: []praxisv1.IncentiveRule{
		rate("drive", praxisv1.RhythmQuarterly, "25", praxisv1.PerCompletion), rate("stay", praxisv1.RhythmLongTerm, "25.01", praxisv1.PerCompletion),
	}}
}

// final is a statement that never changes any more, with what its lines add up to.
func final(spec praxisv1.IncentivePolicySpec, quarter, user string, lines ...praxisv1.IncentiveLine) *praxisv1.IncentiveStatement {
	s := &praxisv1.IncentiveStatement{ObjectMeta: metav1.ObjectMeta{Name: StatementName("pay", quarter, user)}}
	s.Spec = praxisv1.IncentiveStatementSpec{PolicyRef: praxisv1.LocalReference{Name: "pay"}, UtilityRef: praxisv1.LocalReference{Name: "checkout"}, Quarter: quarter, User: user, Policy: spec}
	s.Spec.PolicyHash, _ = Hash(&spec)
	s.Status.Lines, s.Status.Total = lines, Format(Total(lines, 2), 2)
	s.Status.Conditions = []metav1.Condition{
		{Type: praxisv1.ConditionComputed, Status: metav1.ConditionTrue, Reason: praxisv1.ReasonFinal},
		{Type: praxisv1.ConditionPayable, Status: metav1.ConditionTrue, Reason: praxisv1.ReasonFinal},
	}
	return s
}

// line is one of an earlier quarter where of is set, and else of the quarter itself.
func line(kind praxisv1.LineKind, of, rule, amount string) praxisv1.IncentiveLine {
	return praxisv1.IncentiveLine{Kind: kind, Of: of, Rule: rule, Amount: amount}
}

func written(lines []praxisv1.IncentiveLine) string {
	var out []string
	for _, l := range lines {
		out = append(out, strings.Join(strings.Fields(fmt.Sprint(l.Kind, " ", l.Of, " ", l.Rule, " ", l.Amount)), " "))
	}
	return strings.Join(out, ", ")
}

func TestWhatComesFromAnEarlierQuarterIsReleasedAndTakenBack(t *testing.T) {
	award, earned := line(praxisv1.LineAwarded, "", "stay", "100.03"), line(praxisv1.LineEarned, "", "drive", "100.00")
	for name, c := range map[string]struct {
		quarter string
		change  func(first *praxisv1.IncentiveStatement)
		between []praxisv1.IncentiveLine // of the quarter after the first
		left    bool
		want    string
	}{
		"the first part has what does not divide":              {quarter: "2027-Q1", want: "Released 2026-Q4 stay 25.03"},
		"a part that was missed comes with the next":           {quarter: "2027-Q2", want: "Released 2026-Q4 stay 50.03"},
		"what was released is not released again":              {quarter: "2027-Q2", between: []praxisv1.IncentiveLine{line(praxisv1.LineReleased, "2026-Q4", "stay", "25.03")}, want: "Released 2026-Q4 stay 25.00"},
		"after the last quarter of it all is":                  {quarter: "2028-Q3", want: "Released 2026-Q4 stay 100.03"},
		"nothing in the quarter of the award":                  {quarter: "2026-Q4"},
		"nothing of a quarter that is still to come":           {quarter: "2026-Q3"},
		"who left forfeits the rest":                           {quarter: "2027-Q2", left: true, between: []praxisv1.IncentiveLine{line(praxisv1.LineReleased, "2026-Q4", "stay", "25.03")}, want: "Forfeited 2026-Q4 stay 75.00"},
		"who left and forfeited it does so once":               {quarter: "2027-Q2", left: true, between: []praxisv1.IncentiveLine{line(praxisv1.LineForfeited, "2026-Q4", "stay", "100.03")}},
		"or has all of it at once where the rule says so":      {quarter: "2027-Q1", left: true, change: onLeave(praxisv1.LeaveRelease), want: "Released 2026-Q4 stay 100.03"},
		"nothing before the statement is final":                {quarter: "2027-Q1", change: func(s *praxisv1.IncentiveStatement) { s.Status.Conditions[1].Reason = praxisv1.ReasonNotYet }},
		"nothing of one that was never to be paid":             {quarter: "2027-Q1", change: func(s *praxisv1.IncentiveStatement) { s.Status.Conditions[1].Reason = praxisv1.ReasonShadow }},
		"nothing of one in another unit":                       {quarter: "2027-Q1", change: func(s *praxisv1.IncentiveStatement) { s.Spec.Policy.Unit = "points" }},
		"work that counts no more is taken back":               {quarter: "2027-Q1", change: less("drive", "-25.00"), want: "Corrected 2026-Q4 drive -25.00, Released 2026-Q4 stay 25.03"},
		"and once":                                             {quarter: "2027-Q2", change: less("drive", "-25.00"), between: []praxisv1.IncentiveLine{line(praxisv1.LineCorrected, "2026-Q4", "drive", "-25.00"), line(praxisv1.LineReleased, "2026-Q4", "stay", "50.03")}},
		"and given back where it counts again":                 {quarter: "2027-Q2", between: []praxisv1.IncentiveLine{line(praxisv1.LineCorrected, "2026-Q4", "drive", "-25.00"), line(praxisv1.LineReleased, "2026-Q4", "stay", "50.03")}, want: "Corrected 2026-Q4 drive 25.00"},
		"of an award no more than was released":                {quarter: "2027-Q1", change: less("stay", "-60.00"), want: "Corrected 2026-Q4 stay -25.03, Released 2026-Q4 stay 25.03"},
		"a change that is no amount takes nothing back":        {quarter: "2027-Q1", change: less("drive", "much"), want: "Released 2026-Q4 stay 25.03"},
		"a quarter whose name is none has nothing to carry on": {quarter: "2027-Q1", change: func(s *praxisv1.IncentiveStatement) { s.Spec.Quarter = "winter" }},
	} {
		t.Run(name, func(t *testing.T) {
			spec := staying()
			first := final(spec, "2026-Q4", "ana", earned, award)
			if c.change != nil {
				c.change(first)
			}
			policy := understood(t, spec.Unit, spec.Rules...)
			l := &Ledger{Quarter: c.quarter, Spec: &spec, Policy: policy, Here: map[string]bool{"ana": !c.left}, Statements: []*praxisv1.IncentiveStatement{first}}
			if c.between != nil {
				l.Statements = append(l.Statements, final(spec, "2027-Q1", "ana", c.between...))
			}
			l.Statements = append(l.Statements, final(spec, "2027-Q1", "ben", line(praxisv1.LineReleased, "2026-Q4", "stay", "9.00")))
			if got := written(l.Lines()["ana"]); c.quarter != "2026-Q4" && got != c.want {
				t.Errorf("the lines are %q, want %q", got, c.want)
			} else if c.quarter == "2026-Q4" && strings.Contains(got, "2026-Q4") {
				t.Errorf("the quarter carries on its own: %q", got)
			}
			if has := slices.Contains(l.Users(), "ana"); has != (c.want != "" || c.quarter == first.Spec.Quarter) {
				t.Errorf("ana gets a statement: %v, and her lines are %q", has, c.want)
			}
		})
	}
}

func onLeave(do praxisv1.OnLeave) func(*praxisv1.IncentiveStatement) {
	return func(s *praxisv1.IncentiveStatement) { s.Spec.Policy.Rules[1].Release.OnLeave = do }
}

func less(rule, amount string) func(*praxisv1.IncentiveStatement) {
	return func(s *praxisv1.IncentiveStatement) {
		s.Status.Changes = []praxisv1.WorkChange{{Week: "2026-W48", Rule: rule, Amount: amount}}
	}
}

// What is left of a week that was pruned is what the statement says of it.
func TestAPrunedWeekIsPaidAsItsStatementHasIt(t *testing.T) {
	spec := praxisv1.IncentivePolicySpec{Unit: "EUR", Rules: []praxisv1.IncentiveRule{
		rate("drive", praxisv1.RhythmQuarterly, "25", praxisv1.PerCompletion), guarantee("basics", praxisv1.RhythmWeekly, "30", 80),
	}}
	week := func(name string, acc int64) ClosedWeek {
		return ClosedWeek{Name: name, Root: "root of " + name, Work: []Work{did("ana", name, acc, 4), basic("ana", name, 4, 4)}}
	}
	l := &Ledger{Quarter: "2026-Q4", Spec: &spec, Policy: understood(t, spec.Unit, spec.Rules...), Weeks: []ClosedWeek{week("2026-W48", 3), week("2026-W49", 4)}, Closed: true}
	whole, roots := l.Lines()["ana"], l.Roots()
	s := final(spec, "2026-Q4", "ana", whole...)
	s.Status.Roots = roots
	l.Weeks, l.Statements = l.Weeks[1:], []*praxisv1.IncentiveStatement{s}
	if got := l.Lines()["ana"]; len(whole) == 0 || !slices.Equal(whole, got) {
		t.Errorf("without its first week the statement says %v, and said %v", got, whole)
	}
	if got := l.Roots(); !slices.Equal(roots, got) {
		t.Errorf("without its first week it stands on %v, and stood on %v", got, roots)
	}
}

func TestPeopleWithPlannedWorkGetAStatement(t *testing.T) {
	l := &Ledger{Quarter: "2026-Q4", Policy: understood(t, "EUR", staying().Rules...), Planned: []Work{did("ben", "2026-W48", 4, 4), basic("cem", "2026-W48", 4, 4)}}
	if got := strings.Join(l.Users(), " "); got != "ben" {
		t.Errorf("it is %q, and no rule pays cem", got)
	}
}

func TestNamesOfStatementsDoNotTellWhoseTheyAre(t *testing.T) {
	ana, ben := StatementName("pay", "2026-Q4", "ana"), StatementName("pay", "2026-Q4", "ben")
	if ana == ben || strings.Contains(ana, "ana") || !strings.HasPrefix(ana, "pay-2026-q4-") || ana != StatementName("pay", "2026-Q4", "ana") {
		t.Errorf("they are %s and %s", ana, ben)
	}
}

func TestAStatementIsAsFarAsItsFurthestConditionThatSaysSomething(t *testing.T) {
	condition := func(kind string, status metav1.ConditionStatus, reason string) metav1.Condition {
		return metav1.Condition{Type: kind, Status: status, Reason: reason}
	}
	computed := condition(praxisv1.ConditionComputed, metav1.ConditionTrue, praxisv1.ReasonClosed)
	for name, c := range map[string]struct {
		has            []metav1.Condition
		reason         string
		status         metav1.ConditionStatus
		final, payable bool
	}{
		"nothing yet":   {nil, praxisv1.ReasonReconciling, metav1.ConditionUnknown, false, false},
		"computed":      {[]metav1.Condition{computed, condition(praxisv1.ConditionApproved, metav1.ConditionFalse, praxisv1.ReasonNotYet)}, praxisv1.ReasonClosed, metav1.ConditionUnknown, false, false},
		"approved":      {[]metav1.Condition{computed, condition(praxisv1.ConditionApproved, metav1.ConditionTrue, "Approved"), condition(praxisv1.ConditionPayable, metav1.ConditionFalse, praxisv1.ReasonNotYet)}, "Approved", metav1.ConditionTrue, false, false},
		"to be paid":    {[]metav1.Condition{computed, condition(praxisv1.ConditionPayable, metav1.ConditionTrue, praxisv1.ReasonFinal)}, praxisv1.ReasonFinal, metav1.ConditionTrue, true, true},
		"a trial":       {[]metav1.Condition{computed, condition(praxisv1.ConditionPayable, metav1.ConditionFalse, praxisv1.ReasonShadow)}, praxisv1.ReasonShadow, metav1.ConditionUnknown, false, false},
		"a trial's end": {[]metav1.Condition{condition(praxisv1.ConditionApproved, metav1.ConditionTrue, "Approved"), condition(praxisv1.ConditionPayable, metav1.ConditionFalse, praxisv1.ReasonShadow)}, praxisv1.ReasonShadow, metav1.ConditionUnknown, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := &praxisv1.IncentiveStatement{}
			s.Status.Conditions = c.has
			if reason, status := StateOf(s); reason != c.reason || status != c.status {
				t.Errorf("it is %s, %s, want %s, %s", reason, status, c.reason, c.status)
			}
			if final, payable := Final(s); final != c.final || payable != c.payable {
				t.Errorf("it is final: %v and payable: %v, want %v and %v", final, payable, c.final, c.payable)
			}
		})
	}
}

func TestQuartersAreCountedOverTheYear(t *testing.T) {
	for text, want := range map[string]string{"2026-Q4": "2026-Q4 2027-Q1 2027-Q2", "2026-Q1": "2026-Q1 2026-Q2 2026-Q3", "2026-Q5": "error", "winter": "error"} {
		t.Run(text, func(t *testing.T) {
			got, err := QuartersFrom(text, 3)
			if err != nil {
				got = []string{"error"}
			}
			if strings.Join(got, " ") != want {
				t.Errorf("from %s they are %v (%v)", text, got, err)
			}
		})
	}
	for _, wrong := range [][2]string{{"2026-Q5", "2026-Q4"}, {"2026-Q4", "Q4"}} {
		if _, err := QuartersAfter(wrong[0], wrong[1]); err == nil || !strings.Contains(err.Error(), "write it like 2026-Q4") {
			t.Errorf("%s after %s: %v", wrong[0], wrong[1], err)
		}
	}
}
