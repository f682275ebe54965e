// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/view"
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
		RunE: func(c *cobra.Command, args []string) error {
			return again(func() error { return o.run(c.Context(), args[0]) })
		},
	}
	c.Flags().Int32VarP(&o.quantity, "quantity", "q", 0, "how many of what is open go to the other")
	o.flags(c)
	return c
}

func (o *splitOptions) run(ctx context.Context, name string) error {
	if o.quantity < 1 {
		return errors.New("say how many go to the other, at least one: -q 1")
	}
	h, err := o.begin(ctx, name)
	if err != nil {
		return err
	}
	a, called := h.action, view.Called(h.action)
	switch open := plan.Open(a); {
	case o.quantity > open:
		return fmt.Errorf("of %d of %s only %d are open, and what is in stays with %s; give away no more than that", a.Spec.Target, called, open, plan.Holder(a))
	case o.quantity == a.Spec.Target:
		return fmt.Errorf("%d is all of %s, of which nothing is in; hand it over whole: kubectl praxis reassign %s -n %s --to %s -m WHY", o.quantity, called, called, a.Namespace, h.to.Name)
	}
	return o.split(ctx, h, o.quantity)
}
