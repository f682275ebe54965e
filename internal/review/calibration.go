// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package review

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
	"github.com/praxis-dev/praxis/internal/plan"
)

// NextCalibration is the Calibration that the one page needs in a week, or nil. It needs one
// because nobody has signed the page yet, because it has changed since, or because
// calibrationWeeks have passed. reviews are all those of the Utility; frozen is the plan by which
// it is known who may sign.
func NextCalibration(p *plan.Programme, cal *cadence.Calendar, reviews []praxisv1.Review, week cadence.Week, frozen *praxisv1.WeekPlan, now time.Time) *praxisv1.Review {
	last := LastCalibration(reviews)
	if last != nil && last.Spec.SignOff == nil || last != nil && last.Spec.Page == Page(p.Utility) && !CalibrationDue(p.Utility, cal, last, week) {
		return nil
	}
	name := plan.FitName(fmt.Sprintf("%s-calibration-%s", p.Utility.Name, week.Slug()), 253)
	if slices.ContainsFunc(reviews, func(r praxisv1.Review) bool { return r.Name == name }) {
		return nil // already signed this week; the next change waits for the next week
	}
	opens := now.Truncate(time.Minute)
	r := newReview(p, frozen, name, praxisv1.ReviewCalibration, opens, cal.DaysAfter(opens, signingDays))
	r.Spec.Page = Page(p.Utility)
	return &r
}

// LastCalibration is the latest Calibration to open, or nil.
func LastCalibration(reviews []praxisv1.Review) *praxisv1.Review {
	var last *praxisv1.Review
	for i := range reviews {
		r := &reviews[i]
		if r.Spec.Type == praxisv1.ReviewCalibration && (last == nil || cmp.Or(r.Spec.OpensAt.Compare(last.Spec.OpensAt.Time), cmp.Compare(r.Name, last.Name)) > 0) {
			last = r
		}
	}
	return last
}

// CalibrationDue reports whether, in a week, calibrationWeeks have passed since the last
// Calibration.
func CalibrationDue(u *praxisv1.Utility, cal *cadence.Calendar, last *praxisv1.Review, week cadence.Week) bool {
	return week.Number >= cal.WeekOf(last.Spec.OpensAt.Time).Number+int(max(1, u.Spec.CalibrationWeeks))
}

// Page is sha256 in hex over the one page: what a Calibration is signed for.
func Page(u *praxisv1.Utility) string {
	// Field by field, so that a new field of the spec changes no signed page.
	text, err := json.Marshal([]any{u.Spec.Statement, u.Spec.Beneficiaries, u.Spec.Organization, u.Spec.Boundaries, u.Spec.Required, u.Spec.Measures})
	if err != nil {
		panic(fmt.Sprintf("hashing the page of Utility %s: %v", u.Name, err)) // it holds nothing that JSON cannot represent
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
