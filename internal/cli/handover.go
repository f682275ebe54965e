// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/praxis-dev/praxis/internal/act"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/view"
)

// handOver is what reassign and split have in common.
type handOver struct {
	*Tool
	to, because, dryRun string
}

func (o *handOver) flags(c *cobra.Command) {
	c.Flags().StringVar(&o.to, "to", "", "the member of the Team who takes it over")
	c.Flags().StringVarP(&o.because, "message", "m", "", "why, in a sentence")
	_ = c.RegisterFlagCompletionFunc("to", o.completeMembers) // it exists
	addDryRun(c, &o.dryRun)
}

// begin is who hands over to whom.
func (o *handOver) begin(ctx context.Context) (*writer, act.HandOver, error) {
	c, err := o.writer(ctx, o.dryRun)
	if err != nil {
		return nil, act.HandOver{}, err
	}
	return c, act.HandOver{To: o.to, Because: o.because, Me: c.me}, nil
}

// tellPart says what of an Action went to the other.
func (o *handOver) tellPart(d *act.Handed) {
	a, called := d.Before, view.Called(d.Before)
	if o.dryRun == "server" {
		fmt.Fprintf(o.Out, "of action/%s %d of %d would go to %s, and %d stay with %s (server dry run)\n", called, d.Quantity, a.Spec.Target, d.To.Name, d.After.Spec.Target, plan.Holder(a))
		return
	}
	fmt.Fprintf(o.Out, "of action/%s %d of %d go to %s, and %d stay with %s\nnext: the operator makes an Action of it, %s.%s.%s; see kubectl praxis tree -n %s\n",
		called, d.Quantity, a.Spec.Target, d.To.Name, d.After.Spec.Target, plan.Holder(a), a.Spec.KeyActionRef.Name, a.Spec.Step, d.To.Name, a.Namespace)
}
