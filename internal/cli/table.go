// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"strings"

	"github.com/fatih/color"
	"github.com/mattn/go-runewidth"
)

// cell is a text of a table and how it is painted.
type cell struct {
	text    string
	colours []color.Attribute
}

func plain(text string) cell { return cell{text: text} }

// gap between two columns, and the least that a column is cut to.
const (
	columnGap  = 2
	leastWidth = 8
)

// table is lined up by what characters take on a screen, so that wide ones (CJK) do not
// break its columns. Where it is too wide the last column is cut first, since it says in
// words what the others say in short, and then the first, the names.
type table struct {
	header []string
	rows   [][]cell
}

func (t *table) add(row ...cell) { t.rows = append(t.rows, row) }

// lines are the table's, without trailing blanks.
func (t *table) lines(s screen) []string {
	rows := t.rows
	if len(t.header) > 0 {
		header := make([]cell, len(t.header))
		for i, text := range t.header {
			header[i] = cell{text: text, colours: []color.Attribute{color.Bold}}
		}
		rows = append([][]cell{header}, rows...)
	}
	widths := t.widths(rows, s.width)
	out := make([]string, len(rows))
	for i, row := range rows {
		var line strings.Builder
		for j, c := range row {
			text := runewidth.Truncate(c.text, widths[j], "…")
			line.WriteString(s.paint(text, c.colours...))
			if j < len(row)-1 {
				line.WriteString(strings.Repeat(" ", widths[j]-runewidth.StringWidth(text)+columnGap))
			}
		}
		out[i] = strings.TrimRight(line.String(), " ")
	}
	return out
}

func (t *table) widths(rows [][]cell, width int) []int {
	var widths []int
	for _, row := range rows {
		for j, c := range row {
			if j == len(widths) {
				widths = append(widths, 0)
			}
			widths[j] = max(widths[j], runewidth.StringWidth(c.text))
		}
	}
	if width <= 0 || len(widths) == 0 {
		return widths
	}
	total := columnGap * (len(widths) - 1)
	for _, w := range widths {
		total += w
	}
	for _, j := range []int{len(widths) - 1, 0} {
		if over := total - width; over > 0 {
			cut := min(over, max(widths[j]-leastWidth, 0))
			widths[j] -= cut
			total -= cut
		}
	}
	return widths
}

func (t *table) print(s screen) {
	for _, line := range t.lines(s) {
		fmt.Fprintln(s.out, line)
	}
}

// wrap puts a text behind a lead, and where the screen ends breaks it into lines that
// begin where the text began.
func wrap(lead, text string, width int) string {
	indent := runewidth.StringWidth(lead)
	if width <= 0 || indent+runewidth.StringWidth(text) <= width {
		return lead + text
	}
	out, used := lead, indent
	for i, word := range strings.Fields(text) {
		w := runewidth.StringWidth(word)
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

// printCommands prints a table whose last column are commands to be copied: where they
// do not fit they stand whole on a line of their own rather than being cut.
func (t *table) printCommands(s screen) {
	whole := s
	whole.width = 0
	fits := true
	for _, line := range t.lines(screen{}) {
		fits = fits && (s.width == 0 || runewidth.StringWidth(line) <= s.width)
	}
	if fits {
		t.print(whole)
		return
	}
	narrow := table{header: t.header}
	commands := map[int]string{}
	for _, row := range t.rows {
		if n := len(row); n > 1 {
			commands[len(narrow.rows)] = row[n-1].text
			row = row[:n-1]
		}
		narrow.add(row...)
	}
	for i, line := range narrow.lines(s) {
		fmt.Fprintln(s.out, line)
		if command := commands[i]; command != "" {
			fmt.Fprintln(s.out, "      "+s.paint(command, color.Faint))
		}
	}
}
