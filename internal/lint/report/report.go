// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package report writes what internal/lint has found: for people and their editors, for
// programs, for code hosts (SARIF) and for continuous integration (JUnit).
package report

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/praxis-dev/praxis/internal/manifest"
)

// Writer writes findings, and may list the objects without any.
type Writer func(w io.Writer, set *manifest.Set, found []manifest.Finding) error

// Text writes one line for each finding.
func Text(w io.Writer, _ *manifest.Set, found []manifest.Finding) error {
	for _, f := range found {
		if _, err := fmt.Fprintln(w, Line(f)); err != nil {
			return err
		}
	}
	return nil
}

// Line is a finding in the form that editors can jump to.
func Line(f manifest.Finding) string {
	if f.Severity == manifest.Note {
		return fmt.Sprintf("%s:%d: note: %s: %s", f.File, f.Line, f.Reason, f.Message)
	}
	return fmt.Sprintf("%s:%d: %s: %s", f.File, f.Line, f.Reason, f.Message)
}

// finding is a finding in JSON.
type finding struct {
	File      string `json:"file"`
	Line      int    `json:"line"`
	Severity  string `json:"severity"`
	Reason    string `json:"reason"`
	Message   string `json:"message"`
	Kind      string `json:"kind,omitempty"`
	Namespace string `json:"namespace,omitempty"`
	Name      string `json:"name,omitempty"`
}

// JSON writes findings as data, with how much was checked.
func JSON(w io.Writer, set *manifest.Set, found []manifest.Finding) error {
	out := struct {
		Files    int       `json:"files"`
		Objects  int       `json:"objects"`
		Findings []finding `json:"findings"`
	}{set.Files, len(set.Objects), []finding{}}
	for _, f := range found {
		out.Findings = append(out.Findings, finding{f.File, f.Line, string(f.Severity), f.Reason, f.Message, f.Kind, f.Namespace, f.Name})
	}
	return writeJSON(w, out)
}

func writeJSON(w io.Writer, model any) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(model)
}

// objectOf names the object of a finding, or its file if there is no object.
func objectOf(f manifest.Finding) string {
	if f.Kind == "" {
		return f.File
	}
	return fmt.Sprintf("%s %s/%s", f.Kind, f.Namespace, f.Name)
}
