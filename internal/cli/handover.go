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
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/gather"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/text"
	"github.com/praxis-dev/praxis/internal/view"
)

// handOver is what reassign and split have in common.
type handOver struct {
	*Tool
	to, because, dryRun string
}

// handing is an Action that can go on with a member, as a whole or in part.
type handing struct {
	*writer
	action *praxisv1.Action
	to     *praxisv1.Member
}

func (o *handOver) flags(c *cobra.Command) {
	c.Flags().StringVar(&o.to, "to", "", "the member of the Team who takes it over")
	c.Flags().StringVarP(&o.because, "message", "m", "", "why, in a sentence")
	_ = c.RegisterFlagCompletionFunc("to", o.completeMembers) // it exists
	addDryRun(c, &o.dryRun)
}

// begin finds the Action and the member, and refuses what cannot change hands.
func (o *handOver) begin(ctx context.Context, name string) (*handing, error) {
	if o.to == "" || !strings.ContainsFunc(o.because, unicode.IsLetter) {
		return nil, errors.New(`say who takes it over and why: --to MEMBER -m "Ben is ill"`)
	}
	c, err := o.writer(ctx, o.dryRun)
	if err != nil {
		return nil, err
	}
	a, err := gather.Action(ctx, c, c.namespace, name)
	if err != nil {
		return nil, err
	}
	team, err := teamOf(ctx, c, a)
	if err != nil {
		return nil, err
	}
	to := plan.Member(team, o.to)
	if to == nil {
		names := text.NamesOf(team.Spec.Members, func(m *praxisv1.Member) string { return m.Name })
		return nil, fmt.Errorf("%q is no member of Team %s%s", o.to, team.Name, text.DidYouMean(o.to, names))
	}
	h := &handing{writer: c, action: a, to: to}
	if err := mayGoOn(a, c.me); err != nil {
		return nil, err
	}
	if err := nothingComes(ctx, c, a); err != nil {
		return nil, err
	}
	return h, o.isThere(ctx, h)
}

// teamOf is the Team of an Action or, where that is gone because it has another name, the one
// that the KeyAction names now.
func teamOf(ctx context.Context, c client.Reader, a *praxisv1.Action) (*praxisv1.Team, error) {
	team := &praxisv1.Team{}
	gone := c.Get(ctx, client.ObjectKey{Namespace: a.Namespace, Name: a.Spec.Team}, team)
	if !apierrors.IsNotFound(gone) {
		return team, gone
	}
	ka := &praxisv1.KeyAction{}
	err := c.Get(ctx, client.ObjectKey{Namespace: a.Namespace, Name: a.Spec.KeyActionRef.Name}, ka)
	if err != nil || ka.Spec.TeamRef == nil {
		return nil, gone
	}
	return team, c.Get(ctx, client.ObjectKey{Namespace: a.Namespace, Name: ka.Spec.TeamRef.Name}, team)
}

// mayGoOn refuses what stays with whoever has it. What is accepted or waits for a verdict is
// theirs.
func mayGoOn(a *praxisv1.Action, me string) error {
	called := view.Called(a)
	switch {
	case a.Spec.Dropped:
		return fmt.Errorf("%s was dropped, and there is nothing to hand over", called)
	case plan.Open(a) == 0:
		return fmt.Errorf("%s leaves nothing to hand over: of %d, %d are accepted and %d wait for a verdict, which stay with %s",
			called, a.Spec.Target, a.Status.Accepted, a.Status.Pending, plan.Holder(a))
	case a.Spec.User == me:
		return fmt.Errorf("%s is yours, and nobody hands over work of their own; ask another lead or reviewer, or let the midweek check reassign it", called)
	}
	return nil
}

// nothingComes refuses an Action for which something was handed in a moment ago, which its status
// does not say yet.
func nothingComes(ctx context.Context, c client.Client, a *praxisv1.Action) error {
	pieces, err := gather.PiecesFor(ctx, c, a)
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(pieces, func(e praxisv1.Evidence) bool { return len(e.Status.Conditions) == 0 }); i >= 0 {
		return fmt.Errorf("evidence/%s has just been handed in for %s, and stays with %s; try again in a moment", pieces[i].Name, view.Called(a), plan.Holder(a))
	}
	return nil
}

// isThere refuses somebody who is away for the rest of the week.
func (o *handOver) isThere(ctx context.Context, h *handing) error {
	cycle := &praxisv1.WeeklyCycle{}
	if err := h.Get(ctx, client.ObjectKey{Namespace: h.action.Namespace, Name: h.action.Spec.CycleRef.Name}, cycle); err != nil {
		return err
	}
	week, err := plan.WeekOfCycle(cycle)
	if err != nil {
		return err
	}
	if plan.Away(h.to, week, o.Clock.Now()) {
		return fmt.Errorf("%s is away for the rest of %s; name somebody who is there", h.to.Name, cycle.Spec.Week)
	}
	return nil
}

func alreadyHas(a *praxisv1.Action, to *praxisv1.Member) error {
	return fmt.Errorf("%s is %s's already", view.Called(a), to.Name)
}

// split gives a part of an Action to the other.
func (o *handOver) split(ctx context.Context, h *handing, quantity int32) error {
	a, to := h.action, h.to
	if a.Spec.Member == to.Name || a.Spec.User == to.User {
		return alreadyHas(a, to)
	}
	after := plan.Split(a, quantity, to, praxisv1.Amendment{Reason: o.because, By: h.me})
	if err := h.write(ctx, after, a); err != nil {
		return err
	}
	called := view.Called(a)
	if o.dryRun == "server" {
		fmt.Fprintf(o.Out, "of action/%s %d of %d would go to %s, and %d stay with %s (server dry run)\n", called, quantity, a.Spec.Target, to.Name, after.Spec.Target, plan.Holder(a))
		return nil
	}
	fmt.Fprintf(o.Out, "of action/%s %d of %d go to %s, and %d stay with %s\nnext: the operator makes an Action of it, %s.%s.%s; see kubectl praxis tree -n %s\n",
		called, quantity, a.Spec.Target, to.Name, after.Spec.Target, plan.Holder(a), a.Spec.KeyActionRef.Name, a.Spec.Step, to.Name, a.Namespace)
	return nil
}

// again begins anew where somebody has written the Action since it was read, which is most often
// the operator. All is looked at again then, since evidence may have come in.
func again(do func() error) error { return retry.RetryOnConflict(retry.DefaultRetry, do) }

// write patches an Action. What is handed in meanwhile makes it a conflict.
func (h *handing) write(ctx context.Context, after, before *praxisv1.Action) error {
	return h.Patch(ctx, after, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{}))
}
