// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package term

import (
	"strings"
	"testing"

	"github.com/fatih/color"
	"github.com/mattn/go-runewidth"
	"pgregory.net/rapid"
)

func TestColumnsLineUpUnderCharactersOfAnyWidth(t *testing.T) {
	wide := Table{Header: []string{"NAME", "STATE", "NEXT STEP"}}
	wide.Add(Plain("└─ 面談.花子"), Plain("✔ OnPace"), Plain("次は月曜日"))
	wide.Add(Plain("└─ interview.ana"), Plain("✘ Missed"), Plain("Hand it in"))
	var at []int
	for _, line := range wide.Lines(Screen{}) {
		i := strings.LastIndexAny(line, "次HN")
		at = append(at, runewidth.StringWidth(line[:i]))
	}
	if at[0] != at[1] || at[1] != at[2] {
		t.Errorf("the last column begins at %v:\n%s", at, strings.Join(wide.Lines(Screen{}), "\n"))
	}
}

func TestNoLineIsWiderThanTheScreen(t *testing.T) {
	text := rapid.SampledFrom([]string{"", "✘ KeyActionMissed", "46% of 79%", "platform/jonas", "面談を三回する", "review-failed-deploys.collect.jonas", "1 of 1 missing; hand in late or decide in the review"})
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(40, 200).Draw(t, "width")
		tree := Table{Header: []string{"NAME", "STATE", "DONE", "SINCE", "NEXT STEP"}, Spare: []int{3, 2}}
		for range rapid.IntRange(1, 5).Draw(t, "rows") {
			tree.Add(Plain(text.Draw(t, "name")), Plain("✘ KeyActionMissed"), Plain("46% of 79%"), Plain("30h"), Plain(text.Draw(t, "next")))
		}
		for _, line := range tree.Lines(Screen{Width: width}) {
			if w := runewidth.StringWidth(line); w > width {
				t.Fatalf("%d columns on a screen of %d: %s", w, width, line)
			}
		}
	})
}

func TestTheFirstColumnIsNeverCutBelowItsHeading(t *testing.T) {
	for _, width := range []int{40, 60, 80} {
		all := Table{Header: []string{"REASON", "CONDITION", "STATUS", "MEANS"}}
		all.Add(Plain("ChangedSinceCalibration"), Plain("MidweekChecked"), Plain("Unknown"), Plain("the page is another one than was signed"))
		if lines := all.Lines(Screen{Width: width}); !strings.HasPrefix(lines[0], "REASON ") || !strings.HasPrefix(lines[1], "Chang") {
			t.Errorf("at %d columns\n%s", width, strings.Join(lines, "\n"))
		}
	}
}

func TestColoursAreForScreensThatShowThem(t *testing.T) {
	if got := (Screen{}).Paint("Missed", color.FgRed); got != "Missed" {
		t.Errorf("%q", got)
	}
	if got := (Screen{Colour: true}).Paint("Missed", color.FgRed); !strings.Contains(got, "\x1b[31m") {
		t.Errorf("%q", got)
	}
}

func TestWordsAreNeverCutInACommand(t *testing.T) {
	const command = "kubectl praxis submit safe-deploys-2026-w48.rehearse-rollback.rehearse.priya -n platform --artifact recording=URI"
	var out strings.Builder
	mine := Table{}
	mine.Add(Plain("  submit"), Plain("Thu 26 Nov 16:00"), Plain("Undo a deploy on purpose and stop the time (1 of 1)"), Plain(command))
	mine.PrintCommands(Screen{Out: &out, Width: 80})
	if !strings.Contains(out.String(), command) {
		t.Error(out.String())
	}
}

func TestTextIsWrappedBehindItsLead(t *testing.T) {
	got := Wrap("  means    ", "a step it depends on is past due and unfinished", 40)
	want := "  means    a step it depends on is past\n           due and unfinished"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestAHeadingIsNeverCutToAColumn(t *testing.T) {
	for _, width := range []int{0, 60, 80, 200} {
		mine := Table{}
		mine.Add(Plain("OVERDUE SINCE LONG"))
		mine.Add(Plain("  sign"), Plain("Thu 26 Nov 16:00"), Plain("WeeklyReview of checkout"), Plain("kubectl praxis review checkout-2026-w48-review -n shop"))
		mine.Note("      summary  ", "Both calls")
		var out strings.Builder
		mine.PrintCommands(Screen{Out: &out, Width: width})
		if !strings.HasPrefix(out.String(), "OVERDUE SINCE LONG\n") || !strings.Contains(out.String(), "\n      summary  Both calls\n") {
			t.Errorf("at %d columns\n%s", width, out.String())
		}
	}
}

// A terminal in China shows these signs as wide as one elsewhere does.
func TestColumnsLineUpWhateverTheLocale(t *testing.T) {
	before := runewidth.DefaultCondition.EastAsianWidth
	defer func() { runewidth.DefaultCondition.EastAsianWidth = before }()
	lines := func() string {
		tree := Table{Header: []string{"NAME", "STATE", "NEXT STEP"}}
		tree.Add(Plain("└─ 提升付款率.花子"), Plain("✘ Missed"), Plain("…"))
		tree.Add(Plain("├─ ship.ana"), Plain("• NotDue"), Plain("Hand it in"))
		return strings.Join(tree.Lines(Screen{Width: 60}), "\n")
	}
	runewidth.DefaultCondition.EastAsianWidth = false
	elsewhere := lines()
	runewidth.DefaultCondition.EastAsianWidth = true
	if got := lines(); got != elsewhere {
		t.Errorf("it is\n%s\nand elsewhere\n%s", got, elsewhere)
	}
}
