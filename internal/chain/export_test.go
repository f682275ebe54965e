// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package chain

import (
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
			{"kind": "Evidence", "metadata": {"namespace": "shop", "name": "a-1"}}]}`, "shop: w48, w48.a w48.b, a-1"},
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
				for _, o := range x.Actions {
					actions = append(actions, o.Name)
				}
				for _, o := range x.Evidence {
					evidence = append(evidence, o.Name)
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
		"an object whose fields are of another type": {`{"items": [{"kind": "Evidence", "metadata": {"name": "ship-x7k2p"}, "spec": {"quantity": "one"}}]}`,
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
	n, findings := Verify(x)
	if want := []Finding{{"u-2026-w48", "it has no plan"}}; n != 1 || !slices.Equal(findings, want) {
		t.Errorf("of %d weeks it finds %v, want %v", n, findings, want)
	}
}

func TestARunningWeekHasNothingToVerify(t *testing.T) {
	x := weeks(2)
	x.Cycles[1].Status.Conditions, x.Cycles[1].Status.Evidence = nil, nil
	if n, findings := Verify(x); n != 1 || len(findings) > 0 {
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
	if n, findings := Verify(x); n != 2 || len(findings) > 0 {
		t.Errorf("of %d weeks it finds %v", n, findings)
	}
}

func TestATextIsEscapedNoFurtherThanThePackageCommentSays(t *testing.T) {
	for name, c := range map[string]struct {
		value any
		want  string
	}{
		"keys are sorted, those of structs too": {map[string]any{"b": 1, "a": praxisv1.Verdict{Decision: praxisv1.DecisionAccepted, By: "ben"}}, `{"a":{"by":"ben","decision":"Accepted"},"b":1}`},
		"HTML is text":                          {"<a> & b", `"<a> & b"`},
		"letters of all languages are text":     {"für 改善", `"für 改善"`},
		"what JSON demands is escaped":          {"a\"b\\c\nd", `"a\"b\\c\nd"`},
		"separators of lines are escaped":       {"a\u2028b\u2029c", `"a\u2028b\u2029c"`},
		"large numbers keep their digits":       {int64(9007199254740993), `9007199254740993`},
	} {
		t.Run(name, func(t *testing.T) {
			if got := string(canonical(c.value)); got != c.want {
				t.Errorf("it is written %s, want %s", got, c.want)
			}
		})
	}
}

// Lists from an API server come in any order.
func TestTheOrderOfAnExportNeverMatters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := weeks(rapid.IntRange(1, 4).Draw(t, "weeks"))
		want := len(x.Cycles)
		x.Cycles = rapid.Permutation(x.Cycles).Draw(t, "cycles")
		x.Actions = rapid.Permutation(x.Actions).Draw(t, "actions")
		x.Evidence = rapid.Permutation(x.Evidence).Draw(t, "evidence")
		if n, findings := Verify(x); n != want || len(findings) > 0 {
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
		if _, findings := Verify(x); len(findings) != 1 || findings[0].Cycle != cycle {
			t.Fatalf("a change of %s finds %v", e.Name, findings)
		}
	})
}
