// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/act"
)

// paySay is what the commands that say something to a statement have in common.
type paySay struct {
	*Tool
	because, adjust, dryRun string
}

func newPayApprove(t *Tool) *cobra.Command {
	o := &paySay{Tool: t}
	c := &cobra.Command{
		Use:   "approve STATEMENT",
		Short: "Agree to a statement, as one of the approvers of its policy",
		Long: `Agree to a statement, as one of the approvers of its policy: once its quarter has closed, the
time to dispute it is over and a dispute is answered. Nobody approves one's own, nor who
changed the policy last. With enough approvals it is final and never changes.`,
		Example: `  kubectl praxis pay approve checkout-2026-2026-q4-1f2e3d4c5b6a -n shop -m "Compared with the weeks"`,
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return o.say(c.Context(), args[0], "is approved by you", func(s *praxisv1.IncentiveStatementSpec, me string) {
				s.Approvals = append(s.Approvals, praxisv1.Approval{By: me, Note: o.because})
			}, approvedSoFar)
		},
		ValidArgsFunction: t.completeStatements,
	}
	c.Flags().StringVarP(&o.because, "message", "m", "", "what you have to say to it")
	addDryRun(c, &o.dryRun)
	return c
}

func newPayResolve(t *Tool) *cobra.Command {
	o := &paySay{Tool: t}
	c := &cobra.Command{
		Use:   "resolve STATEMENT",
		Short: "Answer a dispute, as one of the approvers of its policy",
		Long: `Answer a dispute, as one of the approvers of its policy, with what was found and, where something
was wrong, the amount that is added or taken away. It becomes a line of its own.`,
		Example: `  kubectl praxis pay resolve checkout-2026-2026-q4-1f2e3d4c5b6a -n shop -m "The fifth interview counts" --adjust 25`,
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if o.because == "" {
				return fmt.Errorf(`an answer says what was found; add -m "..."`)
			}
			if o.adjust != "" && !adjustment.MatchString(o.adjust) {
				return fmt.Errorf("--adjust=%s is no amount; write it with a point, like 25 or -12.50", o.adjust)
			}
			return o.say(c.Context(), args[0], "is answered", func(s *praxisv1.IncentiveStatementSpec, me string) {
				s.Resolution = &praxisv1.Resolution{By: me, Note: o.because, Adjust: o.adjust}
			}, func(*praxisv1.IncentiveStatement) string { return "it is approved next" })
		},
		ValidArgsFunction: t.completeStatements,
	}
	c.Flags().StringVarP(&o.because, "message", "m", "", "what was found, in a sentence")
	c.Flags().StringVar(&o.adjust, "adjust", "", "the amount that is added, or with - taken away, like 25 or -12.50")
	addDryRun(c, &o.dryRun)
	return c
}

func newPayDispute(t *Tool) *cobra.Command {
	o := &paySay{Tool: t}
	c := &cobra.Command{
		Use:   "dispute STATEMENT",
		Short: "Say what is wrong with your own statement, while it may be disputed",
		Long: `Say what is wrong with your own statement, once, from when it is proposed until its
status.disputeUntil. An approver answers before anybody approves it.`,
		Example: `  kubectl praxis pay dispute checkout-2026-2026-q4-1f2e3d4c5b6a -n shop -m "Week 48 counts four interviews, and I did five"`,
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if o.because == "" {
				return fmt.Errorf(`a dispute says what is wrong; add -m "..."`)
			}
			return o.dispute(c.Context(), args[0])
		},
		ValidArgsFunction: t.completeStatements,
	}
	c.Flags().StringVarP(&o.because, "message", "m", "", "what is wrong, in a sentence")
	addDryRun(c, &o.dryRun)
	return c
}

// adjustment is what the API takes for one.
var adjustment = regexp.MustCompile(`^-?[0-9]{1,9}(\.[0-9]{1,3})?$`)

// approvedSoFar says how many approvals are still missing.
func approvedSoFar(s *praxisv1.IncentiveStatement) string {
	switch missing := int(s.Spec.Policy.Approvers.Count) - len(s.Spec.Approvals); {
	case missing > 1:
		return fmt.Sprintf("%d more approvals make it final", missing)
	case missing == 1:
		return "one more approval makes it final"
	}
	return "it is final now"
}

// say reads a statement, changes it and writes it, if nobody else has changed it meanwhile.
func (o *paySay) say(ctx context.Context, name, did string, change func(s *praxisv1.IncentiveStatementSpec, me string), next func(*praxisv1.IncentiveStatement) string) error {
	c, err := o.writer(ctx, o.dryRun)
	if err != nil {
		return err
	}
	s := &praxisv1.IncentiveStatement{}
	if err := c.Get(ctx, client.ObjectKey{Namespace: c.namespace, Name: name}, s); err != nil {
		return err
	}
	if err := act.SayOf(ctx, c, s, func(spec *praxisv1.IncentiveStatementSpec) { change(spec, c.me) }); err != nil {
		return err
	}
	o.said(name, did+"; "+next(s))
	return nil
}

// dispute writes without reading, since a person may have no right to read statements.
func (o *paySay) dispute(ctx context.Context, name string) error {
	c, err := o.writer(ctx, o.dryRun)
	if err != nil {
		return err
	}
	text, err := json.Marshal(map[string]any{"spec": map[string]any{"dispute": praxisv1.Dispute{By: c.me, Reason: o.because}}})
	if err != nil {
		return err
	}
	s := &praxisv1.IncentiveStatement{}
	s.Namespace, s.Name = c.namespace, name
	if err := c.Patch(ctx, s, client.RawPatch(types.MergePatchType, text)); err != nil {
		return err
	}
	o.said(name, "is disputed; an approver of its policy answers")
	return nil
}

func (o *paySay) said(name, did string) {
	if o.dryRun == "server" {
		did, _, _ = strings.Cut(strings.Replace(did, "is ", "would be ", 1), ";")
		did += " (server dry run)"
	}
	fmt.Fprintf(o.Out, "incentivestatement/%s %s\n", name, did)
}
