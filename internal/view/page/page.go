// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package page writes the one page about goals, as HTML that needs nothing else and can be
// printed, and as Markdown. What is on it is decided in internal/view.
package page

import (
	_ "embed"
	"fmt"
	html "html/template"
	"io"
	"strings"
	plain "text/template"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/praxis-dev/praxis/internal/text"
	"github.com/praxis-dev/praxis/internal/view"
)

//go:embed page.html.tmpl
var htmlText string

//go:embed goals.html.tmpl
var goalsText string

//go:embed page.md.tmpl
var markdownText string

// functions are what both templates call.
var functions = map[string]any{
	"title": title, "instant": text.Instant, "day": func(t time.Time) string { return t.Format("2 January 2006") },
	"glyph": glyph, "class": class, "amounts": Amounts, "rest": rest, "p": text.Printable, "md": escape,
}

var (
	htmlPage     = html.Must(html.Must(goals(english, asItIs)).New("page").Parse(htmlText))
	markdownPage = plain.Must(plain.New("page").Funcs(functions).Parse(markdownText))
)

// goals is the part of the page that is about the goals, in words.
func goals(t func(string, ...any) string, reason func(string) string) (*html.Template, error) {
	in := map[string]any{"t": func(key any, args ...any) string { return t(fmt.Sprint(key), args...) }, "reason": reason,
		"amounts": func(g view.ReportGoal) []string { return amounts(g, t) }, "rest": func(g view.ReportGoal) []string { return restIn(g, t) },
	}
	return html.New("goals").Funcs(functions).Funcs(in).Parse(goalsText)
}

// english is a text as it stands here, and asItIs a reason as it stands in a status.
func english(key string, args ...any) string {
	if len(args) == 0 {
		return key
	}
	return fmt.Sprintf(key, args...)
}

func asItIs(reason string) string { return reason }

// Body is the part of the page that is about the goals, in the words of a page around it.
func Body(r *view.Report, t func(string, ...any) string, reason func(string) string) (html.HTML, error) {
	template, err := goals(t, reason)
	if err != nil {
		return "", err
	}
	var body strings.Builder
	err = template.Execute(&body, r)
	return html.HTML(body.String()), err // of a template, which escapes
}

// HTML writes a page that stands by itself: no script, no font and no picture is loaded.
func HTML(w io.Writer, r *view.Report) error { return htmlPage.Execute(w, r) }

// Markdown writes the same as Markdown.
func Markdown(w io.Writer, r *view.Report) error { return markdownPage.Execute(w, r) }

func title(r *view.Report) string {
	periods := map[string]bool{}
	for i := range r.Goals {
		periods[r.Goals[i].Period] = true
	}
	if len(periods) == 1 {
		return "Goals in " + r.Goals[0].Period
	}
	return "Goals of the " + r.Period
}

func glyph(s metav1.ConditionStatus) string {
	switch s {
	case metav1.ConditionTrue:
		return "✔"
	case metav1.ConditionFalse:
		return "✘"
	}
	return "•"
}

func class(s metav1.ConditionStatus) string {
	switch s {
	case metav1.ConditionTrue:
		return "good"
	case metav1.ConditionFalse:
		return "bad"
	}
	return "open"
}

// Sentences are those of Amounts and of what lists leave out, for a catalogue.
var Sentences = []string{unitsPlanned, unitsDelivered, workAccepted, weeksClosed, moves, movesNot, movesUnknown, moreDone, moreMissed, moreInTheWay, moreDecided}

const (
	unitsPlanned   = "%d of the %d units of the quarter are delivered, and %d more are planned: %d %%"
	unitsDelivered = "%d of %d units were delivered, %d %%"
	workAccepted   = "%d %% of the work of the week is accepted, %d %% was due"
	weeksClosed    = "%d of its weeks are closed, in %d of them at least 80 %% of the work was accepted"
	moves          = "The outcome moves with the work"
	movesNot       = "The work is done and the outcome does not move"
	movesUnknown   = "Whether the outcome moves with the work cannot be told yet"
	moreDone       = "%d more in the list of what is done"
	moreMissed     = "%d more in the list of what is missed"
	moreInTheWay   = "%d more in the list of what is in the way"
	moreDecided    = "%d more in the list of what is decided"
)

// Amounts say how much of what was promised is there, in sentences.
func Amounts(g view.ReportGoal) []string { return amounts(g, english) }

func amounts(g view.ReportGoal, t func(string, ...any) string) []string {
	var says []string
	if c := g.Coverage; c != nil {
		says = append(says, t(unitsPlanned, c.Delivered, c.Required, c.Planned, c.Percent))
	} else if q := g.Quarter; q != nil {
		says = append(says, t(unitsDelivered, q.Delivered, q.Required, q.Percent))
	}
	if d := g.Delivery; d != nil {
		says = append(says, t(workAccepted, d.ProgressPercent, d.ExpectedPercent))
	}
	if q := g.Quarter; q != nil {
		says = append(says, t(weeksClosed, q.Weeks, q.WeeksExecuted))
		says = append(says, t(Effect(q.Effective)))
	}
	return says
}

// Effect says whether the outcome moves with the work.
func Effect(effective metav1.ConditionStatus) string {
	switch effective {
	case metav1.ConditionTrue:
		return moves
	case metav1.ConditionFalse:
		return movesNot
	}
	return movesUnknown
}

// rest says what lists leave out.
func rest(g view.ReportGoal) []string { return restIn(g, english) }

func restIn(g view.ReportGoal, t func(string, ...any) string) []string {
	var says []string
	for _, list := range []struct{ name, says string }{{"done", moreDone}, {"missed", moreMissed}, {"gaps", moreInTheWay}, {"decisions", moreDecided}} {
		if n := g.More[list.name]; n > 0 {
			says = append(says, t(list.says, n))
		}
	}
	return says
}

// escape keeps what people wrote from being read as Markdown or HTML.
func escape(s string) string {
	var out strings.Builder
	for _, r := range strings.Join(strings.Fields(text.Printable(s)), " ") {
		if strings.ContainsRune("\\`*_[]<>|~&", r) {
			out.WriteByte('\\')
		}
		out.WriteRune(r)
	}
	return out.String()
}
