// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/evidence"
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
		ValidArgsFunction: t.completePieces(func(e *praxisv1.Evidence, me string) bool { return e.Spec.SubmittedBy == me && !judged(e) }),
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
	e := &praxisv1.Evidence{}
	err := c.Get(ctx, client.ObjectKey{Namespace: c.namespace, Name: name}, e)
	switch {
	case apierrors.IsNotFound(err):
		return gather.NoEvidence(ctx, c, c.namespace, name)
	case err != nil:
		return err
	case e.Spec.SubmittedBy != c.me:
		return fmt.Errorf("evidence/%s was handed in by %s, and only they take it back; you are %s", name, e.Spec.SubmittedBy, c.me)
	case judged(e):
		return fmt.Errorf("evidence/%s was judged, and what was judged is kept; hand in a new piece instead", name)
	}
	// What was made anew under its name meanwhile stays.
	if err := c.Delete(ctx, e, client.Preconditions{UID: &e.UID}); err != nil {
		return err
	}
	if o.dryRun == "server" {
		fmt.Fprintf(o.Out, "evidence/%s would be taken back (server dry run)\n", name)
		return nil
	}
	fmt.Fprintf(o.Out, "evidence/%s taken back\n", name)
	return nil
}

// judged reports whether a piece has a verdict, or was accepted without one.
func judged(e *praxisv1.Evidence) bool { return e.Status.Verdict != nil || evidence.Counts(e) }
