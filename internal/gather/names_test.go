// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package gather

import (
	"fmt"
	"testing"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

func TestAnActionIsFoundByWhoHasItAndByWhoHadIt(t *testing.T) {
	named := func(cycle, step, first, now string) praxisv1.Action {
		a := praxisv1.Action{}
		a.Name = cycle + ".fix." + step + "." + first
		a.Spec.KeyActionRef.Name, a.Spec.Step, a.Spec.Member = "fix", step, now
		return a
	}
	w48 := []praxisv1.Action{named("w48", "ship", "ben", "ana"), named("w48", "call", "ben", "ben"), named("w48", "list", "ben", "ana"), named("w48", "list", "ana", "ben")}
	for name, c := range map[string]struct {
		actions []praxisv1.Action
		asked   string
		want    string
	}{
		"by who has it":                            {w48, "ship.ana", "w48.fix.ship.ben"},
		"with its KeyAction":                       {w48, "fix.ship.ana", "w48.fix.ship.ben"},
		"by who had it":                            {w48, "ship.ben", "w48.fix.ship.ben"},
		"by the name of the object":                {w48, "w48.fix.ship.ben", "w48.fix.ship.ben"},
		"where two changed hands, by who has it":   {w48, "list.ana", "w48.fix.list.ben"},
		"and the object's name is never the other": {w48, "w48.fix.list.ana", "w48.fix.list.ana"},
		"what nobody has":                          {w48, "ship.cleo", `Action "ship.cleo" is not in namespace shop; there is fix.ship.ana, fix.call.ben, fix.list.ana, fix.list.ben`},
		"in two open weeks": {[]praxisv1.Action{named("w47", "ship", "ben", "ben"), named("w48", "ship", "ben", "ben")}, "fix.ship.ben",
			`"fix.ship.ben" matches 2 Actions: w47.fix.ship.ben, w48.fix.ship.ben`},
	} {
		t.Run(name, func(t *testing.T) {
			i, err := ActionIn(c.actions, "shop", c.asked)
			got := fmt.Sprint(err)
			if err == nil {
				got = c.actions[i].Name
			}
			if got != c.want {
				t.Errorf("it is %s, want %s", got, c.want)
			}
		})
	}
}
