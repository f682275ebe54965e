// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package chain

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

func TestAnExportIsSortedByNamespaceAndKind(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want string
	}{
		"nothing": {`{"items": []}`, ""},
		"each kind that a chain depends on": {`{"items": [
			{"kind": "WeeklyCycle", "metadata": {"namespace": "shop", "name": "w48"}},
			{"kind": "Action", "metadata": {"namespace": "shop", "name": "w48.a"}},
			{"kind": "Action", "metadata": {"namespace": "shop", "name": "w48.b"}},
			{"kind": "Evidence", "metadata": {"namespace": "shop", "name": "a-1"}, "status": {"conditions": [{"type": "Accepted", "status": "True"}]}},
			{"kind": "Evidence", "metadata": {"namespace": "shop", "name": "a-2"}}]}`, "shop: w48, w48.a w48.b, a-1"},
		"two namespaces with a week of the same name": {`{"items": [
			{"kind": "WeeklyCycle", "metadata": {"namespace": "shop", "name": "w48"}},
			{"kind": "WeeklyCycle", "metadata": {"namespace": "desk", "name": "w48"}}]}`, "desk: w48, , \nshop: w48, , "},
		"a kind that no chain depends on": {`{"items": [{"kind": "Team", "metadata": {"namespace": "shop", "name": "payments"}}]}`, "shop: , , "},
	} {
		t.Run(name, func(t *testing.T) {
			exports, err := ReadExport(strings.NewReader(c.text))
			if err != nil {
				t.Fatal(err)
			}
			var lines []string
			for namespace, x := range exports {
				var cycles, actions, evidence []string
				for _, o := range x.Cycles {
					cycles = append(cycles, o.Name)
				}
				for _, o := range x.actions {
					actions = append(actions, o.name)
				}
				for _, o := range x.evidence {
					evidence = append(evidence, o.name)
				}
				lines = append(lines, fmt.Sprintf("%s: %s, %s, %s", namespace, strings.Join(cycles, " "), strings.Join(actions, " "), strings.Join(evidence, " ")))
			}
			slices.Sort(lines)
			if got := strings.Join(lines, "\n"); got != c.want {
				t.Errorf("read\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestAnInvalidExportSaysWhichItemIsWrong(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"no JSON":                {"items: []", "the export is not a list in JSON: "},
		"an item without a head": {`{"items": [{"kind": "Action"}, 7]}`, "item 1 of the export: "},
		"an object whose fields are of another type": {`{"items": [{"kind": "Evidence", "metadata": {"name": "ship-x7k2p"}, "status": {"conditions": "none"}}]}`,
			"Evidence ship-x7k2p of the export: "},
		"a week with invalid times": {`{"items": [{"kind": "WeeklyCycle", "metadata": {"name": "w48"}, "spec": {"startsAt": "Monday"}}]}`,
			"WeeklyCycle w48 of the export: "},
		"an Action that is a list": {`{"items": [{"kind": "Action", "metadata": {"name": "w48.a"}, "spec": []}]}`,
			"Action w48.a of the export: "},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := ReadExport(strings.NewReader(c.text)); err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("it says %v, want %s…", err, c.want)
			}
		})
	}
}

func TestAClosedWeekWithoutAPlanIsFound(t *testing.T) {
	x := weeks(1)
	x.Cycles[0].Status.Plan = nil
	n, findings := x.verify()
	if want := []Finding{{"u-2026-w48", "it has no plan"}}; n != 1 || !slices.Equal(findings, want) {
		t.Errorf("of %d weeks it finds %v, want %v", n, findings, want)
	}
}

func TestARunningWeekHasNothingToVerify(t *testing.T) {
	x := weeks(2)
	x.Cycles[1].Status.Conditions, x.Cycles[1].Status.Evidence = nil, nil
	if n, findings := x.verify(); n != 1 || len(findings) > 0 {
		t.Errorf("of %d weeks it finds %v", n, findings)
	}
}

func TestEachUtilityHasAChainOfItsOwn(t *testing.T) {
	x, other := weeks(2), weeks(2)
	for i := range other.Cycles {
		other.Cycles[i].Spec.UtilityRef.Name = "v"
		other.Cycles[i].Name = strings.Replace(other.Cycles[i].Name, "u-", "v-", 1)
		other.Cycles[i].Spec.Previous = strings.Replace(other.Cycles[i].Spec.Previous, "u-", "v-", 1)
		other.Cycles[i].Status.Conditions, other.Cycles[i].Status.Evidence = nil, nil
	}
	x.Cycles = append(other.Cycles, x.Cycles...)
	if n, findings := x.verify(); n != 2 || len(findings) > 0 {
		t.Errorf("of %d weeks it finds %v", n, findings)
	}
}

func TestATextHasTheCanonicalForm(t *testing.T) {
	for name, c := range map[string]struct {
		value any
		want  string
	}{
		"keys are sorted, also those of structs": {map[string]any{"b": 1, "a": praxisv1.Verdict{Decision: praxisv1.DecisionAccepted, By: "ben"}}, `{"a":{"by":"ben","decision":"Accepted"},"b":1}`},
		"keys are sorted by UTF-16":              {map[string]any{"\ufb33": 1, "\U0001f600": 2}, "{\"\U0001f600\":2,\"\ufb33\":1}"},
		"HTML is text":                           {"<a> & b", `"<a> & b"`},
		"letters of all languages are text":      {"für 改善", `"für 改善"`},
		"what JSON demands is escaped":           {"a\"b\\c\nd", `"a\"b\\c\nd"`},
		"separators of lines are text":           {"a\u2028b\u2029c", "\"a\u2028b\u2029c\""},
		"a number has one form":                  {json.RawMessage(`[1.0, 1e2, -0, 0.10]`), `[1,100,0,0.1]`},
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := canonical(c.value); string(got) != c.want || err != nil {
				t.Errorf("it is written %s (%v), want %s", got, err, c.want)
			}
		})
	}
}

// What a later version of the API adds is hashed as it is, known or not.
func TestAFieldThatNobodyKnowsYetIsPartOfTheRoot(t *testing.T) {
	root := func(action string) string {
		return rootOf(Week{Cycle: "w", Actions: []json.RawMessage{json.RawMessage(action)}}).Root
	}
	was := root(`{"kind": "Action", "metadata": {"name": "w.a", "uid": "1"}, "spec": {"do": "Ship", "later": {"b": 1, "a": [true]}}}`)
	if was != root(`{"metadata": {"uid": "2", "name": "w.a"}, "spec": {"later": {"a": [true], "b": 1.0}, "do": "Ship"}, "kind": "Action"}`) {
		t.Error("the same in another order is another root")
	}
	if was == root(`{"kind": "Action", "metadata": {"name": "w.a"}, "spec": {"do": "Ship", "later": {"b": 1, "a": [false]}}}`) {
		t.Error("a field that this version does not know can be changed")
	}
}

func TestARootIsRefusedForWhatIsNoObject(t *testing.T) {
	for name, w := range map[string]Week{
		"an Action that is a list":    {Actions: []json.RawMessage{json.RawMessage(`[]`)}},
		"evidence that is no JSON":    {Evidence: []json.RawMessage{json.RawMessage(`{`)}},
		"a field that is there twice": {Evidence: []json.RawMessage{json.RawMessage(`{"metadata": {"name": "e"}, "spec": {"a": 1, "a": 2}}`)}},
	} {
		t.Run(name, func(t *testing.T) {
			if root, err := Root(w); err == nil {
				t.Errorf("it is %+v", root)
			}
		})
	}
}

func TestARootThatWasKeptIsReachedOrSaidToBeLost(t *testing.T) {
	x := weeks(3)
	roots := []string{x.Cycles[0].Status.Evidence.Root, x.Cycles[1].Status.Evidence.Root, x.Cycles[2].Status.Evidence.Root}
	pruned, anew, empty := weeks(3), weeks(1), weeks(1)
	pruned.Cycles = pruned.Cycles[1:]
	anew.Cycles[0].Status.Evidence.Root = "another"
	empty.Cycles[0].Status.Evidence = nil
	for name, c := range map[string]struct {
		x    sample
		kept Kept
		want string
	}{
		"of its week":                {x, Kept{Root: roots[1], Week: "2026-W49"}, ""},
		"of a week not said":         {x, Kept{Root: roots[0]}, ""},
		"of a week that was pruned":  {pruned, Kept{Root: roots[0], Week: "2026-W48"}, ""},
		"of another week":            {x, Kept{Root: roots[1], Week: "2026-W50"}, "the root that was kept of 2026-W50 is that of 2026-W49"},
		"of a week with another":     {x, Kept{Root: "kept", Week: "2026-W49"}, "the root of 2026-W49 is " + roots[1] + ", and another was kept"},
		"of a goal that began anew":  {anew, Kept{Root: roots[2]}, "its chain begins anew with 2026-W48, and no week of it has the root that was kept"},
		"of a goal that is gone":     {sample{}, Kept{Root: roots[2]}, "it has no closed week"},
		"of one without closed week": {empty, Kept{Root: roots[2]}, "it has no closed week"},
		"from before the export":     {sample{Cycles: pruned.Cycles[1:]}, Kept{Root: roots[0]}, "no week from 2026-W50 on has the root that was kept"},
	} {
		t.Run(name, func(t *testing.T) {
			c.kept.Utility = "u"
			if got := Reaches(c.x.export(), c.kept); got != c.want && (c.want == "" || !strings.HasPrefix(got, c.want)) {
				t.Errorf("it says %q, want %q", got, c.want)
			}
		})
	}
}

func TestAChainSaysWhereItBeginsAndEnds(t *testing.T) {
	x := weeks(3)
	root := x.Cycles[2].Status.Evidence.Root
	if got, want := Chains(x.export()), []Chain{{Utility: "u", First: "2026-W48", Last: "2026-W50", Anew: true, Root: root}}; !slices.Equal(got, want) {
		t.Errorf("it is %+v, want %+v", got, want)
	}
	x.Cycles = x.Cycles[1:]
	if got, want := Chains(x.export()), []Chain{{Utility: "u", First: "2026-W49", Last: "2026-W50", Root: root}}; !slices.Equal(got, want) {
		t.Errorf("after pruning it is %+v, want %+v", got, want)
	}
}

// Lists of an API server have any order.
func TestTheOrderOfAnExportNeverMatters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := weeks(rapid.IntRange(1, 4).Draw(t, "weeks"))
		want := len(x.Cycles)
		x.Cycles = rapid.Permutation(x.Cycles).Draw(t, "cycles")
		x.Actions = rapid.Permutation(x.Actions).Draw(t, "actions")
		x.Evidence = rapid.Permutation(x.Evidence).Draw(t, "evidence")
		if n, findings := x.verify(); n != want || len(findings) > 0 {
			t.Fatalf("of %d weeks it finds %v", n, findings)
		}
	})
}

func TestNoPieceCanBeChangedWithoutItsWeekBeingNamed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := weeks(3)
		e := &x.Evidence[rapid.IntRange(0, len(x.Evidence)-1).Draw(t, "piece")]
		summary := rapid.String().Draw(t, "summary")
		if summary == e.Spec.Summary {
			return // it is not a change
		}
		e.Spec.Summary = summary
		cycle, _, _ := strings.Cut(e.Status.ActionRef.Name, ".")
		if _, findings := x.verify(); len(findings) != 1 || findings[0].Cycle != cycle {
			t.Fatalf("a change of %s finds %v", e.Name, findings)
		}
	})
}
