// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package term

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/fatih/color"
)

const (
	columnGap = 2
	// leastWords and leastName are the least widths that two columns are cut to: the last,
	// which says in words what the others abbreviate, and the first, which has the names.
	leastWords = 18
	leastName  = 34
)

// Table is aligned by the width of characters on a screen, so that wide ones (CJK) do not
// break its columns. Where it is too wide, the last column is cut, then spare columns are
// removed, then the first is cut, though never below its heading.
type Table struct {
	Header []string
	// Spare are the columns that a narrow screen drops, listed from the right.
	Spare []int
	rows  [][]Cell
	// notes are lines that stand below a row, by the row's index.
	notes map[int][]note
}

type note struct{ lead, text string }

// Note adds lines below the last row, which are wrapped and take no part in the columns.
func (t *Table) Note(lead, text string) {
	if t.notes == nil {
		t.notes = map[int][]note{}
	}
	last := len(t.rows) - 1
	t.notes[last] = append(t.notes[last], note{lead, text})
}

// Add adds a row. Characters that would move the cursor are removed from its texts.
func (t *Table) Add(row ...Cell) {
	for i := range row {
		row[i].Text = Printable(row[i].Text)
	}
	t.rows = append(t.rows, row)
}

// Empty reports whether the table has no rows.
func (t *Table) Empty() bool { return len(t.rows) == 0 }

// Lines are the table's, without trailing blanks.
func (t *Table) Lines(s Screen) []string {
	var lines []string
	for i, line := range t.rowLines(s) {
		lines = append(append(lines, line), t.noted(i, s)...)
	}
	return lines
}

// noted are the lines below the i-th line of the table, the header included.
func (t *Table) noted(i int, s Screen) []string {
	if len(t.Header) > 0 {
		i--
	}
	var lines []string
	for _, n := range t.notes[i] {
		lines = append(lines, strings.Split(Wrap(n.lead, n.text, s.Width), "\n")...)
	}
	return lines
}

// rowLines are the header and the rows.
func (t *Table) rowLines(s Screen) []string {
	rows := t.rows
	if len(t.Header) > 0 {
		header := make([]Cell, len(t.Header))
		for i, text := range t.Header {
			header[i] = Cell{Text: text, Colours: []color.Attribute{color.Bold}}
		}
		rows = append([][]Cell{header}, rows...)
	}
	rows, widths := t.fit(rows, s.Width)
	out := make([]string, len(rows))
	for i, row := range rows {
		var line strings.Builder
		for j, c := range row {
			width := widths[j]
			if len(row) == 1 { // a heading runs on to the edge of the screen
				width = cmp.Or(s.Width, columns.StringWidth(c.Text))
			}
			text := columns.Truncate(c.Text, width, "…")
			line.WriteString(s.Paint(text, c.Colours...))
			if j < len(row)-1 {
				line.WriteString(strings.Repeat(" ", widths[j]-columns.StringWidth(text)+columnGap))
			}
		}
		out[i] = strings.TrimRight(line.String(), " ")
	}
	return out
}

// fit chooses columns and their widths for a screen.
func (t *Table) fit(rows [][]Cell, width int) ([][]Cell, []int) {
	widths := natural(rows)
	if width <= 0 || len(widths) < 2 {
		return rows, widths
	}
	spare := slices.Clone(t.Spare)
	last := len(widths) - 1
	for len(spare) > 0 && total(widths)-width > max(widths[last]-leastWords, 0)+max(widths[0]-leastName, 0) {
		rows = without(rows, spare[0])
		spare = spare[1:]
		widths = natural(rows)
		last = len(widths) - 1
	}
	for _, cut := range []struct{ column, least int }{{last, leastWords}, {0, leastName}, {last, leastWords / 2}, {0, t.leastFirst()}} {
		if over := total(widths) - width; over > 0 {
			widths[cut.column] -= min(over, max(widths[cut.column]-cut.least, 0))
		}
	}
	return rows, widths
}

// leastFirst is the width below which the first column would say nothing.
func (t *Table) leastFirst() int {
	if len(t.Header) == 0 {
		return 1
	}
	return columns.StringWidth(t.Header[0])
}

func natural(rows [][]Cell) []int {
	var widths []int
	for _, row := range rows {
		for j, c := range row {
			if j == len(widths) {
				widths = append(widths, 0)
			}
			// A line of one cell is a heading and may run on.
			if len(row) > 1 || len(rows) == 1 {
				widths[j] = max(widths[j], columns.StringWidth(c.Text))
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

// without leaves out a column. Those after it move up, which is why spare columns are listed
// from the right: the ones still to be dropped keep their places.
func without(rows [][]Cell, column int) [][]Cell {
	out := make([][]Cell, len(rows))
	for i, row := range rows {
		if column < len(row) {
			row = slices.Delete(slices.Clone(row), column, column+1)
		}
		out[i] = row
	}
	return out
}

// Print writes the table to a screen.
func (t *Table) Print(s Screen) { printAll(s, t.Lines(s)) }

func printAll(s Screen, lines []string) {
	for _, line := range lines {
		fmt.Fprintln(s.Out, line)
	}
}

// PrintCommands prints a table whose last column holds commands to be copied: one that does
// not fit is printed whole on a line of its own rather than cut.
func (t *Table) PrintCommands(s Screen) {
	whole := s
	whole.Width = 0
	fits := true
	for _, line := range t.rowLines(Screen{}) {
		fits = fits && (s.Width == 0 || columns.StringWidth(line) <= s.Width)
	}
	if fits {
		for i, line := range t.rowLines(whole) {
			printAll(s, append([]string{line}, t.noted(i, s)...))
		}
		return
	}
	shorter := Table{Header: t.Header}
	commands := map[int]string{}
	for _, row := range t.rows {
		if n := len(row); n > 1 {
			commands[len(shorter.rows)] = row[n-1].Text
			row = row[:n-1]
		}
		shorter.Add(row...)
	}
	for i, line := range shorter.rowLines(s) {
		fmt.Fprintln(s.Out, line)
		printAll(s, t.noted(i, s))
		if command := commands[i]; command != "" {
			fmt.Fprintln(s.Out, "      "+s.Paint(command, color.Faint))
		}
	}
}
