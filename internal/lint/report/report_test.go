// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/praxis-dev/praxis/internal/lint"
	"github.com/praxis-dev/praxis/internal/manifest"
)

func TestReportsForMachines(t *testing.T) {
	sample, err := os.ReadFile(filepath.Join("..", "..", "..", "config", "samples", "minimal.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer("member: lou", "member: zoe", "verb: Watch", "verb: Improve").Replace(string(sample))
	set, err := manifest.Load(t.Context(), []string{manifest.Stdin}, strings.NewReader(text), "docs")
	if err != nil {
		t.Fatal(err)
	}
	found, err := lint.Run(set, "", time.Date(2026, 11, 23, 8, 30, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	read := func(write Writer, into any, unmarshal func([]byte, any) error) {
		t.Helper()
		var out bytes.Buffer
		if err := write(&out, set, found); err != nil {
			t.Fatal(err)
		}
		if err := unmarshal(out.Bytes(), into); err != nil {
			t.Fatalf("%v in %s", err, out.String())
		}
	}
	var plain struct {
		Files, Objects int
		Findings       []finding
	}
	read(JSON, &plain, json.Unmarshal)
	want := finding{"stdin", 18, "error", "ReferenceNotFound", "Team docs has no member zoe; add the person or correct spec.owner", "Utility", "docs", "first-hour"}
	if plain.Objects != 3 || len(plain.Findings) != 2 || plain.Findings[0] != want {
		t.Errorf("JSON has %+v", plain)
	}

	var sarif sarifLog
	read(SARIF, &sarif, json.Unmarshal)
	rules, results := sarif.Runs[0].Tool.Driver.Rules, sarif.Runs[0].Results
	if sarif.Version != "2.1.0" || len(results) != 2 {
		t.Fatalf("SARIF has %+v", sarif)
	}
	for i, level := range []string{"error", "warning"} {
		r := results[i]
		at := r.Locations[0].Physical
		if rules[r.RuleIndex].ID != r.RuleID || rules[r.RuleIndex].Help.Text == "" || r.Level != level || at.Artifact.URI != "stdin" || at.Region.StartLine != plain.Findings[i].Line {
			t.Errorf("SARIF has %+v", r)
		}
	}

	var junit junitReport
	read(JUnit, &junit, xml.Unmarshal)
	if junit.Tests != 3 || junit.Failures != 2 || len(junit.Suites) != 1 || junit.Suites[0].Cases[0].Failure != nil || junit.Suites[0].Cases[1].Failure.Type != "ReferenceNotFound" {
		t.Errorf("JUnit has %+v", junit)
	}
}

func TestEveryReasonOfAFindingIsARule(t *testing.T) {
	explained := map[string]bool{}
	for _, rule := range rules() {
		explained[rule.Reason] = rule.Cause != "" && rule.Fix != "" && rule.Example != ""
	}
	for _, reason := range strings.Fields("InvalidSpec ReferenceNotFound DependencyCycle WeightsNotHundred InvalidCheck UnknownTimeZone NameTaken TooManyKeyActions OverFocusLimit AbstractVerb NoKeyStep Unassigned OverCapacity NotCarried LookAlike TooManyTeams OutdatedHolidays NoDayOfWork NoWeek") {
		if !explained[reason] {
			t.Errorf("%s is not explained", reason)
		}
	}
	if _, known := explained["Ended"]; !known {
		t.Error("Ended is no rule")
	}
}
