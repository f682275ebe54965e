// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package docs

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/praxis-dev/praxis/config/crd"
)

func read(t *testing.T, elements ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(append([]string{"..", ".."}, elements...)...))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestEveryKindHasAPageWithWhatTheListOfKindsPromises(t *testing.T) {
	promised := []string{"Example", "Fields that matter", "Conditions", "Where it shows", "Common mistakes"}
	for _, kind := range crd.Kinds() {
		name := strings.ToLower(kind) + ".md"
		var has []string
		for _, part := range strings.Split(read(t, "docs", "kinds", name), "\n## ")[1:] {
			title, text, _ := strings.Cut(part, "\n")
			if slices.Contains(promised, title) && strings.TrimSpace(text) != "" {
				has = append(has, title)
			}
		}
		if !slices.Equal(has, promised) {
			t.Errorf("docs/kinds/%s has %q, in this order, and not %q", name, has, promised)
		}
		for page, row := range map[string]string{"README.md": "| [" + kind + "](" + name + ") |", "../concepts.md": "| [" + kind + "](kinds/" + name + ") |"} {
			if !strings.Contains(read(t, "docs", "kinds", page), row) {
				t.Errorf("docs/kinds/%s has no row of %s", page, kind)
			}
		}
	}
}

// A record has the number of its file, and a row in the list by its title.
func TestEveryDesignRecordIsListedByItsTitle(t *testing.T) {
	list := read(t, "docs", "design", "README.md")
	records, err := filepath.Glob(filepath.Join("..", "..", "docs", "design", "0*.md"))
	if err != nil || len(records) == 0 {
		t.Fatal(records, err)
	}
	for _, record := range records {
		file := filepath.Base(record)
		heading, text, _ := strings.Cut(read(t, "docs", "design", file), "\n")
		number, title, _ := strings.Cut(strings.TrimPrefix(heading, "# "), ". ")
		if want := strings.TrimLeft(file[:4], "0"); number != want {
			t.Errorf("%s calls itself record %s", file, number)
		}
		if row := "| " + file[:4] + " | [" + title + "](" + file + ") |"; !strings.Contains(list, row) {
			t.Errorf("docs/design/README.md has no row %q", row)
		}
		for _, part := range []string{"Status: ", "## Context", "## Decision", "## Rejected", "## Consequences"} {
			if !strings.Contains(text, "\n"+part) {
				t.Errorf("%s has no %s", file, part)
			}
		}
	}
}
