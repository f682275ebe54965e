// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package review

import (
	"strings"
	"testing"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/week"
)

// Twenty occurrences of which nineteen and a half are accepted would become twenty-one.
func TestWhatIsRescheduledNeverHasMoreOccurrencesThanAnActionHolds(t *testing.T) {
	var pairs []int
	for i := range 20 {
		pairs = append(pairs, 2, 10+i)
	}
	a := action("ship", "ben", owes(pairs...), done(39, 0))
	d := decide("ship", "ben", praxisv1.DecideReschedule, dueAt(120))
	got := Amend(plan.NewProgramme(checkout()), "midweek", &d, &a, "ana@shop")
	occurrences := got.Spec.Occurrences
	var sum int32
	for _, o := range occurrences {
		sum += o.Quantity
	}
	if len(occurrences) != plan.MaxOccurrences || sum != 40 || occurrences[0].Quantity != 4 || occurrences[19].Quantity != 1 {
		t.Fatalf("it has %d occurrences of %d: %+v", len(occurrences), sum, occurrences)
	}
	// In midweek, when it is decided, as much was due as is without the change, less what moved.
	if due := week.DueBy(occurrences, hours(54)); due != 39 {
		t.Errorf("%d are due", due)
	}
}

func TestAnActionIsChangedTwentyTimesAndNoMore(t *testing.T) {
	a := action("ship", "ben", owes(2, 24))
	for range 20 {
		a.Spec.Amendments = append(a.Spec.Amendments, praxisv1.Amendment{Reason: "once more", By: "lou@shop"})
	}
	p := plan.NewProgramme(checkout())
	d := decide("ship", "ben", praxisv1.DecideDrop)
	r := aReview(praxisv1.ReviewMidweekCheck)
	r.Name = "midweek"
	why := WhyInvalid(p, r, cycle(), []praxisv1.Action{a}, &d)
	if why != "fix.ship.ben cannot be carried out: it was changed 20 times, which is the most; decide in the WeeklyReview" {
		t.Errorf("it says %q", why)
	}
	// The twentieth change was this Review's: it has been carried out.
	a.Spec.Amendments[19].Review = r.Name
	if why := WhyInvalid(p, r, cycle(), []praxisv1.Action{a}, &d); why != "" {
		t.Errorf("it says %q", why)
	}
	if weekly := aReview(praxisv1.ReviewWeekly); strings.Contains(WhyInvalid(p, weekly, cycle(), []praxisv1.Action{a}, &d), "20") {
		t.Error("a WeeklyReview changes no Action")
	}
}
