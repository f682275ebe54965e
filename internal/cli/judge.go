// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/view"
)

// answerWithin is how long a command waits for what the operator says of a change.
const answerWithin = 3 * time.Second

type judgeOptions struct {
	*Tool
	decision praxisv1.Decision
	message  string
	dryRun   string
}

func newAccept(t *Tool) *cobra.Command {
	o := &judgeOptions{Tool: t, decision: praxisv1.DecisionAccepted}
	c := &cobra.Command{
		Use:   "accept EVIDENCE...",
		Short: "Accept evidence: it meets the standard",
		Long: `Accept evidence, as yourself. It counts where you are the lead or a reviewer of the Team, and have neither done the work
nor handed it in.`,
		Example: `  # what waits for my verdict
  kubectl praxis mine --as mira@example.com -n platform

  # it meets the standard
  kubectl praxis accept sheets -n platform --as mira@example.com -m "Anybody can follow them"`,
	}
	return o.command(c)
}

func newReject(t *Tool) *cobra.Command {
	o := &judgeOptions{Tool: t, decision: praxisv1.DecisionRejected}
	c := &cobra.Command{
		Use:   "reject EVIDENCE...",
		Short: "Reject evidence: it does not meet the standard",
		Long:  `Reject evidence, as yourself. Say with -m what is missing: it is the first thing that whoever did the work reads.`,
		Example: `  # it does not meet the standard yet
  kubectl praxis reject timelines -n platform --as mira@example.com -m "The deploy of Tuesday is missing"`,
	}
	return o.command(c)
}

func (o *judgeOptions) command(c *cobra.Command) *cobra.Command {
	c.Args = cobra.MinimumNArgs(1)
	c.ValidArgsFunction = o.completeNames("evidence")
	c.RunE = func(c *cobra.Command, args []string) error { return o.run(c.Context(), args) }
	c.Flags().StringVarP(&o.message, "message", "m", "", "why, in a sentence")
	addDryRun(c, &o.dryRun)
	return c
}

// run judges every piece that was named, whatever becomes of the others.
func (o *judgeOptions) run(ctx context.Context, names []string) error {
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

func (o *judgeOptions) judge(ctx context.Context, c *writer, name string) error {
	e := &praxisv1.Evidence{}
	if err := c.Get(ctx, client.ObjectKey{Namespace: c.namespace, Name: name}, e); err != nil {
		return err
	}
	before := e.DeepCopy()
	e.Status.Verdict = &praxisv1.Verdict{Decision: o.decision, Note: o.message, By: c.me, At: new(metav1.NewTime(o.Clock.Now()))}
	// Judged as it was read: who judged it meanwhile is not overruled unseen.
	patch := client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{})
	if err := c.Status().Patch(ctx, e, patch); err != nil {
		return err
	}
	if o.dryRun == "server" {
		fmt.Fprintf(o.Out, "evidence/%s would be judged: %s (server dry run)\n", e.Name, o.decision)
		return nil
	}
	fmt.Fprintf(o.Out, "evidence/%s judged: %s\n", e.Name, o.decision)
	e = o.answered(ctx, c, e, func(e *praxisv1.Evidence) bool { return spoken(e, o.decision) })
	return o.tell(ctx, c, e)
}

// spoken tells whether the operator has looked at the verdict.
func spoken(e *praxisv1.Evidence, decision praxisv1.Decision) bool {
	for _, condition := range e.Status.Conditions {
		if condition.Type != praxisv1.ConditionAccepted {
			continue
		}
		switch condition.Reason {
		case praxisv1.ReasonAwaitingVerdict:
			return false
		case praxisv1.ReasonAccepted:
			return decision == praxisv1.DecisionAccepted
		case praxisv1.ReasonRejected:
			return decision == praxisv1.DecisionRejected
		}
		return true
	}
	return false
}

func (o *judgeOptions) tell(ctx context.Context, c client.Client, e *praxisv1.Evidence) error {
	objects := view.Objects{Evidence: []praxisv1.Evidence{*e}}
	a := &praxisv1.Action{}
	if e.Status.ActionRef != nil && c.Get(ctx, client.ObjectKey{Namespace: e.Namespace, Name: e.Status.ActionRef.Name}, a) == nil {
		objects.Actions = []praxisv1.Action{*a}
		var teams praxisv1.TeamList
		if listIn(ctx, c, &teams, e.Namespace) == nil {
			objects.Teams = teams.Items
		}
	}
	fmt.Fprintln(o.Out, afterwards(objects, e))
	return nil
}

// answered waits a moment for what the operator says, so that the person reads it at
// once; what has not come by then comes later.
func (t *Tool) answered(ctx context.Context, c client.Client, e *praxisv1.Evidence, is func(*praxisv1.Evidence) bool) *praxisv1.Evidence {
	latest := e.DeepCopy()
	_ = wait.PollUntilContextTimeout(ctx, 100*time.Millisecond, answerWithin, true, func(ctx context.Context) (bool, error) {
		if err := c.Get(ctx, client.ObjectKeyFromObject(e), latest); err != nil {
			return true, nil // who may write it need not be allowed to read it
		}
		return is(latest), nil
	})
	return latest
}
