// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
	"github.com/praxis-dev/praxis/internal/review"
	"github.com/praxis-dev/praxis/internal/text"
)

// calibrated reports whether the one page is what was signed, and was signed recently enough.
func calibrated(c conditions, in UtilityInput, week cadence.Week) {
	var complete []praxisv1.Review
	for _, r := range in.Reviews {
		if r.Spec.Type == praxisv1.ReviewCalibration && r.Spec.SignOff != nil && review.Completed(&r) {
			complete = append(complete, r)
		}
	}
	last, latest := review.LastCalibration(complete), review.LastCalibration(in.Reviews)
	sign := "a Review of type Calibration is made with the next planned week"
	if latest != nil && !review.Completed(latest) {
		sign = fmt.Sprintf("%s signs %s until %s", latest.Spec.Reviewer, latest.Name, text.Instant(latest.Spec.DueAt.Time))
	}
	switch {
	case last == nil:
		c.setUnknown(praxisv1.ConditionCalibrated, praxisv1.ReasonNeverCalibrated, "Nobody has signed the one page yet; "+sign)
	case last.Spec.Page != review.Page(in.Programme.Utility):
		c.setFalse(praxisv1.ConditionCalibrated, praxisv1.ReasonChangedSinceCalibration, "The page changed since it was signed; "+sign)
	case review.CalibrationDue(in.Programme.Utility, in.Calendar, last, week):
		c.setFalse(praxisv1.ConditionCalibrated, praxisv1.ReasonCalibrationDue, fmt.Sprintf("It was last signed %d weeks ago; %s", week.Number-in.Calendar.WeekOf(last.Spec.OpensAt.Time).Number, sign))
	default:
		c.setTrue(praxisv1.ConditionCalibrated, praxisv1.ReasonSigned, "The page was signed by "+last.Spec.SignOff.By)
	}
}
