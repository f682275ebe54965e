// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cli/term"
	"github.com/praxis-dev/praxis/internal/gather"
	"github.com/praxis-dev/praxis/internal/view"
	"github.com/praxis-dev/praxis/internal/view/page"
)

func newQuarter(t *Tool) *cobra.Command {
	o := &reportOptions{Tool: t}
	c := &cobra.Command{
		Use:   "quarter [NAME]",
		Short: "Show what a quarter came to: units, weeks, and whether the outcome moved",
		Long: `Show what the running quarter of each Utility has come to so far, or what another came to: how many of the required units
are delivered, in how many of its closed weeks at least 80 % of the work was accepted, where the measures stood
before and stand now, and whether they moved with the work. The eight newest quarters are known.`,
		Example: `  # the running quarter
  kubectl praxis quarter -n platform

  # one by its name, for a script
  kubectl praxis quarter 2026-Q4 -n platform -o json`,
		Args: cobra.MaximumNArgs(1),
		ValidArgsFunction: func(_ *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
			names := t.live(func(ctx context.Context, c client.Client, namespace string) ([]string, error) {
				return knownQuarters(ctx, c, namespace, nil)
			})
			return beginning(names, begun, args), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(c *cobra.Command, args []string) error {
			name := ""
			if len(args) > 0 {
				name = args[0]
			}
			return o.printQuarter(c.Context(), name)
		},
	}
	c.Flags().BoolVarP(&o.allNss, "all-namespaces", "A", false, "show the Utilities of all namespaces")
	term.AddFormat(c, &o.format)
	return c
}

// quarterOf is what -o prints of a Utility.
type quarterOf struct {
	view.Ref               `json:",inline"`
	praxisv1.QuarterResult `json:"quarter"`
}

func (o *reportOptions) printQuarter(ctx context.Context, name string) error {
	if name != "" && !periodName.MatchString(name) {
		return fmt.Errorf("%q is no quarter; write it like 2026-Q4", name)
	}
	name = strings.ToUpper(name)
	objects, err := o.about(ctx, gather.Scope{}, view.PeriodQuarter, name)
	if err != nil {
		return err
	}
	report := objects.Report(view.PeriodQuarter, name, o.Clock.Now())
	if len(report.Goals) == 0 {
		return noPeriod(&objects, view.PeriodQuarter, name)
	}
	if o.format != term.Text {
		items := []quarterOf{}
		for _, g := range report.Goals {
			items = append(items, quarterOf{g.Ref, *g.Quarter})
		}
		return term.Encode(o.Out, o.format, map[string]any{"items": items})
	}
	screen := term.NewScreen(o.Out)
	for i := range report.Goals {
		if i > 0 {
			fmt.Fprintln(o.Out)
		}
		o.tellQuarter(screen, &report.Goals[i])
	}
	return nil
}

// tellQuarter is one Utility in sentences, which fit any width.
func (o *reportOptions) tellQuarter(s term.Screen, g *view.ReportGoal) {
	name := g.Name
	if o.allNss {
		name = g.Namespace + " " + g.Name
	}
	is := "running"
	if g.Quarter.ClosedAt != nil {
		is = "closed"
	}
	fmt.Fprintf(o.Out, "%s  %s, %s to %s, %s\n", name, g.Period, g.From.Format("2 Jan 2006"), g.To.Format("2 Jan 2006"), is)
	for _, says := range page.Amounts(*g) {
		fmt.Fprintln(o.Out, term.Wrap("  ", says, s.Width))
	}
	for _, m := range g.Measures {
		now := string(m.Now)
		if now == "" {
			now = "not read"
		}
		fmt.Fprintln(o.Out, term.Wrap("  ", strings.TrimSpace(fmt.Sprintf("%s: %s, then %s; the target is %s %s", m.Name, m.From, now, m.Target, m.Unit)), s.Width))
	}
}

// knownQuarters are those that the Utilities of a namespace tell of, the newest first.
func knownQuarters(ctx context.Context, c client.Client, namespace string, _ []string) ([]string, error) {
	var all praxisv1.UtilityList
	err := c.List(ctx, &all, client.InNamespace(namespace))
	return quarterNames(all.Items), err
}

func quarterNames(utilities []praxisv1.Utility) []string {
	var names []string
	for i := range utilities {
		for _, q := range utilities[i].Status.Quarters {
			names = append(names, q.Name)
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	slices.Reverse(names)
	return names
}

// noPeriod says that no goal has a period, and which there are.
func noPeriod(o *view.Objects, period, name string) error {
	var known []string
	switch {
	case len(o.Utilities) == 0:
		return fmt.Errorf("there is no Utility here; look into another namespace with -n, or into all with -A")
	case period == view.PeriodWeek:
		for i := range o.Cycles {
			known = append(known, string(o.Cycles[i].Spec.Week))
		}
		slices.Sort(known)
		known = slices.Compact(known)
	default:
		known = quarterNames(o.Utilities)
	}
	if name == "" {
		name = "a running " + period
	}
	if len(known) == 0 {
		return fmt.Errorf("no Utility here has %s yet; kubectl praxis tree says what they wait for", name)
	}
	return fmt.Errorf("no Utility here has %s; there is %s", name, strings.Join(known, ", "))
}
