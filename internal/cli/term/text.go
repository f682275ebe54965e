// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package term

import (
	"strings"
	"unicode"
)

// Printable keeps what people wrote from moving the cursor, or breaking a line.
func Printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
}

// Wrap puts a text after a lead, and breaks it at the edge of the screen into lines that are
// indented to where the text began.
func Wrap(lead, text string, width int) string {
	text = Printable(text)
	indent := columns.StringWidth(lead)
	if width <= 0 || indent+columns.StringWidth(text) <= width {
		return lead + text
	}
	out, used := lead, indent
	for i, word := range strings.Fields(text) {
		w := columns.StringWidth(word)
		switch {
		case i == 0:
		case used+1+w > width:
			out += "\n" + strings.Repeat(" ", indent)
			used = indent
		default:
			out += " "
			used++
		}
		out += word
		used += w
	}
	return out
}
