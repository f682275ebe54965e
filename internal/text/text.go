// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package text formats efforts, instants, names and long messages, so that they read alike in
// a status, on an agenda, in the terminal and in a linter's findings.
package text

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Minutes writes an effort as people write it. Examples: "12h30m", "40h", "45m".
func Minutes(minutes int64) string {
	switch hours, rest := minutes/60, minutes%60; {
	case hours == 0:
		return fmt.Sprintf("%dm", rest)
	case rest == 0:
		return fmt.Sprintf("%dh", hours)
	default:
		return fmt.Sprintf("%dh%dm", hours, rest)
	}
}

// ActionName is the name of an Action without its cycle.
func ActionName(action string) string {
	if _, rest, found := strings.Cut(action, "."); found {
		return rest
	}
	return action
}

// The longest texts for people, in characters.
const (
	MaxMessage = 140 // of a condition, so that it fits on one line
	MaxSummary = 60  // of the last column of kubectl get
)

// Clip shortens a text to at most n characters and marks the cut.
func Clip(text string, n int) string {
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	return string([]rune(text)[:n-1]) + "…"
}

// Instant is an instant as messages show it, in UTC.
func Instant(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 MST") }

// Actions is a number of Actions as text, like "1 Action".
func Actions(n int32) string {
	if n == 1 {
		return "1 Action"
	}
	return fmt.Sprintf("%d Actions", n)
}

// NamesOf are the names of items, in their order.
func NamesOf[T any](items []T, name func(*T) string) []string {
	names := make([]string, len(items))
	for i := range items {
		names[i] = name(&items[i])
	}
	return names
}
