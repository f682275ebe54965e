// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package reasons is the table of all conditions and reasons: what each means, what
// fixes it, and how that looks. The plugin and the docs say it in the same words.
package reasons

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

//go:embed reasons.yaml
var source []byte

// Section is a part of the table.
type Section struct {
	Title string `json:"title"`
	// Before and After are the texts around its rows.
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
	Rows   []Row  `json:"rows"`
}

// Row explains a reason of a condition. One reason may have several.
type Row struct {
	Reason string `json:"reason"`
	// Condition that has the reason; "gap" for those of WeeklyCycle.status.gaps, "lint" for what
	// only lint says.
	Condition string `json:"condition"`
	// Status of the condition; empty where it is of none.
	Status string `json:"status,omitempty"`
	// Of names the kinds that have it.
	Of    string `json:"of"`
	Cause string `json:"cause"`
	// Fix is what fixes it, and Example shows how: a command or a line of YAML. Both are
	// empty if nothing is wrong.
	Fix     string `json:"fix,omitempty"`
	Example string `json:"example,omitempty"`
}

// Sections are the whole table.
var Sections = func() (sections []Section) {
	if err := yaml.UnmarshalStrict(source, &sections); err != nil {
		panic(fmt.Sprintf("reasons.yaml: %v", err)) // a test loads it
	}
	return sections
}()

// Find are the rows of a reason, ignoring case.
func Find(reason string) []Row {
	var rows []Row
	for _, s := range Sections {
		for _, row := range s.Rows {
			if strings.EqualFold(row.Reason, reason) {
				rows = append(rows, row)
			}
		}
	}
	return rows
}

// Names are all reasons, by name.
func Names() []string {
	var names []string
	for _, s := range Sections {
		for _, row := range s.Rows {
			names = append(names, row.Reason)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Unquote removes the backquotes that the table puts around code.
func Unquote(text string) string { return strings.ReplaceAll(text, "`", "") }

// Markdown is the table for the docs.
func Markdown() string {
	var b strings.Builder
	for _, s := range Sections {
		fmt.Fprintf(&b, "## %s\n\n", s.Title)
		if s.Before != "" {
			fmt.Fprintf(&b, "%s\n\n", s.Before)
		}
		b.WriteString("| Reason | Condition | Of | Cause | What fixes it | Example |\n|---|---|---|---|---|---|\n")
		for _, row := range s.Rows {
			condition := row.Condition
			if row.Status != "" {
				condition += "=" + row.Status
			}
			example := ""
			if row.Example != "" {
				example = "`" + row.Example + "`"
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s |\n", row.Reason, condition, row.Of, row.Cause, row.Fix, example)
		}
		b.WriteString("\n")
		if s.After != "" {
			fmt.Fprintf(&b, "%s\n\n", s.After)
		}
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}
