// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"

	"github.com/fatih/color"
	"github.com/spf13/cobra"

	"github.com/praxis-dev/praxis/internal/cli/term"
	"github.com/praxis-dev/praxis/internal/reasons"
	"github.com/praxis-dev/praxis/internal/text"
)

func newExplain(t *Tool) *cobra.Command {
	var f term.Format
	c := &cobra.Command{
		Use:   "explain [REASON]",
		Short: "Say what a reason means and what fixes it",
		Long:  `Say what the reason of a condition means, what fixes it, and how that looks. Without an argument all reasons are listed.`,
		Example: `  # what Blocked means
  kubectl praxis explain Blocked

  # every reason, as data
  kubectl praxis explain -o json`,
		Args: cobra.MaximumNArgs(1),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return reasons.Names(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return listReasons(t, f)
			}
			rows := reasons.Find(args[0])
			if len(rows) == 0 {
				return fmt.Errorf("%q is not a reason of Praxis%s", args[0], text.DidYouMean(args[0], reasons.Names()))
			}
			if f != term.Text {
				return term.Encode(t.Out, f, map[string]any{"items": rows})
			}
			for i, row := range rows {
				if i > 0 {
					fmt.Fprintln(t.Out)
				}
				explainRow(t, row)
			}
			return nil
		},
	}
	term.AddFormat(c, &f)
	return c
}

func explainRow(t *Tool, row reasons.Row) {
	s := term.NewScreen(t.Out)
	said := "condition " + row.Condition + "=" + row.Status
	switch row.Condition {
	case "gap":
		said = "a gap of the week"
	case "lint":
		said = "said by lint"
	}
	fmt.Fprintf(t.Out, "%s  (%s, of %s)\n", s.Paint(row.Reason, color.Bold), said, row.Of)
	fmt.Fprintln(t.Out, term.Wrap("  means    ", reasons.Unquote(row.Cause), s.Width))
	if row.Fix != "" {
		fmt.Fprintln(t.Out, term.Wrap("  fix it   ", reasons.Unquote(row.Fix), s.Width))
		fmt.Fprintln(t.Out, "  like     "+s.Paint(row.Example, color.Bold))
	}
}

func listReasons(t *Tool, f term.Format) error {
	var rows []reasons.Row
	for _, s := range reasons.Sections {
		rows = append(rows, s.Rows...)
	}
	if f != term.Text {
		return term.Encode(t.Out, f, map[string]any{"items": rows})
	}
	all := term.Table{Header: []string{"REASON", "CONDITION", "STATUS", "OF", "MEANS"}, Spare: []int{3}}
	for _, row := range rows {
		all.Add(term.Plain(row.Reason), term.Plain(row.Condition), term.Plain(row.Status), term.Plain(row.Of), term.Plain(reasons.Unquote(row.Cause)))
	}
	all.Print(term.NewScreen(t.Out))
	return nil
}
