// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package page

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/view"
)

// hostile is what a page must not take for markup, a table or a formula of its own.
const hostile = "<script>alert(1)</script> | *bold* [x](javascript:y) \n# heading `code` ~~x~~ & \u202e"

func report(modify ...func(*view.ReportGoal)) *view.Report {
	at := time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)
	g := view.ReportGoal{
		Ref: view.Ref{Kind: "Utility", Namespace: "shop", Name: "checkout"}, Statement: hostile, Organization: hostile, Owner: hostile,
		Beneficiaries: []praxisv1.Beneficiary{{Who: hostile, Problem: hostile, Improvement: hostile}},
		State:         view.State{Status: metav1.ConditionFalse, Reason: "Behind", Message: hostile}, Period: "2026-W48", From: at, To: at,
		Delivery:   &praxisv1.Delivery{ProgressPercent: 33, ExpectedPercent: 66},
		KeyActions: []view.ReportKeyAction{{Name: "fix", What: hostile, Weight: "100"}},
		Done:       []view.ReportAction{{Called: "fix.ship.ana", Do: hostile, Who: hostile}}, Missed: []view.ReportAction{{Do: hostile}},
		Gaps:      []view.ReportGap{{Of: hostile, Reason: "NoEvidence", Message: hostile}},
		Decisions: []view.ReportDecision{{Review: "WeeklyReview", SignedBy: hostile, Conclusion: hostile, Decided: []string{hostile}}},
		Measures:  []view.ReportMeasure{{Name: "paid", Unit: hostile, From: "1", Target: "2"}},
	}
	for _, m := range modify {
		m(&g)
	}
	return &view.Report{Period: view.PeriodWeek, AsOf: metav1.NewTime(at), Goals: []view.ReportGoal{g}}
}

func written(t *testing.T, write func(io.Writer, *view.Report) error, r *view.Report) string {
	t.Helper()
	var out strings.Builder
	if err := write(&out, r); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestWhatPeopleWroteIsNeverMarkup(t *testing.T) {
	page := written(t, HTML, report())
	if strings.Contains(page, "<script") || strings.Contains(page, "\u202e") || !strings.Contains(page, "&lt;script&gt;") {
		t.Error(page)
	}
	markdown := written(t, Markdown, report())
	if strings.Contains(markdown, "\u202e") {
		t.Error("a mark of the writing direction is left")
	}
	for _, wrong := range []string{"<script", "\n# heading", " | *bold*", "[x](", " `code` "} {
		if strings.Contains(strings.ReplaceAll(strings.ReplaceAll(markdown, "\\[", ""), "\\<", ""), wrong) {
			t.Errorf("%q is in\n%s", wrong, markdown)
		}
	}
}

// A page can be sent and printed: nothing is loaded, and every element is closed.
func TestAPageStandsByItself(t *testing.T) {
	page := written(t, HTML, report())
	for _, loads := range []string{"http:", "https:", "src=", "@import", "url("} {
		if strings.Contains(page, loads) {
			t.Errorf("it loads something by %s", loads)
		}
	}
	decoder := xml.NewDecoder(strings.NewReader(strings.TrimPrefix(page, "<!DOCTYPE html>\n")))
	decoder.Entity = xml.HTMLEntity
	for {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("%v in\n%s", err, page)
		}
	}
}

func TestAPageSaysWhatItsListsLeaveOut(t *testing.T) {
	r := report(func(g *view.ReportGoal) { g.More = map[string]int{"missed": 3, "gaps": 1} })
	for name, text := range map[string]string{"HTML": written(t, HTML, r), "Markdown": written(t, Markdown, r)} {
		if !strings.Contains(text, "3 more in the list of what is missed") || !strings.Contains(text, "1 more in the list of what is in the way") {
			t.Errorf("%s: %s", name, text)
		}
	}
}

func TestAPageOfNothingSaysSo(t *testing.T) {
	for name, write := range map[string]func(io.Writer, *view.Report) error{"HTML": HTML, "Markdown": Markdown} {
		if text := written(t, write, &view.Report{Period: view.PeriodQuarter}); !strings.Contains(text, "No goal has this period") || !strings.Contains(text, "Goals of the quarter") {
			t.Errorf("%s: %s", name, text)
		}
	}
}

func TestHowMuchIsThereIsSaidInSentences(t *testing.T) {
	quarter := &praxisv1.QuarterResult{Required: 20, Delivered: 8, Percent: 40, Weeks: 5, WeeksExecuted: 4, Effective: metav1.ConditionFalse}
	for name, c := range map[string]struct {
		goal view.ReportGoal
		want string
	}{
		"a quarter that was": {view.ReportGoal{Quarter: quarter}, "8 of 20 units were delivered, 40 %; 5 of its weeks are closed, in 4 of them at least 80 % of the work was accepted; The work is done and the outcome does not move"},
		"one that runs": {view.ReportGoal{Quarter: quarter, Coverage: &praxisv1.Coverage{Required: 20, Delivered: 8, Planned: 12, Percent: 100}},
			"8 of the 20 units of the quarter are delivered, and 12 more are planned: 100 %; 5 of its weeks are closed, in 4 of them at least 80 % of the work was accepted; The work is done and the outcome does not move"},
		"a week": {view.ReportGoal{Delivery: &praxisv1.Delivery{ProgressPercent: 33, ExpectedPercent: 66}}, "33 % of the work of the week is accepted, 66 % was due"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := strings.Join(Amounts(c.goal), "; "); got != c.want {
				t.Errorf("it says %s, want %s", got, c.want)
			}
		})
	}
}
