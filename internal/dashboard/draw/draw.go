// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package draw draws what the pages show as pictures: SVG without any style of its own, with a
// title and a description for those who do not see it. The colours are those of the style sheet.
package draw

import (
	"fmt"
	"html/template"
	"strings"
)

// esc makes a text fit for SVG.
func esc(s string) string { return template.HTMLEscapeString(s) }

// done is a picture as HTML.
func done(b *strings.Builder) template.HTML {
	b.WriteString("</svg>")
	return template.HTML(b.String()) // each text in it went through esc
}

func clamp(percent int32) int32 { return min(max(percent, 0), 100) }

// Bar is how much of something is there, and with a tick how much was to be there by now; a tick
// below 0 is none.
func Bar(class string, percent, tick int32, says string) template.HTML {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="%s"><title>%s</title><rect class="track" width="100" height="10" rx="2"/>`, esc(says), esc(says))
	if p := clamp(percent); p > 0 {
		fmt.Fprintf(&b, `<rect class="%s" width="%d" height="10" rx="2"/>`, esc(class), p)
	}
	if tick >= 0 {
		x := min(max(clamp(tick), 1), 99)
		fmt.Fprintf(&b, `<line class="tick" x1="%d" x2="%d" y1="0" y2="10"/>`, x, x)
	}
	return done(&b)
}

// Point is a week of a trend; a value below 0 is not known.
type Point struct {
	Label    string
	Delivery int32
	Outcome  int32
}

// Trend is how two ledgers went over weeks.
func Trend(points []Point, title, desc string) template.HTML {
	const width, height, left, top = 1000, 230, 34, 12
	x := func(i int) int { return left + 10 + i*(width-left-24)/max(len(points)-1, 1) }
	y := func(v int32) int { return top + int(100-clamp(v))*(height-top-28)/100 }
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="chart" viewBox="0 0 %d %d" role="img" aria-label="%s"><title>%s</title><desc>%s</desc>`, width, height, esc(title+": "+desc), esc(title), esc(desc))
	for _, v := range []int32{0, 50, 100} {
		fmt.Fprintf(&b, `<line class="grid" x1="%d" x2="%d" y1="%d" y2="%d"/><text class="soft end" x="%d" y="%d">%d</text>`, left, width-4, y(v), y(v), left-6, y(v)+4, v)
	}
	for _, line := range []struct {
		class string
		value func(Point) int32
	}{{"delivery", func(p Point) int32 { return p.Delivery }}, {"outcome", func(p Point) int32 { return p.Outcome }}} {
		var at []string
		for i, p := range points {
			if v := line.value(p); v >= 0 {
				at = append(at, fmt.Sprintf("%d,%d", x(i), y(v)))
			}
		}
		if len(at) > 1 {
			fmt.Fprintf(&b, `<polyline class="line %s" points="%s"/>`, line.class, strings.Join(at, " "))
		}
		for _, p := range at {
			cx, cy, _ := strings.Cut(p, ",")
			fmt.Fprintf(&b, `<circle class="dot %s" cx="%s" cy="%s" r="3.5"/>`, line.class, cx, cy)
		}
	}
	step := max(1, (len(points)+12)/13)
	for i := 0; i < len(points); i += step {
		fmt.Fprintf(&b, `<text class="soft mid" x="%d" y="%d">%s</text>`, x(i), height-6, esc(points[i].Label))
	}
	return done(&b)
}
