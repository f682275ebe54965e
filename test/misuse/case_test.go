// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package misuse

import (
	"fmt"
	"slices"
	"testing"

	"github.com/praxis-dev/praxis/test/controlplane"
)

// teams are the Teams of the goal, the first with a change.
func teams(t *testing.T, change func(spec object)) Bases {
	t.Helper()
	objects, err := controlplane.Decode(Goal)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range objects {
		if o.GetKind() == "Team" {
			change(o.Object["spec"].(object))
			return Bases{"Team": {o.Object}}
		}
	}
	t.Fatal("the goal has no Team")
	return nil
}

func TestAFieldThatNoObjectSetsIsTold(t *testing.T) {
	for name, c := range map[string]struct {
		change func(object)
		want   string
	}{
		"all are set": {func(object) {}, "[]"},
		"one is not":  {func(spec object) { delete(spec, "lead") }, "[Team spec.lead]"},
		"one of an item": {func(spec object) {
			delete(spec["members"].([]any)[1].(object)["absences"].([]any)[0].(object), "delegate")
		}, "[Team spec.members[].absences[].delegate]"},
	} {
		t.Run(name, func(t *testing.T) {
			_, uncovered, err := Cases(teams(t, c.change))
			if got := fmt.Sprint(uncovered); err != nil || got != c.want {
				t.Errorf("%s, %v; want %s", got, err, c.want)
			}
		})
	}
}

func TestACaseChangesItsFieldAndNothingElse(t *testing.T) {
	bases := teams(t, func(object) {})
	before := fmt.Sprint(bases)
	cases, _, err := Cases(bases)
	if err != nil {
		t.Fatal(err)
	}
	names, changed := map[string]bool{}, 0
	for _, c := range cases {
		if names[c.String()] {
			t.Errorf("there are two cases %s", c)
		}
		names[c.String()] = true
		if fmt.Sprint(c.Applied(bases["Team"][0])) != fmt.Sprint(bases["Team"][0]) {
			changed++
		}
	}
	if fmt.Sprint(bases) != before {
		t.Error("a case changed the object that it is applied to")
	}
	if changed < len(cases)*9/10 || len(cases) < 200 {
		t.Errorf("%d of %d cases change anything", changed, len(cases))
	}
}

func TestASampleIsTheSameEachTimeAndHasNoCaseTwice(t *testing.T) {
	cases, _, err := Cases(teams(t, func(object) {}))
	if err != nil {
		t.Fatal(err)
	}
	names := func() (names []string) {
		for _, c := range Sample(cases, 100) {
			names = append(names, c.String())
		}
		return names
	}
	first := names()
	if !slices.Equal(first, names()) {
		t.Error("two samples differ")
	}
	slices.Sort(first)
	if n := len(slices.Compact(first)); n != 100 {
		t.Errorf("there are %d different cases", n)
	}
}
