// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/fatih/color"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/praxis-dev/praxis/internal/cli/term"
	"github.com/praxis-dev/praxis/internal/gather"
	"github.com/praxis-dev/praxis/internal/text"
	"github.com/praxis-dev/praxis/internal/view"
)

type mineOptions struct {
	*Tool
	format term.Format
	allNss bool
}

func newMine(t *Tool) *cobra.Command {
	o := &mineOptions{Tool: t}
	c := &cobra.Command{
		Use:   "mine",
		Short: "Show what you owe: work, verdicts and signatures",
		Long: `Show what you owe, the most urgent first: Actions that are not handed in, work of others that waits for your verdict,
Reviews that wait for your signature. What is to be judged is shown with its links, its summary and the standard. It
looks into every namespace that you may read, or into one with --namespace. Where you may not list the namespaces of the
cluster it looks into those of your kubeconfig, and says so. Goals that are suspended or have ended ask for nothing.
Where nothing is owed, one sentence says so.`,
		Example: `  # what I owe
  kubectl praxis mine

  # what somebody else owes
  kubectl praxis mine --as jonas@example.com -n platform`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return o.run(c.Context()) },
	}
	term.AddFormat(c, &o.format)
	c.Flags().BoolVarP(&o.allNss, "all-namespaces", "A", false, "look into every namespace that you may read, which is the default")
	return c
}

func (o *mineOptions) run(ctx context.Context) error {
	if o.allNss && *o.Flags.Namespace != "" {
		return errors.New("give -n for one namespace or -A for all, not both")
	}
	c, err := o.client()
	if err != nil {
		return err
	}
	user, err := o.whoAmI(ctx, c)
	if err != nil {
		return err
	}
	objects, partial, err := o.gather(ctx, c, user)
	if err != nil {
		return err
	}
	duties := objects.Owed(user, o.Clock.Now())
	if o.format != term.Text {
		return term.Encode(o.Out, o.format, map[string]any{"user": user, "items": duties})
	}
	if len(duties) == 0 {
		fmt.Fprintf(o.Out, "%s owes nothing%s\n", user, o.where(objects, partial))
	}
	o.print(term.NewScreen(o.Out), duties)
	if partial != "" {
		fmt.Fprintln(o.ErrOut, partial)
	}
	return nil
}

// where says in which part of the cluster nothing is owed.
func (o *mineOptions) where(objects view.Objects, partial string) string {
	namespace := *o.Flags.Namespace
	switch {
	case partial != "":
		return " in the namespaces that were looked into"
	case namespace != "" && len(objects.Utilities)+len(objects.Teams)+len(objects.Cycles) == 0:
		return fmt.Sprintf(" in namespace %s, where there is no goal; look into all with kubectl praxis mine -A", namespace)
	case namespace != "":
		return " in namespace " + namespace
	}
	return ""
}

// gather reads what may concern a user, in all namespaces if that is allowed, else in each
// known one that may be read. partial says what could not be read.
func (o *mineOptions) gather(ctx context.Context, c client.Client, user string) (objects view.Objects, partial string, err error) {
	if namespace := *o.Flags.Namespace; namespace != "" {
		if err := exists(ctx, c, namespace); err != nil {
			return objects, "", err
		}
		objects, err = gather.Concerns(ctx, c, namespace, user)
		return objects, "", err
	}
	objects, err = gather.Concerns(ctx, c, "", user)
	if !apierrors.IsForbidden(err) {
		return objects, "", err
	}
	forbidden := err
	namespaces, complete, err := o.namespaces(ctx, c)
	if err != nil {
		return view.Objects{}, "", err
	}
	found := make([]view.Objects, len(namespaces))
	var looked atomic.Int32
	var group errgroup.Group
	group.SetLimit(16)
	for i, namespace := range namespaces {
		group.Go(func() error {
			var err error
			found[i], err = gather.Concerns(ctx, c, namespace, user)
			if apierrors.IsForbidden(err) {
				return nil // not allowed to read this one
			}
			looked.Add(1)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return view.Objects{}, "", err
	}
	if looked.Load() == 0 { // an empty answer would look like nothing owed
		return view.Objects{}, "", fmt.Errorf("you may read none of the known namespaces (%s); name one with -n, or once for all with kubectl config set-context --current --namespace=NAME: %w", strings.Join(namespaces, ", "), forbidden)
	}
	if !complete {
		partial = fmt.Sprintf("Looked only into the namespaces of your kubeconfig (%d that you may read), since you may not list those of the cluster; look into another with -n.", looked.Load())
	}
	return gather.Join(found), partial, nil
}

// exists refuses a namespace that there is not, as far as the user may know. A list of what is
// in it would be as empty as that of a namespace in which nothing is owed.
func exists(ctx context.Context, c client.Client, namespace string) error {
	if err := c.Get(ctx, client.ObjectKey{Name: namespace}, &corev1.Namespace{}); !apierrors.IsNotFound(err) {
		return nil
	}
	var all corev1.NamespaceList
	_ = c.List(ctx, &all) // who may not list them gets no suggestion
	return fmt.Errorf("there is no namespace %q%s", namespace, text.DidYouMean(namespace, gather.Names(&all)))
}

// namespaces are those of the cluster or, if they may not be listed, those of the kubeconfig.
func (o *mineOptions) namespaces(ctx context.Context, c client.Client) (names []string, complete bool, err error) {
	var list corev1.NamespaceList
	err = c.List(ctx, &list)
	if err == nil {
		return text.NamesOf(list.Items, func(n *corev1.Namespace) string { return n.Name }), true, nil
	}
	if !apierrors.IsForbidden(err) {
		return nil, false, fmt.Errorf("listing namespaces: %w", err)
	}
	config, err := o.Flags.ToRawKubeConfigLoader().RawConfig()
	if err != nil {
		return nil, false, err
	}
	current, err := o.namespace()
	if err != nil {
		return nil, false, err
	}
	known := map[string]bool{current: true}
	cluster := ""
	if at := config.Contexts[cmp.Or(*o.Flags.Context, config.CurrentContext)]; at != nil {
		cluster = at.Cluster
	}
	for _, at := range config.Contexts {
		if at.Cluster == cluster && at.Namespace != "" {
			known[at.Namespace] = true
		}
	}
	return slices.Sorted(maps.Keys(known)), false, nil
}

func (o *mineOptions) print(s term.Screen, duties []view.Duty) {
	headings := map[view.When]string{view.Overdue: "OVERDUE", view.Today: "TODAY", view.ThisWeek: "THIS WEEK", view.Later: "LATER"}
	t := term.Table{}
	var when view.When
	for _, d := range duties {
		if d.When != when {
			if when != "" {
				t.Add(term.Plain(""))
			}
			when = d.When
			t.Add(term.Cell{Text: headings[when], Colours: headingColours(when)})
		}
		due := "any time"
		if d.Due != nil {
			due = moment(d.Due.Time, zoneOf(d.Zone))
		}
		t.Add(term.Plain("  "+string(d.Verb)), term.Plain(due), term.Plain(d.What), term.Plain(d.Command))
		if d.Piece != nil {
			for _, line := range toJudge(d.Piece) {
				t.Note("      "+line.label, line.text)
			}
		}
	}
	t.PrintCommands(s)
}

func headingColours(when view.When) []color.Attribute {
	if when == view.Overdue {
		return []color.Attribute{color.Bold, color.FgRed}
	}
	return []color.Attribute{color.Bold}
}

func zoneOf(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	return zone
}
