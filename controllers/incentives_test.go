// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/incentive"
)

const w51 = "safe-deploys-2026-w51"

// paying returns a world with the platform sample and its policy in euros, two weeks before the
// quarter ends.
func paying(t *testing.T, change ...string) *world {
	t.Helper()
	w := newWorld(t, "2026-12-14T15:05:00Z")
	w.must(w.apply(sample("platform")))
	paysInEarnest(w, change...)
	w.settle()
	return w
}

// paysInEarnest makes the policy of the sample in euros, out of shadow.
func paysInEarnest(w *world, change ...string) {
	w.must(w.create(eurosWith(w, append(change, "shadow: true", "shadow: false")...)))
}

// eurosWith is the sample in euros with some of its text replaced.
func eurosWith(w *world, change ...string) []byte {
	text, err := os.ReadFile(filepath.Join("..", "config", "samples", "incentives", "euros.yaml"))
	w.must(err)
	return []byte(strings.NewReplacer(change...).Replace(string(text)))
}

// approvers gives users the role of those who approve, and waits until the API server knows.
func (w *world) approvers(users ...string) {
	w.Helper()
	for _, user := range users {
		w.bound(user, "praxis-incentives-approver")
	}
	for _, user := range users {
		w.must(eventually(w.Context(), eventuallyBound(w, user)))
	}
}

// accrued lets a week close in which the work of jonas and of priya was accepted.
func (w *world) accrued() {
	w.Helper()
	w.accept(w51+".rehearse-rollback.rehearse.jonas", 1)
	w.accept(w51+".rehearse-rollback.rehearse.priya", 1)
	w.settleAt("2026-12-23T12:00:00Z")
}

// ended lets the quarter close.
func (w *world) ended() {
	w.Helper()
	w.settleAt("2026-12-30T12:00:00Z")
	w.settleAt("2027-01-06T12:00:00Z")
}

func (w *world) statement(user, quarter string) *praxisv1.IncentiveStatement {
	w.Helper()
	return get[praxisv1.IncentiveStatement](w, incentive.StatementName("safe-deploys-eur", quarter, user))
}

// says are the lines of a statement that have an amount, and its total.
func says(s *praxisv1.IncentiveStatement) string {
	var out []string
	for _, l := range s.Status.Lines {
		if l.Amount != "" {
			out = append(out, strings.Join(slices.DeleteFunc([]string{string(l.Kind), l.Of, l.Rule, string(l.Week), fmt.Sprintf("%d/%d", l.Acc, l.Due), l.Amount}, func(s string) bool { return s == "" || s == "0/0" }), " "))
		}
	}
	return strings.Join(append(out, "total "+s.Status.Total), "\n")
}

func TestAStatementGetsItsLinesAsWeeksCloseAndIsProposedWithTheQuarter(t *testing.T) {
	w := paying(t)
	s := w.statement("jonas@example.com", "2026-Q4")
	if got := reason(s.Status.Conditions, praxisv1.ConditionComputed); got != "False Accruing" || len(s.Status.Lines) != 0 {
		t.Errorf("before a week has closed it is %s with %d lines", got, len(s.Status.Lines))
	}
	if hash, _ := incentive.Hash(&s.Spec.Policy); hash != s.Spec.PolicyHash || s.Spec.Policy.AuthoredBy == "" {
		t.Errorf("it is paid by a policy of %q whose hash is not the one that it says", s.Spec.Policy.AuthoredBy)
	}
	w.accrued()
	// A unit is worth 25, the KeyAction carries 2, and all that was due is there: 25 · 2 · 1.5. What was
	// not done goes on next week and is due there.
	const lines = "Earned drive 1/1 75.00\nEarned security 2026-W51 0/1 0.00\nAwarded stay 1/1 20.00\ntotal 75.00"
	if got := says(w.statement("jonas@example.com", "2026-Q4")); got != lines {
		t.Errorf("after a week it says\n%s\nwant\n%s", got, lines)
	}
	w.ended()
	s = w.statement("jonas@example.com", "2026-Q4")
	if got := says(s); got != lines {
		t.Errorf("after the quarter it says\n%s\nwant\n%s", got, lines)
	}
	if got := reason(s.Status.Conditions, praxisv1.ConditionApproved); got != "Unknown Proposed" || !s.Status.Disputable {
		t.Errorf("after the quarter it is %s, and may be disputed: %v", got, s.Status.Disputable)
	}
	w.restart()
	if n := w.settle(); n != 0 {
		t.Errorf("after a restart at rest it writes %d times: %v", n, w.gate.writes)
	}
}

// bound gives a user a role of incentives in the namespace.
func (w *world) bound(user, role string) client.Client {
	w.Helper()
	w.must(w.live.Create(w.Context(), &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{GenerateName: "test-", Namespace: w.ns},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: user}},
	}))
	return w.as(user)
}

// granted lets a user read and dispute the own statement of a quarter.
func (w *world) granted(user, quarter string) {
	w.Helper()
	name := incentive.PersonName("own", user)
	w.must(w.live.Create(w.Context(), &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Namespace: w.ns, Name: name}, Rules: []rbacv1.PolicyRule{{
		APIGroups: []string{"praxis.dev"}, Resources: []string{"incentivestatements"}, Verbs: []string{"get", "patch"},
		ResourceNames: []string{incentive.StatementName("safe-deploys-eur", quarter, user)},
	}}}))
	w.must(w.live.Create(w.Context(), &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: w.ns, Name: name}, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: name},
		Subjects: []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: user}},
	}))
}

// tries changes a statement as a user by a patch.
func (w *world) tries(user string, s *praxisv1.IncentiveStatement, change func(*praxisv1.IncentiveStatementSpec)) error {
	w.Helper()
	after := s.DeepCopy()
	change(&after.Spec)
	err := w.as(user).Patch(w.Context(), after, client.MergeFrom(s))
	if err == nil {
		w.seenAt(after)
	}
	return err
}

func disputing(s *praxisv1.IncentiveStatementSpec) {
	s.Dispute = &praxisv1.Dispute{Reason: "I did one more"}
}

func resolving(s *praxisv1.IncentiveStatementSpec) {
	s.Resolution = &praxisv1.Resolution{Note: "It counts", Adjust: "25"}
}

func approving(s *praxisv1.IncentiveStatementSpec) {
	s.Approvals = append(s.Approvals, praxisv1.Approval{Note: "Seen"})
}

func TestAStatementIsDisputedAnsweredAndApprovedByThoseWhoMay(t *testing.T) {
	w := paying(t, "coo@example.com", "priya@example.com")
	w.accrued()
	for user, role := range map[string]string{
		"priya@example.com": "praxis-incentives-approver",
		"hr@example.com":    "praxis-incentives-approver", "cfo@example.com": "praxis-incentives-approver", "auditor@example.com": "praxis-incentives-viewer",
	} {
		w.bound(user, role)
	}
	for _, user := range []string{"jonas@example.com", "tomas@example.com"} {
		w.granted(user, "2026-Q4")
	}
	jonas := func() *praxisv1.IncentiveStatement { return w.statement("jonas@example.com", "2026-Q4") }
	refuse := func(when, user, words string, s *praxisv1.IncentiveStatement, change func(*praxisv1.IncentiveStatementSpec)) {
		t.Helper()
		if err := wants(w.tries(user, s, change), words); err != nil {
			t.Errorf("%s, %s: %v", when, user, err)
		}
	}
	w.must(eventually(t.Context(), eventuallyBound(w, "hr@example.com")))
	refuse("before it is proposed", "jonas@example.com", "it cannot be disputed now", jonas(), disputing)
	refuse("before it is proposed", "hr@example.com", "it can be approved once its quarter has closed", jonas(), approving)
	w.ended()
	refuse("while it may be disputed", "hr@example.com", "status.disputeUntil is over", jonas(), approving)
	refuse("while it may be disputed", "tomas@example.com", "forbidden", jonas(), disputing)
	refuse("while it may be disputed", "tomas@example.com", "forbidden", jonas(), func(*praxisv1.IncentiveStatementSpec) {})
	refuse("while it may be disputed", "auditor@example.com", "forbidden", jonas(), disputing)
	refuse("while it may be disputed", "hr@example.com", "by its person and nobody else", jonas(), disputing)
	refuse("in another's name", "jonas@example.com", "in one's own name", jonas(), func(s *praxisv1.IncentiveStatementSpec) {
		s.Dispute = &praxisv1.Dispute{Reason: "No", By: "tomas@example.com"}
	})
	w.must(w.tries("jonas@example.com", jonas(), disputing))
	w.settle()
	if got := jonas(); got.Spec.Dispute.By != "jonas@example.com" || reason(got.Status.Conditions, praxisv1.ConditionApproved) != "False Disputed" {
		t.Errorf("it is disputed by %q and %s", got.Spec.Dispute.By, reason(got.Status.Conditions, praxisv1.ConditionApproved))
	}
	refuse("disputed", "hr@example.com", "a dispute is answered", jonas(), approving)
	refuse("disputed", "jonas@example.com", "only the approvers of the policy decide", jonas(), resolving)
	before := jonas().Status.Total
	w.must(w.tries("hr@example.com", jonas(), resolving))
	w.settle()
	if got := jonas(); got.Status.Total == before || !strings.Contains(says(got), "Adjusted 25.00") {
		t.Errorf("answered it says %s, before the total was %s", says(got), before)
	}
	refuse("of one's own", "priya@example.com", "neither its person", w.statement("priya@example.com", "2026-Q4"), approving)
	w.must(w.tries("hr@example.com", jonas(), approving))
	w.settle()
	refuse("a second time", "hr@example.com", "you have approved it already", jonas(), approving)
	refuse("taking one back", "cfo@example.com", "approvals are only added", jonas(), func(s *praxisv1.IncentiveStatementSpec) { s.Approvals = nil })
	refuse("two at once", "cfo@example.com", "one approval at a time", jonas(), func(s *praxisv1.IncentiveStatementSpec) { approving(s); approving(s) })
	w.must(w.tries("cfo@example.com", jonas(), approving))
	w.settle()
	final := jonas()
	if got := reason(final.Status.Conditions, praxisv1.ConditionPayable); got != "True Final" || len(final.Spec.Approvals) != 2 || final.Spec.Approvals[1].By != "cfo@example.com" {
		t.Errorf("approved by two it is %s: %v", got, final.Spec.Approvals)
	}
	refuse("final", "priya@example.com", "the statement is final", final, approving)
	forged := final.DeepCopy()
	forged.Status.Total = "9999.00"
	if err := wants(w.live.Status().Patch(w.Context(), forged, client.MergeFrom(final)), "the statement is final"); err != nil {
		t.Errorf("the total of a final statement: %v", err)
	}
	w.bound("author@example.com", "praxis-incentives-author")
	w.must(eventually(t.Context(), func(ctx context.Context) (bool, error) {
		return w.as("author@example.com").List(ctx, &praxisv1.IncentivePolicyList{}, client.InNamespace(w.ns)) == nil, nil
	}))
	if err := wants(w.as("author@example.com").Delete(w.Context(), get[praxisv1.IncentivePolicy](w, "safe-deploys-eur")), "it has statements that are paid"); err != nil {
		t.Errorf("a policy with statements: %v", err)
	}
}

// eventuallyBound waits until the API server's authorizer sees the bindings that were just made.
func eventuallyBound(w *world, user string) func(context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) {
		err := w.as(user).List(ctx, &praxisv1.IncentiveStatementList{}, client.InNamespace(w.ns))
		return err == nil, nil
	}
}

// pays makes the policy of the sample in euros.
func pays(w *world) {
	w.must(w.apply(filepath.Join("..", "config", "samples", "incentives", "euros.yaml")))
}

// paysAgain makes a second policy for the same Utility and unit.
func paysAgain(w *world) {
	first := get[praxisv1.IncentivePolicy](w, "safe-deploys-eur")
	w.must(w.Create(w.Context(), &praxisv1.IncentivePolicy{ObjectMeta: metav1.ObjectMeta{Namespace: w.ns, Name: "second"}, Spec: first.Spec}))
}

// joinsWithoutWork adds a member to the Team of the platform sample.
func joinsWithoutWork(w *world) {
	edit(w, "platform", func(team *praxisv1.Team) {
		team.Spec.Members = append(team.Spec.Members, praxisv1.Member{Name: "late", User: "late@example.com", Capacity: "8h"})
	})
}

// forgesATotal writes a status as nobody but the operator does.
func forgesATotal(w *world) {
	s := w.statement("jonas@example.com", "2026-Q4")
	s.Status.Total = "9.00"
	w.must(w.live.Status().Update(w.Context(), s))
}

// wasAwarded makes a final statement of the quarter before for somebody who is in no Team.
func wasAwarded(w *world) {
	policy := get[praxisv1.IncentivePolicy](w, "safe-deploys-eur")
	w.awarded(policy, "2026-Q3", "late@example.com", "8.00")
}

// awarded makes a final statement with a long-term award.
func (w *world) awarded(policy *praxisv1.IncentivePolicy, quarter, user, amount string) {
	w.Helper()
	spec := policy.Spec
	spec.Shadow = false
	hash, err := incentive.Hash(&spec)
	w.must(err)
	s := &praxisv1.IncentiveStatement{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: w.ns, Name: incentive.StatementName(policy.Name, quarter, user),
			OwnerReferences: []metav1.OwnerReference{*metav1.NewControllerRef(policy, praxisv1.GroupVersion.WithKind("IncentivePolicy"))},
		},
		Spec: praxisv1.IncentiveStatementSpec{
			PolicyRef: praxisv1.LocalReference{Name: policy.Name}, UtilityRef: spec.UtilityRef, Quarter: quarter, User: user, Policy: spec, PolicyHash: hash,
		},
	}
	w.must(w.Create(w.Context(), s))
	s.Status.Lines = []praxisv1.IncentiveLine{{Kind: praxisv1.LineAwarded, Rule: "stay", Acc: 1, Due: 1, Completion: 100, Amount: amount}}
	for kind, reason := range map[string]string{praxisv1.ConditionComputed: praxisv1.ReasonQuarterClosed, praxisv1.ConditionApproved: praxisv1.ReasonApproved, praxisv1.ConditionPayable: praxisv1.ReasonFinal} {
		meta.SetStatusCondition(&s.Status.Conditions, metav1.Condition{Type: kind, Status: metav1.ConditionTrue, Reason: reason})
	}
	w.must(w.Status().Update(w.Context(), s))
}
