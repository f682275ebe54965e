// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package incentive

import (
	"cmp"
	"fmt"
	"slices"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/text"
)

// Finding is a place where a statement is not what its weeks come to.
type Finding struct {
	Statement, Message string
}

// Verify recomputes the statements of one policy from the closed weeks that are there, by their
// quarters, and says which line differs. Of weeks that are no longer there the statements' own
// figures are taken. What a resolution adjusted is added as the statements say it, and what comes
// from earlier quarters is held against those. It returns how many statements it verified.
func Verify(statements []*praxisv1.IncentiveStatement, weeks map[string][]ClosedWeek) (verified int, findings []Finding) {
	of := map[string][]*praxisv1.IncentiveStatement{}
	for _, s := range statements {
		of[s.Spec.Quarter] = append(of[s.Spec.Quarter], s)
	}
	for _, s := range statements {
		add := func(format string, args ...any) {
			findings = append(findings, Finding{s.Name, fmt.Sprintf(format, args...)})
		}
		policy, err := Parse(&s.Spec.Policy)
		if err != nil {
			add("its policy cannot be understood: %v", err)
			continue
		}
		if hash, err := Hash(&s.Spec.Policy); err != nil || hash != s.Spec.PolicyHash {
			add("its policy is not the one of its policyHash")
		}
		l := &Ledger{Quarter: s.Spec.Quarter, Spec: &s.Spec.Policy, Policy: policy, Closed: Computed(s), Statements: of[s.Spec.Quarter]}
		for _, w := range weeks[s.Spec.Quarter] {
			if slices.ContainsFunc(s.Status.Roots, func(r praxisv1.WeekRoot) bool { return string(r.Week) == w.Name }) {
				l.Weeks = append(l.Weeks, w)
			}
		}
		for _, wrong := range append(l.differences(s), l.earlier(s, statements)...) {
			add("%s", wrong)
		}
		verified++
	}
	return verified, findings
}

// NotThere are the weeks that a statement stands on and that are not in the export, by their names.
func NotThere(s *praxisv1.IncentiveStatement, weeks []ClosedWeek) []string {
	var names []string
	for _, r := range s.Status.Roots {
		if !slices.ContainsFunc(weeks, func(w ClosedWeek) bool { return w.Name == string(r.Week) }) {
			names = append(names, string(r.Week))
		}
	}
	return names
}

// differences are what of a statement is not as it is recomputed.
func (l *Ledger) differences(s *praxisv1.IncentiveStatement) (wrong []string) {
	for i := range l.Weeks {
		w := &l.Weeks[i]
		for _, r := range s.Status.Roots {
			if string(r.Week) == w.Name && r.Root != w.Root {
				wrong = append(wrong, fmt.Sprintf("it stands on another root of %s than the week has", r.Week))
			}
		}
	}
	stated := map[string]praxisv1.IncentiveLine{}
	for _, line := range s.Status.Lines {
		if line.Of == "" && line.Kind != praxisv1.LineAdjusted {
			stated[nameOf(&line)] = line
		}
	}
	for _, line := range l.Lines()[s.Spec.User] {
		if line.Of != "" {
			continue
		}
		name := nameOf(&line)
		was, there := stated[name]
		delete(stated, name)
		switch {
		case !there:
			wrong = append(wrong, fmt.Sprintf("the line %s is missing; it comes to %s", name, cmp.Or(line.Amount, "no amount")))
		case was != line:
			wrong = append(wrong, fmt.Sprintf("the line %s says %d of %d and %s, and the weeks come to %d of %d and %s",
				name, was.Acc, was.Due, cmp.Or(was.Amount, "no amount"), line.Acc, line.Due, cmp.Or(line.Amount, "no amount")))
		}
	}
	for name := range stated {
		wrong = append(wrong, fmt.Sprintf("nothing of the weeks comes to the line %s", name))
	}
	if total := Format(Total(s.Status.Lines, l.Policy.Digits), l.Policy.Digits); s.Status.Total != total {
		wrong = append(wrong, fmt.Sprintf("its total is %s, and its lines add up to %s", s.Status.Total, total))
	}
	if adjusted := l.adjusted(s); adjusted != "" {
		wrong = append(wrong, adjusted)
	}
	slices.Sort(wrong)
	return wrong
}

// adjusted says where the adjustment is not what the resolution asks for.
func (l *Ledger) adjusted(s *praxisv1.IncentiveStatement) string {
	want := int64(0)
	if s.Spec.Resolution != nil {
		if r, ok := text.Rational(cmp.Or(s.Spec.Resolution.Adjust, "0")); ok {
			want = Round(r, l.Policy.Digits)
		}
	}
	if got := l.sum(s, "", "", praxisv1.LineAdjusted); got != want {
		return fmt.Sprintf("it is adjusted by %s, and its resolution says %s", Format(got, l.Policy.Digits), Format(want, l.Policy.Digits))
	}
	return ""
}

func nameOf(line *praxisv1.IncentiveLine) string {
	name := string(line.Kind) + " " + line.Rule
	if line.Week != "" {
		name += " of " + string(line.Week)
	}
	return name
}
