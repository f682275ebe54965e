// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"cmp"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/praxis-dev/praxis/internal/cli/term"
	"github.com/praxis-dev/praxis/internal/lint"
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
of its quarter.

It exits with 0 where there is nothing to say, 1 where there is, and 2 where a file
cannot be read.`

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
	term.AddFormat(cmd, &output, "text", term.JSON, "sarif", "junit")
	return cmd
}

// fileNamespace is the one that objects are in that say none. No kubeconfig is asked: what a
// file means does not hang on the cluster that somebody is looking at.
func (t *Tool) fileNamespace() string {
	if t.Flags.Namespace != nil {
		return cmp.Or(*t.Flags.Namespace, "default")
	}
	return "default"
}

var lintFormats = map[term.Format]func(io.Writer, *manifest.Set, []manifest.Finding) error{
	term.Text: writeLintText,
	"text":    writeLintText,
	term.JSON: writeLintJSON,
	"sarif":   writeSARIF,
	"junit":   writeJUnit,
}

func writeLintText(w io.Writer, _ *manifest.Set, found []manifest.Finding) error {
	for _, f := range found {
		if _, err := fmt.Fprintln(w, lintLine(f)); err != nil {
			return err
		}
	}
	return nil
}

// lintLine is a finding as editors know to follow it.
func lintLine(f manifest.Finding) string {
	return fmt.Sprintf("%s:%d: %s: %s", f.File, f.Line, f.Reason, f.Message)
}

// lintFinding is a finding in JSON.
type lintFinding struct {
	File      string `json:"file"`
	Line      int    `json:"line"`
	Severity  string `json:"severity"`
	Reason    string `json:"reason"`
	Message   string `json:"message"`
	Kind      string `json:"kind,omitempty"`
	Namespace string `json:"namespace,omitempty"`
	Name      string `json:"name,omitempty"`
}

func writeLintJSON(w io.Writer, set *manifest.Set, found []manifest.Finding) error {
	out := struct {
		Files    int           `json:"files"`
		Objects  int           `json:"objects"`
		Findings []lintFinding `json:"findings"`
	}{set.Files, len(set.Objects), []lintFinding{}}
	for _, f := range found {
		out.Findings = append(out.Findings, lintFinding{f.File, f.Line, string(f.Severity), f.Reason, f.Message, f.Kind, f.Namespace, f.Name})
	}
	return term.Encode(w, term.JSON, out)
}
