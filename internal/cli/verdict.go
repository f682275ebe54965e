// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/act"
	"github.com/praxis-dev/praxis/internal/gather"
	"github.com/praxis-dev/praxis/internal/view"
)

type verdictOptions struct {
	*Tool
	decision praxisv1.Decision
	message  string
	dryRun   string
}

func newAccept(t *Tool) *cobra.Command {
	o := &verdictOptions{Tool: t, decision: praxisv1.DecisionAccepted}
	c := &cobra.Command{
		Use:   "accept EVIDENCE...",
		Short: "Accept evidence: it meets the standard",
		Long: `Accept evidence, as yourself. It counts where you are the lead or a reviewer of the Team, and have neither done the work
nor handed it in.`,
		Example: `  # what waits for my verdict
  kubectl praxis mine --as mira@example.com -n platform

  # what was done, what shows it, and the standard
  kubectl praxis show sheets -n platform --as mira@example.com

  # it meets the standard
  kubectl praxis accept sheets -n platform --as mira@example.com -m "Anybody can follow them"`,
	}
	return o.command(c)
}

func newReject(t *Tool) *cobra.Command {
	o := &verdictOptions{Tool: t, decision: praxisv1.DecisionRejected}
	c := &cobra.Command{
		Use:   "reject EVIDENCE...",
		Short: "Reject evidence: it does not meet the standard",
		Long:  `Reject evidence, as yourself. Say with -m what is missing: it is the first thing that whoever did the work reads.`,
		Example: `  # it does not meet the standard yet
  kubectl praxis reject timelines -n platform --as mira@example.com -m "The deploy of Tuesday is missing"`,
	}
	return o.command(c)
}

func (o *verdictOptions) command(c *cobra.Command) *cobra.Command {
	c.Args = cobra.MinimumNArgs(1)
	c.ValidArgsFunction = o.completePieces(func(e *praxisv1.Evidence, me string) bool {
		return view.Pending(e) && e.Spec.SubmittedBy != me && (len(e.Status.Judges) == 0 || slices.Contains(e.Status.Judges, me))
	})
	c.RunE = func(c *cobra.Command, args []string) error { return o.run(c.Context(), args) }
	c.Flags().StringVarP(&o.message, "message", "m", "", "why, in a sentence")
	addDryRun(c, &o.dryRun)
	return c
}

// run judges every piece that was named, even if another one fails.
func (o *verdictOptions) run(ctx context.Context, names []string) error {
	if err := act.Reasoned(o.decision, o.message); err != nil {
		return err
	}
	c, err := o.writer(ctx, o.dryRun)
	if err != nil {
		return err
	}
	var failed []error
	for _, name := range names {
		failed = append(failed, o.judge(ctx, c, name))
	}
	return errors.Join(failed...)
}

func (o *verdictOptions) judge(ctx context.Context, c *writer, name string) error {
	e := &praxisv1.Evidence{}
	name = gather.Bare("evidence", name)
	err := c.Get(ctx, client.ObjectKey{Namespace: c.namespace, Name: name}, e)
	if apierrors.IsNotFound(err) {
		err = gather.NoEvidence(ctx, c, c.namespace, name)
	}
	if err != nil {
		return err
	}
	if err := act.Judge(ctx, c, e, praxisv1.Verdict{Decision: o.decision, Note: o.message, By: c.me}, o.Clock.Now()); err != nil {
		return err
	}
	if o.dryRun == "server" {
		fmt.Fprintf(o.Out, "evidence/%s would be judged: %s (server dry run)\n", e.Name, o.decision)
		return nil
	}
	fmt.Fprintf(o.Out, "evidence/%s judged: %s\n", e.Name, o.decision)
	return o.tell(ctx, c, e, func(e *praxisv1.Evidence) bool { return spoken(e, o.decision) })
}

// spoken reports whether the operator has responded to a verdict like this one. What a verdict
// changes nothing of, such as a duplicate, has been answered before.
func spoken(e *praxisv1.Evidence, decision praxisv1.Decision) bool {
	c := meta.FindStatusCondition(e.Status.Conditions, praxisv1.ConditionAccepted)
	switch {
	case c == nil || e.Status.ObservedGeneration < e.Generation:
		return false
	case c.Reason == praxisv1.ReasonAccepted:
		return decision == praxisv1.DecisionAccepted
	case c.Reason == praxisv1.ReasonRejected:
		return decision == praxisv1.DecisionRejected
	}
	return !view.Pending(e) && c.Reason != praxisv1.ReasonReconciling
}
