// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"strings"
	"testing"

	"github.com/praxis-dev/praxis/internal/cli/term"
)

func TestWhatACommandShowsOfTheShop(t *testing.T) {
	for name, c := range map[string]struct {
		user string
		args string
	}{
		"mine of who is late":          {"ben@shop.example", "mine -n shop"},
		"mine of who judges and signs": {"rea@shop.example", "mine"},
		"mine of a stranger":           {"zoe@shop.example", "mine"},
		"mine as data":                 {"ben@shop.example", "mine -n shop -o yaml"},
		"why a Utility":                {"ana@shop.example", "why utility/checkout -n shop"},
		"why a KeyAction":              {"ana@shop.example", "why keyaction fix-failures -n shop"},
		"why an Action by its end":     {"ana@shop.example", "why action/call.ben -n shop"},
		"why a piece":                  {"ana@shop.example", "why evidence/calls -n shop"},
		"show an Action":               {"ana@shop.example", "show ship.ben -n shop"},
		"show an Action as data":       {"ana@shop.example", "show action/call.ben -n shop -o yaml"},
		"show a piece":                 {"ana@shop.example", "show calls -n shop"},
		"show a piece as data":         {"ana@shop.example", "show evidence/calls -n shop -o json"},
		"why a Review":                 {"ana@shop.example", "why review/checkout-2026-w48-review -n shop"},
		"why a week that is closed":    {"ana@shop.example", "why weeklycycle/checkout-2026-w47 -n shop"},
		"why a Team":                   {"ana@shop.example", "why team/payments -n shop"},
		"why an ActionPackage":         {"ana@shop.example", "why actionpackage/fixes -n shop"},
		"why as data":                  {"ana@shop.example", "why action/ship.ben -n shop -o json"},
		"tree of a namespace":          {"ana@shop.example", "tree -n shop"},
		"tree of all":                  {"ana@shop.example", "tree -A --all"},
		"tree of a KeyAction":          {"ana@shop.example", "tree keyaction/fix-failures -n shop --all"},
		"tree of a week":               {"ana@shop.example", "tree weeklycycle/checkout-2026-w47 -n shop --all"},
		"tree of nothing":              {"ana@shop.example", "tree -n empty"},
		"tree as data":                 {"ana@shop.example", "tree keyaction/fix-failures -n shop -o yaml"},
		"week of a namespace":          {"ana@shop.example", "week -n shop"},
		"week of a Utility":            {"ana@shop.example", "week checkout -n shop --all"},
		"week that was":                {"ana@shop.example", "week utility/checkout -n shop --week 2026-W47"},
		"week of nothing":              {"ana@shop.example", "week -n empty"},
		"week as data":                 {"ana@shop.example", "week -n empty -o json"},
		"review to be filled in":       {"ana@shop.example", "review checkout-2026-w48-review -n shop --show"},
		"explain a reason":             {"ana@shop.example", "explain Blocked"},
		"explain a reason as data":     {"ana@shop.example", "explain NotAReviewer -o yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			s := &stage{user: c.user}
			out, errOut, err := s.run(t, strings.Fields(c.args)...)
			if err != nil || errOut != "" {
				t.Fatalf("%v, %s", err, errOut)
			}
			golden(t, name, out)
		})
	}
}

func TestATreeKeepsHowFarItIsInANarrowTerminal(t *testing.T) {
	s := &stage{user: "ana@shop.example", columns: "80"}
	out, _, err := s.run(t, "tree", "-n", "shop", "--all")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "tree in a narrow terminal", out)
	if header, _, _ := strings.Cut(out, "\n"); !strings.Contains(header, "DONE") || strings.Contains(header, "SINCE") {
		t.Error(out)
	}
}

// What a line is about must be read at any width; the rest can be asked for.
func TestANarrowTerminalShowsWhatEachLineIsAbout(t *testing.T) {
	for args, want := range map[string]string{
		"explain": "\nChangedSinceCalibration ",
		"review checkout-2026-w48-review -n shop --show": "\nfix-failures.ship.ben  NoEvidence  CarryOver\n  ben owes 1 of ship; hand in evidence or decide in the review\n",
	} {
		t.Run(args, func(t *testing.T) {
			s := &stage{user: "ana@shop.example", columns: "80"}
			out, _, err := s.run(t, strings.Fields(args)...)
			if err != nil || !strings.Contains(out, want) {
				t.Errorf("%v\n%s", err, out)
			}
			for line := range strings.Lines(out) {
				if w := term.Columns(strings.TrimSpace(line)); w > 80 {
					t.Errorf("%d columns: %s", w, line)
				}
			}
		})
	}
}

func TestWhatCannotBeShownSaysWhatToTypeInstead(t *testing.T) {
	for args, want := range map[string]string{
		"why utility/chekout -n shop":                `Utility "chekout" is not in namespace shop; did you mean checkout?`,
		"why action/ship -n shop":                    `Action "ship" is not in namespace shop; did you mean fix-failures.ship.ben?`,
		"why action/ben -n shop":                     `"ben" matches 2 Actions: checkout-2026-w48.fix-failures.call.ben, checkout-2026-w48.fix-failures.ship.ben`,
		"why keyaction/fix -n shop":                  `KeyAction "fix" is not in namespace shop; did you mean fix-failures?`,
		"why weeklycycle/checkout-2026-w49 -n shop":  `WeeklyCycle "checkout-2026-w49" is not in namespace shop; did you mean`,
		"why evidence/call -n shop":                  `Evidence "call" is not in namespace shop; did you mean calls?`,
		"why review/w48 -n shop":                     `Review "w48" is not in namespace shop; did you mean checkout-2026-w48-review?`,
		"why team/billing -n shop":                   `Team "billing" is not in namespace shop; there is payments`,
		"why actionpackage/fix -n shop":              `ActionPackage "fix" is not in namespace shop; did you mean fixes?`,
		"why checkout -n shop":                       `"checkout" names no object; write KIND/NAME, like utility/checkout`,
		"why utility/checkout keyaction/fix -n shop": `one object at a time: utility/checkout or keyaction/fix`,
		"why goal/checkout -n shop":                  `"goal" is not a kind of Praxis; the kinds are Utility, Team,`,
		"tree utility/checkout -A":                   `an object is of one namespace; name it with -n instead of -A`,
		"tree team/payments -n shop":                 `a tree begins at a utility, a keyaction or a weeklycycle; see kubectl praxis why team/payments -n shop`,
		"tree -w -o json":                            `--watch shows a tree that changes; leave -o out`,
		"tree utility/chekout -n shop":               `Utility "chekout" is not in namespace shop; did you mean checkout?`,
		"week chekout -n shop":                       `Utility "chekout" is not in namespace shop; did you mean checkout?`,
		"week -n shop --week 2026-W40":               `2026-W40 has no cycle here; see kubectl get weeklycycles -n shop`,
		"week -A --week 2026-W40":                    `2026-W40 has no cycle here; see kubectl get weeklycycles -A`,
		"show nothing -n shop":                       `there is neither evidence nor an Action "nothing" in namespace shop`,
		"show cals -n shop":                          `there is neither evidence nor an Action "cals" in namespace shop; did you mean`,
		"show action/ben -n shop":                    `"ben" matches 2 Actions`,
		"show evidence/ship.ben -n shop":             `Evidence "ship.ben" is not in namespace shop`,
		"show team/payments -n shop":                 `show is for an Action or a piece of evidence; see kubectl praxis why team/payments -n shop`,
		"explain Bloked":                             `"Bloked" is not a reason of Praxis; did you mean Blocked or Closed?`,
		"review nothing -n shop --show":              `Review "nothing" is not in namespace shop; there is checkout-2026-w48-review`,
		"review checkout-2026-w48-revie -n shop":     `Review "checkout-2026-w48-revie" is not in namespace shop; did you mean checkout-2026-w48-review?`,
		"accept cals -n shop":                        `Evidence "cals" is not in namespace shop; did you mean calls?`,
		"reject evidence/cals -n shop -m Why":        `Evidence "cals" is not in namespace shop; did you mean calls?`,
		"tree utility/checkot -n shop":               `Utility "checkot" is not in namespace shop; did you mean checkout?`,
		"tree keyaction/fix-failure -n shop":         `KeyAction "fix-failure" is not in namespace shop; did you mean fix-failures?`,
		"tree weeklycycle/checkout-2026-w4 -n shop":  `WeeklyCycle "checkout-2026-w4" is not in namespace shop; did you mean`,
	} {
		t.Run(args, func(t *testing.T) {
			s := &stage{user: "ana@shop.example"}
			if out, _, err := s.run(t, strings.Fields(args)...); err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("it says %v, want %s\n%s", err, want, out)
			}
		})
	}
}
