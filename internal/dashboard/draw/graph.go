// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package draw

import (
	"fmt"
	"html/template"
	"slices"
	"strings"
)

// Box is a step of a structure.
type Box struct {
	// Key is what other boxes name it by, Group what it is drawn with.
	Key, Group string
	Title      string
	// Below is the second line, with the glyph of the state in front.
	Below string
	// Class is that of the state: good, bad, late or idle.
	Class string
	// Gap marks the first thing that is missing, Hangs what waits because of it.
	Gap, Hangs bool
	// After are the boxes of the same group that come before it.
	After []string
	Link  string
}

// The sizes of a box and the room around it.
const (
	boxWidth, boxHeight = 172, 52
	boxRight, boxBelow  = 44, 14
	groupHead           = 26
)

// layers is the column of each box: one more than the last of those before it. A box that waits
// for itself stays where it is.
func layers(boxes []Box) map[string]int {
	at := map[string]int{}
	for range boxes {
		for _, b := range boxes {
			for _, before := range b.After {
				if i, known := at[before]; known || slices.ContainsFunc(boxes, func(x Box) bool { return x.Key == before }) {
					at[b.Key] = min(max(at[b.Key], i+1), len(boxes)-1)
				}
			}
		}
	}
	return at
}

type place struct{ x, y int }

// Graph draws what comes before what: time runs to the right, each group has a band of its own.
func Graph(boxes []Box, title, desc string) template.HTML {
	places, heads, width, height := arrange(boxes)
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="graph" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label="%s"><title>%s</title><desc>%s</desc>`, width, height, width, height, esc(title+": "+desc), esc(title), esc(desc))
	for _, h := range heads {
		fmt.Fprintf(&b, `<text class="head" x="2" y="%d">%s</text>`, h.y+16, esc(h.name))
	}
	for _, to := range boxes {
		for _, before := range to.After {
			from, known := places[to.Group+"/"+before]
			if !known {
				continue
			}
			at, hot := places[to.Group+"/"+to.Key], ""
			if to.Hangs {
				hot = " hot"
			}
			x1, y1, x2, y2 := from.x+boxWidth, from.y+boxHeight/2, at.x, at.y+boxHeight/2
			middle := x2 - boxRight/2
			fmt.Fprintf(&b, `<path class="edge%s" d="M%d %d H%d V%d H%d"/>`, hot, x1, y1, middle, y2, x2)
		}
	}
	for _, x := range boxes {
		drawBox(&b, x, places[x.Group+"/"+x.Key])
	}
	return done(&b)
}

func drawBox(b *strings.Builder, x Box, at place) {
	class := x.Class
	if x.Gap {
		class += " gap"
	}
	fmt.Fprintf(b, `<g class="box %s"><rect x="%d" y="%d" width="%d" height="%d" rx="8"/><text x="%d" y="%d">%s</text><text class="soft" x="%d" y="%d">%s</text></g>`,
		esc(class), at.x, at.y, boxWidth, boxHeight, at.x+12, at.y+22, esc(short(x.Title, 20)), at.x+12, at.y+40, esc(short(x.Below, 23)))
}

// short cuts a text to a number of columns; wide characters take two.
func short(s string, columns int) string {
	used := 0
	for i, r := range s {
		if used++; r > 0x2e80 {
			used++
		}
		if used > columns {
			return s[:i] + "…"
		}
	}
	return s
}

type head struct {
	name string
	y    int
}

// arrange gives each box a place: columns by what comes before, rows in the order given.
func arrange(boxes []Box) (places map[string]place, heads []head, width, height int) {
	places = map[string]place{}
	var groups []string
	of := map[string][]Box{}
	for _, b := range boxes {
		if of[b.Group] == nil {
			groups = append(groups, b.Group)
		}
		of[b.Group] = append(of[b.Group], b)
	}
	for _, group := range groups {
		heads = append(heads, head{group, height})
		height += groupHead
		column, rows, deepest := layers(of[group]), map[int]int{}, 0
		for _, b := range of[group] {
			c := column[b.Key]
			places[group+"/"+b.Key] = place{2 + c*(boxWidth+boxRight), height + rows[c]*(boxHeight+boxBelow)}
			rows[c]++
			deepest, width = max(deepest, rows[c]), max(width, 4+c*(boxWidth+boxRight)+boxWidth)
		}
		height += deepest * (boxHeight + boxBelow)
	}
	return places, heads, width, height
}
