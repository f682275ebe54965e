// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/fatih/color"
	"github.com/spf13/cobra"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cli/term"
	"github.com/praxis-dev/praxis/internal/gather"
	"github.com/praxis-dev/praxis/internal/view"
)

type weekOptions struct {
	*Tool
	format      term.Format
	all, allNss bool
	week        string
}

func newWeek(t *Tool) *cobra.Command {
	o := &weekOptions{Tool: t}
	c := &cobra.Command{
		Use:   "week [UTILITY]",
		Short: "Show the board of the week: who owes what, how far it is, and the gaps",
		Long: `Show the running week of a Utility, or of every one in the namespace: how far it is off its plan, its Reviews, what each
person owes by where it stands, and its gaps, the one to look at first in front.`,
		Example: `  # the running week of every Utility
  kubectl praxis week -n platform

  # of one, and every Action of it
  kubectl praxis week safe-deploys -n platform --all

  # the gaps alone, for a script
  kubectl praxis week safe-deploys -n platform -o json`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: t.completeNames("utility"),
		RunE:              func(c *cobra.Command, args []string) error { return o.run(c.Context(), args) },
	}
	term.AddFormat(c, &o.format)
	c.Flags().BoolVarP(&o.allNss, "all-namespaces", "A", false, "show the weeks of all namespaces")
	c.Flags().BoolVar(&o.all, "all", false, "fold nothing: a line for every Action")
	c.Flags().StringVar(&o.week, "week", "", "another week than the running one, like 2026-W47")
	t.values(c, "week", cobra.ShellCompDirectiveDefault, workedWeeks)
	return c
}

func (o *weekOptions) run(ctx context.Context, args []string) error {
	namespace, err := o.namespace()
	if err != nil {
		return err
	}
	if o.allNss {
		namespace = ""
	}
	s := gather.Scope{Namespace: namespace}
	if len(args) > 0 {
		s.Utility = gather.Bare("utility", args[0])
	}
	c, err := o.client()
	if err != nil {
		return err
	}
	objects, err := gather.Read(ctx, c, s)
	if err != nil {
		return err
	}
	if s.Utility != "" && len(objects.Utilities) == 0 {
		all, err := gather.Read(ctx, c, gather.Scope{Namespace: namespace})
		if err != nil {
			return err
		}
		return notFound(view.Ref{Kind: "Utility", Namespace: namespace, Name: s.Utility}, all)
	}
	boards := objects.Boards()
	if o.week != "" {
		if boards, err = o.other(ctx, objects, s); err != nil {
			return err
		}
	}
	return o.print(boards)
}

// other are the boards of the week given by --week.
func (o *weekOptions) other(ctx context.Context, objects view.Objects, s gather.Scope) ([]*view.Board, error) {
	c, err := o.client()
	if err != nil {
		return nil, err
	}
	var boards []*view.Board
	for i := range objects.Cycles {
		cycle := &objects.Cycles[i]
		if cycle.Spec.Week != praxisv1.Week(o.week) {
			continue
		}
		objects.Actions, err = gather.Actions(ctx, c, gather.Scope{Namespace: cycle.Namespace, Cycle: cycle.Name}, []praxisv1.WeeklyCycle{*cycle})
		if err != nil {
			return nil, err
		}
		boards = append(boards, objects.Board(cycle))
	}
	if len(boards) == 0 {
		where := "-n " + s.Namespace
		if s.Namespace == "" {
			where = "-A"
		}
		return nil, fmt.Errorf("%s has no cycle here; see kubectl get weeklycycles %s", o.week, where)
	}
	return boards, nil
}

func (o *weekOptions) print(boards []*view.Board) error {
	if o.format != term.Text {
		if boards == nil {
			boards = []*view.Board{}
		}
		return term.Encode(o.Out, o.format, map[string]any{"items": boards})
	}
	s := term.NewScreen(o.Out)
	if len(boards) == 0 {
		fmt.Fprintln(o.Out, "No week is running here; kubectl praxis tree says what the Utilities wait for")
	}
	for i, b := range boards {
		if i > 0 {
			fmt.Fprintln(o.Out)
		}
		o.board(s, b)
	}
	return nil
}

// maxBoard is how many lines the people of a week take, unless --all is given.
const maxBoard = 30

func (o *weekOptions) board(s term.Screen, b *view.Board) {
	zone, err := time.LoadLocation(b.TimeZone)
	if err != nil {
		zone = time.UTC
	}
	state := stateCell(b.State)
	fmt.Fprintf(o.Out, "%s  %s  %s to %s, %s\n", s.Paint(b.Utility, color.Bold), b.Week, moment(b.StartsAt.Time, zone), moment(b.EndsAt.Time, zone), zone)
	fmt.Fprintf(o.Out, "%s  %d%% of %d%%  %s\n", s.Paint(state.Text, state.Colours...), b.ProgressPercent, b.ExpectedPercent, term.Printable(b.Next))
	fmt.Fprintf(o.Out, "%d open, %d submitted, %d accepted, %d missed, %d carried over, %d dropped\n\n",
		b.Counts.Open, b.Counts.Submitted, b.Counts.Accepted, b.Counts.Missed, b.Counts.CarriedOver, b.Counts.Dropped)
	people := b.People
	if !o.all {
		people = view.Fold(people, maxBoard)
	}
	t := term.Table{Header: []string{"WHO", "STATE", "DONE", "DUE", "NEXT STEP"}, Spare: []int{2}}
	due := func(n *view.Node, _ time.Time) string {
		if n.Due == nil || n.Folded > 0 {
			return ""
		}
		return moment(n.Due.Time, zone)
	}
	rows := branches{Table: &t, now: o.Clock.Now(), when: due, short: s.Narrow()}
	for _, n := range slices.Concat(people, b.Reviews) {
		rows.add(n, "", "")
	}
	t.Print(s)
	if len(b.Gaps) == 0 {
		return
	}
	fmt.Fprintln(o.Out)
	gaps := term.Table{Header: []string{"GAP", "REASON", "WEIGHS", "WHAT TO DO"}, Spare: []int{2}}
	for _, g := range b.Gaps {
		gaps.Add(term.Plain(cmp.Or(b.Called[g.Action], g.KeyAction)), term.Cell{Text: g.Reason, Colours: []color.Attribute{color.FgRed}}, term.Plain(basisPoints(g.Impact)), term.Plain(g.Message))
	}
	gaps.Print(s)
}

// moment is an instant as people of a zone say it. Example: "Thu 26 Nov 16:00".
func moment(t time.Time, zone *time.Location) string { return t.In(zone).Format("Mon 2 Jan 15:04") }

// basisPoints are shown as percent of the Utility. Example: "27%".
func basisPoints(n int32) string { return fmt.Sprintf("%d%%", (n+50)/100) }
