// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package text

import "testing"

func TestWhatIsMostLikeWhatWasTypedIsSuggested(t *testing.T) {
	fields := []string{"utilityRef", "teamRef", "teamSelector", "verb", "object", "package", "packageRef"}
	for name, c := range map[string]struct {
		asked string
		names []string
		want  string
	}{
		"the beginning of a name":       {"utility", fields, "; did you mean utilityRef?"},
		"two names with one beginning":  {"team", fields, "; did you mean teamRef or teamSelector?"},
		"a letter too few":              {"objct", fields, "; did you mean object?"},
		"another case":                  {"PackageRef", fields, "; did you mean packageRef or package?"},
		"the end of a name with dots":   {"ship.bem", []string{"w48.fix.ship.ben", "w48.fix.call.ana"}, "; did you mean w48.fix.ship.ben?"},
		"letters that are not Latin":    {"анна", []string{"анка", "ольга"}, "; did you mean анка?"},
		"nothing like it, of few names": {"zoe", []string{"ana", "ben"}, "; there is ana, ben"},
		"nothing like it, of many":      {"priority", fields, ""},
		"no name at all":                {"ana", nil, ""},
		"two letters are no likeness":   {"qx", fields, ""},
		"nothing typed":                 {"", fields, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := DidYouMean(c.asked, c.names); got != c.want {
				t.Errorf("it says %q, want %q", got, c.want)
			}
		})
	}
}
