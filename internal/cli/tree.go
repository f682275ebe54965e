// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/fatih/color"
	"github.com/spf13/cobra"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/duration"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cli/term"
	"github.com/praxis-dev/praxis/internal/gather"
	"github.com/praxis-dev/praxis/internal/text"
	"github.com/praxis-dev/praxis/internal/view"
)

// maxTree is how many lines a tree takes, its header included, unless --all is given.
const maxTree = 40

// leastDone is the width from which on a tree says how far each line is.
const leastDone = 60

type treeOptions struct {
	*Tool
	format             term.Format
	all, watch, allNss bool
	root               *view.Ref
}

func newTree(t *Tool) *cobra.Command {
	o := &treeOptions{Tool: t}
	c := &cobra.Command{
		Use:   "tree [KIND/NAME]",
		Short: "Show Utility, KeyActions and Actions, where they stand and what to do next",
		Long: `Show Utilities with their KeyActions and the Actions of the running week: where each stands, since when, and what
to do next. Actions that stand alike are one line, those in trouble have lines of their own, as long as the tree stays
within 40 lines. Without an argument it is every Utility of the namespace; KIND is utility, keyaction or weeklycycle.`,
		Example: `  # every Utility of the namespace
  kubectl praxis tree -n platform

  # one Utility, and every line of it
  kubectl praxis tree utility/safe-deploys -n platform --all

  # what one KeyAction is made of, as data
  kubectl praxis tree ka/rehearse-rollback -n platform -o yaml`,
		Args:              cobra.MaximumNArgs(2),
		ValidArgsFunction: t.completeRefs("utility", "keyaction", "weeklycycle"),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				root, err := t.ref(args)
				if err != nil {
					return err
				}
				o.root = &root
			}
			if err := o.check(); err != nil {
				return err
			}
			return o.run(c.Context())
		},
	}
	term.AddFormat(c, &o.format)
	c.Flags().BoolVarP(&o.watch, "watch", "w", false, "keep showing it as it changes, until Ctrl-C")
	c.Flags().BoolVarP(&o.allNss, "all-namespaces", "A", false, "show the Utilities of all namespaces")
	c.Flags().BoolVar(&o.all, "all", false, "fold nothing: a line for every Action")
	return c
}

// check refuses combinations of flags that make no sense.
func (o *treeOptions) check() error {
	switch {
	case o.watch && o.format != term.Text:
		return errors.New("--watch shows a tree that changes; leave -o out, or watch with kubectl get -w -o json")
	case o.root != nil && o.allNss:
		return errors.New("an object is of one namespace; name it with -n instead of -A")
	case o.root != nil && !slices.Contains([]string{"Utility", "KeyAction", "WeeklyCycle"}, o.root.Kind):
		return fmt.Errorf("a tree begins at a utility, a keyaction or a weeklycycle; see kubectl praxis why %s -n %s", o.root, o.root.Namespace)
	}
	return nil
}

func (o *treeOptions) run(ctx context.Context) error {
	namespace, err := o.namespace()
	if err != nil {
		return err
	}
	if o.allNss {
		namespace = ""
	}
	s := gather.Scope{Namespace: namespace}
	if o.root != nil && o.root.Kind == "WeeklyCycle" {
		s.Cycle = o.root.Name
	}
	if o.watch {
		return o.watching(ctx, s, o.frame)
	}
	c, err := o.client()
	if err != nil {
		return err
	}
	objects, err := o.gather(ctx, c, s)
	if err != nil {
		return err
	}
	nodes, err := o.nodes(objects, maxTree-1)
	if err != nil {
		return err
	}
	if o.format != term.Text {
		return term.Encode(o.Out, o.format, map[string]any{"items": nodes})
	}
	screen := term.NewScreen(o.Out)
	for _, line := range o.lines(screen, nodes) {
		fmt.Fprintln(o.Out, line)
	}
	return nil
}

// gather reads only what belongs to the Utility that was asked for.
func (o *treeOptions) gather(ctx context.Context, from client.Reader, s gather.Scope) (view.Objects, error) {
	switch {
	case o.root == nil:
	case o.root.Kind == "Utility":
		err := from.Get(ctx, client.ObjectKey{Namespace: o.root.Namespace, Name: o.root.Name}, &praxisv1.Utility{})
		if client.IgnoreNotFound(err) != nil {
			return view.Objects{}, err
		}
		if err == nil { // else all are read, for nodes to say which one may be meant
			s.Utility = o.root.Name
		}
	case o.root.Kind == "KeyAction":
		ka := &praxisv1.KeyAction{}
		if err := from.Get(ctx, client.ObjectKey{Namespace: o.root.Namespace, Name: o.root.Name}, ka); client.IgnoreNotFound(err) != nil {
			return view.Objects{}, err
		}
		s.Utility = ka.Spec.UtilityRef.Name // empty if it does not exist; nodes reports that
	}
	return gather.Read(ctx, from, s)
}

func (o *treeOptions) nodes(objects view.Objects, lines int) ([]*view.Node, error) {
	nodes := objects.Forest()
	if o.root != nil {
		root := objects.Tree(*o.root)
		if root == nil {
			return nil, notFound(*o.root, objects)
		}
		nodes = []*view.Node{root}
	}
	if nodes == nil {
		nodes = []*view.Node{}
	}
	if o.all || o.format != term.Text {
		lines = 0
	}
	return view.Fold(nodes, lines), nil
}

func (o *treeOptions) frame(objects view.Objects, s term.Screen) ([]string, error) {
	lines := maxTree - 1
	if s.IsTerminal() {
		lines = min(lines, max(s.Height-2, 1))
	}
	nodes, err := o.nodes(objects, lines)
	if err != nil {
		return nil, err
	}
	return o.lines(s, nodes), nil
}

func (o *treeOptions) lines(s term.Screen, nodes []*view.Node) []string {
	if len(nodes) == 0 {
		return []string{"There is no Utility here; apply one, or look into all namespaces: kubectl praxis tree -A"}
	}
	t := term.Table{Header: []string{"NAME", "STATE", "DONE", "SINCE", "NEXT STEP"}, Spare: []int{3}}
	if s.Width < leastDone { // how far it is goes last
		t.Spare = []int{3, 2}
	}
	b := branches{Table: &t, now: o.Clock.Now(), when: since, namespaced: o.allNss, short: s.Narrow()}
	for _, n := range nodes {
		b.add(n, "", "")
	}
	return t.Lines(s)
}

// since is the time column of a tree: how long the state has lasted.
func since(n *view.Node, now time.Time) string {
	if n.Since == nil {
		return ""
	}
	return duration.HumanDuration(max(now.Sub(n.Since.Time), 0))
}

// stateCell is where an object stands. Example: "✘ Overdue".
func stateCell(s view.State) term.Cell { return term.StatusCell(s.Status, s.Reason) }

// branches adds trees to a table.
type branches struct {
	*term.Table
	now        time.Time
	when       func(*view.Node, time.Time) string // the time column
	namespaced bool
	short      bool // names without their kind
}

// add adds a line and those below it, each with the branches that lead to it.
func (b branches) add(n *view.Node, branch, below string) {
	label := n.Label
	if n.Folded == 0 && !b.short && slices.Contains([]string{"Utility", "KeyAction", "WeeklyCycle", "Review"}, n.Kind) {
		label = n.Ref.String() // as kubectl takes it
	}
	if b.namespaced && branch == "" {
		label = n.Namespace + " " + label
	}
	next := term.Cell{Text: n.Next}
	switch n.Status {
	case metav1.ConditionFalse:
		next.Colours = []color.Attribute{color.FgRed}
	case metav1.ConditionTrue:
		next.Colours = []color.Attribute{color.Faint}
	}
	b.Table.Add(term.Plain(branch+label), stateCell(n.State), term.Plain(n.Done), term.Plain(b.when(n, b.now)), next)
	for i, child := range n.Children {
		if i == len(n.Children)-1 {
			b.add(child, below+"└─ ", below+"   ")
		} else {
			b.add(child, below+"├─ ", below+"│  ")
		}
	}
}

// notFound says which objects exist instead.
func notFound(r view.Ref, o view.Objects) error {
	var names []string
	switch r.Kind {
	case "Utility":
		names = text.NamesOf(o.Utilities, func(u *praxisv1.Utility) string { return u.Name })
	case "KeyAction":
		names = text.NamesOf(o.KeyActions, func(ka *praxisv1.KeyAction) string { return ka.Name })
	case "WeeklyCycle":
		names = text.NamesOf(o.Cycles, func(c *praxisv1.WeeklyCycle) string { return c.Name })
	case "Action":
		names = text.NamesOf(o.Actions, func(a *praxisv1.Action) string { return a.Name })
	case "Evidence":
		names = text.NamesOf(o.Evidence, func(e *praxisv1.Evidence) string { return e.Name })
	case "Review":
		names = text.NamesOf(o.Reviews, func(r *praxisv1.Review) string { return r.Name })
	case "Team":
		names = text.NamesOf(o.Teams, func(t *praxisv1.Team) string { return t.Name })
	case "ActionPackage":
		names = text.NamesOf(o.Packages, func(p *praxisv1.ActionPackage) string { return p.Name })
	}
	where := "namespace " + r.Namespace
	if r.Namespace == "" {
		where = "any namespace"
	}
	return fmt.Errorf("%s %q is not in %s%s", r.Kind, r.Name, where, text.DidYouMean(r.Name, names))
}
