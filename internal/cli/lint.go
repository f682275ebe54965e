// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cli/term"
	"github.com/praxis-dev/praxis/internal/lint"
	"github.com/praxis-dev/praxis/internal/lint/report"
	"github.com/praxis-dev/praxis/internal/manifest"
	"github.com/praxis-dev/praxis/internal/provider"
)

const lintExample = `  # All goals in a folder, and in those below it
  kubectl praxis lint goals/

  # What kustomize would apply
  kubectl kustomize goals/ | kubectl praxis lint -

  # That measures ask a Prometheus which the operator may ask for them
  kubectl praxis lint goals/ --providers providers.yaml

  # For a code review that shows SARIF
  kubectl praxis lint goals/ -o sarif > lint.sarif`

const lintLong = `Check goals before they are applied, without a cluster.

An error is what the API server would refuse or what would keep an object Stalled; a
warning is something that runs, but that its author should know.

People's time is judged for the week that runs, or for --week, over all Utilities.
Coverage is judged for the whole quarter with nothing delivered; with --week, for that
week and what is left of its quarter. Where the whole quarter is covered and what is left
of it from now on is not, a note says so, as the cluster would of a goal that begins
now; a note leaves the exit code 0. Files without any object of Praxis are an error, 2.`

// newLint makes the command that checks files.
func newLint(t *Tool) *cobra.Command {
	var week, providers string
	var output term.Format
	cmd := &cobra.Command{
		Use:     "lint PATH...",
		Short:   "Check goals before they are applied, without a cluster",
		Long:    lintLong,
		Example: lintExample,
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, paths []string) error {
			set, err := t.load(cmd.Context(), paths)
			if err != nil {
				return err
			}
			known, err := providersOf(providers)
			if err != nil {
				return err
			}
			found, err := lint.RunWith(set, week, t.Clock.Now(), known)
			if err != nil {
				return err
			}
			if err := lintFormats[output](t.Out, set, found); err != nil {
				return err
			}
			fmt.Fprintln(t.ErrOut, lint.Summary(set, found))
			if lint.Fails(found) {
				return errFindings
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&week, "week", "", "the week to judge, like 2026-W48, instead of the running one")
	_ = cmd.RegisterFlagCompletionFunc("week", t.completeWeeks) // it exists
	cmd.Flags().StringVar(&providers, "providers", "", "the operator's file of providers: check it, and that measures ask one that serves their namespace")
	_ = cmd.MarkFlagFilename("providers", "yaml", "yml") // it exists
	term.AddFormat(cmd, &output, "text", term.JSON, "sarif", "junit")
	return cmd
}

// providersOf reads a file of providers; none is read where no file is named.
func providersOf(path string) (lint.Providers, error) {
	if path == "" {
		return nil, nil
	}
	file, err := provider.Load(path)
	if err != nil {
		return nil, err
	}
	return file.For, nil
}

// load reads the objects of files. Files without any are most likely not those that were meant,
// so that to call them clean would be wrong.
func (t *Tool) load(ctx context.Context, paths []string) (*manifest.Set, error) {
	set, err := manifest.Load(ctx, paths, t.In, t.fileNamespace())
	if err == nil && len(set.Objects) == 0 && len(set.Findings) == 0 {
		where := slices.Clone(paths)
		if i := slices.Index(where, manifest.Stdin); i >= 0 {
			where[i] = "the standard input"
		}
		return nil, fmt.Errorf("no object of Praxis is in %s; name files or folders with %s in them, or pipe what kustomize makes of them into -",
			strings.Join(where, ", "), praxisv1.GroupVersion)
	}
	return set, err
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
