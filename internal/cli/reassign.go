// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/view"
)

type reassignOptions struct{ handOver }

func newReassign(t *Tool) *cobra.Command {
	o := &reassignOptions{handOver{Tool: t}}
	c := &cobra.Command{
		Use:   "reassign ACTION --to MEMBER -m WHY",
		Short: "Give an Action to another member of its Team",
		Long: `Give an Action to another member of its Team, as yourself, who are its lead or a reviewer, or may edit goals. It is one
amendment of the Action, which keeps who had it: none of those judges its evidence. Nobody gives away work of their own;
the midweek check does that. From then on the Action is called by who has it.

Of an Action that is begun only the rest is given away: what is accepted or waits for a verdict stays with whoever
handed it in, and the rest becomes an Action of the other.`,
		Example: `  # try it without doing it
  kubectl praxis reassign watch.priya -n platform --as mira@example.com --to jonas -m "Priya is ill until Monday" --dry-run=server`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: t.completeOpen(func(a *praxisv1.Action) bool { return plan.Open(a) > 0 }),
		RunE:              func(c *cobra.Command, args []string) error { return o.run(c.Context(), args[0]) },
	}
	o.flags(c)
	return c
}

func (o *reassignOptions) run(ctx context.Context, name string) error {
	c, h, err := o.begin(ctx)
	if err != nil {
		return err
	}
	d, err := h.Whole(ctx, c, c.namespace, name, o.Clock.Now())
	if err != nil {
		return err
	}
	if d.Quantity > 0 {
		o.tellPart(d)
		return nil
	}
	a := d.After
	if o.dryRun == "server" {
		fmt.Fprintf(o.Out, "action/%s would go from %s to %s (server dry run)\n", view.Called(d.Before), plan.Holder(d.Before), d.To.Name)
		return nil
	}
	fmt.Fprintf(o.Out, "action/%s is %s's now, and was %s's\nnext: %s hands it in: kubectl praxis show %s -n %s\n",
		view.Called(a), d.To.Name, plan.Holder(d.Before), d.To.Name, view.Called(a), a.Namespace)
	return nil
}
