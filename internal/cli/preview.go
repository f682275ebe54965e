// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/praxis-dev/praxis/internal/cli/term"
	"github.com/praxis-dev/praxis/internal/lint"
	"github.com/praxis-dev/praxis/internal/lint/report"
	"github.com/praxis-dev/praxis/internal/manifest"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/text"
	"github.com/praxis-dev/praxis/internal/view"
)

const previewExample = `  # Who would do what this week
  kubectl praxis preview goals/

  # The same of another week, for a script
  kubectl praxis preview goals/ --week 2026-W48 -o json`

const previewLong = `Show the Actions that a week would have, each person's hours, and what the quarter is
covered by, without a cluster.

It is the plan as of the start of the week: whole targets, nothing delivered, nothing
left over. What is wrong with the files is said as lint says it, and the rest is shown.
Coverage is that of what is left of the quarter from the week on. The command exits with 1
where something is wrong with the files, where the week has a gap, where somebody has more
work than hours in all Utilities together, and where coverage is below 100 %; a goal that
is suspended or has ended lacks nothing.`

// newPreview makes the command that plans a week from files.
func newPreview(t *Tool) *cobra.Command {
	var week string
	var output term.Format
	cmd := &cobra.Command{
		Use:     "preview PATH...",
		Short:   "Show the Actions of a week before goals are applied, without a cluster",
		Long:    previewLong,
		Example: previewExample,
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, paths []string) error {
			set, err := t.load(cmd.Context(), paths)
			if err != nil {
				return err
			}
			found, err := lint.Run(set, week, t.Clock.Now())
			if err != nil {
				return err
			}
			// Lint has judged these; preview shows those that can be planned.
			var all []*plan.Programme
			for _, world := range lint.Worlds(set) {
				all = append(all, world.Programmes()...)
			}
			preview, err := view.PreviewWeek(all, week, t.Clock.Now())
			if err != nil {
				return err
			}
			if len(preview.Utilities) == 0 {
				return noGoal(t.ErrOut, found)
			}
			if output == term.Text || output == "text" {
				err = writePreviewText(t.Out, preview)
			} else {
				err = term.Encode(t.Out, output, preview)
			}
			if err != nil {
				return err
			}
			if err := sayErrors(t.ErrOut, found); err != nil {
				return err
			}
			if preview.Lacks() {
				return errFindings
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&week, "week", "", "the week to show, like 2026-W48, instead of the running one")
	_ = cmd.RegisterFlagCompletionFunc("week", t.completeWeeks) // it exists
	term.AddFormat(cmd, &output, "text", term.JSON, term.YAML)
	return cmd
}

// noGoal says why there is nothing to show: the files have no Utility, or none that can be read.
func noGoal(w io.Writer, found []manifest.Finding) error {
	if err := sayErrors(w, found); err != nil {
		return err
	}
	return errors.New("there is no Utility in the files, so there is no week to show; name the folder that has it, with its Team and its KeyActions")
}

// sayErrors prints the errors; warnings are in the preview, as gaps and coverage.
func sayErrors(w io.Writer, found []manifest.Finding) error {
	blocked := false
	for _, f := range found {
		if f.Severity == manifest.Error {
			fmt.Fprintln(w, report.Line(f))
			blocked = true
		}
	}
	if blocked {
		return errFindings
	}
	return nil
}

const (
	wide       = 80 // columns in a line
	widePerson = 40 // of a person in it
	dueForm    = "Mon _2 15:04"
)

// writePreviewText groups the week by person, since readers look for their own work, and
// shows times in the Utility's zone.
func writePreviewText(w io.Writer, p view.Preview) error {
	var out strings.Builder
	for i := range p.Utilities {
		if i > 0 {
			out.WriteString("\n")
		}
		previewUtility(&out, p.Week, &p.Utilities[i])
	}
	if len(p.Utilities) > 1 {
		previewAll(&out, p)
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// previewAll are the hours of who works for several Utilities.
func previewAll(out *strings.Builder, p view.Preview) {
	header := "\nHours over all Utilities\n"
	for _, m := range p.Members {
		works := 0
		for i := range p.Utilities {
			for _, other := range p.Utilities[i].Members {
				if p.Utilities[i].Namespace == m.Namespace && other.Team == m.Team && other.Name == m.Name && other.PlannedMinutes > 0 {
					works++
				}
			}
		}
		if works > 1 {
			out.WriteString(header + term.Wrap("  ", hours(m), wide) + "\n")
			header = ""
		}
	}
}

// hours are those of a member, as one line.
func hours(m view.PreviewMember) string {
	over := ""
	if m.Over() {
		over = ", over capacity"
	}
	return fmt.Sprintf("%s of %s: %s of %s%s", term.Cut(m.Person(), widePerson), m.Team, text.Minutes(m.PlannedMinutes), text.Minutes(m.CapacityMinutes), over)
}

func previewUtility(out *strings.Builder, week string, u *view.PreviewUtility) {
	line := func(format string, args ...any) {
		fmt.Fprintln(out, term.Wrap("", fmt.Sprintf(format, args...), wide))
	}
	line("Utility %s in %s", u.Name, u.Namespace)
	if !u.StartsAt.IsZero() {
		line("%s: %s to %s, %s", week, moment(u.StartsAt, u.StartsAt.Location()), moment(u.EndsAt, u.EndsAt.Location()), u.StartsAt.Location())
		line("Coverage: %d%%, %d of %d units are planned for what is left of %s", u.Coverage.Percent, u.Coverage.Planned, u.Coverage.Required, u.Quarter)
	}
	for _, m := range u.Members {
		out.WriteString("\n")
		line("%s", hours(m))
		for _, a := range u.Of(m) {
			for _, o := range a.Occurrences {
				work := fmt.Sprintf("  %s  %3d  %-12s  %s", o.Due.Format(dueForm), o.Quantity, a.Tier, a.Do)
				fmt.Fprintln(out, term.Cut(work, wide))
			}
		}
	}
	if len(u.Gaps) > 0 {
		out.WriteString("\nGaps\n")
	}
	for _, g := range u.Gaps {
		who := ""
		if g.KeyAction != "" {
			who = g.KeyAction + " "
		}
		fold(out, fmt.Sprintf("%s%s: %s", who, g.Reason, g.Message))
	}
}

// fold breaks a gap into lines. It is not cut, since the end of its message says what to
// do.
func fold(out *strings.Builder, text string) {
	used := 0
	for _, word := range strings.Fields(term.Printable(text)) {
		n := term.Columns(word)
		switch {
		case used == 0:
			used, word = 2, "  "+word
		case used+1+n > wide:
			used, word = 4, "\n    "+word
		default:
			used, word = used+1, " "+word
		}
		out.WriteString(word)
		used += n
	}
	out.WriteString("\n")
}
