// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/praxis-dev/praxis/internal/manifest"
	"github.com/praxis-dev/praxis/test/corpus"
)

var monday = time.Date(2026, 11, 23, 8, 30, 0, 0, time.UTC)

// lint is the findings in a text, without notes.
func lint(t *testing.T, text, week string) []manifest.Finding {
	t.Helper()
	return slices.DeleteFunc(all(t, text, week), func(f manifest.Finding) bool { return f.Severity == manifest.Note })
}

func all(t *testing.T, text, week string) []manifest.Finding {
	t.Helper()
	set, err := manifest.Load(t.Context(), []string{manifest.Stdin}, strings.NewReader(text), "shop")
	if err != nil {
		t.Fatal(err)
	}
	found, err := Run(set, week, monday)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func lines(found []manifest.Finding) string {
	var lines []string
	for _, f := range found {
		lines = append(lines, fmt.Sprintf("%d: %s %s: %s: %s", f.Line, f.Kind, f.Name, f.Reason, f.Message))
	}
	return strings.Join(lines, "\n")
}

func TestBadInputGetsTheAnswerThatTheOperatorGives(t *testing.T) {
	for _, c := range corpus.Bad(t, "..", "..") {
		t.Run(c.Name, func(t *testing.T) {
			found := lint(t, string(c.Text), "")
			for _, e := range c.Expected {
				if e.What == corpus.Planned || e.What == corpus.Gap && saidByACondition(c, e) {
					continue
				}
				if !slices.ContainsFunc(found, func(f manifest.Finding) bool { return says(f, e) }) {
					t.Errorf("found\n%s\nand not %+v", lines(found), e)
				}
			}
			for _, f := range found {
				// What follows from the one mistake in the file is a warning.
				if f.Severity == manifest.Error && !slices.ContainsFunc(c.Expected, func(e corpus.Expectation) bool { return e.What == corpus.Admission || says(f, e) }) {
					t.Errorf("found more than is wrong: %s", lines([]manifest.Finding{f}))
				}
			}
		})
	}
}

// saidByACondition reports whether a gap says for the week what a condition says too.
func saidByACondition(c corpus.Case, gap corpus.Expectation) bool {
	return slices.ContainsFunc(c.Expected, func(e corpus.Expectation) bool {
		return e.What == corpus.Condition && e.Kind == gap.Kind && e.Name == gap.Name && e.Reason == gap.Reason
	})
}

func says(f manifest.Finding, e corpus.Expectation) bool {
	if e.What == corpus.Admission {
		return f.Severity == manifest.Error && f.Reason == "InvalidSpec" && strings.Contains(f.Message, e.Message)
	}
	severity := manifest.Warning
	if e.What == corpus.Stalled {
		severity = manifest.Error
	}
	return f.Severity == severity && f.Kind == e.Kind && f.Name == e.Name && f.Reason == e.Reason && strings.Contains(f.Message, e.Message)
}

// A hundred goals in a folder must take well under a second.
func BenchmarkAHundredGoals(b *testing.B) {
	text, err := os.ReadFile(filepath.Join("..", "..", "config", "samples", "minimal.yaml"))
	if err != nil {
		b.Fatal(err)
	}
	folder := b.TempDir()
	for i := range 100 {
		// Each with names of its own, all in one namespace.
		own := strings.NewReplacer("docs", fmt.Sprint("docs-", i), "first-hour", fmt.Sprint("hour-", i), "watch-new-users", fmt.Sprint("watch-", i)).Replace(string(text))
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprint(i, ".yaml")), []byte(own), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		set, err := manifest.Load(b.Context(), []string{folder}, nil, "shop")
		if err != nil {
			b.Fatal(err)
		}
		if found, err := Run(set, "", monday); err != nil || len(found) > 0 {
			b.Fatal(found, err)
		}
	}
}

func TestAWeekToSkipThatDoesNotExistIsAnError(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "config", "samples", "minimal.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	goal := strings.Replace(string(text), "timeZone: Europe/Berlin", `timeZone: Europe/Berlin, skip: ["2027-W53", "2026-W53"]`, 1)
	found := lint(t, goal, "")
	if len(found) != 1 || found[0].Severity != manifest.Error || !strings.Contains(found[0].Message, "2027-W53 is not a week of 2027") {
		t.Errorf("found %s in\n%s", lines(found), goal)
	}
}

func TestTheSamplesAreClean(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "config", "samples", "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatal("no samples", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if found := lint(t, string(text), ""); len(found) > 0 {
			t.Errorf("%s:\n%s", file, lines(found))
		}
	}
}
