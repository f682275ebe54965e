// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package incentive

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"math/big"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/text"
)

// Ledger is what the statements of one policy and quarter are made from.
type Ledger struct {
	Quarter string
	// Spec is what the quarter is paid by, and Policy the same as it was understood.
	Spec   *praxisv1.IncentivePolicySpec
	Policy *Policy
	// Weeks are the closed ones of the quarter that are still there.
	Weeks []ClosedWeek
	// Planned is the work of its weeks that are not closed.
	Planned []Work
	// Closed is set once its last week has closed.
	Closed bool
	// Statements are those of the policy, of this quarter and of others.
	Statements []*praxisv1.IncentiveStatement
	// Here are the users who are in a Team of the namespace.
	Here map[string]bool
}

// ClosedWeek is a closed week that is still there.
type ClosedWeek struct {
	Name, Root string
	// Work as the week was closed with, and Now as its evidence bears it out today.
	Work, Now []Work
}

// StatementName is the name of a person's statement. It does not tell whose it is, since names are
// seen by more than may read it.
func StatementName(policy, quarter, user string) string {
	return PersonName(policy+"-"+strings.ToLower(quarter), user)
}

// PersonName is a name of something that a person has, which does not tell whose it is.
func PersonName(of, user string) string {
	sum := sha256.Sum256([]byte(user))
	return of + "-" + hex.EncodeToString(sum[:6])
}

// Of are the statements of a quarter.
func (l *Ledger) of(quarter string) []*praxisv1.IncentiveStatement {
	var found []*praxisv1.IncentiveStatement
	for _, s := range l.Statements {
		if s.Spec.Quarter == quarter {
			found = append(found, s)
		}
	}
	return found
}

// Users are those who have a statement of the quarter, or are to get one: whoever has work in it
// that a rule pays for, or something of earlier quarters to be released or taken back.
func (l *Ledger) Users() []string {
	users := map[string]bool{}
	for _, f := range l.figures() {
		users[f.User] = true
	}
	for _, f := range l.Policy.Figures(l.Planned) {
		users[f.User] = true
	}
	asked := map[string]bool{}
	for _, s := range l.Statements {
		user := s.Spec.User
		if s.Spec.Quarter == l.Quarter {
			users[user] = true
		} else if !users[user] && !asked[user] {
			asked[user], users[user] = true, len(l.carried(user)) > 0
		}
	}
	maps.DeleteFunc(users, func(_ string, has bool) bool { return !has })
	return slices.Sorted(maps.Keys(users))
}

// figures are those of all persons: of the weeks that are there from their work, and of those that
// were pruned from the statements.
func (l *Ledger) figures() []Figure {
	there, work := map[string]bool{}, []Work(nil)
	for i := range l.Weeks {
		there[l.Weeks[i].Name] = true
		work = append(work, l.Weeks[i].Work...)
	}
	figures := l.Policy.Figures(work)
	for _, s := range l.of(l.Quarter) {
		for _, f := range FiguresOf(s) {
			if !there[f.Week] {
				figures = append(figures, f)
			}
		}
	}
	return figures
}

// FiguresOf are those that the lines of a statement have of weeks.
func FiguresOf(s *praxisv1.IncentiveStatement) []Figure {
	var figures []Figure
	for i := range s.Status.Lines {
		line := &s.Status.Lines[i]
		counted, ok := text.Rational(cmp.Or(line.Counted, "0"))
		if line.Week == "" || !ok || line.Kind != praxisv1.LineCounted && line.Kind != praxisv1.LineEarned {
			continue
		}
		figures = append(figures, Figure{
			User: s.Spec.User, Week: string(line.Week), Rule: line.Rule,
			Acc: big.NewRat(line.Acc, 1), Due: big.NewRat(line.Due, 1), Counted: counted,
		})
	}
	return figures
}

// Roots are the evidence roots of the weeks of the quarter that have closed, those that were pruned
// among them.
func (l *Ledger) Roots() []praxisv1.WeekRoot {
	roots := map[praxisv1.Week]string{}
	for _, s := range l.of(l.Quarter) {
		for _, r := range s.Status.Roots {
			roots[r.Week] = r.Root
		}
	}
	for i := range l.Weeks {
		roots[praxisv1.Week(l.Weeks[i].Name)] = l.Weeks[i].Root
	}
	var out []praxisv1.WeekRoot
	for _, week := range slices.Sorted(maps.Keys(roots)) {
		out = append(out, praxisv1.WeekRoot{Week: week, Root: roots[week]})
	}
	return out[:min(len(out), maxRoots)]
}

const (
	maxRoots   = 26
	maxLines   = 480
	maxChanges = 26
)

// Lines are those of each person for the quarter, by user, without what the resolution of a dispute
// adjusts.
func (l *Ledger) Lines() map[string][]praxisv1.IncentiveLine {
	figures := l.figures()
	lines := map[string][]praxisv1.IncentiveLine{}
	for i := range figures {
		f := &figures[i]
		if rule := l.Policy.Rule(f.Rule); rule != nil && rule.Rhythm != praxisv1.RhythmWeekly {
			lines[f.User] = append(lines[f.User], lineOf(f, praxisv1.LineCounted))
		}
	}
	quarter := Quarter{Policy: l.Policy, Figures: figures, Weeks: len(l.Roots()), Closed: l.Closed}
	for _, of := range quarter.Lines() {
		kind := praxisv1.LineEarned
		if of.Rule.Rhythm == praxisv1.RhythmLongTerm {
			kind = praxisv1.LineAwarded
		}
		line := lineOf(&of.Figure, kind)
		line.Amount = Format(of.Amount, l.Policy.Digits)
		lines[of.User] = append(lines[of.User], line)
	}
	for _, user := range l.Users() {
		lines[user] = append(lines[user], l.carried(user)...)
		sortLines(lines[user])
		lines[user] = lines[user][:min(len(lines[user]), maxLines)]
	}
	return lines
}

func lineOf(f *Figure, kind praxisv1.LineKind) praxisv1.IncentiveLine {
	percent := Completion(f)
	line := praxisv1.IncentiveLine{
		Kind: kind, Week: praxisv1.Week(f.Week), Rule: f.Rule, Acc: f.Acc.Num().Int64(), Due: f.Due.Num().Int64(),
		Completion: int32(new(big.Int).Quo(percent.Num(), percent.Denom()).Int64()),
	}
	if f.Counted.Sign() > 0 {
		line.Counted = f.Counted.RatString()
	}
	return line
}

func sortLines(lines []praxisv1.IncentiveLine) {
	slices.SortFunc(lines, func(a, b praxisv1.IncentiveLine) int {
		return cmp.Or(cmp.Compare(a.Of, b.Of), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Week, b.Week), cmp.Compare(a.Kind, b.Kind))
	})
}

// Total is the sum of the lines that are to be paid, in minor units.
func Total(lines []praxisv1.IncentiveLine, digits int) int64 {
	sum := int64(0)
	for i := range lines {
		switch lines[i].Kind {
		case praxisv1.LineEarned, praxisv1.LineReleased, praxisv1.LineCorrected, praxisv1.LineAdjusted:
			sum += amountOf(&lines[i], digits)
		}
	}
	return sum
}

func amountOf(line *praxisv1.IncentiveLine, digits int) int64 {
	amount, err := ParseMinor(cmp.Or(line.Amount, "0"), digits)
	if err != nil {
		return 0 // nobody but the operator writes it
	}
	return amount
}

// Final reports whether a statement never changes any more, and whether it is to be paid.
func Final(s *praxisv1.IncentiveStatement) (final, payable bool) {
	approved := meta.FindStatusCondition(s.Status.Conditions, praxisv1.ConditionPayable)
	if approved == nil {
		return false, false
	}
	return approved.Reason == praxisv1.ReasonFinal || approved.Reason == praxisv1.ReasonShadow && meta.IsStatusConditionTrue(s.Status.Conditions, praxisv1.ConditionApproved),
		approved.Reason == praxisv1.ReasonFinal
}

// Computed reports whether the quarter of a statement has closed, so that its lines stand.
func Computed(s *praxisv1.IncentiveStatement) bool {
	return meta.IsStatusConditionTrue(s.Status.Conditions, praxisv1.ConditionComputed)
}

// StateOf is how far a statement is: the reason of the furthest condition that says something, and
// True where nothing is left to do for it.
func StateOf(s *praxisv1.IncentiveStatement) (reason string, status metav1.ConditionStatus) {
	for _, kind := range []string{praxisv1.ConditionPayable, praxisv1.ConditionApproved, praxisv1.ConditionComputed} {
		if c := meta.FindStatusCondition(s.Status.Conditions, kind); c != nil && c.Reason != praxisv1.ReasonNotYet {
			status := metav1.ConditionUnknown
			if c.Status == metav1.ConditionTrue && kind != praxisv1.ConditionComputed {
				status = c.Status
			}
			return c.Reason, status
		}
	}
	return praxisv1.ReasonReconciling, metav1.ConditionUnknown
}
