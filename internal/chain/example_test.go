// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package chain_test

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/praxis-dev/praxis/internal/chain"
)

const (
	ship = `{
		"kind": "Action", "metadata": {"name": "checkout-2026-w48.fix.ship.ana"},
		"spec": {"cycleRef": {"name": "checkout-2026-w48"}, "do": "Ship the fix", "target": 1}}`
	piece = `{
		"kind": "Evidence", "metadata": {"name": "ship-x7k2p"},
		"spec": {"actionRef": {"name": "checkout-2026-w48.fix.ship.ana"}, "quantity": 1, "submittedBy": "ana"},
		"status": {
			"actionRef": {"name": "checkout-2026-w48.fix.ship.ana"}, "conditions": [{"type": "Accepted", "status": "True"}],
			"judgedBy": "ben", "verdict": {"decision": "Accepted", "by": "ben"}}}`
)

// shipped is a week in which Ana shipped one fix, and Ben accepted it.
func shipped() chain.Week {
	return chain.Week{
		Cycle: "checkout-2026-w48", PlanHash: "5e1f",
		Actions: []json.RawMessage{json.RawMessage(ship)}, Evidence: []json.RawMessage{json.RawMessage(piece)},
	}
}

// A closed week is one hash. Whatever is changed afterwards, the hash is another.
func ExampleRoot() {
	root := func(w chain.Week) string {
		closed, err := chain.Root(w)
		if err != nil {
			return err.Error()
		}
		return closed.Root
	}
	closed := root(shipped())
	fmt.Println(len(closed), "digits")

	fmt.Println("the same again:", root(shipped()) == closed)

	forged := shipped()
	forged.Evidence[0] = json.RawMessage(strings.ReplaceAll(piece, "ben", "eve"))
	fmt.Println("with another judge:", root(forged) == closed)

	following := shipped()
	following.PreviousRoot = closed
	fmt.Println("after another week:", root(following) == closed)
	// Output:
	// 64 digits
	// the same again: true
	// with another judge: false
	// after another week: false
}

// A week is verified from what kubectl exports; a finding names the week that was
// changed after it was closed.
func ExampleVerify() {
	closed, err := chain.Root(shipped())
	if err != nil {
		fmt.Println(err)
		return
	}
	cycle := fmt.Sprintf(`{
		"kind": "WeeklyCycle", "metadata": {"name": "checkout-2026-w48"},
		"status": {
			"conditions": [{"type": "Closed", "status": "True"}], "plan": {"hash": "5e1f"},
			"evidence": {"count": 1, "root": %q, "version": 1}}}`, closed.Root)
	verify := func(items ...string) {
		exports, err := chain.ReadExport(strings.NewReader(`{"items": [` + strings.Join(items, ",") + `]}`))
		if err != nil {
			fmt.Println(err)
			return
		}
		weeks, findings := chain.Verify(*exports[""])
		fmt.Println(weeks, "week,", len(findings), "findings")
		for _, f := range findings {
			fmt.Println(f.Cycle + ": " + f.Message)
		}
	}
	verify(cycle, ship, piece)
	verify(cycle, ship) // somebody deleted the piece
	// Output:
	// 1 week, 0 findings
	// 1 week, 2 findings
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
		fmt.Println(namespace, len(x.Cycles), "weeks")
	}
	// Output:
	// desk 1 weeks
	// shop 1 weeks
}
