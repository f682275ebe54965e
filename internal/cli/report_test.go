// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// signedCheck is a midweek check of the shop that was signed, with a decision.
func signedCheck() client.Object {
	r := &praxisv1.Review{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "checkout-2026-w48-midweek"}}
	r.Spec = praxisv1.ReviewSpec{
		Type: praxisv1.ReviewMidweekCheck, UtilityRef: praxisv1.LocalReference{Name: "checkout"}, CycleRef: &praxisv1.LocalReference{Name: "checkout-2026-w48"},
		OpensAt:    metav1.NewTime(time.Date(2026, 11, 25, 13, 0, 0, 0, time.UTC)),
		Decisions:  []praxisv1.ActionDecision{{Action: "checkout-2026-w48.fix-failures.ship.ben", Decision: praxisv1.DecideReassign, Member: "ana", Reason: "Ben is ill <today>"}},
		Conclusion: "Ship the first half", SignOff: &praxisv1.SignOff{By: "ana@shop.example"},
	}
	return r
}

func TestThePageForWhoeverDoesNotWorkOnTheGoals(t *testing.T) {
	for name, args := range map[string]string{
		"report of the running quarter":     "report -n shop",
		"report of the running week":        "report checkout -n shop --week",
		"report of a week that was":         "report -n shop --week 2026-W47",
		"report of a quarter that was":      "report checkout -n shop --quarter=2026-Q3",
		"report to print":                   "report -n shop -o html",
		"report to print of a week":         "report -n shop -o html --week 2026-W48",
		"report as data":                    "report -n shop -o json",
		"quarter that runs":                 "quarter -n shop",
		"quarter of all in narrow terminal": "quarter -A",
		"quarter that was":                  "quarter 2026-q3 -n shop",
		"quarter as data":                   "quarter 2026-Q3 -n shop -o yaml",
	} {
		t.Run(name, func(t *testing.T) {
			s := &stage{user: "ana@shop.example", extra: []client.Object{signedCheck()}}
			if strings.Contains(name, "narrow") {
				s.columns = "60"
			}
			out, errOut, err := s.run(t, strings.Fields(args)...)
			if err != nil || errOut != "" {
				t.Fatalf("%v, %s", err, errOut)
			}
			golden(t, name, out)
		})
	}
}

func TestAPeriodThatThereIsNotIsRefusedWithThoseThatThereAre(t *testing.T) {
	for args, want := range map[string]string{
		"report -n shop --week 2026-W40":   "no Utility here has 2026-W40; there is 2026-W47, 2026-W48",
		"report -n shop --quarter 2025-Q1": "no Utility here has 2025-Q1; there is 2026-Q4, 2026-Q3",
		"report -n shop --week 2026-Q4":    `"2026-Q4" is no week; write it like --week 2026-W48`,
		"report -n shop --quarter=this":    `"this" is no quarter; write it like --quarter 2026-Q4`,
		"report -n shop --week --quarter":  "a report is about a week or about a quarter",
		"report -n empty":                  "there is no Utility here; look into another namespace with -n, or into all with -A",
		"report chekout -n shop":           `Utility "chekout" is not in namespace shop; did you mean checkout?`,
		"report checkout orders -n shop":   `"orders" is one too many; give a Utility and a period`,
		"quarter 2024-Q2 -n shop":          "no Utility here has 2024-Q2; there is 2026-Q4, 2026-Q3",
		"quarter fourth -n shop":           `"fourth" is no quarter; write it like 2026-Q4`,
		"quarter -n empty":                 "there is no Utility here",
	} {
		t.Run(args, func(t *testing.T) {
			s := &stage{user: "ana@shop.example"}
			if out, _, err := s.run(t, strings.Fields(args)...); err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("it says %v, want %s\n%s", err, want, out)
			}
		})
	}
}
