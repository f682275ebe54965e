// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"github.com/praxis-dev/praxis/internal/cli/term"
	"github.com/praxis-dev/praxis/internal/gather"
	"github.com/praxis-dev/praxis/internal/view"
	"github.com/praxis-dev/praxis/internal/view/page"
)

type reportOptions struct {
	*Tool
	week, quarter string
	allNss        bool
	format        term.Format
}

// running is the value of --week and --quarter where no name follows.
const running = "running"

// The formats of a report, besides JSON.
const (
	formatMarkdown term.Format = "md"
	formatHTML     term.Format = "html"
)

func newReport(t *Tool) *cobra.Command {
	o := &reportOptions{Tool: t}
	c := &cobra.Command{
		Use:   "report [UTILITY]",
		Short: "Print the one page about goals for whoever does not work on them",
		Long: `Print one page about the goals of the namespace, or about one: who gets what, what has moved, how much is delivered and
planned, what was done and missed, what stands in the way, and what was decided. It is about the running quarter, or
with --week about the running week; a name may follow, like --week 2026-W48 or --quarter 2026-Q4. As HTML it is one
file that needs nothing else, to be printed or sent.`,
		Example: `  # for the boss
  kubectl praxis report -n platform -o html > goals.html

  # a week of one goal, for a chat
  kubectl praxis report safe-deploys -n platform --week 2026-W48`,
		Args:              cobra.MaximumNArgs(2),
		ValidArgsFunction: t.completeNames("utility"),
		RunE:              func(c *cobra.Command, args []string) error { return o.run(c.Context(), args) },
	}
	flags := c.Flags()
	flags.StringVar(&o.week, "week", "", "about the running week, or another, like 2026-W48")
	flags.StringVar(&o.quarter, "quarter", "", "about the running quarter, or another, like 2026-Q4 (default)")
	flags.Lookup("week").NoOptDefVal, flags.Lookup("quarter").NoOptDefVal = running, running
	flags.BoolVarP(&o.allNss, "all-namespaces", "A", false, "about the goals of all namespaces")
	t.values(c, "week", cobra.ShellCompDirectiveDefault, workedWeeks)
	t.values(c, "quarter", cobra.ShellCompDirectiveDefault, knownQuarters)
	term.AddFormat(c, &o.format, formatMarkdown, formatHTML, term.JSON)
	return c
}

// periodName is a week or a quarter. Since --week needs no name, one after it is an argument.
var periodName = regexp.MustCompile(`^[0-9]{4}-(?:[Ww][0-9]{2}|[Qq][1-4])$`)

// arguments divides what stands behind the flags: the name of a period, and that of a Utility.
func (o *reportOptions) arguments(args []string) (period, name, utility string, err error) {
	for _, arg := range args {
		switch {
		case periodName.MatchString(arg) && name == "":
			name = strings.ToUpper(arg)
		case utility == "":
			utility = gather.Bare("utility", arg)
		default:
			return "", "", "", fmt.Errorf("%q is one too many; give a Utility and a period", arg)
		}
	}
	period, given := view.PeriodQuarter, o.quarter
	if o.week != "" {
		period, given = view.PeriodWeek, o.week
	}
	if given == running {
		given = ""
	}
	name = cmp.Or(strings.ToUpper(given), name)
	switch {
	case o.week != "" && o.quarter != "":
		err = errors.New("a report is about a week or about a quarter; leave --week or --quarter out")
	case name == "":
	case !periodName.MatchString(name) || (name[5] == 'W') != (period == view.PeriodWeek):
		err = fmt.Errorf("%q is no %s; write it like %s", cmp.Or(given, name), period, map[string]string{view.PeriodWeek: "--week 2026-W48", view.PeriodQuarter: "--quarter 2026-Q4"}[period])
	}
	return period, name, utility, err
}

func (o *reportOptions) run(ctx context.Context, args []string) error {
	period, name, utility, err := o.arguments(args)
	if err != nil {
		return err
	}
	objects, err := o.about(ctx, gather.Scope{Utility: utility}, period, name)
	if err != nil {
		return err
	}
	report := objects.Report(period, name, o.Clock.Now())
	if len(report.Goals) == 0 {
		return noPeriod(&objects, period, name)
	}
	switch o.format {
	case term.JSON:
		return term.Encode(o.Out, o.format, report)
	case formatHTML:
		return page.HTML(o.Out, report)
	}
	return page.Markdown(o.Out, report)
}

// about reads what a report is about: the Actions of the running weeks, or of the week that is
// named.
func (o *reportOptions) about(ctx context.Context, s gather.Scope, period, name string) (view.Objects, error) {
	namespace, err := o.namespace()
	if err != nil {
		return view.Objects{}, err
	}
	s.Namespace = namespace
	if o.allNss {
		s.Namespace = ""
	}
	c, err := o.client()
	if err != nil {
		return view.Objects{}, err
	}
	objects, err := gather.ForReport(ctx, c, s, period, name)
	if err != nil {
		return objects, err
	}
	if s.Utility != "" && len(objects.Utilities) == 0 {
		all, err := gather.Read(ctx, c, gather.Scope{Namespace: s.Namespace})
		if err != nil {
			return all, err
		}
		return objects, notFound(view.Ref{Kind: "Utility", Namespace: s.Namespace, Name: s.Utility}, all)
	}
	return objects, nil
}
