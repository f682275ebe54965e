// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package paid

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// Life is a policy that lives through quarters, one after the other.
type Life struct {
	Spec     *praxisv1.IncentivePolicySpec
	Quarters []*Quarter
}

// Quarter is one of them.
type Quarter struct {
	Name   string
	Weeks  []*Week
	Closed bool
	// Left are those who are in no Team any more by its end.
	Left map[string]bool
}

// Statement is what a person's statement says: its lines with an amount, in order, and its total,
// in minor units.
type Statement struct {
	Lines []string
	Total int64
}

// Add adds a line.
func (s *Statement) Add(kind praxisv1.LineKind, of, rule, week string, acc, due, amount int64) {
	s.Lines = append(s.Lines, fmt.Sprintf("%s %s %s %s %d/%d %d", kind, of, rule, week, acc, due, amount))
	if kind != praxisv1.LineAwarded && kind != praxisv1.LineForfeited {
		s.Total += amount
	}
	slices.Sort(s.Lines)
}

// Statements are those of the n-th quarter by person, by the contract alone.
func (l *Life) Statements(n int) map[string]*Statement {
	all := map[string]*Statement{}
	of := func(user string) *Statement {
		if all[user] == nil {
			all[user] = &Statement{}
		}
		return all[user]
	}
	q := l.Quarters[n]
	_, paid := quarterOf(l.Spec, q.Weeks, q.Closed)
	for at, s := range tallied(l.Spec.Rules, q.Weeks, false) {
		kind := praxisv1.LineEarned
		if ruleOf(l.Spec, at.rule).Rhythm == praxisv1.RhythmLongTerm {
			kind = praxisv1.LineAwarded
		}
		of(at.user).Add(kind, "", at.rule, at.week, s.acc, s.due, paid[at])
	}
	for i := range n {
		l.fromEarlier(i, n, of)
	}
	return all
}

// fromEarlier adds what the i-th quarter still moves in the n-th: parts of its awards, and what was
// paid for work that was taken back.
func (l *Life) fromEarlier(i, n int, of func(string) *Statement) {
	from := l.Quarters[i]
	_, paid := quarterOf(l.Spec, from.Weeks, true)
	back := l.backOf(i)
	type mine struct{ user, rule string }
	total, much := map[mine]int64{}, map[mine]int64{}
	for at, amount := range paid {
		total[mine{at.user, at.rule}] += amount
		much[mine{at.user, at.rule}] += back[at]
	}
	for _, m := range slices.SortedFunc(maps.Keys(total), func(a, b mine) int { return cmp.Or(cmp.Compare(a.user, b.user), cmp.Compare(a.rule, b.rule)) }) {
		rule := ruleOf(l.Spec, m.rule)
		if rule.Rhythm != praxisv1.RhythmLongTerm {
			if n == i+1 && much[m] > 0 { // what was taken back is taken back in the next one
				of(m.user).Add(praxisv1.LineCorrected, from.Name, m.rule, "", 0, 0, -much[m])
			}
			continue
		}
		released, forfeited := l.released(rule, i, n, m.user, total[m])
		before, gone := l.released(rule, i, n-1, m.user, total[m])
		if part := released - before; part > 0 {
			of(m.user).Add(praxisv1.LineReleased, from.Name, m.rule, "", 0, 0, part)
		}
		if part := forfeited - gone; part > 0 {
			of(m.user).Add(praxisv1.LineForfeited, from.Name, m.rule, "", 0, 0, part)
		}
		// What a person keeps of an award is never less than nothing, whenever its parts come.
		keeps := max(0, released-much[m]) - max(0, before-much[m])
		if correction := keeps - (released - before); correction != 0 {
			of(m.user).Add(praxisv1.LineCorrected, from.Name, m.rule, "", 0, 0, correction)
		}
	}
}

// released is how much of an award of the i-th quarter is released, and forfeited, by the n-th.
func (l *Life) released(rule *praxisv1.IncentiveRule, i, n int, user string, award int64) (released, forfeited int64) {
	parts := int64(rule.Release.Quarters)
	for k := i + 1; k <= n; k++ {
		if l.Quarters[k].Left[user] {
			if rule.Release.OnLeave == praxisv1.LeaveRelease {
				return award, 0
			}
			return released, award - released
		}
		switch {
		case k == i+1:
			released = award/parts + award%parts
		case int64(k-i) <= parts:
			released += award / parts
		}
	}
	return released, 0
}

// backOf is what was paid in a quarter for work that was taken back since, at each place.
func (l *Life) backOf(i int) map[place]int64 {
	q := l.Quarters[i]
	_, paid := quarterOf(l.Spec, q.Weeks, true)
	back := map[place]int64{}
	then, now := tallied(l.Spec.Rules, q.Weeks, false), tallied(l.Spec.Rules, q.Weeks, true)
	for at, amount := range paid {
		rule := ruleOf(l.Spec, at.rule)
		was, is := comesTo(rule, then[at], len(q.Weeks)), comesTo(rule, now[at], len(q.Weeks))
		if amount == 0 || was.Sign() == 0 {
			continue
		}
		was.Inv(was)
		// Where a band below pays more, less work earns nobody anything.
		back[at] = max(0, amount-toNearest(product(ratio(amount, 1), is, was)))
	}
	return back
}
