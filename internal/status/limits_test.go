// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/week"
)

func TestAnActionThatWaitsForManyNamesTwentyAndCountsAll(t *testing.T) {
	ship := anAction(1)
	ship.Name, ship.Spec.DependsOn = "w.fix.ship.lou", []string{"x"}
	ship.Spec.Occurrences[0].DueAt = metav1.NewTime(hours(100))
	var others []praxisv1.Action
	for i := range 60 {
		a := anAction(1)
		a.Name = fmt.Sprintf("w.fix.x.m%02d", i)
		others = append(others, a)
	}
	got, _ := ForAction(ActionInput{Action: &ship, Others: others}, hours(48))
	message := meta.FindStatusCondition(got.Conditions, praxisv1.ConditionOnTrack).Message
	if len(got.BlockedBy) != 20 || got.BlockedBy[0] != "w.fix.x.m00" || message != "It waits for 60 Actions that are past due; look at the first: fix.x.m00" {
		t.Errorf("it waits for %d: %s", len(got.BlockedBy), message)
	}
}

// aFanOut is a goal of enterprise KeyActions, each for so many Teams.
func aFanOut(t testing.TB, teams ...int) (plan.Objects, *cadence.Calendar) {
	t.Helper()
	o, _ := goal(0, 0)
	o.KeyActions = nil
	for k, n := range teams {
		label := fmt.Sprintf("k%d", k)
		weight := int32(100 / len(teams))
		if k == 0 {
			weight = 100 - weight*int32(len(teams)-1)
		}
		ka := praxisv1.KeyAction{ObjectMeta: metav1.ObjectMeta{Name: label, Namespace: "shop"}, Spec: praxisv1.KeyActionSpec{
			UtilityRef: praxisv1.LocalReference{Name: "checkout"}, Contribution: 1, Weight: &weight, Verb: "Ship", Object: "a fix",
			TeamSelector: &metav1.LabelSelector{MatchLabels: map[string]string{label: "yes"}},
			Package: &praxisv1.Package{Steps: []praxisv1.Step{{
				Name: "ship", Tier: praxisv1.TierKey, Do: "Ship", Times: 3, Every: 1, Duration: "1h", Weight: 100, Standard: praxisv1.Standard{Statement: "Shipped"},
				Assign: praxisv1.Assignment{Mode: praxisv1.AssignEach, Role: "engineer"}, Due: []praxisv1.WeekMoment{{Day: praxisv1.Tuesday, Time: "12:00"}},
			}}},
		}}
		o.KeyActions = append(o.KeyActions, ka)
		for i := range n {
			name := fmt.Sprintf("team-%03d", i)
			if o.Teams[name] == nil {
				o.Teams[name] = &praxisv1.Team{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{}}, Spec: praxisv1.TeamSpec{
					Members: []praxisv1.Member{{Name: "dev", User: "dev-" + name, Roles: []string{"engineer"}, Capacity: "40h"}},
				}}
			}
			o.Teams[name].Labels[label] = "yes"
		}
	}
	o.Utility.Spec.MaxKeyActions = 9
	cal, err := cadence.New(o.Utility.Spec.Cadence)
	if err != nil {
		t.Fatal(err)
	}
	return o, cal
}

func TestMoreThanAHundredTeamsAreStalledAndNoneIsPlanned(t *testing.T) {
	for name, c := range map[string]struct {
		teams   []int
		stalled string // the KeyAction, and what it says
		planned int
	}{
		"a hundred":                              {[]int{100}, "", 100},
		"one more":                               {[]int{101}, "k0: spec.teamSelector selects 101 Teams and may select 100; select fewer, or write a second KeyAction for the rest", 0},
		"one of two":                             {[]int{120, 3}, "k0: spec.teamSelector selects 120 Teams and may select 100; select fewer, or write a second KeyAction for the rest", 3},
		"as many as a week takes":                {[]int{70, 32, 18}, "", 120},
		"the lightest has no room":               {[]int{70, 32, 19}, "k2: Its 19 Teams and the 102 of heavier KeyActions are more than the 120 of a Utility; select fewer, or divide the Utility", 102},
		"one has no room, and a lighter one has": {[]int{60, 25, 42, 35}, "k2: Its 42 Teams and the 85 of heavier KeyActions are more than the 120 of a Utility; select fewer, or divide the Utility", 120},
	} {
		t.Run(name, func(t *testing.T) {
			o, cal := aFanOut(t, c.teams...)
			p := plan.NewProgramme(o)
			var stalled string
			for i := range o.KeyActions {
				ka := &o.KeyActions[i]
				says := ForKeyAction(KeyActionInput{KeyAction: ka, Programme: p, Calendar: cal, Problem: p.ProblemOf(ka)}, hours(30))
				if found := meta.FindStatusCondition(says.Conditions, praxisv1.ConditionStalled); found != nil {
					stalled = ka.Name + ": " + found.Message
					if found.Reason != praxisv1.ReasonTooManyTeams || len(found.Message) > 140 {
						t.Errorf("the reason is %s, and the message has %d characters", found.Reason, len(found.Message))
					}
				}
				if len(says.Teams) > 100 {
					t.Errorf("%s tells of %d Teams", ka.Name, len(says.Teams))
				}
			}
			w := cal.WeekOf(hours(30))
			made := plan.Make(plan.Request{Programme: p, Week: w, Cycle: "w", From: w.StartsAt})
			if stalled != c.stalled || len(made.KeyActions) != c.planned {
				t.Errorf("%d are planned; stalled is %s", len(made.KeyActions), stalled)
			}
		})
	}
}

// fullWeek is a week of so many Teams' work of one KeyAction each, with gaps in all of them.
func fullWeek(t testing.TB, teams ...int) (*plan.Programme, *cadence.Calendar, praxisv1.WeeklyCycle, []praxisv1.Action) {
	t.Helper()
	o, cal := aFanOut(t, teams...)
	p := plan.NewProgramme(o)
	cycle, _ := plan.NextCycle(p, cal, nil, hours(0))
	w := cal.WeekOf(hours(0))
	made := plan.Make(plan.Request{Programme: p, Week: w, Cycle: cycle.Name, From: w.StartsAt})
	actions := made.Actions()
	for i := range actions {
		actions[i].Status.Accepted = int32(i % 3)
	}
	in := WeeklyCycleInput{Cycle: cycle, Plan: plan.First(p, made.KeyActions, hours(0)), Planned: true, Actions: actions, Programme: p}
	cycle.Status, _ = ForWeeklyCycle(in, hours(30))
	return p, cal, *cycle, actions
}

// Carried work of KeyActions that are planned no more has rows of its own, so that a week can
// hold more than are planned; what finds no row is escalated, and nothing is left uncounted.
func TestWhatAWeekHasNoRowForIsNotCarriedAndIsEscalated(t *testing.T) {
	before := praxisv1.WeeklyCycle{ObjectMeta: metav1.ObjectMeta{Name: "w47"}}
	before.Status.Plan = &praxisv1.WeekPlan{}
	var actions []praxisv1.Action
	for i := range 512 {
		entry := frozen(fmt.Sprintf("old-%03d", i), 1, 1)
		before.Status.Plan.KeyActions = append(before.Status.Plan.KeyActions, entry)
		a := anAction(1)
		a.Name, a.Spec.KeyActionRef.Name = "w47."+entry.Name+".x.ana", entry.Name
		actions = append(actions, a)
	}
	p, cal, cycle, own := fullWeek(t, 100, 20)
	placed := plan.Placed(cycle.Status.Plan, week.Leftovers(&before, actions, nil))
	carried := plan.CarryOver(plan.Request{Programme: p, Week: cal.WeekOf(hours(0)), Cycle: cycle.Name, From: hours(0)}, placed, nil, hours(0))
	after := plan.RecordCarried(cycle.Status.Plan, &before, carried, nil, hours(0))
	if len(carried) != 392 || len(after.KeyActions) != 512 || after.Carried != 392 {
		t.Fatalf("%d are carried, of %d KeyActions", len(carried), len(after.KeyActions))
	}
	all := append(own, carried...)
	figures := week.Judge(week.Work{Plan: after, Actions: all}, hours(30))
	c := figures.Counts
	if sum := c.Open + c.Submitted + c.Accepted + c.Missed + c.Dropped; int(sum) != len(all) || len(figures.KeyActions) != 512 {
		t.Errorf("%d Actions are counted as %+v", len(all), c)
	}
	next := cycle
	next.Status.Plan = after
	if escalated := week.Escalated(&before, &next, actions, nil); len(escalated) != 120 || escalated[0].Name != "w47.old-392.x.ana" {
		t.Errorf("%d are escalated", len(escalated))
	}
	next.Status, _ = ForWeeklyCycle(WeeklyCycleInput{Cycle: &next, Plan: after, Planned: true, Actions: all, Programme: p}, hours(30))
	fits(t, "WeeklyCycle", &next)
	for _, g := range plannerGaps(nil, after) {
		if g.Reason != praxisv1.ReasonTooManyKeyActions || g.Message != "The week holds 512 KeyActions and takes no more; what is new is planned from the next week on" {
			t.Errorf("the week says %+v", g)
		}
	}
}

func TestAWeekThatIsFullLetsNothingJoin(t *testing.T) {
	p, cal, cycle, _ := fullWeek(t, 100, 20)
	full := cycle.Status.Plan.DeepCopy()
	full.KeyActions = full.KeyActions[:3]
	for i := range 380 {
		full.KeyActions = append(full.KeyActions, frozen(fmt.Sprintf("other-%03d", i), 1, 1))
	}
	r := plan.Request{Programme: p, Week: cal.WeekOf(hours(0)), Cycle: cycle.Name, From: hours(0)}
	joined := plan.Record(full, plan.Joining(full, plan.Make(r)), hours(1))
	if !plan.MayJoin(full, r) || len(joined.KeyActions) != plan.MaxJoined || plan.MayJoin(joined, r) {
		t.Errorf("it holds %d KeyActions", len(joined.KeyActions))
	}
}

// Parts of many different quantities make a fraction of hundreds of digits.
func TestAFigureOfManyQuantitiesIsKeptWithinItsFieldAndKeepsItsPercent(t *testing.T) {
	entry := frozen("fix", 100, 1)
	work := week.Work{Plan: &praxisv1.WeekPlan{KeyActions: []praxisv1.PlannedKeyAction{entry}}}
	for q := int32(2); q <= 1000; q++ {
		a := anAction(q)
		a.Name, a.Spec.Share, a.Status.Accepted = fmt.Sprintf("w.fix.x.%d", q), 10, 1
		work.Actions = append(work.Actions, a)
	}
	row := week.Judge(work, hours(30)).KeyActions[0]
	if len(row.Exact.Accepted) > 100 || !strings.HasPrefix(row.Exact.Accepted, "0.00649") {
		t.Errorf("it is %s", row.Exact.Accepted)
	}
	// (1/2 + … + 1/1000) / 999 is 0.65 %.
	if back := week.Exactly(&row, nil).Delivery(); back != row.Delivery || row.ProgressPercent != 1 {
		t.Errorf("read back it is %+v, and was %+v", back, row.Delivery)
	}
}

func TestACoverageBeyondAllBoundsIsTheMostThatAStatusHolds(t *testing.T) {
	o, cycles := goal(9_000_000_000_000_000, 0)
	o.Utility.Spec.Required = 1
	cal, err := cadence.New(o.Utility.Spec.Cadence)
	if err != nil {
		t.Fatal(err)
	}
	p := plan.NewProgramme(o)
	u, _ := ForUtility(UtilityInput{Programme: p, Calendar: cal, Cycles: cycles}, hours(30))
	if u.Coverage.Percent != math.MaxInt32 || u.Columns.Covered != "2147483647%" {
		t.Errorf("it is %d: %s", u.Coverage.Percent, u.Columns.Covered)
	}
}
