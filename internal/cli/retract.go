// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/act"
	"github.com/praxis-dev/praxis/internal/gather"
)

type retractOptions struct {
	*Tool
	dryRun string
}

func newRetract(t *Tool) *cobra.Command {
	o := &retractOptions{Tool: t}
	c := &cobra.Command{
		Use:   "retract EVIDENCE...",
		Short: "Take back evidence that has no verdict yet",
		Long: `Take back evidence that you handed in, such as a piece with a wrong link or for the wrong Action. It is deleted. Once it
has a verdict it stays: then hand in a new piece.`,
		Example: `  # the wrong link
  kubectl praxis submit prepare.jonas -n platform --as jonas@example.com --name mistaken --artifact sheet=https://work.example.com/other
  kubectl praxis retract mistaken -n platform --as jonas@example.com`,
		Args:              cobra.MinimumNArgs(1),
		ValidArgsFunction: t.completePieces(func(e *praxisv1.Evidence, me string) bool { return e.Spec.SubmittedBy == me && !act.Judged(e) }),
		RunE:              func(c *cobra.Command, args []string) error { return o.run(c.Context(), args) },
	}
	addDryRun(c, &o.dryRun)
	return c
}

// run takes back every piece that was named, even if another one fails.
func (o *retractOptions) run(ctx context.Context, names []string) error {
	c, err := o.writer(ctx, o.dryRun)
	if err != nil {
		return err
	}
	var failed []error
	for _, name := range names {
		failed = append(failed, o.retract(ctx, c, gather.Bare("evidence", name)))
	}
	return errors.Join(failed...)
}

func (o *retractOptions) retract(ctx context.Context, c *writer, name string) error {
	if err := act.Retract(ctx, c, c.namespace, name, c.me); err != nil {
		return err
	}
	if o.dryRun == "server" {
		fmt.Fprintf(o.Out, "evidence/%s would be taken back (server dry run)\n", name)
		return nil
	}
	fmt.Fprintf(o.Out, "evidence/%s taken back\n", name)
	return nil
}
