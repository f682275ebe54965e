// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"regexp"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/incentive"
)

func TestWhatWasProposedIsApprovedAfterItsUtilityIsGone(t *testing.T) {
	w := paying(t)
	w.accrued()
	w.ended()
	w.settleAt("2027-01-14T12:00:00Z")
	deletes[praxisv1.Utility]("safe-deploys")(w)
	w.settle()
	w.approvers("hr@example.com", "cfo@example.com")
	for _, by := range []string{"hr@example.com", "cfo@example.com"} {
		w.must(w.tries(by, w.statement("jonas@example.com", "2026-Q4"), approving))
	}
	w.settle()
	s := w.statement("jonas@example.com", "2026-Q4")
	if got := reason(s.Status.Conditions, praxisv1.ConditionPayable); got != "True Final" || s.Status.Total != "75.00" {
		t.Errorf("it is %s and comes to %s", got, s.Status.Total)
	}
}

func TestAnAwardIsReleasedInAQuarterWithoutAWeek(t *testing.T) {
	for name, change := range map[string]func(*praxisv1.Utility){
		"of a goal that is suspended": func(u *praxisv1.Utility) { u.Spec.Suspend = true },
		"after the goal": func(u *praxisv1.Utility) {
			u.Spec.End = &praxisv1.UtilityEnd{Week: "2026-W51", As: praxisv1.EndedAchieved, Because: "Done"}
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := paying(t)
			w.awarded(get[praxisv1.IncentivePolicy](w, "safe-deploys-eur"), "2026-Q3", "jonas@example.com", "8.00")
			edit(w, "safe-deploys", change)
			w.ended()
			w.settleAt("2027-02-10T12:00:00Z")
			s := w.statement("jonas@example.com", "2027-Q1")
			if got, want := says(s), "Released 2026-Q3 stay 2.00\ntotal 2.00"; got != want || incentive.Computed(s) {
				t.Errorf("in the quarter without a week it says, computed %v,\n%s\nwant\n%s", incentive.Computed(s), got, want)
			}
			if got := says(w.statement("jonas@example.com", "2026-Q4")); !strings.Contains(got, "Released 2026-Q3 stay 2.00") {
				t.Errorf("in the one before it says\n%s", got)
			}
			w.settleAt("2027-04-10T12:00:00Z")
			if s := w.statement("jonas@example.com", "2027-Q1"); !incentive.Computed(s) {
				t.Errorf("once it is over it is %v", s.Status.Conditions)
			}
		})
	}
}

var amount = regexp.MustCompile(`[0-9]+[.][0-9]|EUR|9999`)

func TestEventsOfAPolicyTellNoAmountsAndNoNames(t *testing.T) {
	w := paying(t, `guarantee: {amount: "30", floor: 80}`, `rate: {amount: "9999", per: Completion}`)
	w.accrued()
	w.ended()
	p := get[praxisv1.IncentivePolicy](w, "safe-deploys-eur")
	if got := reason(p.Status.Conditions, praxisv1.ConditionAligned); got != "False KeyPaysLess" || !amount.MatchString(p.Status.Summary) {
		t.Fatalf("it is %s: %s", got, p.Status.Summary)
	}
	found := false
	for {
		select {
		case e := <-w.recorded:
			if !strings.Contains(e, "IncentivePolicy") {
				continue
			}
			found = found || strings.Contains(e, praxisv1.ReasonKeyPaysLess)
			if amount.MatchString(e) || strings.Contains(e, "@") {
				t.Errorf("an event tells %q", e)
			}
			continue
		default:
		}
		break
	}
	if !found {
		t.Error("no event says KeyPaysLess")
	}
}

func messageOf(p *praxisv1.IncentivePolicy, kind string) string {
	if c := meta.FindStatusCondition(p.Status.Conditions, kind); c != nil {
		return c.Message
	}
	return ""
}

func TestAPolicyThatCannotPaySaysWhy(t *testing.T) {
	for name, c := range map[string]struct {
		change  []string
		refused string // by the API server
		stalled string // what Stalled says
		total   string // what statements come to before a week has closed
		aligned string
	}{
		"a unit that is no currency":              {change: []string{"unit: EUR", "unit: XYZ"}, stalled: `"XYZ" is no currency of ISO 4217`},
		"a unit in small letters":                 {change: []string{"unit: EUR", "unit: eur"}, refused: "spec.unit"},
		"one without minor digits":                {change: []string{"unit: EUR", "unit: JPY"}, total: "0"},
		"one with three":                          {change: []string{"unit: EUR", "unit: KWD"}, total: "0.000"},
		"a pool finer than its unit":              {change: []string{"unit: EUR", "unit: JPY", `pool: "20000"`, `pool: "20000.5"`}, stalled: "spec.pool"},
		"a pool of zero":                          {change: []string{`pool: "20000"`, `pool: "0.00"`}, refused: "a pool of zero pays nothing"},
		"a cap of zero":                           {change: []string{`cap: "2500"`, `cap: "0"`}, refused: "a cap of zero pays nothing"},
		"a pool below the guarantees":             {change: []string{`pool: "20000"`, `pool: "1"`}, total: "0.00"},
		"bands out of order":                      {change: []string{`{from: 80, factor: "1"}, {from: 100, factor: "1.5"}`, `{from: 100, factor: "1.5"}, {from: 80, factor: "1"}`}, refused: "write bands in rising order"},
		"a band twice":                            {change: []string{`{from: 100, factor`, `{from: 80, factor`}, refused: "write bands in rising order"},
		"a band above a hundred":                  {change: []string{`{from: 100, factor`, `{from: 101, factor`}, refused: "should be less than or equal to 100"},
		"more approvals than approvers":           {change: []string{"count: 2", "count: 4"}, refused: "count is more than there are users"},
		"approvers who are all paid":              {change: []string{"[hr@example.com, cfo@example.com, coo@example.com]", "[jonas@example.com, priya@example.com]"}, total: "0.00", aligned: "False TooFewApprovers"},
		"a Utility that is not there":             {change: []string{"utilityRef: {name: safe-deploys}", "utilityRef: {name: nowhere}"}, stalled: "Utility nowhere is not in the namespace"},
		"a long-term award that is never paid":    {change: []string{"    release: {quarters: 4, onLeave: Forfeit}\n", ""}, refused: "release belongs to rhythm LongTerm"},
		"a rule that is a guarantee and a rate":   {change: []string{`guarantee: {amount: "30", floor: 80}`, "guarantee: {amount: \"30\", floor: 80}\n    rate: {amount: \"1\", per: Unit}"}, refused: "exactly one of the fields in [guarantee rate]"},
		"somebody else as who wrote it":           {change: []string{"shadow: true", "shadow: true\n  authoredBy: hr@example.com"}, refused: "a policy is changed in one's own name"},
		"an amount that a spreadsheet would take": {change: []string{`amount: "25"`, `amount: "=25"`}, refused: "amount"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, "2026-12-14T15:05:00Z")
			w.must(w.apply(sample("platform")))
			err := w.create(eurosWith(w, c.change...))
			if c.refused != "" {
				w.must(wants(err, c.refused))
				return
			}
			w.must(err)
			w.settle()
			p := get[praxisv1.IncentivePolicy](w, "safe-deploys-eur")
			if c.stalled != "" {
				if got := reason(p.Status.Conditions, praxisv1.ConditionStalled); !strings.HasPrefix(got, "True") || !strings.Contains(messageOf(p, praxisv1.ConditionStalled), c.stalled) || p.Status.Statements != 0 {
					t.Errorf("it is %q: %s, with %d statements", got, p.Status.Summary, p.Status.Statements)
				}
				return
			}
			if got := w.statement("jonas@example.com", "2026-Q4").Status.Total; got != c.total {
				t.Errorf("a statement comes to %q, want %q", got, c.total)
			}
			if got := reason(p.Status.Conditions, praxisv1.ConditionAligned); c.aligned != "" && got != c.aligned {
				t.Errorf("it is %s: %s", got, p.Status.Summary)
			}
		})
	}
}

func TestAPolicyThatIsChangedInMidquarterPaysSoFromTheNextOneOn(t *testing.T) {
	w := paying(t)
	before := w.statement("jonas@example.com", "2026-Q4").Spec.PolicyHash
	edit(w, "safe-deploys-eur", func(p *praxisv1.IncentivePolicy) {
		p.Spec.Rules[1].Rate.Amount, p.Spec.Shadow = "1", true
	})
	w.accrued()
	w.ended()
	s := w.statement("jonas@example.com", "2026-Q4")
	if s.Spec.PolicyHash != before || s.Status.Total != "75.00" || s.Spec.Policy.Shadow {
		t.Errorf("the quarter that had begun comes to %s, in shadow %v", s.Status.Total, s.Spec.Policy.Shadow)
	}
	next := w.statement("jonas@example.com", "2027-Q1")
	if next.Spec.PolicyHash == before || !next.Spec.Policy.Shadow || next.Spec.Policy.Rules[1].Rate.Amount != "1" {
		t.Error("the next is paid by the policy as it was")
	}
	if got := reason(next.Status.Conditions, praxisv1.ConditionPayable); got != "False Shadow" {
		t.Errorf("the next is %s", got)
	}
	if p := get[praxisv1.IncentivePolicy](w, "safe-deploys-eur"); p.Status.Payable == 0 || p.Status.Payable >= p.Status.Statements {
		t.Errorf("of %d statements %d are paid", p.Status.Statements, p.Status.Payable)
	}
}

func TestOfTwoPoliciesForOneUtilityAndUnitTheFirstPays(t *testing.T) {
	w := paying(t)
	first := get[praxisv1.IncentivePolicy](w, "safe-deploys-eur")
	w.must(w.Create(w.Context(), &praxisv1.IncentivePolicy{ObjectMeta: metav1.ObjectMeta{Namespace: w.ns, Name: "z-second"}, Spec: first.Spec}))
	w.settle()
	second := get[praxisv1.IncentivePolicy](w, "z-second")
	if got := reason(second.Status.Conditions, praxisv1.ConditionStalled); got != "True InvalidSpec" || second.Status.Statements != 0 || !strings.Contains(second.Status.Summary, "safe-deploys-eur pays") {
		t.Errorf("the second is %s: %s, with %d statements", got, second.Status.Summary, second.Status.Statements)
	}
	if first = get[praxisv1.IncentivePolicy](w, "safe-deploys-eur"); reason(first.Status.Conditions, praxisv1.ConditionReady) != "True Reconciled" {
		t.Errorf("the first is %s", first.Status.Summary)
	}
}
