// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package term

import (
	"strings"

	"github.com/praxis-dev/praxis/internal/text"
)

// Printable keeps what people wrote from moving the cursor, breaking a line, or reading as
// something else.
func Printable(s string) string { return text.Printable(s) }

// Wrap puts a text after a lead, and breaks it at the edge of the screen into lines that are
// indented to where the text began.
func Wrap(lead, says string, width int) string {
	says = Printable(says)
	indent := columns.StringWidth(lead)
	if width <= 0 || indent+columns.StringWidth(says) <= width {
		return lead + says
	}
	out, used := lead, indent
	for i, word := range strings.Fields(says) {
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

// Columns is how wide a text is on a screen.
func Columns(says string) int { return columns.StringWidth(says) }

// Cut shortens a line to the width of a screen, and marks the cut.
func Cut(line string, width int) string { return columns.Truncate(Printable(line), width, "…") }
