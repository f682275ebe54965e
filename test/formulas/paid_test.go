// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package formulas

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"pgregory.net/rapid"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/incentive"
	"github.com/praxis-dev/praxis/internal/week"
	"github.com/praxis-dev/praxis/test/paid"
)

var people = []string{"ana@example.com", "ben@example.com", "cem@example.com", "dia@example.com"}

func TestStatementsComeToWhatTheContractSaysReadBySomebodyElse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := aLife(t)
		var statements []*praxisv1.IncentiveStatement
		for n := range l.Quarters {
			ledger := ledgerOf(t, l, n, statements)
			made := ledger.Lines()
			compareStatements(t, l, n, made)
			if !l.Quarters[n].Closed {
				return
			}
			for _, user := range ledger.Users() {
				statements = append(statements, approved(t, ledger, user, made[user]))
			}
			verify(t, l, n, statements)
			ledger.Statements = statements
			for _, s := range statements {
				if s.Spec.Quarter == ledger.Quarter {
					s.Status.Changes = ledger.Changes(s)
				}
			}
		}
	})
}

func compareStatements(t *rapid.T, l *paid.Life, n int, made map[string][]praxisv1.IncentiveLine) {
	digits := int(paid.Decimals[l.Spec.Unit])
	want := l.Statements(n)
	for _, user := range people {
		got := &paid.Statement{}
		for _, line := range made[user] {
			if line.Kind == praxisv1.LineCounted {
				continue
			}
			amount, err := incentive.ParseMinor(line.Amount, digits)
			if err != nil {
				t.Fatal(err)
			}
			got.Add(line.Kind, line.Of, line.Rule, string(line.Week), line.Acc, line.Due, amount)
		}
		slices.Sort(got.Lines)
		if want[user] == nil {
			want[user] = &paid.Statement{}
		}
		if !slices.Equal(got.Lines, want[user].Lines) {
			t.Fatalf("%s of %s says\n%s\nand by the contract\n%s", l.Quarters[n].Name, user, strings.Join(got.Lines, "\n"), strings.Join(want[user].Lines, "\n"))
		}
		if total := incentive.Total(made[user], digits); total != want[user].Total {
			t.Fatalf("%s of %s comes to %d, and by the contract to %d", l.Quarters[n].Name, user, total, want[user].Total)
		}
	}
}

// verify holds what praxis-verify would say of the statements so far against that they are right.
func verify(t *rapid.T, l *paid.Life, n int, statements []*praxisv1.IncentiveStatement) {
	weeks := map[string][]incentive.ClosedWeek{}
	for i := range n + 1 {
		weeks[l.Quarters[i].Name] = closedWeeks(l.Quarters[i])
	}
	if verified, wrong := incentive.Verify(statements, weeks); len(wrong) > 0 || verified != len(statements) {
		t.Fatalf("of %d statements %d are verified: %v", len(statements), verified, wrong)
	}
}

// ledgerOf is what the n-th quarter is made from.
func ledgerOf(t *rapid.T, l *paid.Life, n int, statements []*praxisv1.IncentiveStatement) *incentive.Ledger {
	policy, err := incentive.Parse(l.Spec)
	if err != nil {
		t.Fatal(err)
	}
	here := map[string]bool{}
	for _, user := range people {
		here[user] = !l.Quarters[n].Left[user]
	}
	return &incentive.Ledger{
		Quarter: l.Quarters[n].Name, Spec: l.Spec, Policy: policy, Closed: l.Quarters[n].Closed,
		Statements: statements, Here: here, Weeks: closedWeeks(l.Quarters[n]),
	}
}

// closedWeeks are the objects of a quarter as the operator finds them once its weeks have closed.
func closedWeeks(q *paid.Quarter) []incentive.ClosedWeek {
	var weeks []incentive.ClosedWeek
	for _, w := range q.Weeks {
		cycle := &praxisv1.WeeklyCycle{Spec: praxisv1.WeeklyCycleSpec{Week: praxisv1.Week(w.Name)}}
		cycle.Status.Plan = &praxisv1.WeekPlan{}
		for _, name := range slices.Sorted(maps.Keys(w.Plan)) {
			cycle.Status.Plan.KeyActions = append(cycle.Status.Plan.KeyActions, w.Plan[name])
		}
		cycle.Status.Evidence = &praxisv1.EvidenceRoot{Root: "root of " + w.Name}
		decisions := week.Decisions{}
		for action, decision := range w.Decided {
			decisions[action] = praxisv1.ActionDecision{Action: action, Decision: decision}
		}
		var pieces []praxisv1.Evidence
		for i := range w.Actions {
			a := &w.Actions[i]
			back := w.TakenBack[a.Name]
			pieces = append(pieces, aPiece(a, int64(a.Status.Accepted)-back, praxisv1.DecisionAccepted)...)
			pieces = append(pieces, aPiece(a, back, praxisv1.DecisionRejected)...)
		}
		weeks = append(weeks, incentive.Closed(cycle, w.Actions, pieces, decisions))
	}
	return weeks
}

// aPiece is one of so many with a verdict, and none where there are none.
func aPiece(a *praxisv1.Action, quantity int64, decision praxisv1.Decision) []praxisv1.Evidence {
	if quantity < 1 {
		return nil
	}
	e := praxisv1.Evidence{Spec: praxisv1.EvidenceSpec{ActionRef: &praxisv1.LocalReference{Name: a.Name}, Quantity: int32(quantity)}}
	e.Status.Verdict = &praxisv1.Verdict{Decision: decision}
	status := map[praxisv1.Decision]metav1.ConditionStatus{praxisv1.DecisionAccepted: metav1.ConditionTrue, praxisv1.DecisionRejected: metav1.ConditionFalse}[decision]
	e.Status.Conditions = []metav1.Condition{{Type: praxisv1.ConditionAccepted, Status: status, Reason: string(decision)}}
	return []praxisv1.Evidence{e}
}

// approved is a statement that is final.
func approved(t *rapid.T, l *incentive.Ledger, user string, lines []praxisv1.IncentiveLine) *praxisv1.IncentiveStatement {
	hash, err := incentive.Hash(l.Spec)
	if err != nil {
		t.Fatal(err)
	}
	s := &praxisv1.IncentiveStatement{
		ObjectMeta: metav1.ObjectMeta{Name: incentive.StatementName("pay", l.Quarter, user)},
		Spec:       praxisv1.IncentiveStatementSpec{User: user, Quarter: l.Quarter, Policy: *l.Spec.DeepCopy(), PolicyHash: hash},
	}
	s.Status.Lines, s.Status.Roots = lines, l.Roots()
	s.Status.Total = incentive.Format(incentive.Total(lines, l.Policy.Digits), l.Policy.Digits)
	for kind, reason := range map[string]string{praxisv1.ConditionComputed: praxisv1.ReasonQuarterClosed, praxisv1.ConditionPayable: praxisv1.ReasonFinal} {
		s.Status.Conditions = append(s.Status.Conditions, metav1.Condition{Type: kind, Status: metav1.ConditionTrue, Reason: reason})
	}
	return s
}

// aLife has one to three quarters of up to four weeks, of which the last may still be running.
func aLife(t *rapid.T) *paid.Life {
	l := &paid.Life{Spec: aPolicy(t)}
	number := 1
	for i := range rapid.IntRange(1, 4).Draw(t, "quarters") {
		q := &paid.Quarter{Name: fmt.Sprintf("%d-Q%d", 2026+(i+3)/4, (i+3)%4+1), Closed: true, Left: map[string]bool{}}
		for range rapid.IntRange(0, 4).Draw(t, "weeks") {
			q.Weeks = append(q.Weeks, aWeek(t, fmt.Sprintf("2026-W%02d", number)))
			number++
		}
		for _, user := range people {
			q.Left[user] = chance(t, 15, "leaves")
		}
		l.Quarters = append(l.Quarters, q)
	}
	l.Quarters[len(l.Quarters)-1].Closed = chance(t, 70, "closed")
	return l
}

func aPolicy(t *rapid.T) *praxisv1.IncentivePolicySpec {
	spec := &praxisv1.IncentivePolicySpec{Unit: rapid.SampledFrom(slices.Sorted(maps.Keys(paid.Decimals))).Draw(t, "unit"), Approvers: praxisv1.Approvers{Users: []string{"hr"}, Count: 1}}
	for i := range rapid.IntRange(1, 6).Draw(t, "rules") {
		spec.Rules = append(spec.Rules, aRule(t, fmt.Sprintf("rule-%c", "edcbaf"[i])))
	}
	limit := func(label string) praxisv1.Amount {
		if chance(t, 50, label) {
			return ""
		}
		if d := paid.Decimals[spec.Unit]; d > 0 && chance(t, 50, label) {
			return praxisv1.Amount(fmt.Sprintf("%d.%0*d", rapid.IntRange(0, 3000).Draw(t, label), d, rapid.IntRange(0, 99).Draw(t, label)))
		}
		return praxisv1.Amount(fmt.Sprint(rapid.IntRange(0, 3000).Draw(t, label)))
	}
	spec.Cap, spec.Pool = limit("cap"), limit("pool")
	return spec
}

func aRule(t *rapid.T, name string) praxisv1.IncentiveRule {
	amount := func(label string) praxisv1.Amount {
		return praxisv1.Amount(fmt.Sprintf("%d.%04d", rapid.IntRange(0, 120).Draw(t, label), rapid.IntRange(0, 9999).Draw(t, label)))
	}
	r := praxisv1.IncentiveRule{Name: name, Rhythm: rapid.SampledFrom([]praxisv1.Rhythm{praxisv1.RhythmWeekly, praxisv1.RhythmQuarterly, praxisv1.RhythmLongTerm}).Draw(t, "rhythm")}
	r.Level = rapid.SampledFrom([]praxisv1.Level{"", "", praxisv1.LevelEnterprise, praxisv1.LevelDepartment}).Draw(t, "level")
	all := []praxisv1.Tier{praxisv1.TierFoundation, praxisv1.TierIntermediate, praxisv1.TierKey}
	r.Tiers = rapid.Permutation(all).Draw(t, "tiers")[:rapid.IntRange(1, 3).Draw(t, "of them")]
	if r.Rhythm == praxisv1.RhythmLongTerm {
		r.Release = &praxisv1.IncentiveRelease{Quarters: rapid.Int32Range(1, 4).Draw(t, "over"), OnLeave: rapid.SampledFrom([]praxisv1.OnLeave{praxisv1.LeaveForfeit, praxisv1.LeaveRelease}).Draw(t, "onLeave")}
	} else if chance(t, 35, "guarantee") {
		r.Guarantee = &praxisv1.Guarantee{Amount: amount("amount"), Floor: rapid.Int32Range(1, 100).Draw(t, "floor")}
		return r
	}
	r.Rate = &praxisv1.Rate{Amount: amount("amount"), Per: rapid.SampledFrom([]praxisv1.Per{praxisv1.PerUnit, praxisv1.PerCompletion, praxisv1.PerShare}).Draw(t, "per")}
	if chance(t, 60, "bands") {
		froms := rapid.SliceOfNDistinct(rapid.SampledFrom([]int32{0, 25, 33, 50, 66, 67, 75, 80, 99, 100}), 1, 4, rapid.ID).Draw(t, "froms")
		slices.Sort(froms)
		for _, from := range froms {
			r.Bands = append(r.Bands, praxisv1.Band{From: from, Factor: praxisv1.Amount(fmt.Sprintf("%d.%02d", rapid.IntRange(0, 2).Draw(t, "factor"), rapid.IntRange(0, 99).Draw(t, "factor")))})
		}
	}
	return r
}

// aWeek has up to ten Actions of three KeyActions, and of one that is not in its plan: done, in part,
// carried over, dropped, taken over and nobody's.
func aWeek(t *rapid.T, name string) *paid.Week {
	w := &paid.Week{Name: name, Plan: map[string]praxisv1.PlannedKeyAction{}, Decided: map[string]praxisv1.ReviewDecision{}, TakenBack: map[string]int64{}}
	for i := range 3 {
		of := praxisv1.PlannedKeyAction{
			Name: fmt.Sprintf("ka%d", i), Weight: rapid.Int32Range(1, 100).Draw(t, "weight"), Parts: rapid.Int32Range(1, 3).Draw(t, "parts"),
			MaxCarries: rapid.Int32Range(0, 2).Draw(t, "maxCarries"),
			OnMiss:     rapid.SampledFrom([]praxisv1.MissPolicy{praxisv1.MissCarryOver, praxisv1.MissDrop, praxisv1.MissEscalate}).Draw(t, "onMiss"),
		}
		if chance(t, 40, "enterprise") {
			of.Parent = "whole"
		}
		w.Plan[of.Name] = of
	}
	for i := range rapid.IntRange(0, 10).Draw(t, "actions") {
		a := praxisv1.Action{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("%s.%d", strings.ToLower(name), i)}}
		a.Spec = praxisv1.ActionSpec{
			KeyActionRef: praxisv1.LocalReference{Name: rapid.SampledFrom([]string{"ka0", "ka0", "ka1", "ka1", "ka2", "gone"}).Draw(t, "keyAction")},
			User:         rapid.SampledFrom(append([]string{""}, people...)).Draw(t, "user"),
			Tier:         rapid.SampledFrom([]praxisv1.Tier{praxisv1.TierFoundation, praxisv1.TierIntermediate, praxisv1.TierKey}).Draw(t, "tier"),
			Target:       rapid.Int32Range(1, 12).Draw(t, "target"), Share: rapid.Int32Range(1, 10000).Draw(t, "share"),
			Contribution: rapid.Int64Range(0, 9).Draw(t, "contribution"), Dropped: chance(t, 10, "dropped"), Carries: rapid.Int32Range(0, 2).Draw(t, "carries"),
		}
		a.Status.Accepted = rapid.Int32Range(0, a.Spec.Target).Draw(t, "accepted")
		if chance(t, 30, "all of it") {
			a.Status.Accepted = a.Spec.Target
		}
		if chance(t, 30, "decided") {
			w.Decided[a.Name] = rapid.SampledFrom([]praxisv1.ReviewDecision{praxisv1.DecideDrop, praxisv1.DecideEscalate, praxisv1.DecideCarryOver, praxisv1.DecideReassign, praxisv1.DecideReschedule}).Draw(t, "decision")
		}
		if a.Status.Accepted > 0 && chance(t, 20, "taken back") {
			w.TakenBack[a.Name] = int64(rapid.Int32Range(1, a.Status.Accepted).Draw(t, "how much"))
		}
		w.Actions = append(w.Actions, a)
	}
	return w
}
