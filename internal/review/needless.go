// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package review

import (
	"slices"
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
	"github.com/praxis-dev/praxis/internal/plan"
)

// Needless are the Reviews that today's Utility does not ask for, and that nobody has begun to
// fill in: QuarterlyReviews and Calibrations that were made in the running week, and the
// Retrospective of a goal that goes on. What asked for them was undone. reviews are all those of the Utility.
func Needless(p *plan.Programme, cal *cadence.Calendar, reviews []praxisv1.Review, cycle *praxisv1.WeeklyCycle, week cadence.Week, now time.Time) []praxisv1.Review {
	var needless []praxisv1.Review
	for i := range reviews {
		r := &reviews[i]
		if begun(r) {
			continue
		}
		switch r.Spec.Type {
		case praxisv1.ReviewQuarterly:
			asked := ForQuarter(p, cal, cycle)
			ofThisWeek := r.Spec.CycleRef != nil && r.Spec.CycleRef.Name == cycle.Name
			if ofThisWeek && (asked == nil || asked.Name != r.Name) {
				needless = append(needless, *r)
			}
		case praxisv1.ReviewRetrospective:
			needless = append(needless, *r) // a week runs, so the goal has not ended
		case praxisv1.ReviewCalibration:
			others := slices.Delete(slices.Clone(reviews), i, i+1)
			if !r.Spec.OpensAt.Time.Before(week.StartsAt) && NextCalibration(p, cal, others, week, nil, now) == nil {
				needless = append(needless, *r)
			}
		}
	}
	return needless
}

// begun reports whether somebody has written into a Review.
func begun(r *praxisv1.Review) bool {
	return r.Spec.Conclusion != "" || len(r.Spec.Decisions) > 0 || r.Spec.SignOff != nil
}
