// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package draw

import (
	"fmt"
	"html/template"
	"strings"
)

// Row is what a heatmap has in one line, Cell a week of it; a cell without a class is empty.
type Row struct {
	Label string
	Cells []Cell
}

// Cell leads to what it stands for.
type Cell struct{ Class, Text, Link, Says string }

// Heat draws rows by columns.
func Heat(columns []string, rows []Row, title, desc string) template.HTML {
	const left, cellWidth, cellHeight, gap, head = 210, 74, 34, 4, 24
	width, height := left+len(columns)*(cellWidth+gap), head+len(rows)*(cellHeight+gap)
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="heat" viewBox="0 0 %d %d" width="%d" height="%d" role="group" aria-label="%s"><title>%s</title><desc>%s</desc>`, width, height, width, height, esc(title+": "+desc), esc(title), esc(desc))
	for i, c := range columns {
		fmt.Fprintf(&b, `<text class="soft mid" x="%d" y="15">%s</text>`, left+i*(cellWidth+gap)+cellWidth/2, esc(c))
	}
	for i, row := range rows {
		y := head + i*(cellHeight+gap)
		fmt.Fprintf(&b, `<text x="2" y="%d">%s</text>`, y+22, esc(short(row.Label, 28)))
		for j, cell := range row.Cells {
			x := left + j*(cellWidth+gap)
			if cell.Class == "" {
				fmt.Fprintf(&b, `<rect class="none" x="%d" y="%d" width="%d" height="%d" rx="6"/>`, x, y, cellWidth, cellHeight)
				continue
			}
			fmt.Fprintf(&b, `<a href="%s" aria-label="%s"><g class="cell %s"><rect x="%d" y="%d" width="%d" height="%d" rx="6"/><text class="mid" x="%d" y="%d">%s</text></g></a>`,
				esc(cell.Link), esc(cell.Text+", "+cell.Says), esc(cell.Class), x, y, cellWidth, cellHeight, x+cellWidth/2, y+22, esc(cell.Text))
		}
	}
	return done(&b)
}
