// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package review

import (
	"fmt"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

// reviewText is the name of each Review, when it opens, its deadline and who signs.
func reviewText(reviews []praxisv1.Review) string {
	var out []string
	for _, r := range reviews {
		out = append(out, fmt.Sprintf("%s %s %s-%s by %s", r.Name, r.Spec.Type, r.Spec.OpensAt.UTC().Format("Mon 15:04"), r.Spec.DueAt.UTC().Format("Mon 15:04"), r.Spec.Reviewer))
	}
	return strings.Join(out, "; ")
}

func TestAWeekHasACheckAndAReview(t *testing.T) {
	const (
		check  = "checkout-2026-w48-midweek MidweekCheck Wed 14:00-Fri 15:00 by ana@shop"
		review = "checkout-2026-w48-review WeeklyReview Fri 15:00-Wed 08:00 by ana@shop"
	)
	for name, c := range map[string]struct {
		plannedAt int
		gone      bool // the Team that may sign
		want      string
	}{
		"planned as it starts":     {0, false, check + "; " + review},
		"planned at midweek":       {54, false, check + "; " + review},
		"planned after midweek":    {55, false, review},
		"planned after its review": {104, false, ""},
		"nobody may sign it":       {0, true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			o := checkout()
			p := plan.NewProgramme(o)
			if c.gone {
				delete(o.Teams, "payments")
			}
			w := cycle()
			w.Spec.PlannedAt = metav1.NewTime(hours(c.plannedAt))
			reviews := ForWeek(p, w, nil)
			if got := reviewText(reviews); got != c.want {
				t.Errorf("they are %s, want %s", got, c.want)
			}
			for _, r := range reviews {
				if r.Spec.CycleRef.Name != w.Name || r.Labels[praxisv1.LabelWeek] != "2026-W48" || r.Labels[praxisv1.LabelCycle] != w.Name || r.Labels[praxisv1.LabelUtility] != "checkout" || r.Namespace != "shop" {
					t.Errorf("%s is of %s with the labels %v", r.Name, r.Spec.CycleRef.Name, r.Labels)
				}
			}
		})
	}
}

func TestTheLastWeekOfAQuarterHasAReviewOfTheQuarter(t *testing.T) {
	for name, c := range map[string]struct {
		week      string
		skip      []praxisv1.Week
		plannedAt int // hours after it starts
		want      string
	}{
		"a week within it":                   {week: "2026-W48"},
		"its last week":                      {week: "2026-W53", want: "checkout-2026-q4-review QuarterlyReview Fri 15:00-Fri 15:00 by ana@shop"},
		"the last week that is worked":       {week: "2026-W52", skip: []praxisv1.Week{"2026-W53"}, want: "checkout-2026-q4-review QuarterlyReview Fri 15:00-Fri 15:00 by ana@shop"},
		"the last, planned after its review": {week: "2026-W53", plannedAt: 104},
		"a week whose name cannot be read":   {week: "2026-W54"},
	} {
		t.Run(name, func(t *testing.T) {
			o := checkout()
			o.Utility.Spec.Cadence.Skip = c.skip
			w := cycle()
			if at, err := calendar(t, o).WeekNamed(c.week); err == nil {
				w.Spec.StartsAt, w.Spec.MidweekAt, w.Spec.ReviewAt, w.Spec.EndsAt = metav1.NewTime(at.StartsAt), metav1.NewTime(at.MidweekAt), metav1.NewTime(at.ReviewAt), metav1.NewTime(at.EndsAt)
				w.Spec.PlannedAt = metav1.NewTime(at.StartsAt.Add(hours(c.plannedAt).Sub(monday)))
			}
			w.Spec.Week = praxisv1.Week(c.week)
			got := ""
			if r := ForQuarter(plan.NewProgramme(o), calendar(t, o), w); r != nil {
				got = reviewText([]praxisv1.Review{*r})
				if days := r.Spec.DueAt.Sub(r.Spec.OpensAt.Time).Hours() / 24; days != 7 || r.Spec.CycleRef.Name != w.Name {
					t.Errorf("it may take %v days, of %s", days, r.Spec.CycleRef.Name)
				}
			}
			if got != c.want {
				t.Errorf("it is %q, want %q", got, c.want)
			}
		})
	}
}

func TestWhenThePageIsToBeSigned(t *testing.T) {
	// calibration is a Calibration that opened in a week, for the current page or another.
	calibration := func(name string, w string, modifiers ...func(*praxisv1.Review)) praxisv1.Review {
		r := aReview(praxisv1.ReviewCalibration, modifiers...)
		r.Name, r.Spec.OpensAt = name, metav1.NewTime(weekNamed(t, w).StartsAt)
		if r.Spec.Page == "" {
			r.Spec.Page = Page(checkout().Utility)
		}
		return *r
	}
	other := func(r *praxisv1.Review) { r.Spec.Page = "another" }
	for name, c := range map[string]struct {
		reviews []praxisv1.Review
		want    bool
	}{
		"nobody has signed it yet":                     {nil, true},
		"one waits for its signature":                  {[]praxisv1.Review{calibration("c", "2026-W47")}, false},
		"even where the page has changed since":        {[]praxisv1.Review{calibration("c", "2026-W47", other)}, false},
		"it was signed three weeks ago":                {[]praxisv1.Review{calibration("c", "2026-W45", signedBy("ana@shop"))}, false},
		"it was signed four weeks ago":                 {[]praxisv1.Review{calibration("c", "2026-W44", signedBy("ana@shop"))}, true},
		"it has changed since it was signed":           {[]praxisv1.Review{calibration("c", "2026-W47", signedBy("ana@shop"), other)}, true},
		"the latest counts, whatever came before":      {[]praxisv1.Review{calibration("b", "2026-W47", signedBy("ana@shop")), calibration("a", "2026-W30", signedBy("ana@shop"), other)}, false},
		"among those of one instant, the last by name": {[]praxisv1.Review{calibration("b", "2026-W47", signedBy("ana@shop")), calibration("a", "2026-W47", signedBy("ana@shop"), other)}, false},
		"it changed after this week's was signed":      {[]praxisv1.Review{calibration("checkout-calibration-2026-w48", "2026-W48", signedBy("ana@shop"), other)}, false},
		"a Review of the week is not a Calibration":    {[]praxisv1.Review{*aReview(praxisv1.ReviewWeekly, signedBy("ana@shop"))}, true},
	} {
		t.Run(name, func(t *testing.T) {
			o := checkout()
			got := NextCalibration(plan.NewProgramme(o), calendar(t, o), c.reviews, weekNamed(t, "2026-W48"), nil, hours(1).Add(42e9))
			switch {
			case (got != nil) != c.want:
				t.Errorf("it asks for %+v", got)
			case got != nil && reviewText([]praxisv1.Review{*got}) != "checkout-calibration-2026-w48 Calibration Mon 09:00-Mon 09:00 by ana@shop":
				t.Errorf("it is %s", reviewText([]praxisv1.Review{*got}))
			case got != nil && got.Spec.Page != Page(o.Utility):
				t.Error("it is for another page")
			}
		})
	}
}

func TestTheHashOfThePageChangesOnlyWithThePage(t *testing.T) {
	was := Page(checkout().Utility)
	if len(was) != 64 {
		t.Errorf("it is %s, not sha256 in hex", was)
	}
	for name, c := range map[string]struct {
		edit    func(*praxisv1.UtilitySpec)
		changes bool
	}{
		"the statement":     {func(s *praxisv1.UtilitySpec) { s.Statement += "!" }, true},
		"the beneficiaries": {func(s *praxisv1.UtilitySpec) { s.Beneficiaries = []praxisv1.Beneficiary{{Who: "shoppers"}} }, true},
		"the organization":  {func(s *praxisv1.UtilitySpec) { s.Organization = "shop" }, true},
		"the boundaries":    {func(s *praxisv1.UtilitySpec) { s.Boundaries = []praxisv1.Boundary{{Name: "cost"}} }, true},
		"what is required":  {func(s *praxisv1.UtilitySpec) { s.Required++ }, true},
		"the measures":      {func(s *praxisv1.UtilitySpec) { s.Measures = []praxisv1.Measure{{Name: "m"}} }, true},
		"the owner":         {func(s *praxisv1.UtilitySpec) { s.Owner.Member = "lou" }, false},
		"the cadence":       {func(s *praxisv1.UtilitySpec) { s.Cadence.TimeZone = "Europe/Zurich" }, false},
		"the focus":         {func(s *praxisv1.UtilitySpec) { s.MaxKeyActions = 2 }, false},
		"nothing":           {func(*praxisv1.UtilitySpec) {}, false},
	} {
		t.Run(name, func(t *testing.T) {
			u := checkout().Utility
			c.edit(&u.Spec)
			if got := Page(u) != was; got != c.changes {
				t.Errorf("it changes the page: %v", got)
			}
		})
	}
}
