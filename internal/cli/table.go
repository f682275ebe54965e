// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/fatih/color"
	"github.com/mattn/go-runewidth"
)

// cell is a text of a table and how it is painted.
type cell struct {
	text    string
	colours []color.Attribute
}

func plain(text string) cell { return cell{text: text} }

// printable keeps what people wrote from moving the cursor, or breaking a line.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
}

const (
	columnGap = 2
	// leastWords and leastName are what the last column, which says in words what the
	// others say in short, and the first, the names, are cut to.
	leastWords = 18
	leastName  = 34
	// narrow screens leave out of names what their place says.
	narrow = 100
)

// table is lined up by what characters take on a screen, so that wide ones (CJK) do not
// break its columns. Where it is too wide the last column is cut, then columns that can
// be spared go, then the first is cut.
type table struct {
	header []string
	// spare are the columns that go first where the screen is narrow.
	spare []int
	rows  [][]cell
}

func (t *table) add(row ...cell) {
	for i := range row {
		row[i].text = printable(row[i].text)
	}
	t.rows = append(t.rows, row)
}

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
	rows, widths := t.fit(rows, s.width)
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

// fit chooses columns and their widths for a screen.
func (t *table) fit(rows [][]cell, width int) ([][]cell, []int) {
	widths := natural(rows)
	if width <= 0 || len(widths) < 2 {
		return rows, widths
	}
	spare := slices.Clone(t.spare)
	last := len(widths) - 1
	for len(spare) > 0 && total(widths)-width > max(widths[last]-leastWords, 0)+max(widths[0]-leastName, 0) {
		rows = without(rows, spare[0])
		spare = spare[1:]
		widths = natural(rows)
		last = len(widths) - 1
	}
	for _, cut := range []struct{ column, least int }{{last, leastWords}, {0, leastName}, {last, leastWords / 2}, {0, 1}} {
		if over := total(widths) - width; over > 0 {
			widths[cut.column] -= min(over, max(widths[cut.column]-cut.least, 0))
		}
	}
	return rows, widths
}

func natural(rows [][]cell) []int {
	var widths []int
	for _, row := range rows {
		for j, c := range row {
			if j == len(widths) {
				widths = append(widths, 0)
			}
			// A line of one cell is a heading and may run on.
			if len(row) > 1 || len(rows) == 1 {
				widths[j] = max(widths[j], runewidth.StringWidth(c.text))
			}
		}
	}
	return widths
}

func total(widths []int) int {
	sum := columnGap * (len(widths) - 1)
	for _, w := range widths {
		sum += w
	}
	return sum
}

// without leaves a column out; those behind it keep their order, and spare columns are
// listed from the right so that the others keep their places.
func without(rows [][]cell, column int) [][]cell {
	out := make([][]cell, len(rows))
	for i, row := range rows {
		if column < len(row) {
			row = slices.Delete(slices.Clone(row), column, column+1)
		}
		out[i] = row
	}
	return out
}

func (t *table) print(s screen) {
	for _, line := range t.lines(s) {
		fmt.Fprintln(s.out, line)
	}
}

// wrap puts a text behind a lead, and where the screen ends breaks it into lines that
// begin where the text began.
func wrap(lead, text string, width int) string {
	text = printable(text)
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
