// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cli/term"
	"github.com/praxis-dev/praxis/internal/incentive"
)

const formatCSV term.Format = "csv"

type payOptions struct {
	*Tool
	period string
	all    bool
	format term.Format
}

func newPay(t *Tool) *cobra.Command {
	o := &payOptions{Tool: t}
	c := &cobra.Command{
		Use:   "pay",
		Short: "Show what accepted work came to, of all statements that you may read",
		Long: `Show the IncentiveStatements that you may read, or your own where you may read none of others:
without --period those of the last six quarters. A single one is shown with its lines.

CSV is for payroll: one row for each line that is to be paid, of final statements alone; --all
adds those that are not final, in shadow or still accruing. A cell that a spreadsheet would
take for a formula begins with an apostrophe.`,
		Example: `  # what a quarter came to
  kubectl praxis pay --period 2026-Q4 -n shop

  # for payroll
  kubectl praxis pay --period 2026-Q4 -n shop -o csv > pay.csv`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return o.show(c.Context()) },
	}
	c.Flags().StringVar(&o.period, "period", "", "the quarter, like 2026-Q4; all without it")
	c.Flags().BoolVar(&o.all, "all", false, "in CSV, statements that are not to be paid as well")
	term.AddFormat(c, &o.format, "text", formatCSV, term.JSON, term.YAML)
	c.AddCommand(newPayPreview(t), newPayApprove(t), newPayDispute(t), newPayResolve(t), newPayGrant(t))
	return c
}

func (o *payOptions) show(ctx context.Context) error {
	if o.period != "" && !periodName.MatchString(o.period) {
		return fmt.Errorf("%q is no quarter; write it like 2026-Q4", o.period)
	}
	o.period = strings.ToUpper(o.period)
	statements, err := o.statements(ctx)
	if err != nil {
		return err
	}
	switch o.format {
	case formatCSV:
		return writePayroll(o.Out, statements, o.all)
	case term.JSON, term.YAML:
		items := []praxisv1.IncentiveStatement{}
		return term.Encode(o.Out, o.format, map[string]any{"items": append(items, statements...)})
	}
	if len(statements) == 0 {
		fmt.Fprintln(o.Out, "There is no statement that you may read; the first comes with the first week of a quarter that an IncentivePolicy pays for")
		return nil
	}
	table := term.Table{Header: []string{"NAME", "USER", "QUARTER", "TOTAL", "UNIT", "STATE"}}
	for i := range statements {
		s := &statements[i]
		table.Add(term.Plain(s.Name), term.Plain(s.Spec.User), term.Plain(s.Spec.Quarter), term.Plain(s.Status.Total), term.Plain(s.Spec.Policy.Unit), term.Plain(stateOf(s)))
	}
	screen := term.NewScreen(o.Out)
	table.Print(screen)
	if len(statements) == 1 {
		tellLines(screen, &statements[0])
	}
	return nil
}

// stateOf is how far a statement is, in a word.
func stateOf(s *praxisv1.IncentiveStatement) string {
	for _, kind := range []string{praxisv1.ConditionPayable, praxisv1.ConditionApproved, praxisv1.ConditionComputed} {
		if c := meta.FindStatusCondition(s.Status.Conditions, kind); c != nil && c.Reason != praxisv1.ReasonNotYet {
			return c.Reason
		}
	}
	return praxisv1.ReasonReconciling
}

// statements are those that the user may read, else one's own.
func (o *payOptions) statements(ctx context.Context) ([]praxisv1.IncentiveStatement, error) {
	c, err := o.writer(ctx, "none")
	if err != nil {
		return nil, err
	}
	var list praxisv1.IncentiveStatementList
	err = c.List(ctx, &list, client.InNamespace(c.namespace))
	found := list.Items
	if apierrors.IsForbidden(err) {
		if found, err = o.own(ctx, c); errors.Is(err, errNothingOwn) {
			return nil, fmt.Errorf("you may read no statement in namespace %s; for your own ask who gives rights for what \"kubectl praxis pay grant %s\" prints", c.namespace, c.me)
		}
	}
	found = slices.DeleteFunc(found, func(s praxisv1.IncentiveStatement) bool { return o.period != "" && s.Spec.Quarter != o.period })
	slices.SortFunc(found, func(a, b praxisv1.IncentiveStatement) int {
		return cmp.Or(cmp.Compare(a.Spec.Quarter, b.Spec.Quarter), cmp.Compare(a.Spec.PolicyRef.Name, b.Spec.PolicyRef.Name), cmp.Compare(a.Spec.User, b.Spec.User))
	})
	return found, err
}

// ownQuarters is how many quarters back one's own statements are looked for without --period: the one
// that runs, the one that may be disputed, and a year of what is released.
const ownQuarters = 6

var errNothingOwn = errors.New("no right to one's own")

// own reads one's own statements by their names, which is the right that "pay grant" gives.
func (o *payOptions) own(ctx context.Context, c *writer) ([]praxisv1.IncentiveStatement, error) {
	var policies praxisv1.IncentivePolicyList
	if err := c.List(ctx, &policies, client.InNamespace(c.namespace)); apierrors.IsForbidden(err) {
		return nil, errNothingOwn
	} else if err != nil {
		return nil, err
	}
	var found []praxisv1.IncentiveStatement
	asked, refused := 0, 0 // the right may be to some quarters alone
	for i := range policies.Items {
		p := &policies.Items[i]
		quarters := []string{o.period}
		if o.period == "" {
			quarters = incentive.QuartersUpTo(p.Status.Quarter, ownQuarters)
		}
		for _, quarter := range quarters {
			s := &praxisv1.IncentiveStatement{}
			switch err := c.Get(ctx, client.ObjectKey{Namespace: c.namespace, Name: incentive.StatementName(p.Name, quarter, c.me)}, s); {
			case err == nil:
				found = append(found, *s)
			case apierrors.IsForbidden(err):
				refused++
			case !apierrors.IsNotFound(err):
				return nil, err
			}
			asked++
		}
	}
	if asked > 0 && refused == asked {
		return nil, errNothingOwn
	}
	return found, nil
}

// payrollHeader are the columns of CSV.
var payrollHeader = []string{"period", "user", "policy", "rule", "tier", "rhythm", "acc", "due", "completion", "amount", "unit", "roots", "kind", "week", "state"}

// writePayroll writes a row for each line that adds up to the total of a statement.
func writePayroll(out io.Writer, statements []praxisv1.IncentiveStatement, all bool) error {
	w := csv.NewWriter(out)
	if err := w.Write(payrollHeader); err != nil {
		return err
	}
	for i := range statements {
		s := &statements[i]
		if _, payable := incentive.Final(s); !payable && !all {
			continue
		}
		for j := range s.Status.Lines {
			line := &s.Status.Lines[j]
			switch line.Kind {
			case praxisv1.LineEarned, praxisv1.LineReleased, praxisv1.LineCorrected, praxisv1.LineAdjusted:
				if err := w.Write(payrollRow(s, line)); err != nil {
					return err
				}
			}
		}
	}
	w.Flush()
	return w.Error()
}

func payrollRow(s *praxisv1.IncentiveStatement, line *praxisv1.IncentiveLine) []string {
	var tiers, roots []string
	rhythm := ""
	for _, rule := range s.Spec.Policy.Rules {
		if rule.Name == line.Rule {
			rhythm = string(rule.Rhythm)
			for _, tier := range rule.Tiers {
				tiers = append(tiers, string(tier))
			}
		}
	}
	for _, r := range s.Status.Roots {
		if line.Of == "" && (line.Week == "" || line.Week == r.Week) {
			roots = append(roots, r.Root)
		}
	}
	return []string{
		cmp.Or(line.Of, s.Spec.Quarter), inert(s.Spec.User), inert(s.Spec.PolicyRef.Name), inert(line.Rule), strings.Join(tiers, " "), rhythm,
		fmt.Sprint(line.Acc), fmt.Sprint(line.Due), fmt.Sprint(line.Completion), line.Amount, s.Spec.Policy.Unit, strings.Join(roots, " "),
		string(line.Kind), string(line.Week), stateOf(s),
	}
}

// inert is a text that no spreadsheet takes for a formula.
func inert(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r\n", rune(text[0])) {
		return "'" + text
	}
	return text
}
