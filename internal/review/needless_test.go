// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package review

import (
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/text"
)

func TestAReviewThatNobodyHasBegunIsNeedlessOnceWhatAskedForItIsUndone(t *testing.T) {
	quarterEnds := func(o *plan.Objects) { o.Utility.Spec.Cadence.QuarterStartMonth = 12 } // W48 is the last of its quarter
	otherPage := func(o *plan.Objects) { o.Utility.Spec.Statement = "Shoppers pay" }
	often := func(o *plan.Objects) { o.Utility.Spec.CalibrationWeeks = 1 }
	nothing := func(*plan.Objects) {}
	for name, c := range map[string]struct {
		edit, undo func(*plan.Objects)
		change     func([]praxisv1.Review) // what people do in between
		signed     bool                    // the page was signed in the week before
		want       string
	}{
		"the start of the quarter is put back": {quarterEnds, nothing, nil, true, "checkout-2025-q4-review"},
		"the start of the quarter stays":       {quarterEnds, quarterEnds, nil, true, ""},
		"somebody has written a conclusion":    {quarterEnds, nothing, func(r []praxisv1.Review) { r[len(r)-1].Spec.Conclusion = "Two causes found" }, true, ""},
		"somebody has decided":                 {quarterEnds, nothing, func(r []praxisv1.Review) { r[len(r)-1].Spec.Decisions = make([]praxisv1.ActionDecision, 1) }, true, ""},
		"somebody has signed":                  {quarterEnds, nothing, func(r []praxisv1.Review) { r[len(r)-1].Spec.SignOff = &praxisv1.SignOff{By: "ana@shop"} }, true, ""},
		"it is of a week before": {quarterEnds, nothing, func(r []praxisv1.Review) {
			r[len(r)-1].Spec.CycleRef = &praxisv1.LocalReference{Name: "checkout-2026-w47"}
		}, true, ""},
		"the page is put back":                {otherPage, nothing, nil, true, "checkout-calibration-2026-w48"},
		"the page stays another":              {otherPage, otherPage, nil, true, ""},
		"the page that nobody has signed yet": {nothing, nothing, nil, false, ""},
		"calibrationWeeks are put back":       {often, nothing, nil, true, "checkout-calibration-2026-w48"},
		"the page is put back, and somebody has begun": {otherPage, nothing, func(r []praxisv1.Review) {
			r[len(r)-1].Spec.Conclusion = "Seen"
		}, true, ""},
		"the page was another one in the week before": {otherPage, nothing, func(r []praxisv1.Review) { r[len(r)-1].Spec.OpensAt = metav1.NewTime(hours(-1)) }, true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			o, week := checkout(), weekNamed(t, "2026-W48")
			var reviews []praxisv1.Review
			if c.signed {
				signed := aReview(praxisv1.ReviewCalibration, signedBy("ana@shop"))
				signed.Name, signed.Spec.Page, signed.Spec.OpensAt = "signed", Page(o.Utility), metav1.NewTime(hours(-24))
				reviews = append(reviews, *signed)
			}
			c.edit(&o)
			if r := ForQuarter(plan.NewProgramme(o), calendar(t, o), cycle()); r != nil {
				reviews = append(reviews, *r)
			}
			if r := NextCalibration(plan.NewProgramme(o), calendar(t, o), reviews, week, nil, hours(10)); r != nil {
				reviews = append(reviews, *r)
			}
			if c.change != nil {
				c.change(reviews)
			}
			o = checkout()
			c.undo(&o)
			needless := Needless(plan.NewProgramme(o), calendar(t, o), reviews, cycle(), week, hours(11))
			got := strings.Join(text.NamesOf(needless, func(r *praxisv1.Review) string { return r.Name }), " ")
			if got != c.want {
				t.Errorf("of %d Reviews needless are %q, want %q", len(reviews), got, c.want)
			}
		})
	}
}

func TestARetrospectiveIsTakenBackFromAGoalThatGoesOn(t *testing.T) {
	o := checkout()
	closed := *closed(cycle())
	retrospective := ToLookBack(plan.NewProgramme(o), calendar(t, o), []praxisv1.WeeklyCycle{closed})
	again := func(r praxisv1.Review) []praxisv1.Review {
		return Needless(plan.NewProgramme(o), calendar(t, o), []praxisv1.Review{r}, cycle(), weekNamed(t, "2026-W48"), hours(11))
	}
	if got := again(*retrospective); len(got) != 1 {
		t.Errorf("needless are %v", got)
	}
	retrospective.Spec.Conclusion = "We stopped too early"
	if got := again(*retrospective); len(got) != 0 {
		t.Errorf("needless are %v, though somebody has written into it", got)
	}
}
