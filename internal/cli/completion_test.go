// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"slices"
	"strings"
	"testing"
)

func TestWhatCanBeTypedIsCompletedAndNothingElse(t *testing.T) {
	for name, c := range map[string]struct {
		user, args, want string
	}{
		"submit, without what is handed in and accepted": {"ben", "submit|", "fix-failures.ship.ben"},
		"submit, by the object's name":                   {"ben", "submit|checkout-2026", "checkout-2026-w48.fix-failures.ship.ben"},
		"the links that an Action asks for":              {"ben", "submit|ship.ben|--artifact|", "change="},
		"the measures":                                   {"ben", "submit|--measure|", "checkout/paid"},
		"accept, what one may judge":                     {"rea", "accept|", "calls"},
		"accept, not one's own":                          {"ben", "accept|", ""},
		"retract, one's own":                             {"ben", "retract|", "calls"},
		"retract, nobody else's":                         {"rea", "retract|", ""},
		"reassign, what is not begun":                    {"rea", "reassign|", "fix-failures.ship.ben"},
		"reassign, to whom":                              {"rea", "reassign|ship.ben|--to|", "ana rea"},
		"what is to be decided":                          {"ana", "review|" + weekly + "|--decide|", "fix-failures.ship.ben="},
		"what may be decided":                            {"ana", "review|" + weekly + "|--decide|fix-failures.ship.ben=C", "fix-failures.ship.ben=CarryOver"},
		"until when":                                     {"ana", "review|" + weekly + "|--decide|fix-failures.ship.ben=Resch", "fix-failures.ship.ben=Reschedule,dueAt="},
		"the weeks that there are":                       {"ana", "week|checkout|--week|", "2026-W48 2026-W47"},
		"a week to come":                                 {"ana", "end|checkout|--week|2026-W5", "2026-W50 2026-W51 2026-W52 2026-W53"},
		"a week to preview":                              {"ana", "preview|--week|2026-W4", "2026-W48 2026-W49"},
		"how a goal ends":                                {"ana", "end|checkout|--as|", "Achieved Stopped"},
		"show, either":                                   {"ana", "show|c", "calls"},
	} {
		t.Run(name, func(t *testing.T) {
			s := &stage{user: c.user + "@shop.example"}
			args := strings.Split(c.args, "|")
			out, _, err := s.run(t, slices.Concat([]string{"__complete", args[0], "-n", "shop"}, args[1:])...)
			var offered []string
			for line := range strings.Lines(out) {
				if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, ":") && !strings.HasPrefix(line, "Completion ended") {
					offered = append(offered, line)
				}
			}
			if got := strings.Join(offered, " "); err != nil || got != c.want {
				t.Errorf("%v, it offers %q, want %q", err, got, c.want)
			}
		})
	}
}
