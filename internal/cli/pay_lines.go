// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"cmp"
	"context"
	"fmt"

	"github.com/spf13/cobra"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cli/term"
	"github.com/praxis-dev/praxis/internal/text"
)

// tellLines shows what a statement is made of, and what its person can do.
func tellLines(screen term.Screen, s *praxisv1.IncentiveStatement) {
	table := term.Table{Header: []string{"WEEK", "RULE", "ACCEPTED", "DUE", "PERCENT", "AMOUNT", "WHAT"}}
	for i := range s.Status.Lines {
		line := &s.Status.Lines[i]
		row := []string{cmp.Or(string(line.Week), line.Of, s.Spec.Quarter), cmp.Or(line.Rule, "-"), "", "", "", cmp.Or(line.Amount, "-"), string(line.Kind)}
		if line.Due > 0 {
			row[2], row[3], row[4] = fmt.Sprint(line.Acc), fmt.Sprint(line.Due), fmt.Sprint(line.Completion)
		}
		cells := make([]term.Cell, len(row))
		for j := range row {
			cells[j] = term.Plain(row[j])
		}
		table.Add(cells...)
	}
	if !table.Empty() {
		fmt.Fprintln(screen.Out)
		table.Print(screen)
	}
	if s.Status.Disputable && s.Status.DisputeUntil != nil {
		fmt.Fprintf(screen.Out, "\nIts person may dispute it until %s: kubectl praxis pay dispute %s -n %s -m \"...\"\n", text.Instant(s.Status.DisputeUntil.Time), s.Name, s.Namespace)
	}
}

// completeStatements completes the names of the statements that one may see.
func (t *Tool) completeStatements(_ *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	names := t.live(func(ctx context.Context, _ client.Client, _ string) ([]string, error) {
		found, err := (&payOptions{Tool: t}).statements(ctx)
		return text.NamesOf(found, func(s *praxisv1.IncentiveStatement) string { return s.Name }), err
	})
	return beginning(names, begun, nil), cobra.ShellCompDirectiveNoFileComp
}
