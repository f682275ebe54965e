// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package reasons

import (
	"slices"
	"strings"
	"testing"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

func TestEveryRowNamesAnExistingConditionAndStatus(t *testing.T) {
	conditions := []string{
		praxisv1.ConditionReady, praxisv1.ConditionStalled, praxisv1.ConditionOnTrack, praxisv1.ConditionFocused, praxisv1.ConditionCovered,
		praxisv1.ConditionCalibrated, praxisv1.ConditionEffective, praxisv1.ConditionMeasured, praxisv1.ConditionActionable, praxisv1.ConditionFeasible, praxisv1.ConditionDistinct,
		praxisv1.ConditionPlanned, praxisv1.ConditionMidweekChecked, praxisv1.ConditionReviewed, praxisv1.ConditionClosed,
		praxisv1.ConditionValid, praxisv1.ConditionAccepted, praxisv1.ConditionOpen, praxisv1.ConditionComplete, praxisv1.ConditionReceiving,
		praxisv1.ConditionAligned, praxisv1.ConditionComputed, praxisv1.ConditionApproved, praxisv1.ConditionPayable, praxisv1.ConditionVerified,
	}
	explained := map[string]bool{}
	for _, s := range Sections {
		for _, row := range s.Rows {
			if row.Condition == "gap" {
				if row.Status != "" || row.Of != "WeeklyCycle" {
					t.Errorf("the gap %s is %s of %s, and gaps have no status and are of a WeeklyCycle", row.Reason, row.Status, row.Of)
				}
				continue
			}
			if row.Condition == "lint" {
				if row.Status != "" {
					t.Errorf("lint says %s, which has the status %s of no condition", row.Reason, row.Status)
				}
				continue
			}
			if !slices.Contains(conditions, row.Condition) {
				t.Errorf("%s is of %q, which is no condition", row.Reason, row.Condition)
			}
			if !slices.Contains([]string{"True", "False", "Unknown"}, row.Status) {
				t.Errorf("%s of %s has the status %q", row.Reason, row.Condition, row.Status)
			}
			explained[row.Condition] = true
		}
	}
	for _, condition := range conditions {
		if !explained[condition] {
			t.Errorf("no row explains %s", condition)
		}
	}
}

func TestNoReasonOfAConditionIsExplainedTwice(t *testing.T) {
	type place struct{ reason, condition, status string }
	seen := map[place]bool{}
	for _, s := range Sections {
		for _, row := range s.Rows {
			at := place{row.Reason, row.Condition, row.Status}
			if seen[at] {
				t.Errorf("%s of %s=%s stands there twice", row.Reason, row.Condition, row.Status)
			}
			seen[at] = true
		}
	}
}

func TestAReasonIsFoundWithAllItsConditions(t *testing.T) {
	for reason, want := range map[string][]string{
		"Behind":             {"OnTrack=False"},
		"NothingPlanned":     {"OnTrack=Unknown", "Covered=Unknown", "Aligned=Unknown"},
		"awaitingacceptance": {"OnTrack=Unknown", "gap"},
		"UNKNOWNTIMEZONE":    {"Stalled=True"},
		"Behin":              nil,
		"":                   nil,
	} {
		t.Run(reason, func(t *testing.T) {
			var got []string
			for _, row := range Find(reason) {
				got = append(got, conditionOf(row))
			}
			if !slices.Equal(got, want) {
				t.Errorf("it stands in %q, want %q", got, want)
			}
		})
	}
}

func conditionOf(row Row) string {
	if row.Status == "" {
		return row.Condition
	}
	return row.Condition + "=" + row.Status
}

// These names complete on Tab, and a misspelt reason is compared with them.
func TestEachNameIsListedOnceAndCanBeFound(t *testing.T) {
	names := Names()
	if !slices.IsSorted(names) || len(slices.Compact(slices.Clone(names))) != len(names) {
		t.Errorf("they are %q", names)
	}
	for _, name := range names {
		if len(Find(name)) == 0 {
			t.Errorf("%s is listed and cannot be found", name)
		}
	}
	for _, s := range Sections {
		for _, row := range s.Rows {
			if !slices.Contains(names, row.Reason) {
				t.Errorf("%s is explained and not listed", row.Reason)
			}
		}
	}
}

func TestTheDocsHaveATableForEachSection(t *testing.T) {
	const columns = 6
	text := Markdown()
	if !strings.HasSuffix(text, "|\n") && !strings.HasSuffix(text, ".\n") || strings.HasSuffix(text, "\n\n") {
		t.Errorf("it ends with %q", text[len(text)-20:])
	}
	var titles []string
	rows := map[string]int{}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "## "):
			titles = append(titles, strings.TrimPrefix(line, "## "))
		case strings.HasPrefix(line, "|"):
			rows[titles[len(titles)-1]]++
			if got := strings.Count(line, "|") - 1; got != columns {
				t.Errorf("a row of %d cells, want %d: %s", got, columns, line)
			}
		}
	}
	for i, s := range Sections {
		if i >= len(titles) || titles[i] != s.Title {
			t.Fatalf("the titles are %q, and section %d is %q", titles, i, s.Title)
		}
		if rows[s.Title] != len(s.Rows)+2 { // the header and the line below it
			t.Errorf("%s has %d lines, want %d and a head", s.Title, rows[s.Title], len(s.Rows))
		}
	}
}

func TestTheDocsExplainAReasonAsTheTableDoes(t *testing.T) {
	text := Markdown()
	for name, want := range map[string]string{
		"a reason with a fix and how it looks": "| `Suspended` | Ready=True | Utility, KeyAction | `spec.suspend` is true | set it to false | `suspend: false` |\n",
		"a reason that is green":               "| `OnPace` | OnTrack=True | all with work | what is due is there, within the tolerance |  |  |\n",
		"a gap, which has no status":           "| `NoEvidence` | gap | WeeklyCycle | nothing is in | hand in evidence | `kubectl praxis submit ship.ana` |\n",
		"what comes before a table":            "## Evidence\n\n`Valid` says whether it has what the standard asks for, `Accepted` whether it counts.\n\n| Reason |",
		"what comes after a table":             "|\n\nA Utility that is `Stalled` is not planned. A KeyAction that is `Stalled` is left out alone.\n\n## OnTrack\n",
	} {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(text, want) {
				t.Errorf("it does not say\n%s", want)
			}
		})
	}
}
