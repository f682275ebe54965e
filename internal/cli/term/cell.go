// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package term

import (
	"github.com/fatih/color"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Cell is the text of one table cell and its colour.
type Cell struct {
	Text    string
	Colours []color.Attribute
}

// Plain is a cell without colour.
func Plain(text string) Cell { return Cell{Text: text} }

// Mark is the glyph and the colour of a status. The word beside it says the same.
func Mark(status metav1.ConditionStatus) (glyph string, colour color.Attribute) {
	switch status {
	case metav1.ConditionTrue:
		return "✔", color.FgGreen
	case metav1.ConditionFalse:
		return "✘", color.FgRed
	}
	return "•", color.FgYellow
}

// StatusCell is glyph and word. Example: "✘ Overdue". Without a word it is empty.
func StatusCell(status metav1.ConditionStatus, word string) Cell {
	if word == "" {
		return Cell{}
	}
	glyph, colour := Mark(status)
	return Cell{Text: glyph + " " + word, Colours: []color.Attribute{colour}}
}
