// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package formulas

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// life is a policy that lives through quarters, one after the other.
type life struct {
	spec     *praxisv1.IncentivePolicySpec
	quarters []*livedQuarter
}

// livedQuarter is one of them.
type livedQuarter struct {
	name   string
	weeks  []*settled
	closed bool
	// left are those who are in no Team any more by its end.
	left map[string]bool
}

// said is what a statement says in words: its lines with an amount, sorted, and its total.
type said struct {
	lines []string
	total int64
}

func (s *said) add(kind praxisv1.LineKind, of, rule, week string, acc, due, amount int64) {
	s.lines = append(s.lines, fmt.Sprintf("%s %s %s %s %d/%d %d", kind, of, rule, week, acc, due, amount))
	if kind != praxisv1.LineAwarded && kind != praxisv1.LineForfeited {
		s.total += amount
	}
}

// statements are those of the n-th quarter by person, by the contract alone.
func (l *life) statements(n int) map[string]*said {
	all := map[string]*said{}
	of := func(user string) *said {
		if all[user] == nil {
			all[user] = &said{}
		}
		return all[user]
	}
	q := l.quarters[n]
	_, paid := quarterOf(l.spec, q.weeks, q.closed)
	for at, s := range tallied(l.spec.Rules, q.weeks, false) {
		kind := praxisv1.LineEarned
		if ruleOf(l.spec, at.rule).Rhythm == praxisv1.RhythmLongTerm {
			kind = praxisv1.LineAwarded
		}
		of(at.user).add(kind, "", at.rule, at.week, s.acc, s.due, paid[at])
	}
	for i := range n {
		l.fromEarlier(i, n, of)
	}
	for _, s := range all {
		slices.Sort(s.lines)
	}
	return all
}

// fromEarlier adds what the i-th quarter still moves in the n-th: parts of its awards, and what was
// paid for work that was taken back.
func (l *life) fromEarlier(i, n int, of func(string) *said) {
	from := l.quarters[i]
	_, paid := quarterOf(l.spec, from.weeks, true)
	back := l.backOf(i)
	type mine struct{ user, rule string }
	total, much := map[mine]int64{}, map[mine]int64{}
	for at, amount := range paid {
		total[mine{at.user, at.rule}] += amount
		much[mine{at.user, at.rule}] += back[at]
	}
	for _, m := range slices.SortedFunc(maps.Keys(total), func(a, b mine) int { return cmp.Or(cmp.Compare(a.user, b.user), cmp.Compare(a.rule, b.rule)) }) {
		rule := ruleOf(l.spec, m.rule)
		if rule.Rhythm != praxisv1.RhythmLongTerm {
			if n == i+1 && much[m] > 0 { // what was taken back is taken back in the next one
				of(m.user).add(praxisv1.LineCorrected, from.name, m.rule, "", 0, 0, -much[m])
			}
			continue
		}
		released, forfeited := l.released(rule, i, n, m.user, total[m])
		before, gone := l.released(rule, i, n-1, m.user, total[m])
		if part := released - before; part > 0 {
			of(m.user).add(praxisv1.LineReleased, from.name, m.rule, "", 0, 0, part)
		}
		if part := forfeited - gone; part > 0 {
			of(m.user).add(praxisv1.LineForfeited, from.name, m.rule, "", 0, 0, part)
		}
		// What a person keeps of an award is never less than nothing, whenever its parts come.
		keeps := max(0, released-much[m]) - max(0, before-much[m])
		if correction := keeps - (released - before); correction != 0 {
			of(m.user).add(praxisv1.LineCorrected, from.name, m.rule, "", 0, 0, correction)
		}
	}
}

// released is how much of an award of the i-th quarter is released, and forfeited, by the n-th.
func (l *life) released(rule *praxisv1.IncentiveRule, i, n int, user string, award int64) (released, forfeited int64) {
	parts := int64(rule.Release.Quarters)
	for k := i + 1; k <= n; k++ {
		if l.quarters[k].left[user] {
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
func (l *life) backOf(i int) map[place]int64 {
	q := l.quarters[i]
	_, paid := quarterOf(l.spec, q.weeks, true)
	back := map[place]int64{}
	then, now := tallied(l.spec.Rules, q.weeks, false), tallied(l.spec.Rules, q.weeks, true)
	for at, amount := range paid {
		rule := ruleOf(l.spec, at.rule)
		was, is := comesTo(rule, then[at], len(q.weeks)), comesTo(rule, now[at], len(q.weeks))
		if amount == 0 || was.Sign() == 0 {
			continue
		}
		was.Inv(was)
		// Where a band below pays more, less work earns nobody anything.
		back[at] = max(0, amount-toNearest(product(ratio(amount, 1), is, was)))
	}
	return back
}
