// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package security

import (
	"context"
	"errors"
	"strings"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/test/controlplane"
)

// Those who have to do with pay: three approvers, of whom one wrote the policy, and who may only look.
const (
	hal = "hal@shop.example"
	cfo = "cfo@shop.example"
	wes = "wes@shop.example" // writes policies, and is named as an approver
	aud = "aud@shop.example"
	dan = "dan@shop.example" // is paid as ben is
)

// earned is the total of every statement, which nobody else is to learn.
const earned = "731.25"

// Statements of ben by how far they have come, with what was said to them.
var statements = map[string]struct {
	user, computed, approved, payable string
	disputable                        bool
	say                               func(*praxisv1.IncentiveStatementSpec)
}{
	"accruing": {ben, "False Accruing", "False NotYet", "False NotYet", false, nil},
	"proposed": {ben, "True QuarterClosed", "Unknown Proposed", "False NotYet", true, nil},
	"disputed": {ben, "True QuarterClosed", "False Disputed", "False NotYet", false, func(s *praxisv1.IncentiveStatementSpec) {
		s.Dispute = &praxisv1.Dispute{Reason: "One is missing", By: ben}
	}},
	"waiting": {ben, "True QuarterClosed", "Unknown Proposed", "False NotYet", false, nil},
	"agreed": {ben, "True QuarterClosed", "Unknown Proposed", "False NotYet", false, func(s *praxisv1.IncentiveStatementSpec) {
		s.Approvals = []praxisv1.Approval{{By: hal, Note: "Seen"}}
	}},
	"final": {ben, "True QuarterClosed", "True Approved", "True Final", false, func(s *praxisv1.IncentiveStatementSpec) {
		s.Approvals = []praxisv1.Approval{{By: hal, Note: "Seen"}, {By: cfo}}
	}},
	"in-shadow": {ben, "True QuarterClosed", "True Approved", "False Shadow", false, func(s *praxisv1.IncentiveStatementSpec) {
		s.Policy.Shadow, s.Approvals = true, []praxisv1.Approval{{By: hal}, {By: cfo}}
	}},
	"of-dan": {dan, "True QuarterClosed", "Unknown Proposed", "False NotYet", true, nil},
	"of-hal": {hal, "True QuarterClosed", "Unknown Proposed", "False NotYet", false, nil},
}

// pay writes policies and statements, and who is to see their own.
func (s *stage) pay(ctx context.Context) error {
	var errs []error
	for name, n := range map[string]int32{"checkout-eur": 1, "tried": 0, "unused": 0} {
		p := &praxisv1.IncentivePolicy{ObjectMeta: metav1.ObjectMeta{Namespace: shop, Name: name}, Spec: paidBy()}
		p.Spec.Shadow = name == "tried"
		errs = append(errs, s.admin.Create(ctx, p))
		p.Status.ObservedGeneration, p.Status.Statements, p.Status.Payable = 1, n, n
		if name == "tried" {
			p.Status.Statements = 1
		}
		errs = append(errs, s.admin.Status().Update(ctx, p))
	}
	names := map[string][]string{}
	for name, of := range statements {
		o := &praxisv1.IncentiveStatement{ObjectMeta: metav1.ObjectMeta{Namespace: shop, Name: name, Labels: map[string]string{praxisv1.LabelUtility: "checkout"}}}
		o.Spec = praxisv1.IncentiveStatementSpec{
			PolicyRef: praxisv1.LocalReference{Name: "checkout-eur"}, UtilityRef: praxisv1.LocalReference{Name: "checkout"}, Quarter: "2026-Q4",
			User: of.user, Policy: paidBy(), PolicyHash: strings.Repeat("0", 64),
		}
		if of.say != nil {
			of.say(&o.Spec)
		}
		errs = append(errs, s.admin.Create(ctx, o))
		o.Status = cameTo(of.computed, of.approved, of.payable, of.disputable)
		errs = append(errs, s.admin.Status().Update(ctx, o))
		names[of.user] = append(names[of.user], name)
	}
	for _, user := range []string{ben, dan} {
		name := "own-" + user[:3]
		errs = append(errs, s.admin.Create(ctx, &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Namespace: shop, Name: name}, Rules: []rbacv1.PolicyRule{
			{APIGroups: []string{"praxis.dev"}, Resources: []string{"incentivestatements"}, ResourceNames: names[user], Verbs: []string{"get", "patch"}},
		}}), s.admin.Create(ctx, controlplane.RoleBinding(shop, name, user, "Role", name)))
	}
	return errors.Join(errs...)
}

func paidBy() praxisv1.IncentivePolicySpec {
	return praxisv1.IncentivePolicySpec{
		UtilityRef: praxisv1.LocalReference{Name: "checkout"}, Unit: "EUR", DisputeDays: 7, AuthoredBy: wes,
		Approvers: praxisv1.Approvers{Users: []string{hal, cfo, wes}, Count: 2},
		Rules: []praxisv1.IncentiveRule{{
			Name: "drive", Tiers: []praxisv1.Tier{praxisv1.TierKey}, Rhythm: praxisv1.RhythmQuarterly,
			Rate: &praxisv1.Rate{Amount: "25", Per: praxisv1.PerUnit},
		}},
	}
}

func cameTo(computed, approved, payable string, disputable bool) praxisv1.IncentiveStatementStatus {
	status := praxisv1.IncentiveStatementStatus{
		Total: earned, Disputable: disputable, DisputeUntil: new(metav1.Date(2027, 1, 13, 0, 0, 0, 0, time.UTC)),
		Lines: []praxisv1.IncentiveLine{{Kind: praxisv1.LineEarned, Rule: "drive", Acc: 2, Due: 2, Completion: 100, Amount: earned}},
		Roots: []praxisv1.WeekRoot{{Week: "2026-W52", Root: strings.Repeat("a", 64)}},
	}
	status.ObservedGeneration = 1
	for kind, is := range map[string]string{praxisv1.ConditionComputed: computed, praxisv1.ConditionApproved: approved, praxisv1.ConditionPayable: payable} {
		state, reason, _ := strings.Cut(is, " ")
		status.Conditions = append(status.Conditions, metav1.Condition{Type: kind, Status: metav1.ConditionStatus(state), Reason: reason, LastTransitionTime: metav1.Date(2027, 1, 6, 0, 0, 0, 0, time.UTC)})
	}
	return status
}
