// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package forecast

import (
	"fmt"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
	"github.com/praxis-dev/praxis/internal/plan"
)

// thursday of 2026-W48, at 16:00 in Zurich.
var thursday = time.Date(2026, time.November, 26, 15, 0, 0, 0, time.UTC)

func keyAction(name string, weight int32, contribution int64, assign praxisv1.Assignment) praxisv1.KeyAction {
	return praxisv1.KeyAction{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "platform"}, Spec: praxisv1.KeyActionSpec{
		UtilityRef: praxisv1.LocalReference{Name: "safe-deploys"}, TeamRef: &praxisv1.LocalReference{Name: "platform"},
		Verb: "Do", Object: "it", Weight: &weight, Contribution: contribution,
		Package: &praxisv1.Package{Steps: []praxisv1.Step{{Name: "do", Tier: praxisv1.TierKey, Assign: assign, Times: 1, Every: 1, Duration: "1h", Weight: 100}}},
	}}
}

// safeDeploys is the goal of docs/formulas.md, as far as it delivers units: 9 a week.
func safeDeploys() plan.Objects {
	moment := func(day praxisv1.Day, at praxisv1.TimeOfDay) praxisv1.WeekMoment {
		return praxisv1.WeekMoment{Day: day, Time: at}
	}
	engineers := func(name string) praxisv1.Member {
		return praxisv1.Member{Name: name, User: name, Capacity: "20h", Roles: []string{"engineer"}}
	}
	return plan.Objects{
		Utility: &praxisv1.Utility{ObjectMeta: metav1.ObjectMeta{Name: "safe-deploys", Namespace: "platform"}, Spec: praxisv1.UtilitySpec{
			Owner: praxisv1.Owner{Team: "platform", Member: "mira"}, Required: 30, MaxKeyActions: 5,
			Cadence: praxisv1.Cadence{
				TimeZone: "Europe/Zurich", QuarterStartMonth: 1, Skip: []praxisv1.Week{"2026-W53"},
				WeekStart: moment(praxisv1.Monday, "09:00"), Midweek: moment(praxisv1.Wednesday, "14:00"), Review: moment(praxisv1.Friday, "15:00"),
			},
		}},
		Teams: map[string]*praxisv1.Team{"platform": {ObjectMeta: metav1.ObjectMeta{Name: "platform"}, Spec: praxisv1.TeamSpec{
			Members: []praxisv1.Member{{Name: "mira", User: "mira", Capacity: "20h"}, engineers("jonas"), engineers("priya")},
		}}},
		KeyActions: []praxisv1.KeyAction{
			keyAction("rehearse-rollback", 45, 2, praxisv1.Assignment{Mode: praxisv1.AssignEach, Role: "engineer"}),
			keyAction("remove-manual-step", 35, 3, praxisv1.Assignment{Mode: praxisv1.AssignMember, Member: "priya"}),
			keyAction("review-failed-deploys", 20, 2, praxisv1.Assignment{Mode: praxisv1.AssignMember, Member: "mira"}),
		},
	}
}

// cycle of a week that starts on a Monday of 2026 at 9:00 in Zurich, before or after the clocks change.
func cycle(t *testing.T, name praxisv1.Week, rows ...praxisv1.KeyActionWeek) praxisv1.WeeklyCycle {
	t.Helper()
	cal := calendar(t, safeDeploys())
	w, err := cal.WeekNamed(string(name))
	if err != nil {
		t.Fatal(err)
	}
	c := praxisv1.WeeklyCycle{ObjectMeta: metav1.ObjectMeta{Name: "safe-deploys-" + w.Slug()}, Spec: praxisv1.WeeklyCycleSpec{
		Week: name, TimeZone: "Europe/Zurich", StartsAt: metav1.NewTime(w.StartsAt), MidweekAt: metav1.NewTime(w.MidweekAt),
		ReviewAt: metav1.NewTime(w.ReviewAt), EndsAt: metav1.NewTime(w.EndsAt),
	}}
	c.Status.Conditions = []metav1.Condition{{Type: praxisv1.ConditionPlanned, Status: metav1.ConditionTrue}}
	c.Status.KeyActions = rows
	return c
}

func calendar(t *testing.T, o plan.Objects) *cadence.Calendar {
	t.Helper()
	cal, err := cadence.New(o.Utility.Spec.Cadence)
	if err != nil {
		t.Fatal(err)
	}
	return cal
}

func TestTheForecastOfAQuarter(t *testing.T) {
	running := cycle(t, "2026-W48",
		praxisv1.KeyActionWeek{Name: "rehearse-rollback", UnitsDelivered: 2, KeyTarget: 2},
		praxisv1.KeyActionWeek{Name: "remove-manual-step", UnitsAhead: 3, KeyTarget: 1},
		praxisv1.KeyActionWeek{Name: "review-failed-deploys", KeyTarget: 1},
	)
	delivered := func(units int64) praxisv1.KeyActionWeek {
		return praxisv1.KeyActionWeek{Name: "rehearse-rollback", UnitsDelivered: units, UnitsAhead: 100}
	}
	strange := running
	strange.Spec.TimeZone = "Nowhere/Land"
	unplanned := running
	unplanned.Status.Conditions = nil
	for name, c := range map[string]struct {
		cycles  []praxisv1.WeeklyCycle
		written []praxisv1.HistoryEntry
		suspend bool
		want    string // delivered, planned and percent, the weeks left
	}{
		// Four whole weeks follow, since W53 is skipped: (2 + 3 + 4·9) of 30.
		"the week of docs/formulas.md": {cycles: []praxisv1.WeeklyCycle{running}, want: "2 and 39 are 137%, 5 weeks"},
		"a week before counts what it delivered, and nothing that was ahead": {
			cycles: []praxisv1.WeeklyCycle{cycle(t, "2026-W47", delivered(8)), running}, want: "10 and 39 are 163%, 5 weeks",
		},
		"a week of the quarter before does not count": {
			cycles: []praxisv1.WeeklyCycle{cycle(t, "2026-W39", delivered(8)), running}, want: "2 and 39 are 137%, 5 weeks",
		},
		"what pruned weeks delivered is kept": {
			cycles:  []praxisv1.WeeklyCycle{running},
			written: []praxisv1.HistoryEntry{{Week: "2026-W45", UnitsDelivered: 5}, {Week: "2026-W39", UnitsDelivered: 7}, {Week: "no week", UnitsDelivered: 9}},
			want:    "7 and 39 are 153%, 5 weeks",
		},
		"a week that is there is not counted twice": {
			cycles: []praxisv1.WeeklyCycle{running}, written: []praxisv1.HistoryEntry{{Week: "2026-W48", UnitsDelivered: 5}}, want: "2 and 39 are 137%, 5 weeks",
		},
		"a suspended goal plans nothing beyond its week": {cycles: []praxisv1.WeeklyCycle{running}, suspend: true, want: "2 and 3 are 17%, 5 weeks"},
		"without a cycle the weeks after this one":       {want: "0 and 36 are 120%, 5 weeks"},
		"a week without a plan has nothing ahead":        {cycles: []praxisv1.WeeklyCycle{unplanned}, want: "2 and 36 are 127%, 5 weeks"},
		"a cycle whose zone is unknown still runs":       {cycles: []praxisv1.WeeklyCycle{strange}, want: "2 and 39 are 137%, 5 weeks"},
	} {
		t.Run(name, func(t *testing.T) {
			o := safeDeploys()
			o.Utility.Spec.Suspend = c.suspend
			p := plan.NewProgramme(o)
			if p.Problem != nil {
				t.Fatal(p.Problem.Message)
			}
			look := For(p, calendar(t, o), c.cycles, c.written, thursday)
			coverage := look.Coverage(o.Utility.Spec.Required)
			if got := fmt.Sprintf("%d and %d are %d%%, %d weeks", coverage.Delivered, coverage.Planned, coverage.Percent, look.WeeksLeft); got != c.want {
				t.Errorf("it is %s, want %s", got, c.want)
			}
			if look.Week.Name != "2026-W48" || look.Quarter.Name != "2026-Q4" || coverage.Required != 30 {
				t.Errorf("it looks at %s in %s, and %d are required", look.Week.Name, look.Quarter.Name, coverage.Required)
			}
		})
	}
}

func TestTheForecastOfAQuarterByKeyAction(t *testing.T) {
	o := safeDeploys()
	look := For(plan.NewProgramme(o), calendar(t, o), []praxisv1.WeeklyCycle{cycle(t, "2026-W48",
		praxisv1.KeyActionWeek{Name: "rehearse-rollback", UnitsDelivered: 2, KeyTarget: 2}, praxisv1.KeyActionWeek{Name: "remove-manual-step", UnitsAhead: 3, KeyTarget: 1},
	)}, nil, thursday)
	for name, want := range map[string]string{
		"rehearse-rollback":     "2 delivered, 16 planned, 2 this week", // 4 weeks · 2 people · 2 units
		"remove-manual-step":    "0 delivered, 15 planned, 1 this week", // 3 ahead, and 4 weeks · 3 units
		"review-failed-deploys": "0 delivered, 8 planned, 0 this week",  // 4 weeks · 2 units
	} {
		t.Run(name, func(t *testing.T) {
			if got := fmt.Sprintf("%d delivered, %d planned, %d this week", look.Delivered[name], look.Planned[name], look.Target[name]); got != want {
				t.Errorf("it has %s, want %s", got, want)
			}
		})
	}
}

func TestTheCoverageOfAGoalThatRequiresNothingIsNoError(t *testing.T) {
	if c := (Forecast{Pruned: 2}).Coverage(0); c.Percent != 200 || c.Delivered != 2 {
		t.Errorf("it is %+v", c)
	}
}
