// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package term

import (
	"strings"
	"unicode"
)

// Printable keeps what people wrote from moving the cursor, breaking a line, or reading as
// something else: marks of the writing direction and other characters that nobody sees are left
// out, but for the two that join letters of some scripts or keep them apart.
func Printable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r):
			return ' '
		case unicode.Is(unicode.Cf, r) && r != zeroWidthJoiner && r != zeroWidthNonJoiner:
			return -1
		}
		return r
	}, text)
}

const (
	zeroWidthNonJoiner = '\u200C'
	zeroWidthJoiner    = '\u200D'
)

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
