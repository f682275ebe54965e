// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"context"
	"fmt"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/review"
	"github.com/praxis-dev/praxis/internal/status"
	"github.com/praxis-dev/praxis/internal/week"
)

// makeReviews makes the QuarterlyReview and the Calibration that have to be signed, or the
// Retrospective of a goal that has ended, after it has taken back those that were asked for by what was undone since.
func (r *UtilityReconciler) makeReviews(ctx context.Context, in *status.UtilityInput, now time.Time) error {
	if plan.Ended(in.Programme.Utility, in.Calendar, in.Cycles, now) {
		return r.makeReview(ctx, in, review.ToLookBack(in.Programme, in.Calendar, in.Cycles))
	}
	latest := week.LatestRunning(in.Cycles, now)
	if in.Problem != nil || latest == nil || in.Programme.Utility.Spec.Suspend {
		return nil
	}
	week, err := plan.WeekOfCycle(latest)
	if err != nil {
		return reconcile.TerminalError(err)
	}
	if err := r.takeBack(ctx, in, review.Needless(in.Programme, in.Calendar, in.Reviews, latest, week, now)); err != nil {
		return err
	}
	for _, rev := range []*praxisv1.Review{review.ForQuarter(in.Programme, in.Calendar, latest), review.NextCalibration(in.Programme, in.Calendar, in.Reviews, week, latest.Status.Plan, now)} {
		if err := r.makeReview(ctx, in, rev); err != nil || in.Problem != nil {
			return err
		}
	}
	return nil
}

// makeReview makes a Review that is not there; nil is none. The last week of a quarter has one
// QuarterlyReview, by whatever name its cadence calls the quarter.
func (r *UtilityReconciler) makeReview(ctx context.Context, in *status.UtilityInput, rev *praxisv1.Review) (err error) {
	if rev == nil || slices.ContainsFunc(in.Reviews, func(other praxisv1.Review) bool { return other.Name == rev.Name || review.SameQuarter(&other, rev) }) {
		return nil
	}
	rev.OwnerReferences = []metav1.OwnerReference{*metav1.NewControllerRef(in.Programme.Utility, praxisv1.GroupVersion.WithKind("Utility"))}
	if in.Problem, err = r.createOurs(ctx, rev); err != nil || in.Problem != nil {
		return err
	}
	in.Reviews = append(in.Reviews[:len(in.Reviews):len(in.Reviews)], *rev)
	return nil
}

// takeBack deletes Reviews, as long as nobody has written into them since they were read.
func (r *UtilityReconciler) takeBack(ctx context.Context, in *status.UtilityInput, needless []praxisv1.Review) error {
	for i := range needless {
		rev := &needless[i]
		if !metav1.IsControlledBy(rev, in.Programme.Utility) {
			continue
		}
		preconditions := client.Preconditions{UID: &rev.UID, ResourceVersion: &rev.ResourceVersion}
		if err := r.Delete(ctx, rev.DeepCopy(), preconditions); client.IgnoreNotFound(err) != nil {
			return fmt.Errorf("deleting Review %s, which nothing asks for any more: %w", rev.Name, err)
		}
		in.Reviews = slices.DeleteFunc(slices.Clone(in.Reviews), func(r praxisv1.Review) bool { return r.UID == rev.UID })
	}
	return nil
}
