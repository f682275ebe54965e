// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"slices"
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/incentive"
)

// paidShop has a policy that pays in the first quarter of 2027, and statements of the one before.
func paidShop() []client.Object {
	policy := &praxisv1.IncentivePolicy{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "pay"}}
	policy.Status.Quarter = "2027-Q1"
	all := []client.Object{policy}
	for _, user := range []string{"ana@shop.example", "ben@shop.example"} {
		s := statementOf(user, praxisv1.ReasonFinal)
		s.Namespace, s.Name = "shop", incentive.StatementName("pay", "2026-Q4", user)
		s.Spec.Policy.Approvers.Count = 2
		s.Status.Conditions = []metav1.Condition{{Type: praxisv1.ConditionApproved, Status: metav1.ConditionUnknown, Reason: praxisv1.ReasonProposed}}
		s.Status.Total, s.Status.Disputable = "50.00", true
		s.Status.DisputeUntil = &metav1.Time{Time: time.Date(2027, 1, 11, 8, 0, 0, 0, time.UTC)}
		all = append(all, &s)
	}
	return all
}

// withoutList may read no statements.
func withoutList(verb string, obj any) error {
	if _, is := obj.(*praxisv1.IncentiveStatementList); is && strings.HasPrefix(verb, "list") {
		return apierrors.NewForbidden(praxisv1.GroupVersion.WithResource("incentivestatements").GroupResource(), "", nil)
	}
	return nil
}

func TestPayShowsWhatOneMayReadAndElseOnesOwnOfTheLastQuarters(t *testing.T) {
	ana, ben := incentive.StatementName("pay", "2026-Q4", "ana@shop.example"), incentive.StatementName("pay", "2026-Q4", "ben@shop.example")
	for name, c := range map[string]struct {
		user   string
		refuse func(string, any) error
		args   string
		says   []string
		not    string
	}{
		"who reads all sees all":                    {"hr@shop.example", nil, "pay -n shop", []string{ana, ben, "50.00  EUR   Proposed"}, "dispute"},
		"who reads none sees the own, with lines":   {"ben@shop.example", withoutList, "pay -n shop", []string{ben, "2026-W52  drive  3", "Its person may dispute it until 2027-01-11 08:00 UTC: kubectl praxis pay dispute " + ben}, ana},
		"in the quarter that is asked for":          {"ben@shop.example", withoutList, "pay -n shop --period 2026-q4", []string{ben}, ana},
		"which may have none":                       {"ben@shop.example", withoutList, "pay -n shop --period 2027-Q1", []string{"There is no statement that you may read"}, ben},
		"who has none is told when the first comes": {"cem@shop.example", withoutList, "pay -n shop", []string{"the first comes with the first week"}, ana},
		"data is a list":                            {"ben@shop.example", withoutList, "pay -n shop -o yaml", []string{"items:\n", "user: ben@shop.example"}, "ana@"},
	} {
		t.Run(name, func(t *testing.T) {
			s := stage{user: c.user, refuse: c.refuse, extra: paidShop()}
			out, errOut, err := s.run(t, strings.Fields(c.args)...)
			for _, want := range c.says {
				if err != nil || !strings.Contains(out, want) {
					t.Errorf("it says (%v) %s%s, want %q", err, out, errOut, want)
				}
			}
			if strings.Contains(out, c.not) {
				t.Errorf("it says %q:\n%s", c.not, out)
			}
		})
	}
	nobody := stage{user: "eve@shop.example", extra: paidShop(), refuse: func(verb string, obj any) error {
		if _, is := obj.(*praxisv1.IncentivePolicyList); is {
			return apierrors.NewForbidden(praxisv1.GroupVersion.WithResource("incentivepolicies").GroupResource(), "", nil)
		}
		return withoutList(verb, obj)
	}}
	if _, _, err := nobody.run(t, "pay", "-n", "shop"); err == nil || err.Error() != `you may read no statement in namespace shop; for your own ask who gives rights for what "kubectl praxis pay grant eve@shop.example" prints` {
		t.Errorf("who may do nothing is told %v", err)
	}
}

func TestPayFitsItsScreen(t *testing.T) {
	for _, columns := range []string{"80", "140"} {
		s := stage{user: "ben@shop.example", refuse: withoutList, extra: paidShop(), columns: columns}
		out, _, err := s.run(t, "pay", "-n", "shop")
		if err != nil || !strings.Contains(out, "50.00") || !strings.Contains(out, "Proposed") {
			t.Errorf("at %s columns it says (%v)\n%s", columns, err, out)
		}
	}
}

func TestWhatIsSaidToAStatementIsWrittenAndSaysWhatComesNext(t *testing.T) {
	ben := incentive.StatementName("pay", "2026-Q4", "ben@shop.example")
	for name, c := range map[string]struct {
		args []string
		want string
		err  string
		is   func(*praxisv1.IncentiveStatementSpec) bool
	}{
		"a dispute": {[]string{"dispute", ben, "-m", "I did five"}, "is disputed; an approver of its policy answers\n", "", func(s *praxisv1.IncentiveStatementSpec) bool {
			return s.Dispute != nil && s.Dispute.Reason == "I did five" && s.Dispute.By == "ben@shop.example"
		}},
		"one for trying":       {[]string{"dispute", ben, "-m", "I did five", "--dry-run=server"}, "would be disputed (server dry run)\n", "", func(s *praxisv1.IncentiveStatementSpec) bool { return s.Dispute == nil }},
		"one without a reason": {[]string{"dispute", ben}, "", `a dispute says what is wrong; add -m "..."`, nil},
		"an answer": {[]string{"resolve", ben, "-m", "It counts", "--adjust", "-12.50"}, "is answered; it is approved next\n", "", func(s *praxisv1.IncentiveStatementSpec) bool {
			return s.Resolution != nil && s.Resolution.Adjust == "-12.50"
		}},
		"an answer without words": {[]string{"resolve", ben, "--adjust", "25"}, "", `an answer says what was found; add -m "..."`, nil},
		"an amount that is none":  {[]string{"resolve", ben, "-m", "It counts", "--adjust", "25 EUR"}, "", "--adjust=25 EUR is no amount; write it with a point, like 25 or -12.50", nil},
		"an approval": {[]string{"approve", ben, "-m", "Seen"}, "is approved by you; one more approval makes it final\n", "", func(s *praxisv1.IncentiveStatementSpec) bool {
			return len(s.Approvals) == 1 && s.Approvals[0].Note == "Seen"
		}},
		"an approval for trying":    {[]string{"approve", ben, "--dry-run=server"}, "would be approved by you (server dry run)\n", "", func(s *praxisv1.IncentiveStatementSpec) bool { return len(s.Approvals) == 0 }},
		"a dry run that is unknown": {[]string{"approve", ben, "--dry-run=client"}, "", `--dry-run=client is not known; give "server" or "none"`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := stage{user: "ben@shop.example", extra: paidShop()}
			out, _, err := s.run(t, append([]string{"pay", "-n", "shop"}, c.args...)...)
			if c.err != "" {
				if err == nil || err.Error() != c.err {
					t.Errorf("it says %v, want %s", err, c.err)
				}
				return
			}
			var now praxisv1.IncentiveStatement
			if err := s.objects.Get(t.Context(), client.ObjectKey{Namespace: "shop", Name: ben}, &now); err != nil {
				t.Fatal(err)
			}
			if want := "incentivestatement/" + ben + " " + c.want; err != nil || out != want || !c.is(&now.Spec) {
				t.Errorf("it says (%v) %s, want %s; spec is %+v", err, out, want, now.Spec)
			}
		})
	}
}

func TestNamesOfStatementsAreCompletedForWhoMayReadThem(t *testing.T) {
	ana, ben := incentive.StatementName("pay", "2026-Q4", "ana@shop.example"), incentive.StatementName("pay", "2026-Q4", "ben@shop.example")
	for name, c := range map[string]struct {
		refuse func(string, any) error
		want   []string
	}{"all": {nil, []string{ana, ben}}, "the own": {withoutList, []string{ben}}} {
		t.Run(name, func(t *testing.T) {
			s := stage{user: "ben@shop.example", refuse: c.refuse, extra: paidShop()}
			out, _, err := s.run(t, "__complete", "pay", "dispute", "-n", "shop", "pay")
			got := strings.Fields(strings.Split(out, ":")[0])
			slices.Sort(got)
			slices.Sort(c.want)
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("it offers %v (%v), want %v", got, err, c.want)
			}
		})
	}
}

func TestAQuarterThatIsPricedReadsLikeSomethingToShow(t *testing.T) {
	s := stage{columns: "100"}
	goals, policies := "../../config/samples/platform.yaml", "../../config/samples/incentives"
	out, errOut, err := s.run(t, "pay", "preview", goals, policies, "--assume", "90")
	for _, want := range []string{
		"Policy safe-deploys-eur: what a full quarter of Utility safe-deploys would cost\n",
		"It is assumed that 90% of all work of everybody is accepted;\nnobody's real work is in it.",
		"in shadow: all is computed and shown, and nothing is paid",
		"security  1530.00\n    Foundation and Intermediate work: 30 EUR a week once 80% of what was due is accepted, and in\n    proportion below\n",
		"jonas@example.com  390.00    652.50   261.00   1042.50  261.00\n",
		"together           1530.00   2632.50  1053.00  4162.50  1053.00\n",
		"All rates of a person come to at most 2500 EUR, the cap.",
		"1 point for each percent of the goal that was accepted\n",
	} {
		if err != nil || !strings.Contains(out, want) {
			t.Errorf("it does not say %q (%v):\n%s%s", want, err, out, errOut)
		}
	}
	s.columns = "60"
	narrow, _, _ := s.run(t, "pay", "preview", goals, policies)
	for line := range strings.Lines(narrow) {
		if len([]rune(strings.TrimSuffix(line, "\n"))) > 60 {
			t.Errorf("at 60 columns a line is %q", line)
		}
	}
	if !strings.Contains(narrow, "together") || strings.Contains(narrow, "…") {
		t.Errorf("at 60 columns amounts are cut:\n%s", narrow)
	}
}
