// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"strings"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cli/term"
	"github.com/praxis-dev/praxis/internal/incentive"
)

// ruleSays is a rule in words, for those who have never seen a policy.
func ruleSays(rule *praxisv1.IncentiveRule, unit string) string {
	tiers := make([]string, len(rule.Tiers))
	for i, tier := range rule.Tiers {
		tiers[i] = string(tier)
	}
	work := strings.Join(tiers, " and ") + " work"
	switch rule.Level {
	case praxisv1.LevelEnterprise:
		work += " of the whole enterprise"
	case praxisv1.LevelDepartment:
		work += " of the department"
	}
	period, of := "a week", "of a week"
	if rule.Rhythm != praxisv1.RhythmWeekly {
		period, of = "a quarter", "of the quarter"
	}
	if g := rule.Guarantee; g != nil {
		return fmt.Sprintf("%s: %s %s %s once %d%% of what was due is accepted, and in proportion below", work, g.Amount, unit, period, g.Floor)
	}
	if rule.Rate == nil {
		return work
	}
	if unit == incentive.Points && rule.Rate.Amount == "1" {
		unit = "point"
	}
	says := fmt.Sprintf("%s: %s %s for each %s", work, rule.Rate.Amount, unit, map[praxisv1.Per]string{
		praxisv1.PerUnit: "unit that accepted work carries", praxisv1.PerCompletion: "time that it was done and accepted",
		praxisv1.PerShare: "percent of the goal that was accepted",
	}[rule.Rate.Per])
	if len(rule.Bands) > 0 {
		steps := make([]string, len(rule.Bands))
		for i, b := range rule.Bands {
			steps[i] = fmt.Sprintf("%s from %d%%", b.Factor, b.From)
		}
		says += fmt.Sprintf("; times %s %s", strings.Join(steps, ", "), of)
	}
	if r := rule.Release; r != nil && rule.Rhythm == praxisv1.RhythmLongTerm {
		says += fmt.Sprintf("; paid in equal parts over the next %d quarters, ", r.Quarters)
		if r.OnLeave == praxisv1.LeaveRelease {
			says += "and all that is left at once to who leaves"
		} else {
			says += "and not to who has left"
		}
	}
	return says
}

// tellPrices says for each policy what its rules are and come to, and who would get what.
func (t *Tool) tellPrices(previews []payPreview) {
	screen := term.NewScreen(t.Out)
	for i := range previews {
		if i > 0 {
			fmt.Fprintln(t.Out)
		}
		previews[i].tell(screen)
	}
	if len(previews) == 0 {
		fmt.Fprintln(t.Out, "No IncentivePolicy with its Utility is in the files; give the policy and the goals together")
	}
}

func (p *payPreview) tell(screen term.Screen) {
	line := func(format string, args ...any) {
		fmt.Fprintln(screen.Out, term.Wrap("", fmt.Sprintf(format, args...), screen.Width))
	}
	line("Policy %s: what a full quarter of Utility %s would cost", p.Policy, p.Utility)
	line("Planned are the %d weeks of %s. It is assumed that %d%% of all work of everybody is accepted; nobody's real work is in it.", p.Weeks, p.Quarter, p.Assume)
	if p.Shadow {
		line("The policy is in shadow: all is computed and shown, and nothing is paid.")
	}
	fmt.Fprintln(screen.Out)
	rules := term.Table{Header: []string{"RULE", "TOGETHER, " + p.Unit}}
	for _, r := range p.Rules {
		rules.Add(term.Plain(r.Name), term.Plain(r.Amount))
		rules.Note("    ", r.Says)
	}
	rules.Print(screen)
	fmt.Fprintln(screen.Out)
	p.people().Print(screen)
	fmt.Fprintln(screen.Out)
	line("Paid in the quarter: %s %s.", p.Paid, p.Unit)
	if p.longTerm {
		line("Awarded, and paid in parts in the quarters after it: %s %s.", p.Awarded, p.Unit)
	}
	if p.Cap != "" {
		line("All rates of a person come to at most %s %s, the cap.", p.Cap, p.Unit)
	}
	if p.Pool != "" {
		line("All rates together come to at most %s %s, the pool; without cap and pool they would be %s %s. Guarantees are never cut.", p.Pool, p.Unit, p.Uncapped, p.Unit)
	}
}

// people is who would get what, by rule; a narrow screen leaves the rules out.
func (p *payPreview) people() *term.Table {
	table := &term.Table{Header: []string{"USER"}}
	for i, rule := range p.Rules {
		table.Header = append(table.Header, rule.Name)
		table.Spare = append([]int{i + 1}, table.Spare...)
	}
	table.Header = append(table.Header, "PAID", "AWARDED")
	if !p.longTerm {
		table.Header = table.Header[:len(table.Header)-1]
	}
	for _, person := range p.People {
		row := []term.Cell{term.Plain(person.User)}
		for _, rule := range p.Rules {
			row = append(row, term.Plain(person.Rules[rule.Name]))
		}
		table.Add(append(row, term.Plain(person.Paid), term.Plain(person.Awarded))[:len(table.Header)]...)
	}
	row := []term.Cell{term.Plain("together")}
	for _, rule := range p.Rules {
		row = append(row, term.Plain(rule.Amount))
	}
	table.Add(append(row, term.Plain(p.Paid), term.Plain(p.Awarded))[:len(table.Header)]...)
	return table
}
