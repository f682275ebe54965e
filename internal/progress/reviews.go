// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package progress

import (
	"cmp"
	"fmt"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
	"github.com/praxis-dev/praxis/internal/plan"
)

// nextReview is the Review of a Utility that is next to be signed, overdue ones
// included; a week that is closed asks for none any more.
func nextReview(in UtilityInput) *praxisv1.Review {
	closed := map[string]bool{}
	for i := range in.Cycles {
		closed[in.Cycles[i].Name] = Closed(&in.Cycles[i])
	}
	var next *praxisv1.Review
	for i := range in.Reviews {
		r := &in.Reviews[i]
		ofAWeek := r.Spec.Type == praxisv1.ReviewMidweekCheck || r.Spec.Type == praxisv1.ReviewWeekly
		if Completed(r) || ofAWeek && r.Spec.CycleRef != nil && closed[r.Spec.CycleRef.Name] {
			continue
		}
		if next == nil || cmp.Or(r.Spec.DueAt.Compare(next.Spec.DueAt.Time), cmp.Compare(r.Name, next.Name)) < 0 {
			next = r
		}
	}
	return next
}

// calibrated tells whether the one page is what was signed, and not too long ago.
func calibrated(c conditions, in UtilityInput, week cadence.Week) {
	var complete []praxisv1.Review
	for _, r := range in.Reviews {
		if r.Spec.Type == praxisv1.ReviewCalibration && r.Spec.SignOff != nil && Completed(&r) {
			complete = append(complete, r)
		}
	}
	last, latest := plan.LastCalibration(complete), plan.LastCalibration(in.Reviews)
	sign := "a Review of type Calibration is made with the next planned week"
	if latest != nil && !Completed(latest) {
		sign = fmt.Sprintf("%s signs %s until %s", latest.Spec.Reviewer, latest.Name, stamp(latest.Spec.DueAt.Time))
	}
	switch {
	case last == nil:
		c.setUnknown(praxisv1.ConditionCalibrated, praxisv1.ReasonNeverCalibrated, "Nobody has signed the one page yet; "+sign)
	case last.Spec.Page != plan.Page(in.Objects.Utility):
		c.setFalse(praxisv1.ConditionCalibrated, praxisv1.ReasonChangedSinceCalibration, "The page changed since it was signed; "+sign)
	case plan.CalibrationDue(in.Objects.Utility, in.Calendar, last, week):
		c.setFalse(praxisv1.ConditionCalibrated, praxisv1.ReasonCalibrationDue, fmt.Sprintf("It was last signed %d weeks ago; %s", week.Number-in.Calendar.WeekOf(last.Spec.OpensAt.Time).Number, sign))
	default:
		c.setTrue(praxisv1.ConditionCalibrated, praxisv1.ReasonSigned, "The page was signed by "+last.Spec.SignOff.By)
	}
}
