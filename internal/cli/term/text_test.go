// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package term

import "testing"

func TestWhatPeopleWroteReadsAsItIs(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"words":                            {"One piece, for Zoë", "One piece, for Zoë"},
		"another script":                   {"提升 می\u200cخواهم", "提升 می\u200cخواهم"},
		"a cursor that moves":              {"done\x1b[2K\rrejected", "done [2K rejected"},
		"a link that reads as another":     {"https://evil.example/\u202egpj.ecniovni", "https://evil.example/gpj.ecniovni"},
		"what nobody sees between words":   {"ac\u200bcepted\u2066", "accepted"},
		"a family, which is joined":        {"👩\u200d👧", "👩\u200d👧"},
		"several lines, of which one ends": {"first\nsecond", "first second"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Printable(c.text); got != c.want {
				t.Errorf("it reads %q, want %q", got, c.want)
			}
		})
	}
}
