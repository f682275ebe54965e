// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/incentive"
	"github.com/praxis-dev/praxis/test/controlplane"
)

// Who has to do with what work is paid, beside those whose work it is.
const (
	hana = "hana@shop.example" // reads statements
	omar = "omar@shop.example" // approves them
	aldo = "aldo@shop.example" // writes policies
)

// amounts are what the statements of people say; no other text of the goals has such a number.
var amounts = map[string]string{ben: "4711.25", cleo: "815.75"}

// paidBy says whose amounts each sees on their page.
var paidBy = map[string][]string{"": nil, eve: nil, nel: nil, vic: nil, ana: nil, hana: nil, aldo: nil, ben: {ben}, cleo: {cleo}, omar: {cleo}}

func statementName(user string) string { return incentive.StatementName("pay", "2026-Q3", user) }

// pays writes a policy and the statements of ben, which may be disputed, and of cleo, which waits for
// approvals, as the operator leaves them, and who may what.
func (s *stage) pays(ctx context.Context) error {
	p := &praxisv1.IncentivePolicy{ObjectMeta: metav1.ObjectMeta{Namespace: shop, Name: "pay"}, Spec: praxisv1.IncentivePolicySpec{
		UtilityRef: praxisv1.LocalReference{Name: "checkout"}, Unit: "EUR", AuthoredBy: aldo, DisputeDays: 7,
		Rules:     []praxisv1.IncentiveRule{{Name: "drive", Tiers: []praxisv1.Tier{praxisv1.TierKey}, Rhythm: praxisv1.RhythmQuarterly, Rate: &praxisv1.Rate{Amount: "25", Per: praxisv1.PerUnit}}},
		Approvers: praxisv1.Approvers{Users: []string{omar, ana, aldo}, Count: 2},
	}}
	if err := s.admin.Create(ctx, p); err != nil {
		return err
	}
	p.Status = praxisv1.IncentivePolicyStatus{Quarter: "2026-Q4", Statements: 2}
	if err := s.admin.Status().Update(ctx, p); err != nil {
		return err
	}
	now := metav1.NewTime(time.Date(2026, 10, 5, 0, 0, 0, 0, time.UTC))
	for user, amount := range amounts {
		o := &praxisv1.IncentiveStatement{ObjectMeta: metav1.ObjectMeta{Namespace: shop, Name: statementName(user)}, Spec: praxisv1.IncentiveStatementSpec{
			PolicyRef: praxisv1.LocalReference{Name: "pay"}, UtilityRef: p.Spec.UtilityRef, Quarter: "2026-Q3", User: user, Policy: p.Spec, PolicyHash: strings.Repeat("a", 64),
		}}
		if err := s.admin.Create(ctx, o); err != nil {
			return err
		}
		o.Status = praxisv1.IncentiveStatementStatus{
			ConditionedStatus: praxisv1.ConditionedStatus{Conditions: []metav1.Condition{
				{Type: praxisv1.ConditionComputed, Status: metav1.ConditionTrue, Reason: praxisv1.ReasonQuarterClosed, LastTransitionTime: now},
				{Type: praxisv1.ConditionApproved, Status: metav1.ConditionFalse, Reason: praxisv1.ReasonProposed, LastTransitionTime: now},
			}},
			Total: amount, Lines: []praxisv1.IncentiveLine{{Kind: praxisv1.LineEarned, Rule: "drive", Amount: amount}}, Disputable: user == ben,
		}
		if err := s.admin.Status().Update(ctx, o); err != nil {
			return err
		}
	}
	return errors.Join(
		s.admin.Create(ctx, controlplane.RoleBinding(shop, "hana", hana, "ClusterRole", "praxis-incentives-viewer")),
		s.admin.Create(ctx, controlplane.RoleBinding(shop, "omar", omar, "ClusterRole", "praxis-incentives-approver")),
		s.admin.Create(ctx, controlplane.RoleBinding(shop, "aldo", aldo, "ClusterRole", "praxis-incentives-author")),
		s.admin.Create(ctx, &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Namespace: shop, Name: "own"}, Rules: []rbacv1.PolicyRule{
			{APIGroups: []string{"praxis.dev"}, Resources: []string{"incentivestatements"}, ResourceNames: []string{statementName(ben)}, Verbs: []string{"get", "patch"}},
		}}),
		s.admin.Create(ctx, controlplane.RoleBinding(shop, "own", ben, "Role", "own")),
	)
}

func TestNobodySeesWhatAnotherIsPaid(t *testing.T) {
	others := []string{
		"/", "/map", "/heatmap", "/me", "/search?q=pay", "/search?q=4711.25", "/utility/shop/checkout", "/week/shop/checkout", "/report/shop/checkout",
		"/evidence/shop/" + statementName(ben), "/review/shop/" + statementName(ben), "/pay/" + statementName(ben), "/pay?user=" + ben, "/pay?did=approved&what=" + statementName(ben),
	}
	for name, w := range ways(t) {
		for user, sees := range paidBy {
			t.Run(name+"/"+strings.TrimSuffix(user+"@", "@"), func(t *testing.T) {
				b := w.signedIn(t, user)
				if user == "" { // whom the provider would let in as whomever it vouched for last
					b.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
				}
				may := map[string]bool{}
				for _, of := range sees {
					may[of] = true
				}
				response, err := b.Get(w.URL + "/pay")
				page := answered(t, response, err)
				_, text := data(t, b, w.URL+"/pay", nil)
				for of, amount := range amounts {
					if strings.Contains(page, amount) != may[of] {
						t.Errorf("whether the page shows the amount of %s is not %v:\n%.2000s", of, may[of], page)
					}
					if strings.Contains(text, amount) != (may[of] && of == user) {
						t.Errorf("as data it is\n%.2000s", text)
					}
				}
				for _, path := range others {
					response, err := b.Get(w.URL + path)
					text := strings.ReplaceAll(answered(t, response, err), "/search?q=4711.25", "") // what was asked for is told
					for of, amount := range amounts {
						if strings.Contains(text, ">"+amount) && !may[of] || !strings.Contains(path, amount) && strings.Contains(text, amount) && !may[of] {
							t.Errorf("%s shows the amount of %s", path, of)
						}
					}
				}
			})
		}
	}
}

// streamed is what the stream of a page brings within a moment.
func streamed(t *testing.T, b *http.Client, address string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := b.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, _ := io.ReadAll(response.Body) // ends by the deadline
	return string(text)
}

func TestAStreamShowsAmountsToNobodyElse(t *testing.T) {
	w := byToken(t)
	for user, sees := range map[string][]string{ben: {ben}, eve: nil, hana: nil} {
		text := streamed(t, w.signedIn(t, user), w.URL+"/events?of="+url.QueryEscape("/pay"))
		for of, amount := range amounts {
			if want := len(sees) > 0 && sees[0] == of; strings.Contains(text, amount) != want {
				t.Errorf("whether %s is sent the amount of %s is not %v: %.500s", user, of, want, text)
			}
		}
	}
}

func TestWhatIsSaidToAStatementIsSaidByWhoMay(t *testing.T) {
	w := byToken(t)
	read := func(of string) *praxisv1.IncentiveStatement {
		t.Helper()
		s := &praxisv1.IncentiveStatement{}
		if err := here.admin.Get(t.Context(), client.ObjectKey{Namespace: shop, Name: statementName(of)}, s); err != nil {
			t.Fatal(err)
		}
		return s
	}
	say := func(user, of, do, words string) (int, string) {
		t.Helper()
		return data(t, w.signedIn(t, user), w.URL+"/do/pay", url.Values{"namespace": {shop}, "name": {statementName(of)}, "version": {read(of).ResourceVersion}, "do": {do}, "reason": {words}, "note": {words}})
	}
	for _, c := range []struct{ user, of, do string }{
		{"", ben, "dispute"}, {eve, ben, "dispute"}, {cleo, ben, "dispute"}, {hana, ben, "dispute"}, {omar, ben, "dispute"}, {eve, ben, "approve"},
		{hana, cleo, "approve"}, {aldo, cleo, "approve"}, {ben, cleo, "approve"}, {cleo, cleo, "approve"}, {omar, ben, "approve"}, {ben, ben, "answer"}, {omar, ben, "answer"},
		{cleo, cleo, "dispute"},
	} {
		before, _ := json.Marshal(read(c.of).Spec)
		status, text := say(c.user, c.of, c.do, "By "+c.user)
		after, _ := json.Marshal(read(c.of).Spec)
		if status < 400 || string(before) != string(after) || strings.Contains(text, amounts[c.of]) {
			t.Errorf("%q may %s that of %s: %d %s", c.user, c.do, c.of, status, text)
		}
	}
	for _, c := range []struct{ user, of, do string }{{ben, ben, "dispute"}, {omar, ben, "answer"}, {omar, cleo, "approve"}} {
		if status, text := say(c.user, c.of, c.do, "As it was"); status >= 400 {
			t.Errorf("%s may not %s that of %s: %d %s", c.user, c.do, c.of, status, text)
		}
	}
	bens, cleos := read(ben).Spec, read(cleo).Spec
	if bens.Dispute == nil || bens.Dispute.By != ben || bens.Resolution == nil || bens.Resolution.By != omar || len(cleos.Approvals) != 1 || cleos.Approvals[0].By != omar {
		t.Errorf("they hold %+v, %+v and %+v", bens.Dispute, bens.Resolution, cleos.Approvals)
	}
}
