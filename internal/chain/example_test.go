// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package chain_test

import (
	"fmt"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/chain"
)

// shipped is a week in which Ana shipped one fix, and Ben accepted it.
func shipped() chain.Week {
	const cycle, ship = "checkout-2026-w48", "checkout-2026-w48.fix.ship.ana"
	return chain.Week{
		Cycle: cycle, PlanHash: "5e1f",
		Actions: []praxisv1.Action{{
			ObjectMeta: metav1.ObjectMeta{Name: ship},
			Spec:       praxisv1.ActionSpec{CycleRef: praxisv1.LocalReference{Name: cycle}, Do: "Ship the fix", Target: 1},
		}},
		Evidence: []praxisv1.Evidence{{
			ObjectMeta: metav1.ObjectMeta{Name: "ship-x7k2p"},
			Spec:       praxisv1.EvidenceSpec{ActionRef: &praxisv1.LocalReference{Name: ship}, Quantity: 1, SubmittedBy: "ana"},
			Status: praxisv1.EvidenceStatus{
				ConditionedStatus: praxisv1.ConditionedStatus{Conditions: []metav1.Condition{{Type: praxisv1.ConditionAccepted, Status: metav1.ConditionTrue}}},
				ActionRef:         &praxisv1.LocalReference{Name: ship},
				Verdict:           &praxisv1.Verdict{Decision: praxisv1.DecisionAccepted, By: "ben"}, JudgedBy: "ben",
			},
		}},
	}
}

// A closed week is one hash. Whatever is changed afterwards, the hash is another.
func ExampleRoot() {
	closed := chain.Root(shipped())
	fmt.Println(closed.Count, "piece,", len(closed.Root), "digits")

	fmt.Println("the same again:", chain.Root(shipped()).Root == closed.Root)

	forged := shipped()
	forged.Evidence[0].Status.JudgedBy = "eve"
	fmt.Println("with another judge:", chain.Root(forged).Root == closed.Root)

	following := shipped()
	following.PreviousRoot = closed.Root
	fmt.Println("after another week:", chain.Root(following).Root == closed.Root)
	// Output:
	// 1 piece, 64 digits
	// the same again: true
	// with another judge: false
	// after another week: false
}

// A week is verified from what kubectl exports; a finding names the week that was
// changed after it was closed.
func ExampleVerify() {
	week := shipped()
	cycle := praxisv1.WeeklyCycle{ObjectMeta: metav1.ObjectMeta{Name: week.Cycle}}
	cycle.Status.Conditions = []metav1.Condition{{Type: praxisv1.ConditionClosed, Status: metav1.ConditionTrue}}
	cycle.Status.Plan = &praxisv1.WeekPlan{Hash: week.PlanHash}
	cycle.Status.Evidence = new(chain.Root(week))
	export := chain.Export{Cycles: []praxisv1.WeeklyCycle{cycle}, Actions: week.Actions, Evidence: week.Evidence}

	weeks, findings := chain.Verify(export)
	fmt.Println(weeks, "week,", len(findings), "findings")

	export.Evidence = nil // somebody deleted the piece
	_, findings = chain.Verify(export)
	for _, f := range findings {
		fmt.Println(f.Cycle + ": " + f.Message)
	}
	// Output:
	// 1 week, 0 findings
	// checkout-2026-w48: 0 pieces of accepted evidence are there, and it was closed with 1
	// checkout-2026-w48: its Actions, evidence, verdicts or plan are not those that it was closed with
}

// An export of the whole cluster is read by namespace, since each has chains of its own.
func ExampleReadExport() {
	exports, err := chain.ReadExport(strings.NewReader(`{"kind": "List", "items": [
		{"kind": "WeeklyCycle", "metadata": {"namespace": "shop", "name": "checkout-2026-w48"}},
		{"kind": "Action", "metadata": {"namespace": "shop", "name": "checkout-2026-w48.fix.ship.ana"}},
		{"kind": "WeeklyCycle", "metadata": {"namespace": "desk", "name": "answers-2026-w48"}}
	]}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, namespace := range []string{"desk", "shop"} {
		x := exports[namespace]
		fmt.Println(namespace, len(x.Cycles), "weeks,", len(x.Actions), "Actions")
	}
	// Output:
	// desk 1 weeks, 0 Actions
	// shop 1 weeks, 1 Actions
}
