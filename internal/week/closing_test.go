// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package week

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

func decided(action string, decision praxisv1.ReviewDecision, modify func(*praxisv1.ActionDecision)) Decisions {
	d := praxisv1.ActionDecision{Action: action, Decision: decision, Reason: "as agreed"}
	if modify != nil {
		modify(&d)
	}
	return Decisions{action: d}
}

func TestADecisionComesBeforeOnMissAndMaxCarriesBeforeBoth(t *testing.T) {
	twice := func(a *praxisv1.Action) { a.Spec.Carries = 2 }
	for name, c := range map[string]struct {
		action   praxisv1.Action
		decision praxisv1.ReviewDecision
		onMiss   praxisv1.MissPolicy
		want     Disposition
	}{
		"let go":                          {action("x", "ana", 1), praxisv1.DecideDrop, praxisv1.MissCarryOver, praxisv1.MissDrop},
		"escalated":                       {action("x", "ana", 1), praxisv1.DecideEscalate, praxisv1.MissCarryOver, praxisv1.MissEscalate},
		"carried":                         {action("x", "ana", 1), praxisv1.DecideCarryOver, praxisv1.MissDrop, praxisv1.MissCarryOver},
		"given to another, so it goes on": {action("x", "ana", 1), praxisv1.DecideReassign, praxisv1.MissDrop, praxisv1.MissCarryOver},
		"moved, so it goes on":            {action("x", "ana", 1), praxisv1.DecideReschedule, praxisv1.MissDrop, praxisv1.MissCarryOver},
		"carried too often":               {action("x", "ana", 1, twice), praxisv1.DecideCarryOver, praxisv1.MissDrop, praxisv1.MissEscalate},
		"dropped after many carries":      {action("x", "ana", 1, twice), praxisv1.DecideDrop, praxisv1.MissCarryOver, praxisv1.MissDrop},
		"finished all the same":           {action("x", "ana", 1, done(1, 0)), praxisv1.DecideDrop, praxisv1.MissCarryOver, ""},
	} {
		t.Run(name, func(t *testing.T) {
			policy := frozen("fix", 100, 1)
			policy.OnMiss = c.onMiss
			if got := DispositionOf(&c.action, &policy, decided(c.action.Name, c.decision, nil)); got != c.want {
				t.Errorf("it becomes %q, want %q", got, c.want)
			}
		})
	}
	t.Run("one that no plan knows escalates", func(t *testing.T) {
		a := action("x", "ana", 1)
		if got := DispositionOf(&a, nil, decided(a.Name, praxisv1.DecideDrop, nil)); got != praxisv1.MissEscalate {
			t.Errorf("it becomes %q", got)
		}
	})
}

func TestLeftoverWorkCarriesTheDecision(t *testing.T) {
	c := aCycle("w48", 0, planned)
	c.Spec.Week = "2026-W48"
	c.Status.Plan = &praxisv1.WeekPlan{KeyActions: []praxisv1.PlannedKeyAction{frozen("fix", 100, 1)}}
	thursday := metav1.NewTime(hours(80))
	part := action("x", "ana", 1, owes(5, 24), done(2, 1))
	for name, d := range map[string]struct {
		decisions Decisions
		want      string // remaining, member and due
	}{
		"nothing was decided": {nil, "3 of 2026-W48 to  at nil"}, // what is pending is carried too
		"it goes to another":  {decided(part.Name, praxisv1.DecideReassign, func(d *praxisv1.ActionDecision) { d.Member = "ben" }), "3 of 2026-W48 to ben at nil"},
		"it is moved":         {decided(part.Name, praxisv1.DecideReschedule, func(d *praxisv1.ActionDecision) { d.DueAt = &thursday }), "3 of 2026-W48 to  at " + fmt.Sprint(&thursday)},
		"it is carried, and the member it names does not matter": {decided(part.Name, praxisv1.DecideCarryOver, func(d *praxisv1.ActionDecision) { d.Member = "ben" }), "3 of 2026-W48 to  at nil"},
		"it is dropped":   {decided(part.Name, praxisv1.DecideDrop, nil), ""},
		"it is escalated": {decided(part.Name, praxisv1.DecideEscalate, nil), ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := ""
			for _, l := range Leftovers(&c, []praxisv1.Action{part, action("y", "ben", 1, done(1, 0))}, d.decisions) {
				got += fmt.Sprintf("%d of %s to %s at %v", l.Remaining, l.Week, l.Member, l.DueAt)
			}
			if strings.ReplaceAll(got, "<nil>", "nil") != d.want {
				t.Errorf("left is %q, want %q", got, d.want)
			}
		})
	}
}

func TestAPartThatWasSplitOffAsItsWeekClosedGoesOnAsWell(t *testing.T) {
	c := aCycle("w48", 0, planned)
	c.Spec.Week = "2026-W48"
	c.Status.Plan = &praxisv1.WeekPlan{KeyActions: []praxisv1.PlannedKeyAction{frozen("fix", 100, 1)}}
	whole := action("x", "ana", 1000, owes(5, 24), done(2, 0))
	whole.Spec.CycleRef.Name = "w48"
	ben := praxisv1.Member{Name: "ben", User: "ben@shop"}
	split := *plan.Split(&whole, 2, &ben, praxisv1.Amendment{Reason: "Ana is ill"})
	made := plan.Unmade([]praxisv1.Action{split})[0]
	made.Status.Accepted = 2
	for name, d := range map[string]struct {
		actions []praxisv1.Action
		want    string
	}{
		"nothing was split off": {[]praxisv1.Action{whole}, "[ana 3]"},
		"it was not made":       {[]praxisv1.Action{split}, "[ana 1 ben 2]"},
		"it was made and done":  {[]praxisv1.Action{split, made}, "[ana 1]"},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, l := range Leftovers(&c, d.actions, nil) {
				got = append(got, fmt.Sprint(l.Action.Spec.Member, " ", l.Remaining))
			}
			if fmt.Sprint(got) != d.want {
				t.Errorf("left are %v, want %s", got, d.want)
			}
		})
	}
}

func TestEscalatedActionsAreFound(t *testing.T) {
	c := aCycle("w48", 0, planned)
	c.Status.Plan = &praxisv1.WeekPlan{KeyActions: []praxisv1.PlannedKeyAction{frozen("fix", 100, 1)}}
	twice := func(a *praxisv1.Action) { a.Spec.Carries = 2 }
	actions := []praxisv1.Action{
		action("z", "ana", 1, twice), action("y", "ana", 1), action("x", "ana", 1),
		action("w", "ana", 1, twice, done(1, 0)), action("v", "ana", 1, twice, dropped),
	}
	var got []string
	for _, a := range Escalated(&c, &praxisv1.WeeklyCycle{}, actions, decided("w.x.ana", praxisv1.DecideEscalate, nil)) {
		got = append(got, a.Name)
	}
	if strings.Join(got, " ") != "w.x.ana w.z.ana" {
		t.Errorf("escalated are %v", got)
	}
}

func TestAWeekThatClosesCountsWhatBecomesOfEach(t *testing.T) {
	key := func(units int64) modifier {
		return func(a *praxisv1.Action) { a.Spec.Tier, a.Spec.Contribution = praxisv1.TierKey, units }
	}
	actions := []praxisv1.Action{
		action("a", "ana", 1000, key(3), owes(2, 24), done(2, 0)),   // 6 units
		action("b", "ana", 1000, key(3), owes(4, 24), done(1, 0)),   // 3 units; 9 go on
		action("c", "ana", 1000, key(3), owes(4, 24), dropped),      // dropped in midweek: no target
		action("d", "ana", 1000, key(3), owes(1, 24)),               // dropped in the review
		action("e", "ana", 1000, owes(1, 24)),                       // escalated
		action("f", "ana", 5000, key(3), owes(2, 200), done(0, 1)),  // due after the week: goes on
		action("g", "ana", 1000, owes(1, 24), done(0, 1)),           // handed in, and escalated
		action("h", "ana", 1000, owes(2, 24, 2, 200), done(3, 0)),   // on pace, goes on
		action("i", "ana", 1000, owes(1, 24), ofTier("Foundation")), // goes on
	}
	decisions := Decisions{
		"w.d.ana": {Action: "w.d.ana", Decision: praxisv1.DecideDrop}, "w.e.ana": {Action: "w.e.ana", Decision: praxisv1.DecideEscalate},
		"w.g.ana": {Action: "w.g.ana", Decision: praxisv1.DecideEscalate},
	}
	work := Work{Plan: &praxisv1.WeekPlan{Actions: 9, Carried: 2, KeyActions: []praxisv1.PlannedKeyAction{frozen("fix", 100, 1)}}, Actions: actions}
	t.Run("while it runs", func(t *testing.T) {
		f := Judge(work, hours(100))
		// a is done; b, d, e and i are missed; c was dropped and two of the eleven are
		// deleted; g is handed in; f and h are open.
		if want := (praxisv1.ActionCounts{Open: 2, Submitted: 1, Accepted: 1, Missed: 4, Dropped: 3}); f.Counts != want {
			t.Errorf("it counts %+v, want %+v", f.Counts, want)
		}
		// Of a, b, d and f; only f, which is not missed, is still ahead.
		if r := f.KeyActions[0]; r.KeyTarget != 9 || r.UnitsDelivered != 9 || r.UnitsAhead != 6 || r.CarriedOver != 0 || r.Actions != 9 || r.AcceptedActions != 1 {
			t.Errorf("the row is %+v", r)
		}
		if !f.Next.Equal(hours(200)) {
			t.Errorf("more is due at %s", f.Next)
		}
	})
	t.Run("when it closes", func(t *testing.T) {
		work.Closing, work.Decisions = true, decisions
		f := Judge(work, hours(100))
		if want := (praxisv1.ActionCounts{Submitted: 1, Accepted: 1, Missed: 1, CarriedOver: 4, Dropped: 4}); f.Counts != want {
			t.Errorf("it counts %+v, want %+v", f.Counts, want)
		}
		if r := f.KeyActions[0]; r.UnitsDelivered != 9 || r.UnitsAhead != 0 || r.CarriedOver != 4 {
			t.Errorf("the row is %+v", r)
		}
		for i, want := range []praxisv1.TierCount{{Tier: praxisv1.TierFoundation, Planned: 1}, {Tier: praxisv1.TierIntermediate, Planned: 3}, {Tier: praxisv1.TierKey, Planned: 5, Accepted: 1}} {
			t.Run(string(want.Tier), func(t *testing.T) {
				if f.Tiers[i] != want {
					t.Errorf("it is %+v, want %+v", f.Tiers[i], want)
				}
			})
		}
	})
}

func TestGapsComeByTheCheckOrderThatAnAuthorSetsThenByImpactThenByName(t *testing.T) {
	of := func(name string) modifier {
		return func(a *praxisv1.Action) { a.Name, a.Spec.KeyActionRef.Name = name+"."+a.Name, name }
	}
	first, second := frozen("first", 60, 1), frozen("second", 40, 1)
	second.CheckOrder = []praxisv1.Tier{praxisv1.TierKey} // the tiers that it does not name follow in their order
	second.Unassigned = []praxisv1.UnassignedStep{
		{Step: "u", Tier: praxisv1.TierFoundation, Share: 1000, Occurrences: action("u", "", 0).Spec.Occurrences},
		{Step: "v", Tier: praxisv1.TierFoundation, Share: 1000}, // the operator plans none without a due time
	}
	work := Work{
		Plan: &praxisv1.WeekPlan{KeyActions: []praxisv1.PlannedKeyAction{first, second}},
		Actions: []praxisv1.Action{
			action("a", "al", 1000, of("first"), ofTier(praxisv1.TierKey)),
			action("b", "ben", 1000, of("first"), ofTier(praxisv1.TierFoundation)),
			action("b", "bea", 1000, of("first"), ofTier(praxisv1.TierFoundation)),
			action("c", "cy", 5000, of("second"), ofTier(praxisv1.TierKey)),
			action("d", "di", 9000, of("second"), ofTier(praxisv1.TierIntermediate), func(a *praxisv1.Action) { a.Status.LastRejected = true }),
		},
	}
	var got []string
	for _, g := range Judge(work, hours(24)).Gaps {
		got = append(got, fmt.Sprint(g.KeyAction, " ", g.Action, " ", g.Reason, " ", g.Impact))
	}
	want := []string{
		"second second.w.c.cy NoEvidence 2000", // 40 % of 5000
		"first first.w.b.bea NoEvidence 600",   // 60 % of 1000; between equals the Foundation comes before Key
		"first first.w.b.ben NoEvidence 600",
		"first first.w.a.al NoEvidence 600",
		"second  Unassigned 400", // the author wants Key to be looked at first, whatever depends on the rest
		"second second.w.d.di Rejected 3600",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("the gaps are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestAnActionWaitsForWhatIsUnfinishedAndPastDue(t *testing.T) {
	ship := action("ship", "cleo", 5000, after("draw", "write"), owes(1, 90))
	for name, c := range map[string]struct {
		others []praxisv1.Action
		want   string
	}{
		"nothing else":                   {[]praxisv1.Action{ship}, ""},
		"one is past due":                {[]praxisv1.Action{action("draw", "ana", 1)}, "w.draw.ana"},
		"two are, by name":               {[]praxisv1.Action{action("write", "ana", 1), action("draw", "ana", 1)}, "w.draw.ana w.write.ana"},
		"one is finished":                {[]praxisv1.Action{action("draw", "ana", 1, done(1, 0))}, ""},
		"one was dropped":                {[]praxisv1.Action{action("draw", "ana", 1, dropped)}, ""},
		"one is not due yet":             {[]praxisv1.Action{action("draw", "ana", 1, owes(1, 25))}, ""},
		"one has more to come":           {[]praxisv1.Action{action("draw", "ana", 1, owes(1, 24, 1, 25))}, ""},
		"one that it does not depend on": {[]praxisv1.Action{action("print", "ana", 1)}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := strings.Join(BlockedBy(&ship, c.others, hours(24)), " "); got != c.want {
				t.Errorf("it waits for %q, want %q", got, c.want)
			}
		})
	}
}

func TestAFractionIsRoundedUp(t *testing.T) {
	for text, want := range map[string]int64{"0": 0, "1/3": 1, "1": 1, "23/20": 2, "-1/3": 0, "-4/3": -1} {
		t.Run(text, func(t *testing.T) {
			r, _ := new(big.Rat).SetString(text)
			if got := Ceil(r); got != want {
				t.Errorf("it is %d, want %d", got, want)
			}
		})
	}
}

// The week of docs/formulas.md, Thursday at 16:00.
func TestTheWeekOfTheFormulas(t *testing.T) {
	rehearse, remove, review := frozen("rehearse-rollback", 45, 1), frozen("remove-manual-step", 35, 1), frozen("review-failed-deploys", 20, 1)
	of := func(name string) modifier {
		return func(a *praxisv1.Action) { a.Name, a.Spec.KeyActionRef.Name = name+"."+a.Name, name }
	}
	key, foundation := ofTier(praxisv1.TierKey), ofTier(praxisv1.TierFoundation)
	units := func(n int64) modifier { return func(a *praxisv1.Action) { a.Spec.Contribution = n } }
	work := Work{
		Plan: &praxisv1.WeekPlan{Actions: 9, KeyActions: []praxisv1.PlannedKeyAction{remove, rehearse, review}},
		Actions: []praxisv1.Action{
			action("agree", "mira", 1500, of("rehearse-rollback"), foundation, owes(1, 8, 1, 28), done(2, 0)),
			action("prepare", "priya", 2500, of("rehearse-rollback"), owes(2, 52), done(2, 0), after("agree")),
			action("rehearse", "jonas", 3000, of("rehearse-rollback"), key, units(2), owes(1, 80), after("prepare")),
			action("rehearse", "priya", 3000, of("rehearse-rollback"), key, units(2), owes(1, 80), done(1, 0), after("prepare")),
			action("watch", "priya", 2000, of("remove-manual-step"), foundation, owes(1, 28), done(1, 0)),
			action("dry-run", "tomas", 2000, of("remove-manual-step"), owes(1, 76), done(1, 0), after("watch")),
			action("automate", "priya", 6000, of("remove-manual-step"), key, units(3), owes(1, 100), after("dry-run")),
			action("collect", "jonas", 3000, of("review-failed-deploys"), foundation, owes(1, 56)),
			action("review", "mira", 7000, of("review-failed-deploys"), key, units(2), owes(1, 74), after("collect")),
		},
	}
	f := Judge(work, hours(80))
	if f.Delivery != (praxisv1.Delivery{ProgressPercent: 46, ExpectedPercent: 79, Deviation: -33}) || f.Verdict.Reason != praxisv1.ReasonKeyActionMissed {
		t.Errorf("the week is %+v, %+v", f.Delivery, f.Verdict)
	}
	var rows, gaps []string
	for _, r := range f.KeyActions {
		rows = append(rows, fmt.Sprint(r.Name, " ", r.ProgressPercent, " of ", r.ExpectedPercent, ", ", r.UnitsDelivered, " and ", r.UnitsAhead))
	}
	for _, g := range f.Gaps {
		gaps = append(gaps, fmt.Sprintf("%s %d %+v: %s", g.Action, g.Impact, *g.Group, g.Message))
	}
	if got := strings.Join(rows, "; "); got != "remove-manual-step 40 of 40, 0 and 3; rehearse-rollback 70 of 100, 2 and 0; review-failed-deploys 0 of 100, 0 and 0" {
		t.Errorf("the rows are %s", got)
	}
	if got := strings.Join(gaps, "; "); got != "review-failed-deploys.w.collect.jonas 2000 {Member:jonas Judges:[] Pieces:2 Impact:3350}: jonas owes collect and 1 more; hand in evidence or decide in the review" {
		t.Errorf("the gaps are %s", got)
	}
}
