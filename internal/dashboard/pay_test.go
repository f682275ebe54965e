// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package dashboard

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// statementOf is a proposed statement of a person, which mira and tomas may approve.
func statementOf(user, name, total string, change func(*praxisv1.IncentiveStatement)) *praxisv1.IncentiveStatement {
	s := &praxisv1.IncentiveStatement{
		TypeMeta:   metav1.TypeMeta{Kind: "IncentiveStatement"},
		ObjectMeta: metav1.ObjectMeta{Namespace: "platform", Name: name},
		Spec: praxisv1.IncentiveStatementSpec{
			PolicyRef: praxisv1.LocalReference{Name: "pay"}, UtilityRef: praxisv1.LocalReference{Name: "safe-deploys"}, Quarter: "2026-Q3", User: user,
			Policy: praxisv1.IncentivePolicySpec{Unit: "EUR", AuthoredBy: "author@example.com", Approvers: praxisv1.Approvers{Users: []string{mira, tomas, "author@example.com"}, Count: 2}},
		},
		Status: praxisv1.IncentiveStatementStatus{
			ConditionedStatus: praxisv1.ConditionedStatus{Conditions: []metav1.Condition{
				{Type: praxisv1.ConditionComputed, Status: metav1.ConditionTrue, Reason: praxisv1.ReasonQuarterClosed},
				{Type: praxisv1.ConditionApproved, Status: metav1.ConditionFalse, Reason: praxisv1.ReasonProposed},
			}},
			Total: total,
			Lines: []praxisv1.IncentiveLine{
				{Kind: praxisv1.LineCounted, Rule: "drive", Week: "2026-W39", Acc: 3, Due: 4, Completion: 75},
				{Kind: praxisv1.LineEarned, Rule: "drive", Acc: 3, Due: 4, Completion: 75, Amount: total},
			},
			Roots: []praxisv1.WeekRoot{{Week: "2026-W39", Root: "abc"}},
		},
	}
	if change != nil {
		change(s)
	}
	return s
}

func disputable(s *praxisv1.IncentiveStatement) { s.Status.Disputable = true }

func disputed(s *praxisv1.IncentiveStatement) {
	s.Spec.Dispute = &praxisv1.Dispute{Reason: "I did <five>", By: s.Spec.User}
}

func TestEverybodySeesTheirOwnStatementAndApproversWhatWaitsForThem(t *testing.T) {
	const jonass, tomass = "4711.25", "815.75"
	for name, c := range map[string]struct {
		user       string
		denied     bool
		change     func(*praxisv1.IncentiveStatement) // of that of jonas
		has, hides []string
	}{
		"its person":                            {jonas, true, nil, []string{jonass, "proposed"}, []string{tomass, tomas, "/do/pay"}},
		"its person, who may dispute it":        {jonas, true, disputable, []string{jonass, `value="dispute"`}, []string{tomass, `value="approve"`}},
		"an approver":                           {mira, false, nil, []string{jonass, tomass, `value="approve"`}, []string{`value="dispute"`, `value="answer"`}},
		"an approver, of what is theirs":        {tomas, false, nil, []string{jonass, tomass, `value="approve"`}, nil},
		"an approver, while it can be disputed": {mira, false, disputable, []string{tomass}, []string{jonass}},
		"an approver, where it is disputed":     {mira, false, disputed, []string{jonass, `value="answer"`, "I did &lt;five&gt;"}, nil},
		"an approver who may read none":         {mira, true, nil, []string{"There is no statement of yours"}, []string{jonass, tomass}},
		"who wrote the policy":                  {"author@example.com", false, nil, []string{"You may read 2 statements"}, []string{jonass, tomass}},
		"who only reads them":                   {"hr@example.com", false, nil, []string{"You may read 2 statements"}, []string{jonass, tomass, "/do/pay"}},
		"a stranger":                            {"eve@example.com", true, nil, []string{"There is no statement of yours"}, []string{jonass, tomass}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, "thursday.yaml", c.user, statementOf(jonas, "pay-1", jonass, c.change), statementOf(tomas, "pay-2", tomass, nil))
			s.denied = func(_, resource string) bool { return c.denied && resource == "incentivestatements" }
			code, body, _ := s.get(t, "/pay", "Accept-Language", "en")
			for _, has := range c.has {
				if code != http.StatusOK || !strings.Contains(body, has) {
					t.Errorf("it answers %d without %q:\n%s", code, has, body)
				}
			}
			for _, hides := range c.hides {
				if strings.Contains(body, hides) {
					t.Errorf("it shows %q:\n%s", hides, body)
				}
			}
			if strings.Contains(body, "/events?") {
				t.Error("the page is streamed")
			}
			for _, path := range append(paths, "/search?q=4711", "/search?q=pay-1") {
				for _, accept := range []string{"text/html", "application/json"} {
					if _, body, _ := s.get(t, path, "Accept", accept); strings.Contains(body, jonass) || strings.Contains(body, tomass) {
						t.Errorf("%s shows an amount", path)
					}
				}
			}
			_, text, _ := s.get(t, "/pay", "Accept", "application/json")
			var data struct{ Items []praxisv1.IncentiveStatement }
			if err := json.Unmarshal([]byte(text), &data); err != nil {
				t.Fatal(err)
			}
			for i := range data.Items {
				if data.Items[i].Spec.User != c.user {
					t.Errorf("as data it has the statement of %s", data.Items[i].Spec.User)
				}
			}
			if code, body, _ := s.get(t, "/pay", "Accept-Language", "zh-CN"); code != http.StatusOK || !strings.Contains(body, "结算单") || strings.Contains(body, "%!") {
				t.Errorf("in Chinese it answers %d: %s", code, body)
			}
		})
	}
}

func TestWhatIsSaidToAStatementIsWrittenOnce(t *testing.T) {
	for name, c := range map[string]struct {
		user   string
		change func(*praxisv1.IncentiveStatement)
		form   []string
		status int
		says   string
		is     func(*praxisv1.IncentiveStatementSpec) bool
	}{
		"a dispute": {jonas, disputable, []string{"do", "dispute", "reason", "I did five"}, 303, "did=disputed",
			func(s *praxisv1.IncentiveStatementSpec) bool {
				return s.Dispute != nil && *s.Dispute == praxisv1.Dispute{Reason: "I did five", By: jonas}
			}},
		"a dispute without words": {jonas, disputable, []string{"do", "dispute", "reason", "?!"}, 422, "Say what is wrong", nil},
		"an answer": {mira, disputed, []string{"do", "answer", "note", "The fifth counts", "adjust", "25"}, 303, "did=answered",
			func(s *praxisv1.IncentiveStatementSpec) bool {
				return s.Resolution != nil && *s.Resolution == praxisv1.Resolution{Note: "The fifth counts", Adjust: "25", By: mira}
			}},
		"an answer with what is no amount": {mira, disputed, []string{"do", "answer", "note", "It counts", "adjust", "much"}, 422, "is no amount", nil},
		"an approval": {mira, nil, []string{"do", "approve"}, 303, "did=approved",
			func(s *praxisv1.IncentiveStatementSpec) bool {
				return len(s.Approvals) == 1 && s.Approvals[0].By == mira
			}},
		"of another version": {mira, nil, []string{"do", "approve", "version", "1"}, 422, "It has changed since the page was made", nil},
		"nothing":            {mira, nil, []string{"do", "pay"}, 400, "nothing was done", nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, "thursday.yaml", c.user, statementOf(jonas, "pay-1", "4711.25", c.change))
			key, held := client.ObjectKey{Namespace: "platform", Name: "pay-1"}, &praxisv1.IncentiveStatement{}
			if err := s.Get(t.Context(), key, held); err != nil {
				t.Fatal(err)
			}
			form := append(c.form, "namespace", "platform", "name", "pay-1", "version", held.ResourceVersion)
			for range 2 { // the second one finds it done
				code, body, header := s.post(t, "/do/pay", form...)
				if code != c.status || !strings.Contains(body+header.Get("Location"), c.says) {
					t.Fatalf("it answers %d, want %d with %q:\n%s", code, c.status, c.says, body)
				}
				if at := header.Get("Location"); strings.Contains(at, "4711") || strings.Contains(at, "jonas") {
					t.Errorf("the address %s tells whose it is, or the amount", at)
				}
			}
			if err := s.Get(t.Context(), key, held); err != nil {
				t.Fatal(err)
			}
			said := held.Spec.Resolution != nil || len(held.Spec.Approvals) > 0 || held.Spec.Dispute != nil && held.Spec.Dispute.Reason != "I did <five>"
			if c.is != nil && !c.is(&held.Spec) || c.is == nil && said {
				t.Errorf("it holds %+v", held.Spec)
			}
		})
	}
}
