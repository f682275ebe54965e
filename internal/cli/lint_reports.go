// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"encoding/xml"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"github.com/praxis-dev/praxis/internal/cli/term"
	"github.com/praxis-dev/praxis/internal/manifest"
	"github.com/praxis-dev/praxis/internal/reasons"
)

// SARIF 2.1.0, as far as it is used: what code hosts show beside the line of a change.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool       sarifTool     `json:"tool"`
		Results    []sarifResult `json:"results"`
		ColumnKind string        `json:"columnKind"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name  string      `json:"name"`
		Rules []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID               string    `json:"id"`
		ShortDescription sarifText `json:"shortDescription"`
		Help             sarifText `json:"help"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		RuleIndex int             `json:"ruleIndex"`
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations"`
	}
	sarifLocation struct {
		Physical sarifPhysical  `json:"physicalLocation"`
		Logical  []sarifLogical `json:"logicalLocations,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine int `json:"startLine"`
	}
	sarifLogical struct {
		FullyQualifiedName string `json:"fullyQualifiedName"`
	}
)

func writeSARIF(w io.Writer, _ *manifest.Set, found []manifest.Finding) error {
	// All rules are there, whatever was found, so that a result of today and one of next week
	// mean the same by their index.
	driver, index := sarifDriver{Name: "kubectl-praxis"}, map[string]int{}
	for i, rule := range lintRules() {
		index[rule.Reason] = i
		driver.Rules = append(driver.Rules, sarifRule{rule.Reason, sarifText{unquote(rule.Cause)}, sarifText{unquote(rule.Fix) + ", like " + rule.Example}})
	}
	run := sarifRun{Tool: sarifTool{driver}, Results: []sarifResult{}, ColumnKind: "utf16CodeUnits"}
	for _, f := range found {
		// A path is written as the relative URI that it is, so that a space in it does no harm.
		uri := url.URL{Path: filepath.ToSlash(f.File)}
		at := sarifLocation{Physical: sarifPhysical{sarifArtifact{uri.String()}, sarifRegion{f.Line}}}
		if f.Name != "" {
			at.Logical = []sarifLogical{{objectOf(f)}}
		}
		run.Results = append(run.Results, sarifResult{
			RuleID: f.Reason, RuleIndex: index[f.Reason], Level: string(f.Severity),
			Message: sarifText{f.Message}, Locations: []sarifLocation{at},
		})
	}
	return term.Encode(w, term.JSON, sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}})
}

// lintRules are the reasons that a finding can have: those that stall an object, and those
// of the conditions that lint asks for.
func lintRules() []reasons.Row {
	var rules []reasons.Row
	bad := map[string]string{"Stalled": "True", "Focused": "False", "Covered": "False", "Actionable": "False", "Feasible": "False"}
	for _, section := range reasons.Sections {
		for _, row := range section.Rows {
			if status, asked := bad[row.Condition]; asked && row.Status == status {
				rules = append(rules, row)
			}
		}
	}
	return rules
}

// JUnit's XML, as continuous integration reads it: a suite a file, a case an object.
type (
	junitReport struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name    string        `xml:"name,attr"`
		Class   string        `xml:"classname,attr"`
		Failure *junitFailure `xml:"failure,omitempty"`
	}
	junitFailure struct {
		Type    string `xml:"type,attr"`
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// writeJUnit counts warnings as failures too: the exit code does, and a report that is
// green beside a step that failed would only puzzle.
func writeJUnit(w io.Writer, set *manifest.Set, found []manifest.Finding) error {
	report := junitReport{}
	for _, c := range junitCases(set, found) {
		if n := len(report.Suites); n == 0 || report.Suites[n-1].Name != c.Class {
			report.Suites = append(report.Suites, junitSuite{Name: c.Class})
		}
		suite := &report.Suites[len(report.Suites)-1]
		suite.Cases = append(suite.Cases, c)
		report.Tests, suite.Tests = report.Tests+1, suite.Tests+1
		if c.Failure != nil {
			report.Failures, suite.Failures = report.Failures+1, suite.Failures+1
		}
	}
	text, err := xml.MarshalIndent(report, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s%s\n", xml.Header, text)
	return err
}

// junitCases are a case for each object, and one for each text that is no object. What is
// found in an object fails its case, all of it in one.
func junitCases(set *manifest.Set, found []manifest.Finding) []junitCase {
	type key struct{ file, object string }
	of := map[key][]manifest.Finding{}
	for _, f := range found {
		k := key{f.File, objectOf(f)}
		of[k] = append(of[k], f)
	}
	var cases []junitCase
	add := func(file, object string) {
		k := key{file, object}
		cases = append(cases, junitCase{Name: object, Class: file, Failure: junitFailed(of[k])})
		delete(of, k)
	}
	for _, o := range set.Objects {
		add(o.File, objectOf(manifest.Finding{Kind: o.Kind, Namespace: o.Namespace, Name: o.Name}))
	}
	for _, f := range found {
		if _, left := of[key{f.File, objectOf(f)}]; left {
			add(f.File, objectOf(f))
		}
	}
	slices.SortStableFunc(cases, func(a, b junitCase) int { return strings.Compare(a.Class, b.Class) })
	return cases
}

// junitFailed is the failure of a case, or nil; the first finding is its title.
func junitFailed(found []manifest.Finding) *junitFailure {
	if len(found) == 0 {
		return nil
	}
	var lines []string
	for _, f := range found {
		lines = append(lines, lintLine(f))
	}
	return &junitFailure{Type: found[0].Reason, Message: found[0].Message, Text: strings.Join(lines, "\n")}
}

// objectOf names the object of a finding, or the file where it is none.
func objectOf(f manifest.Finding) string {
	if f.Kind == "" {
		return f.File
	}
	return fmt.Sprintf("%s %s/%s", f.Kind, f.Namespace, f.Name)
}
