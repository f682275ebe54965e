// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package incentive

import (
	"cmp"
	"math/big"
	"slices"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// Line is what one rule comes to for one person, over a week or over the quarter.
type Line struct {
	Figure          // Week is empty where it is over the quarter
	Rule   *Rule    // by which it is
	Exact  *big.Rat // in minor units, before cap and pool
	Amount int64    // in minor units
}

// Quarter is what a quarter is computed from.
type Quarter struct {
	Policy  *Policy
	Figures []Figure
	// Weeks is how many weeks of it have had a cycle so far.
	Weeks int
	// Closed is set once its last week has closed: then cap and pool act.
	Closed bool
}

// Lines are what a quarter comes to, by person, rule and week.
func (q Quarter) Lines() []Line {
	type key struct{ user, rule, week string }
	periods := map[key]*period{}
	for i := range q.Figures {
		f := &q.Figures[i]
		rule := q.Policy.Rule(f.Rule)
		if rule == nil || f.Due.Sign() == 0 {
			continue
		}
		k := key{f.User, f.Rule, ""}
		if rule.Rhythm == praxisv1.RhythmWeekly {
			k.week = f.Week
		}
		if periods[k] == nil {
			periods[k] = &period{line: Line{Rule: rule, Figure: Figure{User: k.user, Week: k.week, Rule: k.rule, Acc: new(big.Rat), Due: new(big.Rat), Counted: new(big.Rat)}}}
		}
		periods[k].add(f)
	}
	lines := make([]Line, 0, len(periods))
	for _, p := range periods {
		p.line.Exact = p.worth(q.Weeks)
		p.line.Amount = halfUp(p.line.Exact)
		lines = append(lines, p.line)
	}
	slices.SortFunc(lines, func(a, b Line) int {
		return cmp.Or(cmp.Compare(a.User, b.User), cmp.Compare(a.Rule.Name, b.Rule.Name), cmp.Compare(a.Week, b.Week))
	})
	if q.Closed {
		q.Policy.limit(lines)
	}
	return lines
}

// period is what a line is added up from.
type period struct {
	line  Line
	weeks int // in which something was due
}

func (p *period) add(f *Figure) {
	p.weeks++
	p.line.Acc.Add(p.line.Acc, f.Acc)
	p.line.Due.Add(p.line.Due, f.Due)
	p.line.Counted.Add(p.line.Counted, f.Counted)
}

// worth is what the period comes to, exactly.
func (p *period) worth(weeks int) *big.Rat {
	rule := p.line.Rule
	percent := Completion(&p.line.Figure)
	if rule.Rate {
		return new(big.Rat).Mul(new(big.Rat).Mul(rule.Amount, p.line.Counted), rule.factor(percent))
	}
	amount := new(big.Rat).Set(rule.Amount)
	if floor := big.NewRat(rule.Floor, 1); percent.Cmp(floor) < 0 {
		amount.Mul(amount, percent).Quo(amount, floor)
	}
	if rule.Rhythm != praxisv1.RhythmWeekly {
		amount.Mul(amount, big.NewRat(int64(p.weeks), int64(max(1, weeks, p.weeks))))
	}
	return amount
}

// Completion is what was accepted in percent of what was due.
func Completion(f *Figure) *big.Rat {
	c := new(big.Rat).Quo(f.Acc, f.Due)
	return c.Mul(c, big.NewRat(100, 1))
}

// factor is that of the highest band that a completion reaches.
func (r *Rule) factor(percent *big.Rat) *big.Rat {
	if len(r.Bands) == 0 {
		return big.NewRat(1, 1)
	}
	for _, b := range r.Bands {
		if percent.Cmp(big.NewRat(b.from, 1)) >= 0 {
			return b.factor
		}
	}
	return new(big.Rat)
}
