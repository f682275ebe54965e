// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"

	"github.com/spf13/cobra"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

type splitOptions struct {
	handOver
	quantity int32
}

func newSplit(t *Tool) *cobra.Command {
	o := &splitOptions{handOver: handOver{Tool: t}}
	c := &cobra.Command{
		Use:   "split ACTION --to MEMBER -q N -m WHY",
		Short: "Give a part of an Action to another member of its Team",
		Long: `Give a part of an Action to another member of its Team, as yourself, who are its lead or a reviewer, or may edit goals.
What is due last goes, and the same part of what the Action weighs; the operator makes an Action of it, which is the
other's own. Both parts add up to what was there. What is accepted or waits for a verdict stays, and whoever had the
whole judges neither.`,
		Example: `  # of two sheets Priya writes one; try it without doing it
  kubectl praxis split prepare.jonas -n platform --as mira@example.com --to priya -q 1 -m "Two are too many before Wednesday" --dry-run=server`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: t.completeOpen(func(a *praxisv1.Action) bool { return plan.Open(a) > 0 && a.Spec.Target > 1 }),
		RunE:              func(c *cobra.Command, args []string) error { return o.run(c.Context(), args[0]) },
	}
	c.Flags().Int32VarP(&o.quantity, "quantity", "q", 0, "how many of what is open go to the other")
	o.flags(c)
	return c
}

func (o *splitOptions) run(ctx context.Context, name string) error {
	c, h, err := o.begin(ctx)
	if err != nil {
		return err
	}
	d, err := h.Part(ctx, c, c.namespace, name, o.quantity, o.Clock.Now())
	if err != nil {
		return err
	}
	o.tellPart(d)
	return nil
}
