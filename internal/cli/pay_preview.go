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
	Policy  string `json:"policy"`
	Utility string `json:"utility"`
	Unit    string `json:"unit"`
	Shadow  bool   `json:"shadow"`
	// Quarter that was previewed, and how many weeks it has.
	Quarter string `json:"quarter"`
	Weeks   int    `json:"weeks"`
	// Assume is the completion in percent that was assumed.
	Assume int64       `json:"assume"`
	Rules  []payRule   `json:"rules"`
	People []payPerson `json:"people"`
	// Paid is what is paid in the quarter, and Awarded what is released in those after it.
	Paid    string `json:"paid"`
	Awarded string `json:"awarded"`
	// Uncapped is what all rates would come to without cap and pool.
	Uncapped string `json:"uncapped,omitempty"`
	Cap      string `json:"cap,omitempty"`
	Pool     string `json:"pool,omitempty"`

	longTerm bool // it has a rule that awards
}

type payRule struct {
	Name   string `json:"name"`
	Amount string `json:"amount"`
	Says   string `json:"says"`
}

type payPerson struct {
	User    string            `json:"user"`
	Rules   map[string]string `json:"rules"`
	Paid    string            `json:"paid"`
	Awarded string            `json:"awarded"`
}

func newPayPreview(t *Tool) *cobra.Command {
	var assume int64
	var format term.Format
	c := &cobra.Command{
		Use:   "preview PATH...",
		Short: "Show what a full quarter would cost by the policies in files, without a cluster",
		Long: `Show what a full quarter would cost by the policies in files, at a completion of all work that
is assumed: what each rule says in words and comes to, and what each person gets, without a
cluster. Cap and pool act as at the end of a quarter. Nobody is judged: it is the plan that
is priced.`,
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
	var work []incentive.Work
	planned := 0
	for _, w := range calendar.RemainingWeeks(calendar.WeekOf(quarter.StartsAt)) {
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
	closed := incentive.Quarter{Policy: parsed, Figures: parsed.Figures(work), Weeks: planned, Closed: true}
	open := closed
	open.Closed = false
	p := &payPreview{
		Policy: policy.Name, Utility: policy.Spec.UtilityRef.Name, Unit: policy.Spec.Unit, Shadow: policy.Spec.Shadow,
		Quarter: quarter.Name, Weeks: planned, Assume: assume, Cap: string(policy.Spec.Cap), Pool: string(policy.Spec.Pool),
	}
	p.add(&policy.Spec, closed.Lines(), parsed.Digits)
	if p.Cap != "" || p.Pool != "" {
		uncapped := int64(0)
		for _, line := range open.Lines() {
			if line.Rule.Rate {
				uncapped += line.Amount
			}
		}
		p.Uncapped = incentive.Format(uncapped, parsed.Digits)
	}
	return p
}

// add adds the lines up by rule and by person.
func (p *payPreview) add(spec *praxisv1.IncentivePolicySpec, lines []incentive.Line, digits int) {
	type sums struct{ paid, awarded int64 }
	people, rules := map[string]*sums{}, map[string]int64{}
	each := map[string]map[string]int64{}
	var all sums
	for i := range lines {
		line := &lines[i]
		if people[line.User] == nil {
			people[line.User], each[line.User] = &sums{}, map[string]int64{}
		}
		each[line.User][line.Rule.Name] += line.Amount
		rules[line.Rule.Name] += line.Amount
		if line.Rule.Rhythm == praxisv1.RhythmLongTerm {
			all.awarded, people[line.User].awarded = all.awarded+line.Amount, people[line.User].awarded+line.Amount
		} else {
			all.paid, people[line.User].paid = all.paid+line.Amount, people[line.User].paid+line.Amount
		}
	}
	money := func(amount int64) string { return incentive.Format(amount, digits) }
	for i := range spec.Rules {
		rule := &spec.Rules[i]
		p.longTerm = p.longTerm || rule.Rhythm == praxisv1.RhythmLongTerm
		p.Rules = append(p.Rules, payRule{rule.Name, money(rules[rule.Name]), ruleSays(rule, spec.Unit)})
	}
	p.People = []payPerson{}
	for _, user := range slices.Sorted(maps.Keys(people)) {
		of := map[string]string{}
		for rule, amount := range each[user] {
			of[rule] = money(amount)
		}
		p.People = append(p.People, payPerson{user, of, money(people[user].paid), money(people[user].awarded)})
	}
	p.Paid, p.Awarded = money(all.paid), money(all.awarded)
}
