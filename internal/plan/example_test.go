// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan_test

import (
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
	"github.com/praxis-dev/praxis/internal/plan"
)

// checkout is a goal: a Utility, the Team that works for it, and one KeyAction of two
// steps, which needs five calls and one fix a week.
func checkout() plan.Objects {
	weight := int32(100)
	return plan.Objects{
		Utility: &praxisv1.Utility{
			ObjectMeta: metav1.ObjectMeta{Name: "checkout", Namespace: "shop"},
			Spec: praxisv1.UtilitySpec{
				Owner: praxisv1.Owner{Team: "payments", Member: "ana"}, Required: 24, MaxKeyActions: 5,
				Cadence: praxisv1.Cadence{
					TimeZone:  "Europe/Zurich",
					WeekStart: praxisv1.WeekMoment{Day: praxisv1.Monday, Time: "09:00"},
					Midweek:   praxisv1.WeekMoment{Day: praxisv1.Wednesday, Time: "14:00"},
					Review:    praxisv1.WeekMoment{Day: praxisv1.Friday, Time: "15:00"},

					QuarterStartMonth: 1,
				},
			},
		},
		Teams: map[string]*praxisv1.Team{"payments": {
			ObjectMeta: metav1.ObjectMeta{Name: "payments", Namespace: "shop"},
			Spec: praxisv1.TeamSpec{Members: []praxisv1.Member{
				{Name: "ana", User: "ana@shop.example", Capacity: "20h", Roles: []string{"product"}},
				{Name: "ben", User: "ben@shop.example", Capacity: "20h", Roles: []string{"engineer"}},
				{Name: "cleo", User: "cleo@shop.example", Capacity: "20h", Roles: []string{"engineer"}},
			}},
		}},
		KeyActions: []praxisv1.KeyAction{{
			ObjectMeta: metav1.ObjectMeta{Name: "fix-top-failure", Namespace: "shop"},
			Spec: praxisv1.KeyActionSpec{
				UtilityRef: praxisv1.LocalReference{Name: "checkout"}, TeamRef: &praxisv1.LocalReference{Name: "payments"},
				Verb: "Fix", Object: "the failure that most shoppers meet", Contribution: 2, Weight: &weight,
				Package: &praxisv1.Package{Steps: []praxisv1.Step{
					{
						Name: "call", Tier: praxisv1.TierFoundation, Do: "Call a shopper who gave up", Weight: 40,
						Assign: praxisv1.Assignment{Mode: praxisv1.AssignMember, Member: "ana"}, Times: 5, Duration: "30m",
						Due: []praxisv1.WeekMoment{{Day: praxisv1.Tuesday, Time: "12:00"}, {Day: praxisv1.Wednesday, Time: "12:00"}},
					},
					{
						Name: "ship", Tier: praxisv1.TierKey, Do: "Ship a fix", Weight: 60, DependsOn: []string{"call"},
						Assign: praxisv1.Assignment{Mode: praxisv1.AssignEach, Role: "engineer"}, Times: 1, Duration: "6h",
						Due: []praxisv1.WeekMoment{{Day: praxisv1.Thursday, Time: "17:00"}},
					},
				}},
			},
		}},
	}
}

// weekOf is a week of the goal's calendar.
func weekOf(o plan.Objects, name string) cadence.Week {
	calendar, err := cadence.New(o.Utility.Spec.Cadence)
	if err != nil {
		panic(err)
	}
	week, err := calendar.WeekNamed(name)
	if err != nil {
		panic(err)
	}
	return week
}

// A week is planned from the objects of a goal: every Action says who owes what until when.
func ExampleMake() {
	goal := checkout()
	week := weekOf(goal, "2026-W48")
	made := plan.Make(plan.Request{
		Programme: plan.NewProgramme(goal), Week: week, Cycle: plan.CycleName("checkout", week), From: week.StartsAt,
	})
	for _, action := range made.Actions() {
		fmt.Println(action.Name)
		for _, o := range action.Spec.Occurrences {
			fmt.Printf("  %d by %s\n", o.Quantity, o.DueAt.In(week.StartsAt.Location()).Format("Monday 15:04"))
		}
	}
	// Output:
	// checkout-2026-w48.fix-top-failure.call.ana
	//   3 by Tuesday 12:00
	//   2 by Wednesday 12:00
	// checkout-2026-w48.fix-top-failure.ship.ben
	//   1 by Thursday 17:00
	// checkout-2026-w48.fix-top-failure.ship.cleo
	//   1 by Thursday 17:00
}

// A plan that starts in midweek leaves out what is past.
func ExampleMake_midweek() {
	goal := checkout()
	week := weekOf(goal, "2026-W48")
	made := plan.Make(plan.Request{
		Programme: plan.NewProgramme(goal), Week: week, Cycle: plan.CycleName("checkout", week), From: week.MidweekAt,
	})
	for _, action := range made.Actions() {
		fmt.Println(action.Name)
	}
	// Output:
	// checkout-2026-w48.fix-top-failure.ship.ben
	// checkout-2026-w48.fix-top-failure.ship.cleo
}

// A problem names its reason, the field and what to do about it.
func ExampleNewProgramme() {
	goal := checkout()
	goal.KeyActions[0].Spec.Package.Steps[0].Assign.Member = "zoe"
	wrong := plan.NewProgramme(goal).ProblemOf(&goal.KeyActions[0])
	fmt.Println(wrong.Reason, "at", wrong.Field)
	fmt.Println(wrong.Message)
	// Output:
	// ReferenceNotFound at spec.package.steps[0].assign
	// Step call is for zoe, who is not in Team payments; add the person or change assign.member
}

// The survey of a week shows who has too much to do, and what nobody does.
func ExampleProgramme_Survey() {
	goal := checkout()
	goal.Teams["payments"].Spec.Members[1].Capacity = "5h"
	week := weekOf(goal, "2026-W48")
	gaps, loads := plan.NewProgramme(goal).Survey(week, week.StartsAt)
	for _, load := range loads {
		fmt.Printf("%s: %d of %d minutes\n", load.Name, load.PlannedMinutes, load.CapacityMinutes)
	}
	for _, gap := range gaps {
		fmt.Println(gap.Reason, gap.Member)
	}
	// Output:
	// ana: 150 of 1200 minutes
	// ben: 360 of 300 minutes
	// cleo: 360 of 1200 minutes
	// OverCapacity ben
}

// A frozen plan counts what the week owes: efforts in minutes, and units of the goal.
func ExampleRecord() {
	goal := checkout()
	week := weekOf(goal, "2026-W48")
	made := plan.Make(plan.Request{
		Programme: plan.NewProgramme(goal), Week: week, Cycle: plan.CycleName("checkout", week), From: week.StartsAt,
	})
	frozen := plan.Record(nil, made.KeyActions, week.StartsAt)
	fmt.Println(frozen.Actions, "Actions,", frozen.Minutes, "minutes,", frozen.Units, "units")
	// Output:
	// 3 Actions, 870 minutes, 4 units
}

// The first cycle of a goal is that of the running week.
func ExampleNextCycle() {
	goal := checkout()
	calendar, err := cadence.New(goal.Utility.Spec.Cadence)
	if err != nil {
		panic(err)
	}
	wednesday := time.Date(2026, time.November, 25, 10, 0, 0, 0, time.UTC)
	cycle, ask := plan.NextCycle(plan.NewProgramme(goal), calendar, nil, wednesday)
	fmt.Println(cycle.Name, "is planned from", cycle.Spec.PlannedFrom.UTC().Format("Monday 15:04"))
	fmt.Println("the next begins", ask.Format("Monday 2 January 15:04"))
	// Output:
	// checkout-2026-w48 is planned from Wednesday 10:00
	// the next begins Monday 30 November 09:00
}
