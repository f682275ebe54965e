// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package review

import (
	"cmp"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

// Completed reports whether a Review is complete.
func Completed(r *praxisv1.Review) bool {
	return meta.IsStatusConditionTrue(r.Status.Conditions, praxisv1.ConditionComplete)
}

// Settled reports whether a Review is complete for good: it says so, and it is signed.
func Settled(r *praxisv1.Review) bool { return Completed(r) && r.Spec.SignOff != nil }

// AwaitsSignature reports whether somebody can sign a Review now.
func AwaitsSignature(r *praxisv1.Review) bool {
	return meta.IsStatusConditionTrue(r.Status.Conditions, praxisv1.ConditionOpen) && !Completed(r)
}

// Overdue reports whether nobody has signed a Review in time and it can still be signed. The
// reason of its Complete condition does not say so in every case: an invalid decision or a
// wrong signer takes precedence, since that is what to fix.
func Overdue(r *praxisv1.Review, now time.Time) bool {
	return AwaitsSignature(r) && !now.Before(r.Spec.DueAt.Time)
}

// Signed reports whether somebody who may sign has done so.
func Signed(r *praxisv1.Review) bool {
	return r.Spec.SignOff != nil && r.Spec.Conclusion != "" && slices.Contains(r.Spec.Reviewers, r.Spec.SignOff.By)
}

// Next is the Review of a Utility that is next to be signed, overdue ones included; the
// Reviews of a closed week can no longer be signed.
func Next(reviews []praxisv1.Review, cycles []praxisv1.WeeklyCycle) *praxisv1.Review {
	closed := map[string]bool{}
	for i := range cycles {
		closed[cycles[i].Name] = plan.WeekClosed(&cycles[i])
	}
	var next *praxisv1.Review
	for i := range reviews {
		r := &reviews[i]
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
