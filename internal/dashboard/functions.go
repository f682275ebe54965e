// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"fmt"
	"html/template"
	"net/url"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/dashboard/draw"
	"github.com/praxis-dev/praxis/internal/dashboard/words"
	"github.com/praxis-dev/praxis/internal/text"
	"github.com/praxis-dev/praxis/internal/view"
)

// functions are what the templates call, in one language.
func functions(w *words.Words) template.FuncMap {
	return template.FuncMap{
		"t": func(key any, args ...any) string { return w.T(fmt.Sprint(key), values(args)...) }, "reason": w.Reason, "day": w.Day, "minutes": w.Minutes, "p": text.Printable,
		"glyph": glyph, "class": class, "href": href, "web": web, "dict": dict, "percent": percent,
		"moment": func(t any, zone string) template.HTML { return moment(w, t, zone) },
		"ledger": func(d *praxisv1.Delivery) template.HTML { return ledger(w, d) },
		"outcome": func(percent *int32) template.HTML {
			if percent == nil {
				return draw.Bar("outcome", 0, -1, w.T("no reading yet"))
			}
			return draw.Bar("outcome", *percent, -1, w.T("%d percent of the way", *percent))
		},
		"units": func(c *praxisv1.Coverage) template.HTML {
			if c == nil || c.Required == 0 {
				return ""
			}
			return draw.Bar("delivery", int32(min(100*c.Delivered/c.Required, 100)), int32(min(100*(c.Delivered+c.Planned)/c.Required, 100)), w.T("%d of %d units delivered, %d more planned", c.Delivered, c.Required, c.Planned))
		},
		"load":   func(planned, capacity int64) template.HTML { return load(w, planned, capacity) },
		"trend":  func(past []view.Past) template.HTML { return trend(w, past) },
		"graph":  func(steps []view.Step) template.HTML { return graph(w, steps) },
		"heat":   func(h *view.Heat) template.HTML { return heat(w, h) },
		"points": func(n int32) int32 { return (n + 50) / 100 },
		"add":    func(a, b int32) int32 { return a + b },
		"sub":    func(a, b int32) int32 { return a - b },
		"join":   strings.Join,
		"called": text.ActionName,
		"grant":  grant,
		"said":   printedLines,
	}
}

// printedLines keeps the lines of what people wrote.
func printedLines(what string) string {
	lines := strings.Split(strings.ReplaceAll(what, "\r\n", "\n"), "\n")
	for i := range lines {
		lines[i] = text.Printable(lines[i])
	}
	return strings.Join(lines, "\n")
}

// values are arguments without pointers to them.
func values(args []any) []any {
	for i, arg := range args {
		if p, is := arg.(*int32); is && p != nil {
			args[i] = *p
		}
	}
	return args
}

// dict are the arguments of a template.
func dict(pairs ...any) map[string]any {
	m := map[string]any{}
	for i := 0; i+1 < len(pairs); i += 2 {
		m[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	return m
}

// glyph says how something stands to whoever does not see colours.
func glyph(s view.State) string {
	switch class(s) {
	case "good":
		return "✔"
	case "bad":
		return "✘"
	case "late":
		return "◷"
	}
	return "•"
}

// class is the colour of a state: good, bad, late for what waits for somebody, and idle.
func class(s view.State) string {
	switch {
	case s.Status == metav1.ConditionTrue:
		return "good"
	case s.Reason == praxisv1.ReasonJudgeLate, s.Reason == praxisv1.ReasonAwaitingAcceptance, s.Reason == praxisv1.ReasonAwaitingVerdict, s.Reason == praxisv1.ReasonBlocked:
		return "late"
	case s.Status == metav1.ConditionFalse:
		return "bad"
	}
	return "idle"
}

// href is the page of an object, or nothing where it has none.
func href(r view.Ref) string {
	path := map[string]string{"Utility": "utility", "Evidence": "evidence", "Review": "review"}[r.Kind]
	if path == "" {
		return ""
	}
	return "/" + path + "/" + url.PathEscape(r.Namespace) + "/" + url.PathEscape(r.Name)
}

// web reports whether what somebody handed in may be a link: one that a browser opens and that
// runs nothing.
func web(uri string) bool {
	u, err := url.Parse(uri)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https" || u.Scheme == "mailto") && (u.Host != "" || u.Scheme == "mailto")
}

func percent(p *int32) string {
	if p == nil {
		return "–"
	}
	return fmt.Sprintf("%d %%", *p)
}

// moment is an instant in the zone of its goal; the script adds that of the reader.
func moment(w *words.Words, t any, zone string) template.HTML {
	var at time.Time
	switch t := t.(type) {
	case *metav1.Time:
		if t == nil {
			return ""
		}
		at = t.Time
	case metav1.Time:
		at = t.Time
	case time.Time:
		at = t
	}
	in, err := time.LoadLocation(zone)
	if err != nil || zone == "" {
		in = time.UTC
	}
	return template.HTML(fmt.Sprintf(`<time datetime="%s">%s</time>`, at.UTC().Format(time.RFC3339), template.HTMLEscapeString(w.Moment(at, in)))) // it is escaped
}

func ledger(w *words.Words, d *praxisv1.Delivery) template.HTML {
	if d == nil {
		return draw.Bar("delivery", 0, -1, w.T("nothing is due yet"))
	}
	return draw.Bar("delivery", d.ProgressPercent, d.ExpectedPercent, w.T("%d of %d percent due", d.ProgressPercent, d.ExpectedPercent))
}

// load is how much of the hours of a week is planned.
func load(w *words.Words, planned, capacity int64) template.HTML {
	class, share := "delivery", int32(0)
	if capacity > 0 {
		share = int32(min(100*planned/capacity, 1000))
	}
	if planned > capacity {
		class = "over"
	}
	return draw.Bar(class, share, -1, w.T("%s of %s planned", w.Minutes(planned), w.Minutes(capacity)))
}

func trend(w *words.Words, past []view.Past) template.HTML {
	var points []draw.Point
	for _, p := range past {
		point := draw.Point{Label: string(p.Week)[5:], Delivery: p.Delivery, Outcome: -1}
		if p.Outcome != nil {
			point.Outcome = max(*p.Outcome, 0)
		}
		points = append(points, point)
	}
	first, last := past[0], past[len(past)-1]
	return draw.Trend(points, w.T("Both ledgers, week by week"), w.T("delivery from %d to %d percent, outcome from %s to %s", first.Delivery, last.Delivery, percent(first.Outcome), percent(last.Outcome)))
}

func graph(w *words.Words, steps []view.Step) template.HTML {
	var boxes []draw.Box
	desc := w.T("nothing is missing")
	for _, s := range steps {
		if s.First {
			desc = w.T("%s is the first thing that is missing", s.KeyAction+" › "+s.Step)
		}
		boxes = append(boxes, draw.Box{
			Key: s.Step, Group: s.KeyAction, Title: s.Step, Below: fmt.Sprintf("%s %d/%d %s", glyph(s.State), s.Accepted, s.Target, strings.Join(s.Who, ", ")),
			Class: class(s.State), Gap: s.First, Hangs: s.Hangs, After: s.After,
		})
	}
	return draw.Graph(boxes, w.T("What comes before what"), desc)
}

func heat(w *words.Words, h *view.Heat) template.HTML {
	var rows []draw.Row
	for _, r := range h.Rows {
		row := draw.Row{Label: r.Name}
		for _, c := range r.Cells {
			cell := draw.Cell{}
			if c != nil {
				state := view.State{Status: c.Status, Reason: c.Reason}
				cell = draw.Cell{Class: class(state), Text: fmt.Sprintf("%s %d", glyph(state), c.Delivery.ProgressPercent), Link: weekLink(r.Namespace, r.Utility, string(c.Week)), Says: fmt.Sprintf("%s %s: %s", r.Name, c.Week, w.Reason(c.Reason))}
			}
			row.Cells = append(row.Cells, cell)
		}
		rows = append(rows, row)
	}
	return draw.Heat(h.Weeks, rows, w.T("KeyActions by week"), w.T("a cell has the percent accepted, and leads to the week"))
}

func weekLink(namespace, utility, week string) string {
	return "/week/" + url.PathEscape(namespace) + "/" + url.PathEscape(utility) + "/" + url.PathEscape(week)
}
