// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package words is the catalogue of everything that the pages say, in each of their languages. The
// key of a text is the English one; what the operator wrote into a status stays as it is.
package words

import (
	_ "embed"
	"fmt"
	"strings"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/message/catalog"
	"sigs.k8s.io/yaml"
)

//go:embed zh.yaml
var chinese []byte

//go:embed reasons.yaml
var reasonTable []byte

// Words are the texts in one language.
type Words struct {
	// Tag is the language as HTML has it, Name what its speakers call it.
	Tag, Name string
	printer   *message.Printer
	reasons   map[string]string
}

// All are the languages, the first one for whoever asks for none of them.
var All = load()

// english are the words of the API as people say them.
var english = map[string]string{
	"ThisWeek": "This week", "MidweekCheck": "Midweek check", "WeeklyReview": "Weekly review", "QuarterlyReview": "Quarterly review",
	"CarryOver": "Carry over", "Reschedule": "Put off", "KeyAction": "Key action",
}

var matcher = language.NewMatcher([]language.Tag{language.English, language.SimplifiedChinese})

func load() []*Words {
	var texts map[string]string
	var reasons map[string][]string
	for source, into := range map[*[]byte]any{&chinese: &texts, &reasonTable: &reasons} {
		if err := yaml.UnmarshalStrict(*source, into); err != nil {
			panic(fmt.Sprintf("the catalogue: %v", err)) // a test loads it
		}
	}
	b := catalog.NewBuilder(catalog.Fallback(language.English))
	for key, text := range texts {
		if err := b.SetString(language.SimplifiedChinese, key, text); err != nil {
			panic(fmt.Sprintf("the catalogue: %q: %v", key, err))
		}
	}
	for key, text := range english {
		if err := b.SetString(language.English, key, text); err != nil {
			panic(fmt.Sprintf("the catalogue: %q: %v", key, err))
		}
	}
	en := &Words{Tag: "en", Name: "English", printer: message.NewPrinter(language.English, message.Catalog(b)), reasons: map[string]string{}}
	zh := &Words{Tag: "zh-Hans", Name: "中文", printer: message.NewPrinter(language.SimplifiedChinese, message.Catalog(b)), reasons: map[string]string{}}
	for reason, in := range reasons {
		en.reasons[reason], zh.reasons[reason] = in[0], in[1]
	}
	return []*Words{en, zh}
}

// For are the words of somebody who chose a language, or whose browser asks for some.
func For(chosen, acceptLanguage string) *Words {
	for _, w := range All {
		if w.Tag == chosen {
			return w
		}
	}
	wanted, _, _ := language.ParseAcceptLanguage(acceptLanguage) // what cannot be read asks for nothing
	_, i, _ := matcher.Match(wanted...)
	return All[i]
}

// Known are the texts of the catalogue that are translated.
func Known() map[string]string {
	var texts map[string]string
	_ = yaml.Unmarshal(chinese, &texts) // load has read it
	return texts
}

// T is a text with its arguments filled in.
func (w *Words) T(key string, args ...any) string {
	return w.printer.Sprintf(message.Key(key, key), args...)
}

// Reason is the reason of a condition as people read it. Example: "judge is late" for JudgeLate.
func (w *Words) Reason(reason string) string {
	if text, ok := w.reasons[reason]; ok {
		return text
	}
	return reason
}

var days = map[time.Weekday]string{time.Monday: "一", time.Tuesday: "二", time.Wednesday: "三", time.Thursday: "四", time.Friday: "五", time.Saturday: "六", time.Sunday: "日"}

// Moment is an instant in a zone. Example: "Thu 26 Nov, 16:00".
func (w *Words) Moment(t time.Time, zone *time.Location) string {
	t = t.In(zone)
	if w.Tag == "en" {
		return t.Format("Mon 2 Jan, 15:04")
	}
	return t.Format("1月2日 周") + days[t.Weekday()] + t.Format(" 15:04")
}

// Day is a date. Example: "26 November 2026".
func (w *Words) Day(t time.Time) string {
	if w.Tag == "en" {
		return t.Format("2 January 2006")
	}
	return t.Format("2006年1月2日")
}

// Ago is how long ago something was, or how soon it will be.
func (w *Words) Ago(t, now time.Time) string {
	d, past := now.Sub(t), true
	if d < 0 {
		d, past = -d, false
	}
	n, unit := int(d.Minutes()), "min"
	switch {
	case d >= 48*time.Hour:
		n, unit = int(d.Hours()/24), "d"
	case d >= time.Hour:
		n, unit = int(d.Hours()), "h"
	}
	key := map[string][2]string{"min": {"%d min ago", "in %d min"}, "h": {"%d h ago", "in %d h"}, "d": {"%d days ago", "in %d days"}}[unit]
	if past {
		return w.T(key[0], n)
	}
	return w.T(key[1], n)
}

// Minutes is an effort. Example: "3 h 40 min".
func (w *Words) Minutes(minutes int64) string {
	var parts []string
	if h := minutes / 60; h > 0 {
		parts = append(parts, w.T("%d h", h))
	}
	if m := minutes % 60; m > 0 || len(parts) == 0 {
		parts = append(parts, w.T("%d min", m))
	}
	return strings.Join(parts, " ")
}
