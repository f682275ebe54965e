// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package progress

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

var monday = time.Date(2026, time.November, 23, 8, 0, 0, 0, time.UTC)

// hours after the start of the week.
func hours(n int) time.Time { return monday.Add(time.Duration(n) * time.Hour) }

type modifier func(*praxisv1.Action)

// action owes one of a step of KeyAction "fix" a day after the start of the week.
func action(step, member string, share int32, modifiers ...modifier) praxisv1.Action {
	a := praxisv1.Action{
		ObjectMeta: metav1.ObjectMeta{Name: "w." + step + "." + member, Generation: 1},
		Spec: praxisv1.ActionSpec{
			KeyActionRef: praxisv1.LocalReference{Name: "fix"}, Step: step, Tier: praxisv1.TierIntermediate,
			Team: "payments", Member: member, Share: share, Duration: "1h",
		},
	}
	owes(1, 24)(&a)
	for _, m := range modifiers {
		m(&a)
	}
	return a
}

// owes takes pairs of quantity and hours after the start.
func owes(pairs ...int) modifier {
	return func(a *praxisv1.Action) {
		a.Spec.Target, a.Spec.Occurrences = 0, nil
		for i := 0; i < len(pairs); i += 2 {
			a.Spec.Target += int32(pairs[i])
			a.Spec.Occurrences = append(a.Spec.Occurrences, praxisv1.Occurrence{DueAt: metav1.NewTime(hours(pairs[i+1])), Quantity: int32(pairs[i])})
		}
	}
}

func done(accepted, pending int32) modifier {
	return func(a *praxisv1.Action) { a.Status.Accepted, a.Status.Pending = accepted, pending }
}

func after(steps ...string) modifier { return func(a *praxisv1.Action) { a.Spec.DependsOn = steps } }

func ofTier(t praxisv1.Tier) modifier { return func(a *praxisv1.Action) { a.Spec.Tier = t } }

func dropped(a *praxisv1.Action) { a.Spec.Dropped = true }

func frozen(name string, weight, parts int32) praxisv1.PlannedKeyAction {
	return praxisv1.PlannedKeyAction{
		Name: name, Weight: weight, Parts: parts, Tolerance: 10, Critical: 25, OnMiss: praxisv1.MissCarryOver, MaxCarries: 2,
		CheckOrder: []praxisv1.Tier{praxisv1.TierFoundation, praxisv1.TierIntermediate, praxisv1.TierKey},
	}
}

func judged(now time.Time, actions ...praxisv1.Action) Figures {
	return Judge(Work{Plan: &praxisv1.WeekPlan{Actions: int32(len(actions)), KeyActions: []praxisv1.PlannedKeyAction{frozen("fix", 100, 1)}}, Actions: actions}, now)
}

func TestTheStateOfAnAction(t *testing.T) {
	twice := owes(2, 24, 1, 48)
	for name, c := range map[string]struct {
		modifiers []modifier
		fate      Fate
		blocked   bool
		hour      int
		want      string
	}{
		"before anything is due":                   {modifiers: []modifier{twice}, hour: 23, want: praxisv1.ReasonNotDue},
		"the instant it is due counts":             {modifiers: []modifier{twice}, hour: 24, want: praxisv1.ReasonOverdue},
		"what is due is there":                     {modifiers: []modifier{twice, done(2, 0)}, hour: 24, want: praxisv1.ReasonOnPace},
		"what is due is handed in":                 {modifiers: []modifier{twice, done(1, 1)}, hour: 24, want: praxisv1.ReasonOnPace},
		"work before it is due is not yet on pace": {modifiers: []modifier{twice, done(1, 0)}, hour: 2, want: praxisv1.ReasonNotDue},
		"all is handed in early":                   {modifiers: []modifier{twice, done(1, 2)}, hour: 2, want: praxisv1.ReasonAwaitingAcceptance},
		"the last due is past":                     {modifiers: []modifier{twice, done(1, 1)}, hour: 48, want: praxisv1.ReasonMissed},
		"past the last due, all handed in":         {modifiers: []modifier{twice, done(2, 1)}, hour: 48, want: praxisv1.ReasonAwaitingAcceptance},
		"all accepted":                             {modifiers: []modifier{twice, done(3, 0)}, hour: 99, want: praxisv1.ReasonAccepted},
		"what it waits for is past due":            {modifiers: []modifier{twice}, blocked: true, hour: 2, want: praxisv1.ReasonBlocked},
		"being overdue comes before being blocked": {modifiers: []modifier{twice}, blocked: true, hour: 24, want: praxisv1.ReasonOverdue},
		"dropped comes before everything":          {modifiers: []modifier{twice, done(3, 0), dropped}, hour: 99, want: praxisv1.ReasonDropped},
		"carried over":                             {modifiers: []modifier{twice}, fate: praxisv1.MissCarryOver, hour: 99, want: praxisv1.ReasonCarriedOver},
		"dropped when its week closed":             {modifiers: []modifier{twice}, fate: praxisv1.MissDrop, hour: 99, want: praxisv1.ReasonDropped},
		"escalated is missed":                      {modifiers: []modifier{twice}, fate: praxisv1.MissEscalate, hour: 99, want: praxisv1.ReasonMissed},
	} {
		a := action("x", "ana", 10000, c.modifiers...)
		if got := State(&a, c.fate, c.blocked, hours(c.hour)); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestHowFarAWeekIs(t *testing.T) {
	key := ofTier(praxisv1.TierKey)
	for name, c := range map[string]struct {
		hour    int
		actions []praxisv1.Action
		want    string // progress, expectation, deviation and reason
	}{
		"nothing is due":                                           {1, []praxisv1.Action{action("a", "ana", 10000)}, "0 0 0 NotDue"},
		"half is due and not there":                                {24, []praxisv1.Action{action("a", "ana", 5000), action("b", "ana", 5000, owes(1, 48))}, "0 50 -50 CriticallyBehind"},
		"a little behind is on pace":                               {24, []praxisv1.Action{action("a", "ana", 1000), action("b", "ana", 9000, owes(1, 48))}, "0 10 -10 OnPace"},
		"one point more is behind":                                 {24, []praxisv1.Action{action("a", "ana", 1100), action("b", "ana", 8900, owes(1, 48))}, "0 11 -11 Behind"},
		"25 points are behind":                                     {24, []praxisv1.Action{action("a", "ana", 2500), action("b", "ana", 7500, owes(1, 48))}, "0 25 -25 Behind"},
		"what is handed in is not accepted, but the judge is late": {24, []praxisv1.Action{action("a", "ana", 5000, done(0, 1)), action("b", "ana", 5000, owes(1, 48))}, "0 50 -50 AwaitingAcceptance"},
		"ahead of what is due":                                     {24, []praxisv1.Action{action("a", "ana", 5000, done(1, 0)), action("b", "ana", 5000, owes(1, 48), done(1, 0))}, "100 50 50 OnPace"},
		"a dropped Action does not count":                          {24, []praxisv1.Action{action("a", "ana", 5000, dropped), action("b", "ana", 5000, done(1, 0))}, "100 100 0 OnPace"},
		"a missed key Action, whatever the sum":                    {24, []praxisv1.Action{action("a", "ana", 100, key), action("b", "ana", 9900, done(1, 0))}, "99 100 -1 KeyActionMissed"},
		"a third rounds down, two thirds round up":                 {24, []praxisv1.Action{action("a", "ana", 10000, owes(1, 24, 1, 24, 1, 48), done(1, 0))}, "33 67 -33 CriticallyBehind"},
		"nothing is planned":                                       {24, nil, "0 0 0 NothingPlanned"},
	} {
		f := judged(hours(c.hour), c.actions...)
		if got := fmt.Sprint(f.Delivery.ProgressPercent, f.Delivery.ExpectedPercent, f.Delivery.Deviation, " ", f.Verdict.reason); strings.ReplaceAll(got, "  ", " ") != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestAStepThatNobodyDoesIsDueAndNotDone(t *testing.T) {
	entry := frozen("fix", 100, 1)
	entry.Unassigned = []praxisv1.UnassignedStep{{Step: "b", Tier: praxisv1.TierKey, Share: 5000, Occurrences: action("b", "", 0).Spec.Occurrences}}
	work := Work{Plan: &praxisv1.WeekPlan{Actions: 1, KeyActions: []praxisv1.PlannedKeyAction{entry}}, Actions: []praxisv1.Action{action("a", "ana", 5000, done(1, 0))}}
	f := Judge(work, hours(24))
	if f.Delivery.ProgressPercent != 50 || f.Delivery.ExpectedPercent != 100 || f.Gaps[0].Reason != praxisv1.ReasonUnassigned || f.Gaps[0].Impact != 5000 {
		t.Errorf("%+v, gaps %+v", f.Delivery, f.Gaps)
	}
}

func TestTheWeekIsTheWeightedAverageOfItsKeyActions(t *testing.T) {
	heavy, light := frozen("heavy", 70, 2), frozen("light", 30, 1)
	idle := frozen("idle", 99, 1) // without Actions it does not count
	of := func(name string) modifier { return func(a *praxisv1.Action) { a.Spec.KeyActionRef.Name = name } }
	work := Work{
		Plan:    &praxisv1.WeekPlan{KeyActions: []praxisv1.PlannedKeyAction{heavy, idle, light}},
		Actions: []praxisv1.Action{action("a", "ana", 10000, of("heavy"), done(1, 0)), action("b", "ana", 10000, of("light"))},
	}
	// 35·1 + 30·0 of 65
	if f := Judge(work, hours(24)); f.Delivery.ProgressPercent != 54 || f.Delivery.ExpectedPercent != 100 {
		t.Errorf("%+v", f.Delivery)
	}
}

func TestTheFirstGapIsTheEarliestOneUpstream(t *testing.T) {
	build, ship := action("build", "ben", 3000, after("design"), owes(1, 30)), action("ship", "cleo", 5000, after("build"), owes(1, 40))
	for name, c := range map[string]struct {
		hour    int
		actions []praxisv1.Action
		want    string
	}{
		"one that is behind alone":       {24, []praxisv1.Action{action("design", "ana", 2000), build, ship}, "w.design.ana NoEvidence 10000"},
		"of a chain the first":           {40, []praxisv1.Action{action("design", "ana", 2000), build, ship}, "w.design.ana NoEvidence 10000"},
		"the first that is not done":     {40, []praxisv1.Action{action("design", "ana", 2000, done(1, 0)), build, ship}, "w.build.ben NoEvidence 8000"},
		"the one that waits for a judge": {24, []praxisv1.Action{action("design", "ana", 2000, done(0, 1)), build, ship}, "w.design.ana AwaitingAcceptance 10000"},
	} {
		var got []string
		for _, g := range judged(hours(c.hour), c.actions...).Gaps {
			got = append(got, fmt.Sprint(g.Action, " ", g.Reason, " ", g.Impact))
		}
		if !slices.Equal(got, []string{c.want}) {
			t.Errorf("%s: %v, want %s", name, got, c.want)
		}
	}
	overloaded := Work{
		Plan:       &praxisv1.WeekPlan{KeyActions: []praxisv1.PlannedKeyAction{frozen("fix", 100, 1)}},
		Actions:    []praxisv1.Action{action("design", "ana", 10000)},
		Overloaded: func(string, string) bool { return true },
	}
	if g := Judge(overloaded, hours(24)).Gaps[0]; g.Reason != praxisv1.ReasonOverloaded {
		t.Errorf("with too much to do the gap is %s", g.Reason)
	}
}

func TestWhatBecomesOfAnUnfinishedAction(t *testing.T) {
	carried := func(n int32) modifier { return func(a *praxisv1.Action) { a.Spec.Carries = n } }
	for name, c := range map[string]struct {
		action praxisv1.Action
		onMiss praxisv1.MissPolicy
		want   Fate
	}{
		"it is carried":                  {action("x", "ana", 1), praxisv1.MissCarryOver, praxisv1.MissCarryOver},
		"it is carried a second time":    {action("x", "ana", 1, carried(1)), praxisv1.MissCarryOver, praxisv1.MissCarryOver},
		"after maxCarries it escalates":  {action("x", "ana", 1, carried(2)), praxisv1.MissCarryOver, praxisv1.MissEscalate},
		"it is dropped":                  {action("x", "ana", 1), praxisv1.MissDrop, praxisv1.MissDrop},
		"what is done stays":             {action("x", "ana", 1, done(1, 0)), praxisv1.MissCarryOver, ""},
		"what a person dropped stays so": {action("x", "ana", 1, dropped), praxisv1.MissCarryOver, ""},
	} {
		policy := frozen("fix", 100, 1)
		policy.OnMiss = c.onMiss
		if got := FateOf(&c.action, &policy, nil); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestAFreshActionCostsNoWrite(t *testing.T) {
	// What the schema puts there; see Action.status.
	fresh := action("x", "ana", 10000)
	fresh.Status.Conditions = []metav1.Condition{
		{Type: praxisv1.ConditionReady, Status: metav1.ConditionTrue, Reason: praxisv1.ReasonReconciled, Message: "Planned with its week", ObservedGeneration: 1},
		{Type: praxisv1.ConditionOnTrack, Status: metav1.ConditionUnknown, Reason: praxisv1.ReasonNotDue, Message: "Nothing is due yet; hand in evidence until it is", ObservedGeneration: 1},
	}
	fresh.Status.ObservedGeneration, fresh.Status.Summary = 1, "Hand in evidence until it is due"
	got, next := Action(ActionInput{Action: &fresh}, hours(1))
	if fmt.Sprint(got) != fmt.Sprint(fresh.Status) || !next.Equal(hours(24)) {
		t.Errorf("the status would become %+v, next at %s", got, next)
	}
}

func TestWhatIsNeededAWeekIsRoundedUp(t *testing.T) {
	for _, c := range []struct {
		required, weight, delivered, contribution int64
		weeksLeft                                 int
		want                                      int64
	}{
		{120, 40, 0, 2, 13, 2}, // 48 / 26
		{120, 40, 44, 2, 2, 1}, // 4 / 4
		{120, 40, 43, 2, 2, 2}, // 5 / 4
		{120, 40, 90, 2, 2, 0}, // more than enough
		{120, 40, 0, 2, 0, 0},  // no weeks left
	} {
		if got := neededPerWeek(c.required, big.NewRat(c.weight, 1), c.delivered, c.contribution, c.weeksLeft); got != c.want {
			t.Errorf("%+v: %d", c, got)
		}
	}
}

func TestCoverageComparesExactValues(t *testing.T) {
	// 249 of 250 shows as 100 % and is not covered.
	if carries(249, 250, big.NewRat(100, 1)) || !carries(250, 250, big.NewRat(100, 1)) {
		t.Error("99.6 % is not covered, 100 % is")
	}
	if got := percent(big.NewRat(249, 250)); got != 100 {
		t.Errorf("249 of 250 show as %d", got)
	}
	if !carries(24, 100, big.NewRat(70, 3)) || carries(23, 100, big.NewRat(70, 3)) {
		t.Error("a third of 70 % of 100 is 23.3")
	}
}

func TestRoundingIsHalfUp(t *testing.T) {
	for text, want := range map[string]int64{"1/200": 1, "-1/200": 0, "-1/100": -1, "2/3": 67, "-2/3": -67, "333/1000": 33} {
		r, _ := new(big.Rat).SetString(text)
		if got := percent(r); got != want {
			t.Errorf("%s is %d percent, want %d", text, got, want)
		}
	}
}
