// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package incentive

import (
	"fmt"
	"slices"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// earlier says where the lines of a statement about earlier quarters are more than those statements
// allow, by all statements of its person and policy. When somebody left, and when an earlier statement
// became final, is not in an export: what is held are the bounds.
func (l *Ledger) earlier(s *praxisv1.IncentiveStatement, all []*praxisv1.IncentiveStatement) (wrong []string) {
	type award struct{ of, rule string }
	seen := map[award]bool{}
	for _, line := range s.Status.Lines {
		a := award{line.Of, line.Rule}
		if line.Of == "" || seen[a] {
			continue
		}
		seen[a] = true
		i := slices.IndexFunc(all, func(o *praxisv1.IncentiveStatement) bool {
			return o.Spec.User == s.Spec.User && o.Spec.Quarter == line.Of
		})
		if after, err := QuartersAfter(s.Spec.Quarter, line.Of); err != nil || after < 1 {
			wrong = append(wrong, fmt.Sprintf("the line %s is of %s, which is no earlier quarter", nameOf(&line), line.Of))
		} else if i < 0 {
			wrong = append(wrong, fmt.Sprintf("the line %s of %s cannot be verified: that statement is not in the export", nameOf(&line), line.Of))
		} else if says := l.beyond(s, all[i], all, line.Rule, after); says != "" {
			wrong = append(wrong, says)
		}
	}
	return wrong
}

// beyond says where a statement and those before it moved more of an earlier one than that has.
func (l *Ledger) beyond(s, from *praxisv1.IncentiveStatement, all []*praxisv1.IncentiveStatement, rule string, after int) string {
	upTo := &Ledger{Quarter: s.Spec.Quarter, Policy: l.Policy, Statements: all}
	sum := func(kinds ...praxisv1.LineKind) (total int64) {
		total = upTo.before(from, rule, kinds...)
		for _, kind := range kinds {
			total += l.sum(s, rule, from.Spec.Quarter, kind)
		}
		return total
	}
	money := func(amount int64) string { return Format(amount, l.Policy.Digits) }
	awarded := l.sum(from, rule, "", praxisv1.LineAwarded)
	most := awarded
	i := slices.IndexFunc(from.Spec.Policy.Rules, func(r praxisv1.IncentiveRule) bool { return r.Name == rule })
	if i >= 0 && from.Spec.Policy.Rules[i].Release != nil && from.Spec.Policy.Rules[i].Release.OnLeave != praxisv1.LeaveRelease {
		most = Released(awarded, int(from.Spec.Policy.Rules[i].Release.Quarters), after)
	}
	released, corrected := sum(praxisv1.LineReleased), sum(praxisv1.LineCorrected)
	paid := released
	for j := range from.Status.Lines {
		if line := &from.Status.Lines[j]; line.Kind == praxisv1.LineEarned && line.Rule == rule && line.Of == "" {
			paid += amountOf(line, l.Policy.Digits)
		}
	}
	switch {
	case released > most:
		return fmt.Sprintf("%s are released of what %s awarded by rule %s, and by now it can be %s", money(released), from.Spec.Quarter, rule, money(most))
	case sum(praxisv1.LineReleased, praxisv1.LineForfeited) > awarded:
		return fmt.Sprintf("more is released and forfeited of what %s awarded by rule %s than the %s that it awarded", from.Spec.Quarter, rule, money(awarded))
	case corrected > 0 || -corrected > paid:
		return fmt.Sprintf("%s are corrected of what %s paid by rule %s, which is %s", money(corrected), from.Spec.Quarter, rule, money(paid))
	}
	return ""
}
