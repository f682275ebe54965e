// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"cmp"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/praxis-dev/praxis/internal/cli/term"
	"github.com/praxis-dev/praxis/internal/lint"
	"github.com/praxis-dev/praxis/internal/lint/report"
	"github.com/praxis-dev/praxis/internal/manifest"
)

const lintExample = `  # All goals in a folder, and in those below it
  kubectl praxis lint goals/

  # What kustomize would apply
  kubectl kustomize goals/ | kubectl praxis lint -

  # For a code review that shows SARIF
  kubectl praxis lint goals/ -o sarif > lint.sarif`

const lintLong = `Check goals before they are applied, without a cluster.

An error is what the API server would refuse or what would keep an object Stalled; a
warning is something that runs, but that its author should know.

People's time is judged for the week that runs, or for --week. Coverage is judged for
the whole quarter with nothing delivered; with --week, for that week and what is left
of its quarter.`

// newLint makes the command that checks files.
func newLint(t *Tool) *cobra.Command {
	var week string
	var output term.Format
	cmd := &cobra.Command{
		Use:     "lint PATH...",
		Short:   "Check goals before they are applied, without a cluster",
		Long:    lintLong,
		Example: lintExample,
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, paths []string) error {
			set, err := manifest.Load(cmd.Context(), paths, t.In, t.fileNamespace())
			if err != nil {
				return err
			}
			found, err := lint.Run(set, week, t.Clock.Now())
			if err != nil {
				return err
			}
			if err := lintFormats[output](t.Out, set, found); err != nil {
				return err
			}
			fmt.Fprintln(t.ErrOut, lint.Summary(set, found))
			if len(found) > 0 {
				return errFindings
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&week, "week", "", "the week to judge, like 2026-W48, instead of the running one")
	_ = cmd.RegisterFlagCompletionFunc("week", t.completeWeeks) // it exists
	term.AddFormat(cmd, &output, "text", term.JSON, "sarif", "junit")
	return cmd
}

// fileNamespace is the namespace of objects that name none. The kubeconfig is not read: what
// a file means does not depend on the cluster that somebody happens to use.
func (t *Tool) fileNamespace() string {
	if t.Flags.Namespace != nil {
		return cmp.Or(*t.Flags.Namespace, "default")
	}
	return "default"
}

// lintFormats are the reports that -o chooses from.
var lintFormats = map[term.Format]report.Writer{
	term.Text: report.Text,
	"text":    report.Text,
	term.JSON: report.JSON,
	"sarif":   report.SARIF,
	"junit":   report.JUnit,
}
