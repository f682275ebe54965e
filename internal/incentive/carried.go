// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package incentive

import (
	"cmp"
	"slices"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// carried are the lines of a person that come from earlier quarters: what is released of their
// awards, and what is taken back of them.
func (l *Ledger) carried(user string) []praxisv1.IncentiveLine {
	own := *l
	own.Statements = nil
	for _, s := range l.Statements {
		if s.Spec.User == user {
			own.Statements = append(own.Statements, s)
		}
	}
	var lines []praxisv1.IncentiveLine
	for _, from := range own.Statements {
		after, err := QuartersAfter(l.Quarter, from.Spec.Quarter)
		if _, payable := Final(from); err != nil || after < 1 || !payable || from.Spec.Policy.Unit != l.Policy.Unit {
			continue
		}
		for _, rule := range from.Spec.Policy.Rules {
			lines = append(lines, own.release(from, &rule, after)...)
			if line := own.correction(from, &rule, lines); line != nil {
				lines = append(lines, *line)
			}
		}
	}
	sortLines(lines)
	return lines
}

// release is what is released of an award by a rule: what is due by this quarter and was not yet.
func (l *Ledger) release(from *praxisv1.IncentiveStatement, rule *praxisv1.IncentiveRule, after int) []praxisv1.IncentiveLine {
	if rule.Release == nil {
		return nil
	}
	award := l.sum(from, rule.Name, "", praxisv1.LineAwarded)
	kind, until := praxisv1.LineReleased, Released(award, int(rule.Release.Quarters), after)
	if !l.Here[from.Spec.User] {
		kind, until = praxisv1.LineForfeited, award
		if rule.Release.OnLeave == praxisv1.LeaveRelease {
			kind = praxisv1.LineReleased
		}
	}
	part := until - l.before(from, rule.Name, praxisv1.LineReleased, praxisv1.LineForfeited)
	if part <= 0 {
		return nil
	}
	return []praxisv1.IncentiveLine{{Kind: kind, Of: from.Spec.Quarter, Rule: rule.Name, Amount: Format(part, l.Policy.Digits)}}
}

// correction is what has to be taken back, or given back, of what an earlier statement paid by a
// rule. Of an award no more is taken back than was released.
func (l *Ledger) correction(from *praxisv1.IncentiveStatement, rule *praxisv1.IncentiveRule, now []praxisv1.IncentiveLine) *praxisv1.IncentiveLine {
	change := int64(0)
	for _, c := range from.Status.Changes {
		if c.Rule == rule.Name {
			amount, err := ParseMinor(c.Amount, l.Policy.Digits)
			if err == nil {
				change += amount
			}
		}
	}
	if rule.Release != nil {
		released := l.before(from, rule.Name, praxisv1.LineReleased)
		for i := range now {
			if now[i].Kind == praxisv1.LineReleased && now[i].Of == from.Spec.Quarter && now[i].Rule == rule.Name {
				released += amountOf(&now[i], l.Policy.Digits)
			}
		}
		change = max(change, -released)
	}
	change -= l.before(from, rule.Name, praxisv1.LineCorrected)
	if change == 0 {
		return nil
	}
	return &praxisv1.IncentiveLine{Kind: praxisv1.LineCorrected, Of: from.Spec.Quarter, Rule: rule.Name, Amount: Format(change, l.Policy.Digits)}
}

// before is what the person's statements of the quarters between say of an earlier one.
func (l *Ledger) before(from *praxisv1.IncentiveStatement, rule string, kinds ...praxisv1.LineKind) int64 {
	sum := int64(0)
	for _, s := range l.Statements {
		after, err := QuartersAfter(l.Quarter, s.Spec.Quarter)
		if s.Spec.User == from.Spec.User && err == nil && after > 0 {
			for _, kind := range kinds {
				sum += l.sum(s, rule, from.Spec.Quarter, kind)
			}
		}
	}
	return sum
}

func (l *Ledger) sum(s *praxisv1.IncentiveStatement, rule, of string, kind praxisv1.LineKind) int64 {
	sum := int64(0)
	for i := range s.Status.Lines {
		if line := &s.Status.Lines[i]; line.Kind == kind && line.Rule == rule && line.Of == of {
			sum += amountOf(line, l.Policy.Digits)
		}
	}
	return sum
}

// Changes are the work of a statement that counts less than it did when its week closed, and what
// was paid for that. Of weeks that are no longer there they stay as they were.
func (l *Ledger) Changes(s *praxisv1.IncentiveStatement) []praxisv1.WorkChange {
	there, now := map[string]bool{}, []Work(nil)
	for i := range l.Weeks {
		there[l.Weeks[i].Name] = true
		for _, w := range l.Weeks[i].Now {
			if w.User == s.Spec.User {
				now = append(now, w)
			}
		}
	}
	was := FiguresOf(s)
	today, first := slices.Clone(was), map[string]string{}
	for _, f := range l.Policy.Figures(now) {
		i := slices.IndexFunc(today, func(w Figure) bool { return w.User == f.User && w.Week == f.Week && w.Rule == f.Rule })
		if i >= 0 && today[i].Acc.Cmp(f.Acc) > 0 {
			today[i] = f
			first[f.Rule+"/"+weekOf(l.Policy, &f)] = cmp.Or(first[f.Rule+"/"+weekOf(l.Policy, &f)], f.Week)
		}
	}
	weeks := len(s.Status.Roots) // those that its lines stand on
	before := Quarter{Policy: l.Policy, Figures: was, Weeks: weeks}.Lines()
	after := Quarter{Policy: l.Policy, Figures: today, Weeks: weeks}.Lines()
	var changes []praxisv1.WorkChange
	for i := range before {
		week := first[before[i].Rule.Name+"/"+before[i].Week]
		if week == "" || i >= len(after) {
			continue
		}
		paid := l.paid(s, &before[i])
		changes = append(changes, praxisv1.WorkChange{
			Week: praxisv1.Week(week), Rule: before[i].Rule.Name, Amount: Format(-TooMuch(paid, before[i].Exact, after[i].Exact), l.Policy.Digits),
		})
	}
	for _, c := range s.Status.Changes {
		if !there[string(c.Week)] && !slices.ContainsFunc(changes, func(n praxisv1.WorkChange) bool { return n.Rule == c.Rule && n.Week == c.Week }) {
			changes = append(changes, c)
		}
	}
	slices.SortFunc(changes, func(a, b praxisv1.WorkChange) int {
		return cmp.Or(cmp.Compare(a.Week, b.Week), cmp.Compare(a.Rule, b.Rule))
	})
	return changes[:min(len(changes), maxChanges)]
}

// weekOf is the week of the line that a figure is part of; empty for one over the quarter.
func weekOf(p *Policy, f *Figure) string {
	if rule := p.Rule(f.Rule); rule != nil && rule.Rhythm == praxisv1.RhythmWeekly {
		return f.Week
	}
	return ""
}

// paid is what a statement says of a line.
func (l *Ledger) paid(s *praxisv1.IncentiveStatement, line *Line) int64 {
	for i := range s.Status.Lines {
		of := &s.Status.Lines[i]
		if of.Rule == line.Rule.Name && string(of.Week) == line.Week && of.Of == "" && (of.Kind == praxisv1.LineEarned || of.Kind == praxisv1.LineAwarded) {
			return amountOf(of, l.Policy.Digits)
		}
	}
	return 0
}
