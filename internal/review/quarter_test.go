// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package review

import (
	"slices"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

func TestTheAgendaOfAQuarterIsWhereItFellShort(t *testing.T) {
	keyAction := func(name string, weight int32, units ...int64) praxisv1.KeyAction {
		ka := praxisv1.KeyAction{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: praxisv1.KeyActionSpec{Weight: &weight}}
		for i, n := range units {
			ka.Status.History = append(ka.Status.History, praxisv1.HistoryEntry{Week: []praxisv1.Week{"2026-W47", "2026-W46", "2026-W39"}[i], UnitsDelivered: n})
		}
		return ka
	}
	running := *cycle()
	running.Status.KeyActions = []praxisv1.KeyActionWeek{{Name: "fix", UnitsDelivered: 1}, {Name: "move", UnitsDelivered: 1}}
	ofTheNext := []metav1.Condition{
		{Type: praxisv1.ConditionCovered, Status: metav1.ConditionFalse, Reason: "NotCarried", Message: "of the next quarter"},
		{Type: praxisv1.ConditionFocused, Status: metav1.ConditionFalse, Reason: "TooManyKeyActions", Message: "merge some"},
	}
	whole := praxisv1.QuarterResult{Name: "2026-Q4", Required: 10, Delivered: 10, Percent: 100, Weeks: 13, WeeksExecuted: 13, Effective: metav1.ConditionTrue}
	short := praxisv1.QuarterResult{Name: "2026-Q4", Required: 10, Delivered: 6, Percent: 60, Weeks: 13, WeeksExecuted: 11, Effective: metav1.ConditionFalse}
	for name, c := range map[string]struct {
		kind    praxisv1.ReviewType
		quarter praxisv1.QuarterResult
		want    []string
	}{
		"all was delivered": {praxisv1.ReviewQuarterly, whole, []string{"move NotCarried: It delivered 3 of its 4 units in 2026-Q4", " TooManyKeyActions: merge some"}},
		"it fell short": {praxisv1.ReviewQuarterly, short, []string{
			" NotCarried: 6 of 10 units required in 2026-Q4 were delivered (60%)",
			" NotExecuted: In 2 of 13 weeks less than 80% of the planned work was accepted",
			" PathNotWorking: The work was done and the measures hardly moved; change the KeyActions, not the effort",
			"move NotCarried: It delivered 3 of its 4 units in 2026-Q4", " TooManyKeyActions: merge some",
		}},
		"who looks back plans nothing":        {praxisv1.ReviewRetrospective, whole, []string{"move NotCarried: It delivered 3 of its 4 units in 2026-Q4"}},
		"the Utility does not tell of it yet": {praxisv1.ReviewQuarterly, praxisv1.QuarterResult{Name: "2026-Q3"}, []string{" TooManyKeyActions: merge some"}},
	} {
		t.Run(name, func(t *testing.T) {
			o := checkout()
			o.KeyActions = []praxisv1.KeyAction{keyAction("move", 35, 1, 1, 9), keyAction("fix", 65, 5, 1)}
			o.Utility.Status.Conditions, o.Utility.Status.Quarters = ofTheNext, []praxisv1.QuarterResult{{Name: "2027-Q1", Required: 99}, c.quarter}
			r := aReview(c.kind)
			r.Spec.Quarter = "2026-Q4"
			var got []string
			for _, i := range (Input{Review: r, Programme: plan.NewProgramme(o), Cycles: []praxisv1.WeeklyCycle{running}}).Agenda(time.Time{}) {
				got = append(got, i.KeyAction+" "+i.Reason+": "+i.Message)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("the agenda is %q, want %q", got, c.want)
			}
		})
	}
}

func TestALastWeekHasOneQuarterlyReviewHoweverItsQuarterIsCalled(t *testing.T) {
	o := checkout()
	o.Utility.Spec.Cadence.QuarterStartMonth = 3 // W48 is the last week of a quarter then
	first := ForQuarter(plan.NewProgramme(o), calendar(t, o), cycle())
	o.Utility.Spec.Cadence.FiscalYear = praxisv1.FiscalYearEnd
	second := ForQuarter(plan.NewProgramme(o), calendar(t, o), cycle())
	if first.Name == second.Name || first.Spec.Quarter != "2026-Q3" || second.Spec.Quarter != "2027-Q3" || !SameQuarter(first, second) {
		t.Errorf("they are %s of %s, and %s of %s", first.Name, first.Spec.Quarter, second.Name, second.Spec.Quarter)
	}
	if other := aReview(praxisv1.ReviewWeekly); SameQuarter(first, other) {
		t.Errorf("%s is taken for a QuarterlyReview", other.Name)
	}
}
