// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package report

import (
	"io"
	"net/url"
	"path/filepath"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/manifest"
	"github.com/praxis-dev/praxis/internal/reasons"
)

// The part of SARIF 2.1.0 that is used: what code hosts show beside the line of a change.
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

// SARIF writes findings as code hosts read them.
func SARIF(w io.Writer, _ *manifest.Set, found []manifest.Finding) error {
	// All rules are listed, whatever was found, so that a rule has the same index in every
	// report.
	driver, index := sarifDriver{Name: "kubectl-praxis"}, map[string]int{}
	for i, rule := range rules() {
		index[rule.Reason] = i
		driver.Rules = append(driver.Rules, sarifRule{rule.Reason, sarifText{reasons.Unquote(rule.Cause)}, sarifText{helpOf(rule)}})
	}
	run := sarifRun{Tool: sarifTool{driver}, Results: []sarifResult{}, ColumnKind: "utf16CodeUnits"}
	for _, f := range found {
		// A path is written as a relative URI, so that a space in it does no harm.
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
	return writeJSON(w, sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}})
}

// helpOf is how a reason is fixed; where nothing is wrong, the finding itself says what to do.
func helpOf(rule reasons.Row) string {
	if rule.Fix == "" {
		return reasons.Unquote(rule.Cause)
	}
	return reasons.Unquote(rule.Fix) + ", like " + rule.Example
}

// rules are the reasons that a finding can have: those that stall an object, and those of the
// conditions that lint checks.
func rules() []reasons.Row {
	var all []reasons.Row
	bad := map[string]string{"Stalled": "True", "Focused": "False", "Covered": "False", "Actionable": "False", "Feasible": "False", "Distinct": "False"}
	for _, section := range reasons.Sections {
		for _, row := range section.Rows {
			if status, asked := bad[row.Condition]; asked && row.Status == status || row.Condition == "lint" || row.Reason == praxisv1.ReasonEnded {
				all = append(all, row)
			}
		}
	}
	return all
}
