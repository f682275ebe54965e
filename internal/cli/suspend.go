// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/gather"
	"github.com/praxis-dev/praxis/internal/text"
	"github.com/praxis-dev/praxis/internal/view"
)

func newSuspend(t *Tool) *cobra.Command {
	return suspending(t, true, &cobra.Command{
		Use:   "suspend UTILITY|KEYACTION",
		Short: "Plan nothing more of a goal until it is resumed",
		Long: `Suspend a Utility or a KeyAction, by writing its spec.suspend. Of a suspended Utility no week is planned and nobody is
asked for anything; a suspended KeyAction is left out from the next week on, and keeps its weight. Where it is kept in
Git, commit what --dry-run=client -o yaml prints instead.`,
		Example: `  # what to commit
  kubectl praxis suspend utility/safe-deploys -n platform --dry-run=client -o yaml

  # try it without doing it
  kubectl praxis suspend keyaction/rehearse-rollback -n platform --dry-run=server`,
	})
}

func newResume(t *Tool) *cobra.Command {
	return suspending(t, false, &cobra.Command{
		Use:   "resume UTILITY|KEYACTION",
		Short: "Plan a goal again that was suspended",
		Long: `Resume a Utility or a KeyAction that was suspended, by writing its spec.suspend. Where it is kept in Git, commit what
--dry-run=client -o yaml prints instead.`,
		Example: `  # what to commit
  kubectl praxis resume keyaction/rehearse-rollback -n platform --dry-run=client -o yaml

  # try it without doing it
  kubectl praxis resume utility/safe-deploys -n platform --dry-run=server`,
	})
}

func suspending(t *Tool, suspend bool, c *cobra.Command) *cobra.Command {
	o := &goalOptions{Tool: t}
	c.Args = cobra.RangeArgs(1, 2)
	c.ValidArgsFunction = t.completeRefs("utility", "keyaction")
	c.RunE = func(c *cobra.Command, args []string) error { return o.suspend(c.Context(), args, suspend) }
	o.add(c)
	return c
}

func (o *goalOptions) suspend(ctx context.Context, args []string, suspend bool) error {
	c, err := o.writer(ctx)
	if err != nil {
		return err
	}
	goal, err := o.goal(ctx, c, args)
	if err != nil {
		return err
	}
	before := goal.DeepCopyObject().(client.Object)
	did := "is suspended"
	if !suspend {
		did = "is resumed"
	}
	switch g := goal.(type) {
	case *praxisv1.Utility:
		g.Spec.Suspend = suspend
	case *praxisv1.KeyAction:
		if g.Spec.ParentRef != nil {
			return fmt.Errorf("keyaction/%s is made from keyaction/%s; suspend or resume that one", g.Name, g.Spec.ParentRef.Name)
		}
		g.Spec.Suspend = suspend
		if suspend {
			did += " from the next week on"
		}
	}
	return o.write(ctx, c, before, goal, map[string]any{"suspend": suspend}, did)
}

// goal is the Utility or KeyAction that is meant. A name alone is enough where only one of
// them has it.
func (o *goalOptions) goal(ctx context.Context, c *writer, args []string) (client.Object, error) {
	ref := view.Ref{Namespace: c.namespace, Name: args[0]}
	if len(args) > 1 || strings.Contains(args[0], "/") {
		var err error
		if ref, err = o.ref(args); err != nil {
			return nil, err
		}
		if !slices.Contains([]string{"Utility", "KeyAction"}, ref.Kind) {
			return nil, fmt.Errorf("a Utility or a KeyAction is suspended and resumed, and %s is neither", ref)
		}
	}
	var found []client.Object
	for kind, o := range map[string]client.Object{"Utility": &praxisv1.Utility{}, "KeyAction": &praxisv1.KeyAction{}} {
		if ref.Kind != "" && ref.Kind != kind {
			continue
		}
		err := c.Get(ctx, client.ObjectKey{Namespace: ref.Namespace, Name: ref.Name}, o)
		if err == nil {
			found = append(found, o)
		} else if !apierrors.IsNotFound(err) {
			return nil, err
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		objects, err := gather.Read(ctx, c, gather.Scope{Namespace: ref.Namespace})
		if err != nil {
			return nil, err
		}
		var names []string
		for i := range objects.Utilities {
			names = append(names, objects.Utilities[i].Name)
		}
		for i := range objects.KeyActions {
			names = append(names, objects.KeyActions[i].Name)
		}
		return nil, fmt.Errorf("there is no Utility or KeyAction %q in namespace %s%s", ref.Name, ref.Namespace, text.DidYouMean(ref.Name, names))
	}
	return nil, fmt.Errorf("there are utility/%s and keyaction/%s; say which", ref.Name, ref.Name)
}
