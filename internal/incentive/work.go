// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package incentive

import (
	"cmp"
	"math/big"
	"slices"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/evidence"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/week"
)

// Work is what one Action of a week came to.
type Work struct {
	User, Week string
	Tier       praxisv1.Tier
	Level      praxisv1.Level
	// Acc and Due are how many times it was accepted and due; Target is how often it was asked for.
	Acc, Due, Target *big.Rat
	// Contribution is how many units each carries, and Percent how much of the Utility all of Target.
	Contribution int64
	Percent      *big.Rat
}

// WorkOf is what an Action of a closed week came to; counted is how much of it is accepted. False
// where it is nobody's.
func WorkOf(cycle *praxisv1.WeeklyCycle, a *praxisv1.Action, counted int32, decisions week.Decisions) (Work, bool) {
	policy := plan.PlannedAs(cycle, a.Spec.KeyActionRef.Name)
	acc := min(max(0, counted), a.Spec.Target)
	due := a.Spec.Target
	switch week.DispositionOf(a, policy, decisions) {
	case praxisv1.MissDrop, praxisv1.MissCarryOver:
		due = min(max(0, a.Status.Accepted), a.Spec.Target)
	}
	if a.Spec.Dropped {
		due = min(max(0, a.Status.Accepted), a.Spec.Target)
	}
	w := planned(string(cycle.Spec.Week), policy, a)
	w.Acc, w.Due = big.NewRat(int64(acc), 1), big.NewRat(int64(due), 1)
	return w, a.Spec.User != ""
}

// Whole reports whether a closed week still has all the Actions and accepted evidence that it was
// closed with. Of one that is being pruned some may be gone before the week is.
func Whole(cycle *praxisv1.WeeklyCycle, actions []praxisv1.Action, pieces []praxisv1.Evidence) bool {
	had := 0
	for _, tier := range cycle.Status.Tiers {
		had += int(tier.Planned)
	}
	return len(actions) >= had && (cycle.Status.Evidence == nil || len(pieces) >= int(cycle.Status.Evidence.Count))
}

// Closed is what a closed week came to, with the pieces of evidence for its Actions as they are today.
func Closed(cycle *praxisv1.WeeklyCycle, actions []praxisv1.Action, pieces []praxisv1.Evidence, decisions week.Decisions) ClosedWeek {
	c := ClosedWeek{Name: string(cycle.Spec.Week)}
	if cycle.Status.Evidence != nil {
		c.Root = cycle.Status.Evidence.Root
	}
	of := map[string][]praxisv1.Evidence{}
	for i := range pieces {
		name := evidence.ActionOf(&pieces[i])
		of[name] = append(of[name], pieces[i])
	}
	for i := range actions {
		a := &actions[i]
		if was, somebodys := WorkOf(cycle, a, a.Status.Accepted, decisions); somebodys {
			now, _ := WorkOf(cycle, a, a.Status.Accepted-takenBack(a, of[a.Name]), decisions)
			c.Work, c.Now = append(c.Work, was), append(c.Now, now)
		}
	}
	return c
}

// takenBack is how much of what an Action was closed with was rejected since. A piece that is not
// there is none that was taken back: it was erased, or goes with its week.
func takenBack(a *praxisv1.Action, pieces []praxisv1.Evidence) int32 {
	rejected := -int64(a.Status.Rejected)
	var kept []praxisv1.Evidence
	for i := range pieces {
		if rejectedToday(&pieces[i]) {
			rejected += int64(max(1, pieces[i].Spec.Quantity))
		} else {
			kept = append(kept, pieces[i])
		}
	}
	less := int64(a.Status.Accepted) - int64(evidence.Count(a, kept).Accepted)
	return int32(max(0, min(rejected, less)))
}

// rejectedToday reports whether the verdict of a piece is that it is rejected. The conditions of one
// that was accepted stay as its week was closed with them, so that its verdict is asked: of whoever
// judged it, and of nobody else.
func rejectedToday(e *praxisv1.Evidence) bool {
	v := e.Status.Verdict
	return v != nil && v.Decision == praxisv1.DecisionRejected && (!evidence.Counts(e) || v.By == e.Status.JudgedBy)
}

// Planned is what an Action comes to where all of it but a part, in percent, is accepted.
func Planned(name string, policy *praxisv1.PlannedKeyAction, a *praxisv1.Action, percent int64) Work {
	w := planned(name, policy, a)
	w.Due = w.Target
	w.Acc = new(big.Rat).Mul(w.Target, big.NewRat(percent, 100))
	return w
}

func planned(name string, policy *praxisv1.PlannedKeyAction, a *praxisv1.Action) Work {
	w := Work{
		User: a.Spec.User, Week: name, Tier: a.Spec.Tier, Level: praxisv1.LevelDepartment,
		Target: big.NewRat(int64(max(1, a.Spec.Target)), 1), Contribution: a.Spec.Contribution, Percent: new(big.Rat),
	}
	if policy != nil {
		if policy.Parent != "" {
			w.Level = praxisv1.LevelEnterprise
		}
		w.Percent = big.NewRat(int64(a.Spec.Share)*int64(policy.Weight), 10000*int64(max(1, policy.Parts)))
	}
	return w
}

// Figure is what one person's work of one week came to by one rule.
type Figure struct {
	User, Week, Rule string
	Acc, Due         *big.Rat
	// Counted is what a rate is multiplied by: Σ(acc·k).
	Counted *big.Rat
}

// Figures add up work by person, week and rule, in that order. What was not due has none.
func (p *Policy) Figures(work []Work) []Figure {
	type key struct{ user, week, rule string }
	sums := map[key]*Figure{}
	for i := range work {
		w := &work[i]
		for j := range p.Rules {
			rule := &p.Rules[j]
			if w.User == "" || w.Due.Sign() == 0 || !rule.Matches(w.Tier, w.Level) {
				continue
			}
			k := key{w.User, w.Week, rule.Name}
			if sums[k] == nil {
				sums[k] = &Figure{User: k.user, Week: k.week, Rule: k.rule, Acc: new(big.Rat), Due: new(big.Rat), Counted: new(big.Rat)}
			}
			f := sums[k]
			f.Acc.Add(f.Acc, w.Acc)
			f.Due.Add(f.Due, w.Due)
			f.Counted.Add(f.Counted, new(big.Rat).Mul(w.Acc, rule.worth(w)))
		}
	}
	figures := make([]Figure, 0, len(sums))
	for _, f := range sums {
		f.Counted = bounded(f.Counted)
		figures = append(figures, *f)
	}
	slices.SortFunc(figures, func(a, b Figure) int {
		return cmp.Or(cmp.Compare(a.User, b.User), cmp.Compare(a.Week, b.Week), cmp.Compare(a.Rule, b.Rule))
	})
	return figures
}

const (
	// maxCounted is how long a fraction may be in a statement, and manyDecimals what a longer one is
	// rounded to, so that it is the same read back. Shares of a Utility that are asked for so and so
	// often have denominators that multiply.
	maxCounted   = 400
	manyDecimals = 40
)

func bounded(r *big.Rat) *big.Rat {
	if r.IsInt() || len(r.RatString()) <= maxCounted {
		return r
	}
	rounded, _ := new(big.Rat).SetString(r.FloatString(manyDecimals))
	return rounded
}

// worth is what one accepted completion counts for a rate.
func (r *Rule) worth(w *Work) *big.Rat {
	switch {
	case !r.Rate:
		return new(big.Rat)
	case r.Per == praxisv1.PerUnit:
		return big.NewRat(w.Contribution, 1)
	case r.Per == praxisv1.PerShare:
		return new(big.Rat).Quo(w.Percent, w.Target)
	}
	return big.NewRat(1, 1)
}
