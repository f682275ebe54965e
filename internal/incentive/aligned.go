// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package incentive

import (
	"fmt"
	"maps"
	"math/big"
	"slices"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

// tiers are the tiers from the least to the one that matters most.
var tiers = []praxisv1.Tier{praxisv1.TierFoundation, praxisv1.TierIntermediate, praxisv1.TierKey}

// offer is what a week that is planned would come to by rates where all of it is accepted.
type offer struct {
	rates   map[praxisv1.Tier]*big.Rat // in minor units
	minutes map[praxisv1.Tier]int64
	// rules are how many match some work of a tier, and late those of them that are LongTerm.
	rules, late map[praxisv1.Tier]int
	guaranteed  map[praxisv1.Tier]bool
	unpaid      map[string]bool // KeyActions whose key work no rule pays
}

// Alignment says whether a policy pays more for what matters more, judged from the plan of a week at
// full completion: a reason, and what to do about it. An empty week is aligned.
func (p *Policy) Alignment(frozen *praxisv1.WeekPlan, actions []praxisv1.Action) (reason, message string) {
	o := p.offer(frozen, actions)
	for i, low := range tiers {
		for _, high := range tiers[i+1:] {
			if o.minutes[low] == 0 || o.minutes[high] == 0 {
				continue
			}
			lower, higher := o.hourly(low), o.hourly(high)
			if lower.Cmp(higher) > 0 {
				return praxisv1.ReasonKeyPaysLess, fmt.Sprintf("An hour of tier %s earns %s %s by rates and one of tier %s %s; raise the rate of %s, or make the other a guarantee",
					low, Format(halfUp(lower), p.Digits), p.Unit, high, Format(halfUp(higher), p.Digits), high)
			}
		}
	}
	if len(o.unpaid) > 0 {
		return praxisv1.ReasonKeyActionUnpaid, fmt.Sprintf("No rule pays for the key work of KeyAction %s; add Key to the tiers of a rule, or one for its level", slices.Sorted(maps.Keys(o.unpaid))[0])
	}
	if o.minutes[praxisv1.TierFoundation] > 0 && !o.guaranteed[praxisv1.TierFoundation] {
		return praxisv1.ReasonNoSecurity, "There are steps of tier Foundation and no guarantee for them; add a rule with guarantee for that tier"
	}
	for _, tier := range tiers {
		if o.rules[tier] > 0 && o.rules[tier] == o.late[tier] {
			return praxisv1.ReasonFeedbackTooLate, fmt.Sprintf("Tier %s has work every week and only rules of rhythm LongTerm; add one that is Weekly or Quarterly", tier)
		}
	}
	return praxisv1.ReasonAligned, "What matters more earns more, and the basics are secure"
}

func (p *Policy) offer(frozen *praxisv1.WeekPlan, actions []praxisv1.Action) offer {
	o := offer{map[praxisv1.Tier]*big.Rat{}, map[praxisv1.Tier]int64{}, map[praxisv1.Tier]int{}, map[praxisv1.Tier]int{}, map[praxisv1.Tier]bool{}, map[string]bool{}}
	for _, tier := range tiers {
		o.rates[tier] = new(big.Rat)
	}
	cycle := &praxisv1.WeeklyCycle{Status: praxisv1.WeeklyCycleStatus{Plan: frozen}}
	for i := range actions {
		a := &actions[i]
		if a.Spec.Dropped || o.rates[a.Spec.Tier] == nil {
			continue
		}
		w, paid, tier := Planned("", plan.PlannedAs(cycle, a.Spec.KeyActionRef.Name), a, 100), false, a.Spec.Tier
		o.minutes[tier] += plan.Effort(a)
		for j := range p.Rules {
			rule := &p.Rules[j]
			if !rule.Matches(tier, w.Level) {
				continue
			}
			paid = true
			o.rules[tier]++
			if rule.Rhythm == praxisv1.RhythmLongTerm {
				o.late[tier]++
			}
			if !rule.Rate {
				o.guaranteed[tier] = true
				continue
			}
			earned := new(big.Rat).Mul(rule.Amount, new(big.Rat).Mul(w.Acc, rule.worth(&w)))
			o.rates[tier].Add(o.rates[tier], earned.Mul(earned, rule.factor(big.NewRat(100, 1))))
		}
		if tier == praxisv1.TierKey && !paid {
			o.unpaid[a.Spec.KeyActionRef.Name] = true
		}
	}
	return o
}

// hourly is what an hour of a tier earns by rates, in minor units.
func (o offer) hourly(tier praxisv1.Tier) *big.Rat {
	return new(big.Rat).Mul(o.rates[tier], big.NewRat(60, o.minutes[tier]))
}

// TooFewApprovers names somebody whose statement could never be approved: whoever is the person, or
// changed the policy last, approves none. It is empty where there is nobody.
func TooFewApprovers(spec *praxisv1.IncentivePolicySpec, users []string) string {
	for _, user := range users {
		able := 0
		for _, approver := range spec.Approvers.Users {
			if approver != user && approver != spec.AuthoredBy {
				able++
			}
		}
		if able < int(spec.Approvers.Count) {
			return user
		}
	}
	return ""
}
