// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
	"github.com/praxis-dev/praxis/internal/cli/term"
	"github.com/praxis-dev/praxis/internal/incentive"
	"github.com/praxis-dev/praxis/internal/lint"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/status"
)

// payPreview is what a quarter would come to by one policy.
type payPreview struct {
	Policy string `json:"policy"`
	Unit   string `json:"unit"`
	// Quarter that was previewed, and how many weeks it has.
	Quarter string `json:"quarter"`
	Weeks   int    `json:"weeks"`
	// Assume is the completion in percent that was assumed.
	Assume int64       `json:"assume"`
	People []payPerson `json:"people"`
	// Total is what is paid in the quarter, and Awarded what is released in those after it.
	Total   string `json:"total"`
	Awarded string `json:"awarded"`
}

type payPerson struct {
	User  string            `json:"user"`
	Rules map[string]string `json:"rules"`
	Total string            `json:"total"`
}

func newPayPreview(t *Tool) *cobra.Command {
	var assume int64
	var format term.Format
	c := &cobra.Command{
		Use:   "preview PATH...",
		Short: "Show what a full quarter would cost by the policies in files, without a cluster",
		Long: `Show what each person would be paid for a full quarter by the policies in files, at a completion
of all work that is assumed, by rule and together, without a cluster. Cap and pool act as at
the end of a quarter. Nobody is judged: it is the plan that is priced.`,
		Example: `  kubectl praxis pay preview goals/ --assume 90`,
		Args:    cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, paths []string) error {
			if assume < 0 || assume > 100 {
				return fmt.Errorf("--assume=%d is no completion; give a percentage from 0 to 100", assume)
			}
			set, err := t.load(c.Context(), paths)
			if err != nil {
				return err
			}
			found, err := lint.Run(set, "", t.Clock.Now())
			if err != nil {
				return err
			}
			previews := []payPreview{}
			for _, world := range lint.Worlds(set) {
				for _, of := range world.Incentives() {
					if p := t.price(of.Policy, of.Programme, assume); p != nil {
						previews = append(previews, *p)
					}
				}
			}
			if format == term.JSON || format == term.YAML {
				err = term.Encode(t.Out, format, map[string]any{"policies": previews})
			} else {
				t.tellPrices(previews)
			}
			if err != nil {
				return err
			}
			return sayErrors(t.ErrOut, found)
		},
	}
	c.Flags().Int64Var(&assume, "assume", 100, "the completion of all work in percent")
	term.AddFormat(c, &format, "text", term.JSON, term.YAML)
	return c
}

// price is what the running quarter of a policy would come to; nil where it cannot be planned, which
// lint says.
func (t *Tool) price(policy *praxisv1.IncentivePolicy, programme *plan.Programme, assume int64) *payPreview {
	parsed, err := incentive.Parse(&policy.Spec)
	calendar, wrong := cadence.New(programme.Utility.Spec.Cadence)
	if err != nil || wrong != nil {
		return nil
	}
	quarter := calendar.QuarterOf(calendar.WeekOf(t.Clock.Now()))
	weeks := calendar.RemainingWeeks(calendar.WeekOf(quarter.StartsAt))
	var work []incentive.Work
	planned := 0
	for _, w := range weeks {
		cycle, made := status.PreviewWeek(programme, calendar, w)
		if cycle == nil {
			continue
		}
		planned++
		actions := made.Actions()
		for i := range actions {
			work = append(work, incentive.Planned(w.Name, plan.PlannedAs(cycle, actions[i].Spec.KeyActionRef.Name), &actions[i], assume))
		}
	}
	lines := incentive.Quarter{Policy: parsed, Figures: parsed.Figures(work), Weeks: planned, Closed: true}.Lines()
	p := &payPreview{Policy: policy.Name, Unit: policy.Spec.Unit, Quarter: quarter.Name, Weeks: planned, Assume: assume, People: []payPerson{}}
	paid, awarded := int64(0), int64(0)
	totals, rules := map[string]int64{}, map[string]map[string]int64{}
	for _, line := range lines {
		if rules[line.User] == nil {
			rules[line.User] = map[string]int64{}
		}
		rules[line.User][line.Rule.Name] += line.Amount
		totals[line.User] += line.Amount
		if line.Rule.Rhythm == praxisv1.RhythmLongTerm {
			awarded += line.Amount
		} else {
			paid += line.Amount
		}
	}
	for _, user := range slices.Sorted(maps.Keys(totals)) {
		person := payPerson{User: user, Rules: map[string]string{}, Total: incentive.Format(totals[user], parsed.Digits)}
		for rule, amount := range rules[user] {
			person.Rules[rule] = incentive.Format(amount, parsed.Digits)
		}
		p.People = append(p.People, person)
	}
	p.Total, p.Awarded = incentive.Format(paid, parsed.Digits), incentive.Format(awarded, parsed.Digits)
	return p
}

// tellPrices is a table for each policy: what is paid to whom for what.
func (t *Tool) tellPrices(previews []payPreview) {
	screen := term.NewScreen(t.Out)
	for i, p := range previews {
		if i > 0 {
			fmt.Fprintln(t.Out)
		}
		fmt.Fprintf(t.Out, "%s: %s of %d weeks, if %d %% of all work is accepted, in %s\n", p.Policy, p.Quarter, p.Weeks, p.Assume, p.Unit)
		rules := map[string]bool{}
		for _, person := range p.People {
			for rule := range person.Rules {
				rules[rule] = true
			}
		}
		names := slices.Sorted(maps.Keys(rules))
		table := term.Table{Header: append(append([]string{"USER"}, names...), "TOTAL")}
		for _, person := range p.People {
			row := []term.Cell{term.Plain(person.User)}
			for _, rule := range names {
				row = append(row, term.Plain(person.Rules[rule]))
			}
			table.Add(append(row, term.Plain(person.Total))...)
		}
		table.Print(screen)
		fmt.Fprintf(t.Out, "Paid in the quarter: %s %s; awarded, and released in the quarters after it: %s %s\n", p.Total, p.Unit, p.Awarded, p.Unit)
	}
	if len(previews) == 0 {
		fmt.Fprintln(t.Out, "No IncentivePolicy with its Utility is in the files; give the policy and the goals together")
	}
}
