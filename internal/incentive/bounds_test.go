// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package incentive

import (
	"fmt"
	"math/big"
	"testing"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// What a definition bounds an operator has to keep within, or nothing of the statement is written.
func TestAStatementStaysWithinItsDefinition(t *testing.T) {
	spec := &praxisv1.IncentivePolicySpec{Unit: "EUR"}
	for i := range 16 {
		rule := praxisv1.IncentiveRule{Name: fmt.Sprintf("rule-%d", i), Tiers: []praxisv1.Tier{praxisv1.TierKey}, Rhythm: praxisv1.RhythmQuarterly}
		rule.Rate = &praxisv1.Rate{Amount: "999999999.999999", Per: praxisv1.PerShare}
		spec.Rules = append(spec.Rules, rule)
	}
	policy, err := Parse(spec)
	if err != nil {
		t.Fatal(err)
	}
	l := &Ledger{Quarter: "2026-Q4", Spec: spec, Policy: policy, Closed: true}
	for week := range 14 { // as many as a quarter has
		w := ClosedWeek{Name: fmt.Sprintf("2026-W%02d", week+1), Root: "root"}
		for n := int64(1); n <= 600; n++ { // each asked for another number of times
			w.Work = append(w.Work, Work{
				User: "ana", Week: w.Name, Tier: praxisv1.TierKey, Level: praxisv1.LevelDepartment,
				Acc: big.NewRat(n/2, 1), Due: big.NewRat(n, 1), Target: big.NewRat(n, 1), Percent: big.NewRat(7919, 10000*113),
			})
		}
		w.Now = w.Work
		l.Weeks = append(l.Weeks, w)
	}
	lines, roots := l.Lines()["ana"], l.Roots()
	if len(lines) > maxLines || len(roots) > maxRoots {
		t.Errorf("it has %d lines and %d roots", len(lines), len(roots))
	}
	for i := range lines {
		if len(lines[i].Counted) > 400 || len(lines[i].Amount) > 24 {
			t.Fatalf("a line counts %d characters and %s", len(lines[i].Counted), lines[i].Amount)
		}
	}
	if total := Format(Total(lines, policy.Digits), policy.Digits); len(total) > 24 {
		t.Errorf("the total is %s", total)
	}
	s := &praxisv1.IncentiveStatement{Spec: praxisv1.IncentiveStatementSpec{User: "ana", Quarter: l.Quarter, Policy: *spec}}
	s.Status.Lines, s.Status.Roots = lines, roots
	read := map[string]*big.Rat{}
	for _, f := range FiguresOf(s) {
		read[f.Week+f.Rule] = f.Counted
	}
	for _, f := range l.Policy.Figures(l.Weeks[0].Work) {
		if got := read[f.Week+f.Rule]; got == nil || got.Cmp(f.Counted) != 0 {
			t.Errorf("read back, %s of %s counts otherwise", f.Rule, f.Week)
		}
	}
	for i := range l.Weeks {
		l.Weeks[i].Now = nil
		for _, w := range l.Weeks[i].Work {
			w.Acc = new(big.Rat)
			l.Weeks[i].Now = append(l.Weeks[i].Now, w)
		}
	}
	if changes := l.Changes(s); len(changes) == 0 || len(changes) > maxChanges {
		t.Errorf("it has %d changes", len(changes))
	}
}
