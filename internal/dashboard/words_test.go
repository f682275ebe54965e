// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/praxis-dev/praxis/internal/dashboard/identity"
	"github.com/praxis-dev/praxis/internal/dashboard/words"
	"github.com/praxis-dev/praxis/internal/reasons"
	"github.com/praxis-dev/praxis/internal/view"
	reports "github.com/praxis-dev/praxis/internal/view/page"
)

// said finds the texts in templates and code.
var said = []*regexp.Regexp{
	regexp.MustCompile(`\bt ("(?:[^"\\]|\\.)*")`),
	regexp.MustCompile(`\b(?:v\.t|w\.T)\(("(?:[^"\\]|\\.)*")`),
	regexp.MustCompile(`s\.refuse\([^"\n]*("(?:[^"\\]|\\.)*")`),
}

// texts are all that the pages say.
func texts(t *testing.T) []string {
	t.Helper()
	var keys []string
	for _, pattern := range []string{"*.go", "templates/*.tmpl", "words/words.go", "../view/page/goals.html.tmpl"} {
		paths, err := filepath.Glob(pattern)
		if err != nil || len(paths) == 0 {
			t.Fatal(pattern, err)
		}
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			for _, form := range said {
				for _, found := range form.FindAllStringSubmatch(string(text), -1) {
					key, err := strconv.Unquote(found[1])
					if err != nil {
						t.Fatal(found[1], err)
					}
					keys = append(keys, key)
				}
			}
		}
	}
	for _, says := range deeds {
		keys = append(keys, says)
	}
	for _, a := range asked {
		keys = append(keys, a.what)
	}
	for _, d := range decisions {
		keys = append(keys, string(d))
	}
	keys = append(keys, reports.Sentences...)
	keys = append(keys, identity.Says...)
	keys = append(keys, string(view.Overdue), string(view.Today), string(view.ThisWeek), string(view.Later),
		"MidweekCheck", "WeeklyReview", "QuarterlyReview", "Calibration", "Retrospective", "Accepted", "Rejected",
		"Counted", "Earned", "Awarded", "Released", "Forfeited", "Corrected", "Adjusted",
		"Link", "File", "Metric", "Object", "Event", "Utility", "KeyAction", "Action", "Evidence", "Review",
		"%d min ago", "in %d min", "%d h ago", "in %d h", "%d days ago", "in %d days")
	slices.Sort(keys)
	return slices.Compact(keys)
}

var verbs = regexp.MustCompile(`%(?:\[\d\])?[dsq]`)

func TestEverythingIsSaidInEveryLanguage(t *testing.T) {
	known := words.Known()
	keys := texts(t)
	for _, key := range keys {
		text, there := known[key]
		if !there {
			t.Errorf("there is no Chinese for %q", key)
			continue
		}
		if len(verbs.FindAllString(key, -1)) != len(verbs.FindAllString(text, -1)) {
			t.Errorf("%q has other arguments than %q", text, key)
		}
	}
	for key := range known {
		if !slices.Contains(keys, key) {
			t.Errorf("nobody says %q", key)
		}
	}
}

func TestEveryReasonHasWordsInEveryLanguage(t *testing.T) {
	for _, reason := range reasons.Names() {
		for _, w := range words.All {
			if w.Reason(reason) == reason {
				t.Errorf("there are no words for %s in %s", reason, w.Name)
			}
		}
	}
}
