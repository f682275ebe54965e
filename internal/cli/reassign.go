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
		RunE: func(c *cobra.Command, args []string) error {
			return again(func() error { return o.run(c.Context(), args[0]) })
		},
	}
	o.flags(c)
	return c
}

func (o *reassignOptions) run(ctx context.Context, name string) error {
	h, err := o.begin(ctx, name)
	if err != nil {
		return err
	}
	a, to := h.action, h.to
	if plan.Begun(a) {
		return o.split(ctx, h, plan.Open(a))
	}
	if a.Spec.Member == to.Name && a.Spec.User == to.User {
		return alreadyHas(a, to)
	}
	before, amendment := a.DeepCopy(), praxisv1.Amendment{Reason: o.because, By: h.me}
	if a.Spec.Member != "" {
		amendment.From = &praxisv1.Assignee{Member: a.Spec.Member, User: a.Spec.User}
	}
	a.Spec.Member, a.Spec.User = to.Name, to.User
	a.Spec.Amendments = append(a.Spec.Amendments, amendment)
	if err := h.write(ctx, a, before); err != nil {
		return err
	}
	if o.dryRun == "server" {
		fmt.Fprintf(o.Out, "action/%s would go from %s to %s (server dry run)\n", view.Called(before), plan.Holder(before), to.Name)
		return nil
	}
	fmt.Fprintf(o.Out, "action/%s is %s's now, and was %s's\nnext: %s hands it in: kubectl praxis show %s -n %s\n",
		view.Called(a), to.Name, plan.Holder(before), to.Name, view.Called(a), a.Namespace)
	return nil
}
