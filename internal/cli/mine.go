// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"cmp"
	"context"
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
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/sets"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cli/term"
	"github.com/praxis-dev/praxis/internal/evidence"
	"github.com/praxis-dev/praxis/internal/text"
	"github.com/praxis-dev/praxis/internal/view"
)

type mineOptions struct {
	*Tool
	format term.Format
}

func newMine(t *Tool) *cobra.Command {
	o := &mineOptions{Tool: t}
	c := &cobra.Command{
		Use:   "mine",
		Short: "Show what you owe: work, verdicts and signatures",
		Long: `Show what you owe, the most urgent first: Actions that are not handed in, work of others that waits for your verdict,
Reviews that wait for your signature. It looks into every namespace that you
may read, into those of your kubeconfig where you may not list them all, or into one with --namespace.
If all it prints is one sentence, you owe nothing.`,
		Example: `  # what I owe
  kubectl praxis mine

  # what somebody else owes
  kubectl praxis mine --as jonas@example.com -n platform`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return o.run(c.Context()) },
	}
	term.AddFormat(c, &o.format)
	return c
}

func (o *mineOptions) run(ctx context.Context) error {
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
	s := term.NewScreen(o.Out)
	if len(duties) == 0 && partial == "" {
		fmt.Fprintf(o.Out, "%s owes nothing\n", user)
	} else if len(duties) == 0 {
		fmt.Fprintf(o.Out, "%s owes nothing in the namespaces that were looked into\n", user)
	}
	o.print(s, duties)
	if partial != "" {
		fmt.Fprintln(o.ErrOut, partial)
	}
	return nil
}

// gather reads what may concern a user, in all namespaces if that is allowed, else in each
// known one that may be read. partial says what could not be read.
func (o *mineOptions) gather(ctx context.Context, c client.Client, user string) (objects view.Objects, partial string, err error) {
	if namespace := *o.Flags.Namespace; namespace != "" {
		objects, err = concerns(ctx, c, namespace, user)
		return objects, "", err
	}
	objects, err = concerns(ctx, c, "", user)
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
			found[i], err = concerns(ctx, c, namespace, user)
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
		return view.Objects{}, "", fmt.Errorf("you may read none of the known namespaces (%s); name one with -n: %w", strings.Join(namespaces, ", "), forbidden)
	}
	if !complete {
		partial = fmt.Sprintf("Looked only into the namespaces of your kubeconfig (%d that you may read), since you may not list those of the cluster; look into another with -n.", looked.Load())
	}
	return join(found), partial, nil
}

func join(parts []view.Objects) view.Objects {
	var all view.Objects
	for _, p := range parts {
		all.Utilities = append(all.Utilities, p.Utilities...)
		all.Teams = append(all.Teams, p.Teams...)
		all.Cycles = append(all.Cycles, p.Cycles...)
		all.Actions = append(all.Actions, p.Actions...)
		all.Evidence = append(all.Evidence, p.Evidence...)
		all.Reviews = append(all.Reviews, p.Reviews...)
	}
	return all
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

// concerns reads the Actions of a user, and evidence only if the user judges somebody's:
// there can be much of it, since it is never pruned.
func concerns(ctx context.Context, c client.Client, namespace, user string) (view.Objects, error) {
	var o view.Objects
	var teams praxisv1.TeamList
	var utilities praxisv1.UtilityList
	var cycles praxisv1.WeeklyCycleList
	var actions praxisv1.ActionList
	var reviews praxisv1.ReviewList
	var group errgroup.Group
	for _, list := range []client.ObjectList{&teams, &utilities, &cycles, &reviews} {
		group.Go(func() error { return listIn(ctx, c, list, namespace) })
	}
	group.Go(func() error { return listIn(ctx, c, &actions, namespace, client.MatchingFields{"spec.user": user}) })
	if err := group.Wait(); err != nil {
		return o, err
	}
	o = view.Objects{Teams: teams.Items, Utilities: utilities.Items, Cycles: cycles.Items, Actions: actions.Items, Reviews: reviews.Items}
	judged := map[string]bool{}
	for i := range o.Teams {
		if evidence.MayJudge(&o.Teams[i], user) {
			judged[o.Teams[i].Namespace] = true
		}
	}
	for i := range o.Cycles {
		c := &o.Cycles[i]
		judged[c.Namespace] = judged[c.Namespace] || evidence.MayJudgeInWeek(c, user)
	}
	maps.DeleteFunc(judged, func(_ string, judges bool) bool { return !judges })
	for namespace := range judged {
		if err := judgements(ctx, c, namespace, &o); err != nil {
			return o, err
		}
	}
	return o, nil
}

// judgements adds the pieces of a namespace that wait for a verdict, and their Actions.
func judgements(ctx context.Context, c client.Client, namespace string, o *view.Objects) error {
	var evidence praxisv1.EvidenceList
	if err := listIn(ctx, c, &evidence, namespace); err != nil {
		return err
	}
	pending := keep(evidence.Items, view.Pending)
	o.Evidence = append(o.Evidence, pending...)
	if len(pending) == 0 {
		return nil
	}
	cycles := keep(o.Cycles, func(c *praxisv1.WeeklyCycle) bool { return c.Namespace == namespace })
	actions, err := readActions(ctx, c, scope{namespace: namespace}, cycles)
	known := sets.New[types.UID]()
	for i := range o.Actions {
		known.Insert(o.Actions[i].UID)
	}
	for i := range actions {
		if !known.Has(actions[i].UID) {
			o.Actions = append(o.Actions, actions[i])
		}
	}
	return err
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
