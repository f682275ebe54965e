// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package paid

import (
	"cmp"
	"maps"
	"math/big"
	"slices"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// Decimals are those of the units that policies are made in here.
var Decimals = map[string]int64{"EUR": 2, "JPY": 0, "KWD": 3, "points": 2}

// Week is a closed week as somebody finds it.
type Week struct {
	Name string
	// Plan is what was frozen, by KeyAction.
	Plan map[string]praxisv1.PlannedKeyAction
	// Actions as the week was closed with.
	Actions []praxisv1.Action
	// Decided is what a signed Review decided, and TakenBack how much of an Action was taken back
	// after the week had closed, by Action.
	Decided   map[string]praxisv1.ReviewDecision
	TakenBack map[string]int64
}

// sums are what one person did by one rule in a period.
type sums struct {
	weeks    map[string]bool
	acc, due int64
	counted  *big.Rat
}

// place is where an amount stands in a statement.
type place struct{ user, rule, week string }

func ratio(a, b int64) *big.Rat { return big.NewRat(a, b) }

func product(of ...*big.Rat) *big.Rat {
	p := ratio(1, 1)
	for _, f := range of {
		p = new(big.Rat).Mul(p, f)
	}
	return p
}

func number(text praxisv1.Amount) *big.Rat {
	n, ok := new(big.Rat).SetString(string(text))
	if !ok {
		panic(text)
	}
	return n
}

// toNearest rounds to a whole number, halves upwards.
func toNearest(r *big.Rat) int64 {
	up := new(big.Rat).Add(r, ratio(1, 2))
	return new(big.Int).Div(up.Num(), up.Denom()).Int64()
}

// owedOf is how many times an Action was due in its week: what goes on elsewhere, or nowhere, is not.
func (w *Week) owedOf(a *praxisv1.Action) int64 {
	q, done := int64(a.Spec.Target), min(int64(a.Status.Accepted), int64(a.Spec.Target))
	if a.Spec.Dropped {
		return done
	}
	of, planned := w.Plan[a.Spec.KeyActionRef.Name]
	if done == q || !planned {
		return q
	}
	disposition := of.OnMiss
	switch w.Decided[a.Name] {
	case praxisv1.DecideDrop:
		disposition = praxisv1.MissDrop
	case praxisv1.DecideEscalate:
		disposition = praxisv1.MissEscalate
	case praxisv1.DecideCarryOver, praxisv1.DecideReassign, praxisv1.DecideReschedule:
		disposition = praxisv1.MissCarryOver
	}
	if disposition == praxisv1.MissDrop || disposition == praxisv1.MissCarryOver && a.Spec.Carries < of.MaxCarries {
		return done
	}
	return q
}

// each is what one accepted completion counts by a rule, and whether the rule is for it at all.
func (w *Week) each(rule *praxisv1.IncentiveRule, a *praxisv1.Action) (*big.Rat, bool) {
	of, planned := w.Plan[a.Spec.KeyActionRef.Name]
	level := praxisv1.LevelDepartment
	if of.Parent != "" {
		level = praxisv1.LevelEnterprise
	}
	if !slices.Contains(rule.Tiers, a.Spec.Tier) || rule.Level != "" && rule.Level != level {
		return nil, false
	}
	switch {
	case rule.Rate == nil || rule.Rate.Per == praxisv1.PerShare && !planned:
		return new(big.Rat), true
	case rule.Rate.Per == praxisv1.PerUnit:
		return ratio(a.Spec.Contribution, 1), true
	case rule.Rate.Per == praxisv1.PerCompletion:
		return ratio(1, 1), true
	}
	// Percent of the Utility: 100 · share/10000 · weight/100, in the parts of its enterprise KeyAction.
	return product(ratio(100, 1), ratio(int64(a.Spec.Share), 10000), ratio(int64(of.Weight), 100), ratio(1, int64(of.Parts)), ratio(1, int64(a.Spec.Target))), true
}

// tallied adds up weeks by place; today leaves out what was taken back since.
func tallied(rules []praxisv1.IncentiveRule, weeks []*Week, today bool) map[place]*sums {
	all := map[place]*sums{}
	for _, w := range weeks {
		for i := range w.Actions {
			a := &w.Actions[i]
			due, acc := w.owedOf(a), min(int64(a.Status.Accepted), int64(a.Spec.Target))
			if today {
				acc -= min(acc, w.TakenBack[a.Name])
			}
			for j := range rules {
				rule := &rules[j]
				k, pays := w.each(rule, a)
				if !pays || a.Spec.User == "" || due == 0 {
					continue
				}
				at := place{user: a.Spec.User, rule: rule.Name}
				if rule.Rhythm == praxisv1.RhythmWeekly {
					at.week = w.Name
				}
				if all[at] == nil {
					all[at] = &sums{weeks: map[string]bool{}, counted: new(big.Rat)}
				}
				s := all[at]
				s.weeks[w.Name] = true
				s.acc, s.due = s.acc+acc, s.due+due
				s.counted = new(big.Rat).Add(s.counted, product(ratio(acc, 1), k))
			}
		}
	}
	return all
}

// comesTo is the exact amount of a rule for what was done in its period, before cap and pool.
func comesTo(rule *praxisv1.IncentiveRule, s *sums, weeksOfQuarter int) *big.Rat {
	percent := ratio(100*s.acc, s.due)
	if rule.Rate == nil {
		amount, floor := number(rule.Guarantee.Amount), ratio(int64(rule.Guarantee.Floor), 1)
		if percent.Cmp(floor) < 0 {
			amount = new(big.Rat).Quo(product(amount, percent), floor)
		}
		if rule.Rhythm == praxisv1.RhythmWeekly {
			return amount
		}
		return product(amount, ratio(int64(len(s.weeks)), int64(weeksOfQuarter)))
	}
	factor := ratio(1, 1)
	if len(rule.Bands) > 0 {
		factor = new(big.Rat)
		for _, b := range rule.Bands { // in rising order
			if percent.Cmp(ratio(int64(b.From), 1)) >= 0 {
				factor = number(b.Factor)
			}
		}
	}
	return product(number(rule.Rate.Amount), s.counted, factor)
}

// quarterOf is what a quarter comes to, in minor units; cap and pool act once it has closed.
func quarterOf(spec *praxisv1.IncentivePolicySpec, weeks []*Week, closed bool) (exact map[place]*big.Rat, paid map[place]int64) {
	exact, paid = map[place]*big.Rat{}, map[place]int64{}
	minor := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(Decimals[spec.Unit]), nil))
	rates := map[string][]place{} // by person
	for at, s := range tallied(spec.Rules, weeks, false) {
		rule := ruleOf(spec, at.rule)
		exact[at] = product(comesTo(rule, s, len(weeks)), minor)
		paid[at] = toNearest(exact[at])
		if rule.Rate != nil {
			rates[at.user] = append(rates[at.user], at)
		}
	}
	if closed {
		limited(spec, minor, rates, exact, paid)
	}
	return exact, paid
}

func ruleOf(spec *praxisv1.IncentivePolicySpec, name string) *praxisv1.IncentiveRule {
	return &spec.Rules[slices.IndexFunc(spec.Rules, func(r praxisv1.IncentiveRule) bool { return r.Name == name })]
}

// limited lets the cap act on each person's rates, and then the pool on all of them.
func limited(spec *praxisv1.IncentivePolicySpec, minor *big.Rat, rates map[string][]place, exact map[place]*big.Rat, paid map[place]int64) {
	people := slices.Sorted(maps.Keys(rates))
	worth, whole := map[string]*big.Rat{}, map[string]int64{}
	dealt := map[string]bool{}
	beyond := func(sum *big.Rat, rounded int64, limit praxisv1.Amount) (int64, bool) {
		if limit == "" {
			return 0, false
		}
		most := product(number(limit), minor)
		return most.Num().Int64(), sum.Cmp(most) > 0 || ratio(rounded, 1).Cmp(most) > 0
	}
	for _, person := range people {
		worth[person] = new(big.Rat)
		for _, at := range rates[person] {
			worth[person] = new(big.Rat).Add(worth[person], exact[at])
			whole[person] += paid[at]
		}
		if most, is := beyond(worth[person], whole[person], spec.Cap); is {
			worth[person], whole[person], dealt[person] = ratio(most, 1), most, true
		}
	}
	all, rounded, weights := new(big.Rat), int64(0), []*big.Rat(nil)
	for _, person := range people {
		all, rounded, weights = new(big.Rat).Add(all, worth[person]), rounded+whole[person], append(weights, worth[person])
	}
	if most, is := beyond(all, rounded, spec.Pool); is {
		for i, part := range apportioned(most, weights) {
			whole[people[i]], dealt[people[i]] = part, true
		}
	}
	for _, person := range people {
		if !dealt[person] {
			continue
		}
		lines, weights := rates[person], []*big.Rat(nil)
		slices.SortFunc(lines, func(a, b place) int { return cmp.Or(cmp.Compare(a.rule, b.rule), cmp.Compare(a.week, b.week)) })
		for _, at := range lines {
			weights = append(weights, exact[at])
		}
		for i, part := range apportioned(whole[person], weights) {
			paid[lines[i]] = part
		}
	}
}

// apportioned divides whole units by weight: the whole part of what is due to each, and one more to
// whoever is owed the largest rest, one after the other.
func apportioned(amount int64, weights []*big.Rat) []int64 {
	sum := new(big.Rat)
	for _, w := range weights {
		sum = new(big.Rat).Add(sum, w)
	}
	parts := make([]int64, len(weights))
	if sum.Sign() == 0 {
		return parts
	}
	owed, left := make([]*big.Rat, len(weights)), amount
	for i, w := range weights {
		due := new(big.Rat).Quo(product(ratio(amount, 1), w), sum)
		parts[i] = new(big.Int).Div(due.Num(), due.Denom()).Int64()
		owed[i] = new(big.Rat).Sub(due, ratio(parts[i], 1))
		left -= parts[i]
	}
	for ; left > 0; left-- {
		most := 0
		for i := range owed {
			if owed[i].Cmp(owed[most]) > 0 {
				most = i
			}
		}
		parts[most]++
		owed[most] = ratio(-1, 1)
	}
	return parts
}
