// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package review

import (
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/week"
)

// signingDays is how long a Review that is not of a single week may take.
const signingDays = 7

// MidweekName and WeeklyName are the names of a cycle's Reviews.
func MidweekName(cycle string) string { return cycle + "-midweek" }

// WeeklyName is the name of the Review that ends a week.
func WeeklyName(cycle string) string { return cycle + "-review" }

// ForWeek are the MidweekCheck and the WeeklyReview of a cycle with its plan, by which it is known
// who may sign; one that would have opened before the week was planned is left out.
func ForWeek(p *plan.Programme, cycle *praxisv1.WeeklyCycle, frozen *praxisv1.WeekPlan) []praxisv1.Review {
	spec := &cycle.Spec
	var reviews []praxisv1.Review
	for _, r := range []praxisv1.Review{
		newReview(p, frozen, MidweekName(cycle.Name), praxisv1.ReviewMidweekCheck, spec.MidweekAt.Time, spec.ReviewAt.Time),
		newReview(p, frozen, WeeklyName(cycle.Name), praxisv1.ReviewWeekly, spec.ReviewAt.Time, spec.GraceEndsAt.Time),
	} {
		if r.Spec.OpensAt.Time.Before(spec.PlannedAt.Time) || len(r.Spec.Reviewers) == 0 {
			continue
		}
		r.Spec.CycleRef = &praxisv1.LocalReference{Name: cycle.Name}
		r.Labels = Labels(&r, cycle)
		reviews = append(reviews, r)
	}
	return reviews
}

// ForQuarter is the QuarterlyReview that the last cycle of a quarter asks for, or nil.
func ForQuarter(p *plan.Programme, cal *cadence.Calendar, cycle *praxisv1.WeeklyCycle) *praxisv1.Review {
	dates, err := plan.WeekOfCycle(cycle)
	if err != nil || len(cal.RemainingWeeks(dates)) != 1 || cycle.Spec.ReviewAt.Time.Before(cycle.Spec.PlannedAt.Time) {
		return nil
	}
	quarter := cal.QuarterOf(dates)
	opens := cycle.Spec.ReviewAt.Time
	r := newReview(p, cycle.Status.Plan, plan.FitName(fmt.Sprintf("%s-%s-review", p.Utility.Name, quarter.Slug()), 253), praxisv1.ReviewQuarterly, opens, cal.DaysAfter(opens, signingDays))
	r.Spec.CycleRef, r.Spec.Quarter = &praxisv1.LocalReference{Name: cycle.Name}, quarter.Name
	return &r
}

// ToLookBack is the Retrospective of a goal that has ended, or nil where nobody may sign it. It
// opens when the last of the goal's weeks has closed.
func ToLookBack(p *plan.Programme, cal *cadence.Calendar, cycles []praxisv1.WeeklyCycle) *praxisv1.Review {
	if len(cycles) == 0 || len(Signers(p, nil)) == 0 {
		return nil
	}
	last := week.ByStart(cycles)[len(cycles)-1]
	if !plan.WeekClosed(last) {
		return nil
	}
	opens := week.ClosedAt(last).Time
	r := newReview(p, nil, plan.FitName(fmt.Sprintf("%s-%s-retrospective", p.Utility.Name, cal.WeekFrom(last.Spec.StartsAt.Time).Slug()), 253), praxisv1.ReviewRetrospective, opens, cal.DaysAfter(opens, signingDays))
	r.Spec.CycleRef = &praxisv1.LocalReference{Name: last.Name}
	r.Spec.Quarter = cal.QuarterOf(cal.WeekFrom(last.Spec.StartsAt.Time)).Name
	return &r
}

// LookingBack is the latest Retrospective, where it is still to be signed, or nil.
func LookingBack(reviews []praxisv1.Review) *praxisv1.Review {
	var latest *praxisv1.Review
	for i := range reviews {
		r := &reviews[i]
		if r.Spec.Type == praxisv1.ReviewRetrospective && (latest == nil || r.Spec.OpensAt.After(latest.Spec.OpensAt.Time)) {
			latest = r
		}
	}
	if latest == nil || Completed(latest) {
		return nil
	}
	return latest
}

// IsOfAWeek reports whether a Review is of a single week.
func IsOfAWeek(r *praxisv1.Review) bool {
	return r.Spec.Type == praxisv1.ReviewMidweekCheck || r.Spec.Type == praxisv1.ReviewWeekly
}

// Labels are the labels of a Review; the cycle is nil where it is not of a single week.
func Labels(r *praxisv1.Review, cycle *praxisv1.WeeklyCycle) map[string]string {
	labels := map[string]string{praxisv1.LabelUtility: plan.LabelValue(r.Spec.UtilityRef.Name)}
	if cycle != nil {
		labels[praxisv1.LabelCycle], labels[praxisv1.LabelWeek] = plan.LabelValue(cycle.Name), string(cycle.Spec.Week)
	}
	return labels
}

func newReview(p *plan.Programme, frozen *praxisv1.WeekPlan, name string, kind praxisv1.ReviewType, opens, due time.Time) praxisv1.Review {
	r := praxisv1.Review{
		ObjectMeta: metav1.ObjectMeta{
			Name: name, Namespace: p.Utility.Namespace,
		},
		Spec: praxisv1.ReviewSpec{
			Type: kind, UtilityRef: praxisv1.LocalReference{Name: p.Utility.Name},
			OpensAt: metav1.NewTime(opens.UTC()), DueAt: metav1.NewTime(due.UTC()),
		},
	}
	r.Labels = Labels(&r, nil)
	Ask(&r, Signers(p, frozen))
	return r
}
