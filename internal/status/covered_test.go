// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
	"github.com/praxis-dev/praxis/internal/plan"
)

// goal requires 20 units of one KeyAction, of which the running week has delivered some
// and can still deliver some.
func goal(delivered, ahead int64) (plan.Objects, []praxisv1.WeeklyCycle) {
	named := func(name string) metav1.ObjectMeta {
		return metav1.ObjectMeta{Namespace: "shop", Name: name, Generation: 1}
	}
	u := &praxisv1.Utility{ObjectMeta: named("checkout"), Spec: praxisv1.UtilitySpec{
		Owner: praxisv1.Owner{Team: "payments", Member: "ana"}, Required: 20, MaxKeyActions: 5,
		Cadence: praxisv1.Cadence{
			TimeZone: "UTC", GraceHours: new(int32(48)), QuarterStartMonth: 1,
			WeekStart: praxisv1.WeekMoment{Day: praxisv1.Monday, Time: "08:00"},
			Midweek:   praxisv1.WeekMoment{Day: praxisv1.Wednesday, Time: "14:00"},
			Review:    praxisv1.WeekMoment{Day: praxisv1.Friday, Time: "15:00"},
		},
	}}
	ka := praxisv1.KeyAction{ObjectMeta: named("fix"), Spec: praxisv1.KeyActionSpec{
		UtilityRef: praxisv1.LocalReference{Name: u.Name}, Contribution: 1, Weight: new(int32(100)),
	}}
	team := &praxisv1.Team{ObjectMeta: named("payments"), Spec: praxisv1.TeamSpec{Members: []praxisv1.Member{{Name: "ana", User: "ana"}}}}
	week := praxisv1.WeeklyCycle{ObjectMeta: named("checkout-2026-w48"), Spec: praxisv1.WeeklyCycleSpec{
		UtilityRef: praxisv1.LocalReference{Name: u.Name}, Week: "2026-W48", TimeZone: "UTC",
		StartsAt: metav1.NewTime(monday), EndsAt: metav1.NewTime(monday.AddDate(0, 0, 7)), GraceEndsAt: metav1.NewTime(monday.AddDate(0, 0, 9)),
	}}
	week.Status.Conditions = []metav1.Condition{{Type: praxisv1.ConditionPlanned, Status: metav1.ConditionTrue}}
	week.Status.KeyActions = []praxisv1.KeyActionWeek{{Name: ka.Name, UnitsDelivered: delivered, UnitsAhead: ahead}}
	return plan.Objects{Utility: u, KeyActions: []praxisv1.KeyAction{ka}, Teams: map[string]*praxisv1.Team{team.Name: team}}, []praxisv1.WeeklyCycle{week}
}

func TestAQuarterWithoutAWeekIsToldToHaveNone(t *testing.T) {
	o, _ := goal(0, 0)
	o.Utility.Spec.Cadence.Skip = []praxisv1.Week{"2026-W48", "2026-W49", "2026-W50", "2026-W51", "2026-W52", "2026-W53"}
	cal, err := cadence.New(o.Utility.Spec.Cadence)
	if err != nil {
		t.Fatal(err)
	}
	p := plan.NewProgramme(o)
	u, _ := ForUtility(UtilityInput{Programme: p, Calendar: cal, Problem: p.Problem}, hours(30))
	const want = "0 of 20 units required in 2026-Q4 are delivered or planned; no week of it is left: take some out of spec.cadence.skip"
	if got := meta.FindStatusCondition(u.Conditions, praxisv1.ConditionCovered); got.Reason != praxisv1.ReasonNotCarried || got.Message != want {
		t.Errorf("it says %s: %s", got.Reason, got.Message)
	}
}

func TestWithoutAPlanNothingIsCoveredAndThatIsNoDeviation(t *testing.T) {
	runs := func(*plan.Objects) {}
	suspended := func(o *plan.Objects) { o.Utility.Spec.Suspend = true }
	stalled := func(o *plan.Objects) { o.KeyActions[0].Spec.Weight = new(int32(90)) }
	for name, c := range map[string]struct {
		delivered, ahead int64
		change           func(*plan.Objects)
		want             string // of the Utility and of its KeyAction
	}{
		"delivered and planned are enough":               {10, 10, runs, "True Carried"},
		"they are not":                                   {10, 9, runs, "False NotCarried"},
		"it is suspended":                                {10, 9, suspended, "Unknown NothingPlanned"},
		"it is suspended before anything was delivered":  {0, 0, suspended, "Unknown NothingPlanned"},
		"it is suspended and its week may be enough":     {10, 10, suspended, "Unknown NothingPlanned"},
		"it is suspended and what is delivered is":       {20, 0, suspended, "True Carried"},
		"it is stalled":                                  {10, 9, stalled, "Unknown NothingPlanned"},
		"it is stalled and its week may be enough":       {10, 10, stalled, "Unknown NothingPlanned"},
		"it is stalled and what is delivered is enough":  {20, 0, stalled, "True Carried"},
		"it is suspended, stalled, and all is delivered": {20, 0, func(o *plan.Objects) { suspended(o); stalled(o) }, "True Carried"},
	} {
		t.Run(name, func(t *testing.T) {
			o, cycles := goal(c.delivered, c.ahead)
			c.change(&o)
			cal, err := cadence.New(o.Utility.Spec.Cadence)
			if err != nil {
				t.Fatal(err)
			}
			p := plan.NewProgramme(o)
			u, _ := ForUtility(UtilityInput{Programme: p, Calendar: cal, Cycles: cycles, Problem: p.Problem}, hours(30))
			ka := ForKeyAction(KeyActionInput{KeyAction: &o.KeyActions[0], Programme: p, Calendar: cal, Cycles: cycles}, hours(30))
			for of, conditions := range map[string][]metav1.Condition{"Utility": u.Conditions, "KeyAction": ka.Conditions} {
				t.Run(of, func(t *testing.T) {
					got := meta.FindStatusCondition(conditions, praxisv1.ConditionCovered)
					if string(got.Status)+" "+got.Reason != c.want || len(got.Message) > 140 {
						t.Errorf("it says %s %s: %s", got.Status, got.Reason, got.Message)
					}
				})
			}
		})
	}
}
