// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package incentive

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"pgregory.net/rapid"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// year lives quarters of made-up work, one after the other, and gives back their statements and
// weeks. Now and then somebody leaves, and work is rejected after its week has closed.
func year(t *rapid.T) ([]*praxisv1.IncentiveStatement, map[string][]ClosedWeek) {
	spec := staying()
	policy := understood(t, spec.Unit, spec.Rules...)
	var statements []*praxisv1.IncentiveStatement
	weeks := map[string][]ClosedWeek{}
	here := map[string]bool{"ana": true, "ben": true}
	quarters, _ := QuartersFrom("2026-Q4", 6)
	for q, quarter := range quarters {
		here["ben"] = here["ben"] && rapid.IntRange(0, 4).Draw(t, "ben leaves") > 0
		for n := range 2 {
			w := ClosedWeek{Name: fmt.Sprintf("%d-W%02d", 2026+(q+3)/4, 10+n), Root: fmt.Sprintf("%s %d", quarter, n)}
			for user := range here {
				due := rapid.Int64Range(1, 9).Draw(t, "due")
				w.Work = append(w.Work, did(user, w.Name, rapid.Int64Range(0, due).Draw(t, "accepted"), due))
			}
			w.Now = append([]Work(nil), w.Work...)
			if rapid.Bool().Draw(t, "rejected since") {
				w.Now[0] = did(w.Now[0].User, w.Name, 0, w.Now[0].Due.Num().Int64())
			}
			weeks[quarter] = append(weeks[quarter], w)
		}
		l := &Ledger{Quarter: quarter, Spec: &spec, Policy: policy, Closed: true, Weeks: weeks[quarter], Statements: statements, Here: here}
		lines := l.Lines()
		for _, user := range l.Users() {
			s := final(spec, quarter, user, lines[user]...)
			s.Status.Roots = l.Roots()
			s.Status.Changes = l.Changes(s)
			statements = append(statements, s)
		}
	}
	return statements, weeks
}

func TestWhatTheLedgerWritesIsVerified(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		statements, weeks := year(t)
		if verified, findings := Verify(statements, weeks); verified != len(statements) || len(findings) > 0 {
			t.Errorf("%d of %d are verified, with %v", verified, len(statements), findings)
		}
	})
}

func TestAnAmountThatSomebodyRaisedIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		statements, weeks := year(t)
		s := statements[rapid.IntRange(0, len(statements)-1).Draw(t, "statement")]
		var raised []int
		for i, l := range s.Status.Lines {
			if l.Of == "" && l.Amount != "" {
				raised = append(raised, i)
			}
		}
		if len(raised) == 0 {
			return
		}
		line := &s.Status.Lines[raised[rapid.IntRange(0, len(raised)-1).Draw(t, "line")]]
		line.Amount = Format(amountOf(line, 2)+rapid.Int64Range(1, 1000).Draw(t, "more"), 2)
		s.Status.Total = Format(Total(s.Status.Lines, 2), 2) // as a careful forger would
		_, findings := Verify(statements, weeks)
		if len(findings) == 0 || findings[0].Statement != s.Name || !strings.Contains(findings[0].Message, line.Amount) {
			t.Errorf("%s was raised to %s in %s, and what is found is %v", nameOf(line), line.Amount, s.Name, findings)
		}
	})
}

func TestAStatementThatItsWeeksDoNotBearOutSaysWhere(t *testing.T) {
	week := ClosedWeek{Name: "2026-W48", Root: "root", Work: []Work{did("ana", "2026-W48", 3, 4)}}
	for name, c := range map[string]struct {
		forge func(first, later *praxisv1.IncentiveStatement)
		want  string
	}{
		"as they are": {func(_, _ *praxisv1.IncentiveStatement) {}, ""},
		"a policy that is none": {func(first, _ *praxisv1.IncentiveStatement) { first.Spec.Policy.Unit = "ZZZ" },
			`its policy cannot be understood: spec.unit: "ZZZ" is no currency`},
		"another policy": {func(first, _ *praxisv1.IncentiveStatement) { first.Spec.PolicyHash = "0" }, "its policy is not the one of its policyHash"},
		"another root":   {func(first, _ *praxisv1.IncentiveStatement) { first.Status.Roots[0].Root = "other" }, "it stands on another root of 2026-W48 than the week has"},
		"a total":        {func(first, _ *praxisv1.IncentiveStatement) { first.Status.Total = "1.00" }, "its total is 1.00, and its lines add up to 75.00"},
		"a line that nobody earned": {func(first, _ *praxisv1.IncentiveStatement) {
			first.Status.Lines = append(first.Status.Lines, line(praxisv1.LineAwarded, "", "gift", "1.00"))
		}, "nothing of the weeks comes to the line Awarded gift"},
		"a line that is missing": {func(first, _ *praxisv1.IncentiveStatement) { first.Status.Lines = first.Status.Lines[:1] }, "is missing; it comes to"},
		"an adjustment that nobody resolved": {func(first, _ *praxisv1.IncentiveStatement) {
			first.Status.Lines = append(first.Status.Lines, line(praxisv1.LineAdjusted, "", "", "5.00"))
			first.Status.Total = "80.00"
		}, "it is adjusted by 5.00, and its resolution says 0.00"},
		"an adjustment that was left out": {func(first, _ *praxisv1.IncentiveStatement) {
			first.Spec.Resolution = &praxisv1.Resolution{Adjust: "-2.5"}
		}, "it is adjusted by 0.00, and its resolution says -2.50"},
		"more released than by now": {func(_, later *praxisv1.IncentiveStatement) { carry(later, "30.00") }, "30.00 are released of what 2026-Q4 awarded by rule stay, and by now it can be 18.78"},
		"all released where leaving does": {func(first, later *praxisv1.IncentiveStatement) {
			onLeave(praxisv1.LeaveRelease)(first)
			rehash(first)
			carry(later, "75.03")
		}, ""},
		"more forfeited than awarded": {func(_, later *praxisv1.IncentiveStatement) {
			later.Status.Lines = append(later.Status.Lines, line(praxisv1.LineForfeited, "2026-Q4", "stay", "70.00"))
		}, "more is released and forfeited of what 2026-Q4 awarded by rule stay than the 75.03 that it awarded"},
		"more taken back than was paid": {func(_, later *praxisv1.IncentiveStatement) {
			later.Status.Lines = append(later.Status.Lines, line(praxisv1.LineCorrected, "2026-Q4", "drive", "-75.01"))
			later.Status.Total = "-56.23"
		}, "-75.01 are corrected of what 2026-Q4 paid by rule drive, which is 75.00"},
		"of a quarter that is not earlier": {func(_, later *praxisv1.IncentiveStatement) { later.Status.Lines[0].Of = "2027-Q1" }, "is of 2027-Q1, which is no earlier quarter"},
		"of a quarter that is not there":   {func(_, later *praxisv1.IncentiveStatement) { later.Status.Lines[0].Of = "2026-Q3" }, "of 2026-Q3 cannot be verified: that statement is not in the export"},
	} {
		t.Run(name, func(t *testing.T) {
			spec := staying()
			l := &Ledger{Quarter: "2026-Q4", Spec: &spec, Policy: understood(t, spec.Unit, spec.Rules...), Closed: true, Weeks: []ClosedWeek{week}}
			first := final(spec, "2026-Q4", "ana", l.Lines()["ana"]...)
			first.Status.Roots = l.Roots()
			later := final(staying(), "2027-Q1", "ana", line(praxisv1.LineReleased, "2026-Q4", "stay", "18.78"))
			c.forge(first, later)
			_, findings := Verify([]*praxisv1.IncentiveStatement{first, later}, map[string][]ClosedWeek{"2026-Q4": {week}})
			found := ""
			for _, f := range findings {
				found += f.Message + "\n"
			}
			if (c.want == "") != (found == "") || !strings.Contains(found, c.want) {
				t.Errorf("it says\n%swant %q", found, c.want)
			}
		})
	}
}

func carry(s *praxisv1.IncentiveStatement, amount string) {
	s.Status.Lines[0].Amount, s.Status.Total = amount, amount
}

func rehash(s *praxisv1.IncentiveStatement) { s.Spec.PolicyHash, _ = Hash(&s.Spec.Policy) }

// exported is a namespace with one closed week, a Review that decided on what was missing of it, and
// the statement that is made from it.
type exported struct {
	Utility   praxisv1.Utility
	Cycle     praxisv1.WeeklyCycle
	Action    praxisv1.Action
	Piece     praxisv1.Evidence
	Review    praxisv1.Review
	Statement praxisv1.IncentiveStatement
}

func anExport(t *testing.T) *exported {
	meta := func(name string) metav1.ObjectMeta { return metav1.ObjectMeta{Namespace: "shop", Name: name} }
	x := &exported{}
	x.Utility = praxisv1.Utility{TypeMeta: metav1.TypeMeta{Kind: "Utility"}, ObjectMeta: meta("checkout")}
	x.Utility.Spec.Cadence = praxisv1.Cadence{TimeZone: "Etc/UTC", QuarterStartMonth: 1,
		WeekStart: praxisv1.WeekMoment{Day: praxisv1.Monday, Time: "08:00"}, Midweek: praxisv1.WeekMoment{Day: praxisv1.Wednesday, Time: "14:00"}, Review: praxisv1.WeekMoment{Day: praxisv1.Friday, Time: "15:00"}}
	x.Cycle = praxisv1.WeeklyCycle{TypeMeta: metav1.TypeMeta{Kind: "WeeklyCycle"}, ObjectMeta: meta("checkout-2026-w48")}
	x.Cycle.Spec = praxisv1.WeeklyCycleSpec{UtilityRef: praxisv1.LocalReference{Name: "checkout"}, Week: "2026-W48", StartsAt: metav1.NewTime(time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC))}
	x.Cycle.Status.Conditions = []metav1.Condition{{Type: praxisv1.ConditionClosed, Status: metav1.ConditionTrue}}
	x.Cycle.Status.Evidence, x.Cycle.Status.DecidedBy = &praxisv1.EvidenceRoot{Root: "root", Count: 1}, "the-review"
	x.Action = praxisv1.Action{TypeMeta: metav1.TypeMeta{Kind: "Action"}, ObjectMeta: meta("ship")}
	x.Action.Spec = praxisv1.ActionSpec{CycleRef: praxisv1.LocalReference{Name: "checkout-2026-w48"}, User: "ana", Tier: praxisv1.TierKey, Target: 4}
	x.Action.Status.Accepted = 3
	x.Piece = praxisv1.Evidence{TypeMeta: metav1.TypeMeta{Kind: "Evidence"}, ObjectMeta: meta("shipped"), Spec: praxisv1.EvidenceSpec{ActionRef: &praxisv1.LocalReference{Name: "ship"}, Quantity: 3}}
	x.Review = praxisv1.Review{TypeMeta: metav1.TypeMeta{Kind: "Review"}, ObjectMeta: meta("the-review")}
	spec := staying()
	l := &Ledger{Quarter: "2026-Q4", Spec: &spec, Policy: understood(t, spec.Unit, spec.Rules...), Closed: true,
		Weeks: []ClosedWeek{Closed(&x.Cycle, []praxisv1.Action{x.Action}, []praxisv1.Evidence{x.Piece}, nil)}}
	x.Statement = *final(spec, "2026-Q4", "ana", l.Lines()["ana"]...)
	x.Statement.TypeMeta, x.Statement.Namespace, x.Statement.Status.Roots = metav1.TypeMeta{Kind: "IncentiveStatement"}, "shop", l.Roots()
	return x
}

func TestAnExportIsVerifiedByNamespace(t *testing.T) {
	for name, c := range map[string]struct {
		change          func(*exported)
		findings, notes string
	}{
		"as it was paid":               {change: func(*exported) {}},
		"with less work":               {change: func(x *exported) { x.Action.Status.Accepted = 2 }, findings: "the line Earned drive says 3 of 4 and 75.00, and the weeks come to 2 of 4 and 50.00"},
		"without its Utility":          {change: func(x *exported) { x.Utility.Name = "other" }, notes: "2026-W48 is not in the export"},
		"with a calendar that is none": {change: func(x *exported) { x.Utility.Spec.Cadence.TimeZone = "Nowhere" }, notes: "2026-W48 is not in the export"},
		"while its week is open": {change: func(x *exported) {
			x.Cycle.Status.Conditions = nil
			x.Statement.Status.Roots = append(x.Statement.Status.Roots, praxisv1.WeekRoot{Week: "2026-W49", Root: "gone"})
		}, notes: "2026-W48 and 1 more weeks are not in the export"},
	} {
		t.Run(name, func(t *testing.T) {
			x := anExport(t)
			c.change(x)
			other := praxisv1.Utility{TypeMeta: metav1.TypeMeta{Kind: "Utility"}, ObjectMeta: metav1.ObjectMeta{Namespace: "elsewhere", Name: "checkout"}}
			team := praxisv1.Team{TypeMeta: metav1.TypeMeta{Kind: "Team"}, ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "core"}}
			text, err := json.Marshal(map[string]any{"items": []any{x.Utility, x.Cycle, x.Action, x.Piece, x.Review, x.Statement, other, team}})
			if err != nil {
				t.Fatal(err)
			}
			exports, err := ReadExport(strings.NewReader(string(text)))
			if err != nil || exports["shop"].Statements() != 1 || exports["elsewhere"].Statements() != 0 {
				t.Fatalf("it is read as %v (%v)", exports, err)
			}
			verified, findings, notes := exports["shop"].Verify()
			for what, has := range map[string]struct {
				found []Finding
				want  string
			}{"findings": {findings, c.findings}, "notes": {notes, c.notes}} {
				if text := fmt.Sprint(has.found); (has.want == "") != (len(has.found) == 0) || !strings.Contains(text, has.want) {
					t.Errorf("the %s are %s, want %q", what, text, has.want)
				}
			}
			if verified != 1 {
				t.Errorf("%d are verified", verified)
			}
		})
	}
}

func TestWhatIsNoExportSaysSo(t *testing.T) {
	for name, text := range map[string]string{
		"no JSON":           `no`,
		"no list":           `{"items": [1]}`,
		"no such statement": `{"items": [{"kind": "IncentiveStatement", "spec": 1}]}`,
		"no such Review":    `{"items": [{"kind": "Review", "spec": 1}]}`,
		"no such Evidence":  `{"items": [{"kind": "Evidence", "spec": 1}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := ReadExport(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), "export") {
				t.Errorf("it is read: %v", err)
			}
		})
	}
}

func TestAWeekThatIsBeingPrunedIsNotWhole(t *testing.T) {
	cycle := &praxisv1.WeeklyCycle{}
	cycle.Status.Tiers = []praxisv1.TierCount{{Planned: 1}, {Planned: 1}}
	cycle.Status.Evidence = &praxisv1.EvidenceRoot{Count: 1}
	for name, c := range map[string]struct {
		actions, pieces int
		want            bool
	}{"all": {2, 1, true}, "an Action is gone": {1, 1, false}, "a piece is gone": {2, 0, false}} {
		t.Run(name, func(t *testing.T) {
			if got := Whole(cycle, make([]praxisv1.Action, c.actions), make([]praxisv1.Evidence, c.pieces)); got != c.want {
				t.Errorf("it is whole: %v", got)
			}
		})
	}
}
