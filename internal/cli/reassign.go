// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/spf13/cobra"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/text"
	"github.com/praxis-dev/praxis/internal/view"
)

type reassignOptions struct {
	*Tool
	to, because, dryRun string
}

func newReassign(t *Tool) *cobra.Command {
	o := &reassignOptions{Tool: t}
	c := &cobra.Command{
		Use:   "reassign ACTION --to MEMBER -m WHY",
		Short: "Give an Action to another member of its Team",
		Long: `Give an Action to another member of its Team, as yourself, who are its lead or a reviewer, or may edit goals. It is one
amendment of the Action, which keeps who had it: none of those judges its evidence. Nobody gives away work of their own;
the midweek check does that. What is begun stays with whoever began it. From then on the Action is called by who has it.`,
		Example: `  # try it without doing it
  kubectl praxis reassign watch.priya -n platform --as mira@example.com --to jonas -m "Priya is ill until Monday" --dry-run=server`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: t.completeOpen(untouched),
		RunE:              func(c *cobra.Command, args []string) error { return o.run(c.Context(), args[0]) },
	}
	c.Flags().StringVar(&o.to, "to", "", "the member of the Team who takes it over")
	c.Flags().StringVarP(&o.because, "message", "m", "", "why, in a sentence")
	_ = c.RegisterFlagCompletionFunc("to", t.completeMembers) // it exists
	addDryRun(c, &o.dryRun)
	return c
}

func (o *reassignOptions) run(ctx context.Context, name string) error {
	if o.to == "" || !strings.ContainsFunc(o.because, unicode.IsLetter) {
		return errors.New(`say who takes it over and why: --to MEMBER -m "Ben is ill"`)
	}
	c, err := o.writer(ctx, o.dryRun)
	if err != nil {
		return err
	}
	a, err := action(ctx, c, c.namespace, name)
	if err != nil {
		return err
	}
	if err := mayGoOn(a, c.me); err != nil {
		return err
	}
	if err := nothingComes(ctx, c, a); err != nil {
		return err
	}
	team := &praxisv1.Team{}
	if err := c.Get(ctx, client.ObjectKey{Namespace: a.Namespace, Name: a.Spec.Team}, team); err != nil {
		return err
	}
	i := slices.IndexFunc(team.Spec.Members, func(m praxisv1.Member) bool { return m.Name == o.to })
	if i < 0 {
		names := text.NamesOf(team.Spec.Members, func(m *praxisv1.Member) string { return m.Name })
		return fmt.Errorf("%q is no member of Team %s%s", o.to, team.Name, text.DidYouMean(o.to, names))
	}
	return o.handOver(ctx, c, a, &team.Spec.Members[i])
}

// untouched reports whether nothing of an Action was begun.
func untouched(a *praxisv1.Action) bool {
	return !a.Spec.Dropped && a.Status.Accepted+a.Status.Pending == 0
}

// mayGoOn refuses what stays with whoever has it. What is accepted or waits for a verdict is
// theirs, and only whole Actions change hands.
func mayGoOn(a *praxisv1.Action, me string) error {
	called := view.Called(a)
	switch {
	case a.Spec.Dropped:
		return fmt.Errorf("%s was dropped, and there is nothing to hand over", called)
	case !untouched(a):
		return fmt.Errorf("%s is begun: of %d, %d are accepted and %d wait for a verdict, which stays with %s; an Action changes hands whole. "+
			"Have what waits rejected or taken back (kubectl praxis retract), or decide in the weekly review what becomes of the rest",
			called, a.Spec.Target, a.Status.Accepted, a.Status.Pending, a.Spec.Member)
	case a.Spec.User == me:
		return fmt.Errorf("%s is yours, and nobody hands over work of their own; ask another lead or reviewer, or let the midweek check reassign it", called)
	}
	return nil
}

// nothingComes refuses an Action for which something was handed in a moment ago, which its status
// does not say yet.
func nothingComes(ctx context.Context, c client.Client, a *praxisv1.Action) error {
	pieces, err := piecesFor(ctx, c, a)
	if err != nil {
		return err
	}
	o := view.Objects{Actions: []praxisv1.Action{*a}, Evidence: pieces}
	for _, p := range o.Work(view.Ref{Kind: "Action", Namespace: a.Namespace, Name: a.Name}).Evidence {
		if !p.Troubled() {
			return fmt.Errorf("evidence/%s has just been handed in for %s, and stays with %s; wait for its verdict, or have it taken back", p.Name, view.Called(a), a.Spec.Member)
		}
	}
	return nil
}

func (o *reassignOptions) handOver(ctx context.Context, c *writer, a *praxisv1.Action, to *praxisv1.Member) error {
	from := praxisv1.Assignee{Member: a.Spec.Member, User: a.Spec.User}
	if from.Member == to.Name && from.User == to.User {
		return fmt.Errorf("%s is %s's already", view.Called(a), to.Name)
	}
	before := a.DeepCopy()
	a.Spec.Member, a.Spec.User = to.Name, to.User
	amendment := praxisv1.Amendment{Reason: o.because, By: c.me}
	if from.Member != "" {
		amendment.From = &from
	}
	a.Spec.Amendments = append(a.Spec.Amendments, amendment)
	// What is handed in meanwhile makes it a conflict.
	if err := c.Patch(ctx, a, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{})); err != nil {
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
