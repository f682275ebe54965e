// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package review

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

func TestWhatACheckCouldNotCarryOutStandsFirstInTheReviewOfItsWeek(t *testing.T) {
	check := func(d praxisv1.ActionDecision, modifiers ...func(*praxisv1.Review)) *praxisv1.Review {
		r := aReview(praxisv1.ReviewMidweekCheck, append(modifiers, deciding(d))...)
		r.Name = "check"
		return r
	}
	signed, complete := signedBy("ana@shop"), says(praxisv1.ConditionComplete)
	toZoe := decide("ship", "ben", praxisv1.DecideReassign, to("zoe"))
	for name, c := range map[string]struct {
		earlier *praxisv1.Review
		with    modifier
		want    string
	}{
		"there was none":       {nil, owes(1, 24), "NoEvidence CarryOver: ben owes ship; hand in evidence or decide in the review"},
		"it was not signed":    {check(toZoe), owes(1, 24), "NoEvidence CarryOver: ben owes ship; hand in evidence or decide in the review"},
		"it is not looked at":  {check(toZoe, signed), owes(1, 24), "NoEvidence CarryOver: ben owes ship; hand in evidence or decide in the review"},
		"it was not possible":  {check(toZoe, signed, complete), owes(1, 24), "NotCarriedOut Reassign: Reassign, decided in check, was not possible: fix.ship.ben cannot go to zoe, who is not in Team payments; name a member"},
		"it is possible now":   {check(decide("ship", "ben", praxisv1.DecideDrop), signed, complete), owes(1, 24), "NotCarriedOut CarryOver: Drop, decided in check, was not possible then, and is by now; decide anew"},
		"the other came back":  {check(decide("ship", "ben", praxisv1.DecideReassign, to("ana")), signed, complete), owes(1, 24), "NotCarriedOut Reassign: Reassign, decided in check, was not possible then, and is by now; decide anew"},
		"what it says is done": {check(toZoe, signed, complete), done(1, 0), ""},
		"and dropped by now":   {check(toZoe, signed, complete), dropped, ""},
		"it was carried out":   {check(toZoe, signed, complete), func(a *praxisv1.Action) { a.Spec.Amendments = []praxisv1.Amendment{{Review: "check"}} }, "NoEvidence CarryOver: ben owes ship; hand in evidence or decide in the review"},
		"there is no such one": {check(decide("ship", "kim", praxisv1.DecideDrop), signed, complete), done(1, 0), "NotCarriedOut : Drop, decided in check, was not possible: checkout-2026-w48.fix.ship.kim is not an Action of checkout-2026-w48; take the name from the agen…"},
	} {
		t.Run(name, func(t *testing.T) {
			in := Input{
				Programme: plan.NewProgramme(checkout()), Review: aReview(praxisv1.ReviewWeekly), Cycle: cycle(), Earlier: c.earlier,
				Actions: []praxisv1.Action{action("ship", "ben", c.with)},
			}
			if got := said(in.Agenda(hours(103))); got != c.want {
				t.Errorf("the agenda is\n%s, want\n%s", got, c.want)
			}
		})
	}
}

func said(items []praxisv1.AgendaItem) string {
	var out []string
	for _, i := range items {
		out = append(out, fmt.Sprintf("%s %s: %s", i.Reason, i.Proposed, i.Message))
	}
	return strings.Join(out, "\n")
}

func TestWhatTheEndOfAWeekDecidedInVainStandsFirstInTheNext(t *testing.T) {
	weekly := func(d praxisv1.ActionDecision) *praxisv1.Review {
		d.Action = strings.Replace(d.Action, "w48", "w47", 1)
		r := aReview(praxisv1.ReviewWeekly, signedBy("ana@shop"), deciding(d))
		r.Name = "weekly"
		return r
	}
	goesOn := func(a *praxisv1.Action) { a.Spec.CarriedFrom = "checkout-2026-w47.fix.ship.ben" }
	amended := func(a *praxisv1.Action) { goesOn(a); a.Spec.Amendments = []praxisv1.Amendment{{Reason: "As agreed"}} }
	nobodys := func(a *praxisv1.Action) { goesOn(a); a.Spec.Member, a.Spec.User = "", "" }
	for name, c := range map[string]struct {
		decision praxisv1.ActionDecision
		with     modifier
		want     string
	}{
		"the other has it":                    {decide("ship", "ben", praxisv1.DecideReassign, to("ben")), goesOn, ""},
		"the other had left":                  {decide("ship", "ben", praxisv1.DecideReassign, to("zoe")), goesOn, "NotCarriedOut Reassign: Reassign, decided in weekly, was not possible: zoe was not in Team payments"},
		"both had left":                       {decide("ship", "ben", praxisv1.DecideReassign, to("zoe")), nobodys, "NotCarriedOut Reassign: Reassign, decided in weekly, was not possible: zoe was not in Team payments"},
		"and somebody has decided anew":       {decide("ship", "ben", praxisv1.DecideReassign, to("zoe")), amended, ""},
		"the time was in the week":            {decide("ship", "ben", praxisv1.DecideReschedule, dueAt(80)), goesOn, ""},
		"the time was past":                   {decide("ship", "ben", praxisv1.DecideReschedule, dueAt(-20)), goesOn, "NotCarriedOut Reschedule: Reschedule, decided in weekly, was not possible: 2026-11-22 12:00 UTC was not ahead in the next week"},
		"it was carried over, as was decided": {decide("ship", "ben", praxisv1.DecideCarryOver), goesOn, ""},
		"it was not carried over":             {decide("ship", "ben", praxisv1.DecideReassign, to("zoe")), owes(1, 80), ""},
	} {
		t.Run(name, func(t *testing.T) {
			in := Input{
				Programme: plan.NewProgramme(checkout()), Review: aReview(praxisv1.ReviewMidweekCheck), Cycle: cycle(), Earlier: weekly(c.decision),
				Actions: []praxisv1.Action{action("ship", "ben", owes(1, 80), c.with), action("call", "ana")},
			}
			items := in.Agenda(hours(54))
			if len(items) > 0 && items[0].Reason != praxisv1.ReasonNotCarriedOut {
				items = nil
			}
			if got := said(items[:min(len(items), 1)]); got != c.want {
				t.Errorf("the agenda begins with %q, want %q", got, c.want)
			}
			var named []string
			for _, i := range in.Agenda(hours(54)) {
				if slices.Contains(named, i.Action) {
					t.Errorf("%s stands there twice", i.Action)
				}
				named = append(named, i.Action)
			}
		})
	}
}

func TestEachReviewTakesUpTheOneBefore(t *testing.T) {
	c := &praxisv1.WeeklyCycle{ObjectMeta: metav1.ObjectMeta{Name: "checkout-2026-w48"}}
	first := c.DeepCopy()
	c.Spec.Previous = "checkout-2026-w47"
	late := c.DeepCopy()
	late.Spec.MidweekAt, late.Spec.PlannedAt = metav1.NewTime(hours(54)), metav1.NewTime(hours(55))
	if got := Before(aReview(praxisv1.ReviewWeekly), late); got != "checkout-2026-w47-review" {
		t.Errorf("in a week without a MidweekCheck it is %q", got)
	}
	for want, got := range map[string]string{
		"checkout-2026-w48-midweek": Before(aReview(praxisv1.ReviewWeekly), c), "checkout-2026-w47-review": Before(aReview(praxisv1.ReviewMidweekCheck), c),
		"": Before(aReview(praxisv1.ReviewMidweekCheck), first) + Before(aReview(praxisv1.ReviewQuarterly), c),
	} {
		if got != want {
			t.Errorf("it is %q, want %q", got, want)
		}
	}
}
