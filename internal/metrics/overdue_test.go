// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package metrics

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/status"
	"github.com/praxis-dev/praxis/internal/view"
)

// What is wrong with a Review does not decide whether it is late: one with an invalid
// decision, or signed by somebody who may not sign, is late as well.
func TestMetricsThePluginAndTheStatusCallTheSameReviewsOverdue(t *testing.T) {
	now := start.Add(3 * time.Hour)
	for what, test := range map[string]struct {
		review praxisv1.Review
		want   bool
	}{
		"one that nobody signed":                              {aReview("r", 2, "True", "False", praxisv1.ReasonOverdue), true},
		"one that is due now":                                 {aReview("r", 3, "True", "False", praxisv1.ReasonOverdue), true},
		"one that is due, which its status does not show yet": {aReview("r", 2, "True", "False", praxisv1.ReasonNotYet), true},
		"one with an invalid decision":                        {aReview("r", 2, "True", "False", praxisv1.ReasonUndecidedGaps), true},
		"one signed by somebody who may not sign":             {aReview("r", 2, "True", "False", praxisv1.ReasonNotAReviewer), true},
		"one with gaps to decide on, not due yet":             {aReview("r", 4, "True", "False", praxisv1.ReasonUndecidedGaps), false},
		"one that is signed":                                  {aReview("r", 2, "False", "True", praxisv1.ReasonSignedOff), false},
		"one whose week is closed":                            {aReview("r", 2, "False", "False", praxisv1.ReasonOverdue), false},
		"one that was not opened":                             {aReview("r", 2, "False", "False", praxisv1.ReasonNotYet), false},
	} {
		t.Run(what, func(t *testing.T) {
			s := State{Utilities: state().Utilities[:1], Reviews: []praxisv1.Review{test.review}}
			u := &s.Utilities[0]
			u.Spec.Cadence = praxisv1.Cadence{
				TimeZone: "UTC", GraceHours: new(int32(48)), QuarterStartMonth: 1,
				WeekStart: praxisv1.WeekMoment{Day: praxisv1.Monday, Time: "08:00"},
				Midweek:   praxisv1.WeekMoment{Day: praxisv1.Wednesday, Time: "14:00"},
				Review:    praxisv1.WeekMoment{Day: praxisv1.Friday, Time: "15:00"},
			}
			count := 0
			if test.want {
				count = 1
			}
			wanted := fmt.Sprintf("# HELP praxis_reviews_overdue Reviews that nobody has signed in time and that can still be signed.\n# TYPE praxis_reviews_overdue gauge\npraxis_reviews_overdue{namespace=\"shop\",utility=\"checkout\"} %d\n", count)
			if err := testutil.CollectAndCompare(fixed{s, now}, strings.NewReader(wanted), "praxis_reviews_overdue"); err != nil {
				t.Errorf("metrics: %v", err)
			}

			cal, err := cadence.New(u.Spec.Cadence)
			if err != nil {
				t.Fatal(err)
			}
			status, _ := status.ForUtility(status.UtilityInput{Programme: plan.NewProgramme(plan.Objects{Utility: u}), Calendar: cal, Reviews: s.Reviews}, now)
			if got := status.Summary == "Overdue: r"; got != test.want {
				t.Errorf("the status says %q", status.Summary)
			}

			u.Status.Conditions = u.Status.Conditions[:1] // no condition says that anything is wrong
			o := view.Objects{Utilities: s.Utilities, Reviews: s.Reviews}
			owed := o.Owed("ada", now)
			if got := len(owed) == 1 && owed[0].When == view.Overdue; got != test.want {
				t.Errorf("mine says %+v", owed)
			}
			cause := o.Why(view.Ref{Kind: "Utility", Namespace: "shop", Name: "checkout"}, now).Cause
			if got := cause.Of.Kind == "Review"; got != test.want {
				t.Errorf("why says %+v", cause)
			}
		})
	}
}
