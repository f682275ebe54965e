// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	"pgregory.net/rapid"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
	"github.com/praxis-dev/praxis/internal/forecast"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/text"
	"github.com/praxis-dev/praxis/internal/week"
)

func TestAMeasureMovesFromItsBaselineToItsTargetInEitherDirection(t *testing.T) {
	for _, c := range []struct {
		baseline, target, current praxisv1.Decimal
		percent                   int32
	}{
		{"87.5", "96", "91.2", 44}, // 3.7 / 8.5 = 43.53 %
		{"58", "5", "31.5", 50},    // −26.5 / −53
		{"58", "5", "60", 0},       // the wrong way
		{"58", "5", "1", 100},      // beyond
		{"-2", "2", "-1", 25},
	} {
		if got := week.Percent(covers(&praxisv1.Measure{Baseline: c.baseline, Target: c.target}, c.current)); got != c.percent {
			t.Errorf("from %s to %s, %s is %d %%, want %d", c.baseline, c.target, c.current, got, c.percent)
		}
	}
}

func TestADecreasingMeasureIsTheMirrorOfAnIncreasingOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		decimal := func(n int) praxisv1.Decimal { return praxisv1.Decimal(fmt.Sprintf("%d.%d", n/10, n%10)) }
		top := 1000
		from, to, now := rapid.IntRange(0, top).Draw(t, "from"), rapid.IntRange(0, top).Draw(t, "to"), rapid.IntRange(0, top).Draw(t, "now")
		if from == to {
			to = (to + 1) % top
		}
		up := covers(&praxisv1.Measure{Baseline: decimal(from), Target: decimal(to)}, decimal(now))
		down := covers(&praxisv1.Measure{Baseline: decimal(top - from), Target: decimal(top - to)}, decimal(top-now))
		if up.Cmp(down) != 0 || up.Sign() < 0 || week.Percent(up) > 100 {
			t.Fatalf("%v and %v", up, down)
		}
	})
}

// week of a history: its progress and what the one measure read, from 0 to 100.
func closedWeek(progress, reading string) praxisv1.HistoryEntry {
	e := praxisv1.HistoryEntry{Progress: progress}
	if reading != "" {
		e.Measures = []praxisv1.MeasureReading{{Name: "m", Value: praxisv1.Decimal(reading)}}
	}
	return e
}

func TestEffectiveTellsWhetherDeliveredWorkMovesTheOutcome(t *testing.T) {
	q := cadence.Quarter{StartsAt: monday, EndsAt: monday.AddDate(0, 0, 13*7)}
	u := &praxisv1.Utility{Spec: praxisv1.UtilitySpec{Measures: []praxisv1.Measure{{Name: "m", Baseline: "0", Target: "100"}}}}
	for name, c := range map[string]struct {
		history []praxisv1.HistoryEntry // newest first
		want    string
	}{
		"nothing is closed":                          {nil, "Unknown NotExecuted"},
		"two weeks were worked":                      {[]praxisv1.HistoryEntry{closedWeek("1", "50"), closedWeek("1", "0")}, "Unknown NotExecuted"},
		"three of four fell short by a hair":         {[]praxisv1.HistoryEntry{closedWeek("799/1000", "9"), closedWeek("799/1000", ""), closedWeek("4/5", ""), closedWeek("1", "")}, "Unknown NotExecuted"},
		"three of four were worked, nothing is read": {[]praxisv1.HistoryEntry{closedWeek("4/5", ""), closedWeek("1", ""), closedWeek("1", ""), closedWeek("0", "")}, "Unknown NoMeasure"},
		// Linear progress asks 4/13 of four weeks, so that 1/13 or 7.69 % is the least.
		"it gained just enough":   {[]praxisv1.HistoryEntry{closedWeek("1", "27.7"), closedWeek("1", ""), closedWeek("1", ""), closedWeek("1", ""), closedWeek("1", "20")}, "True OutcomeMoving"},
		"it gained too little":    {[]praxisv1.HistoryEntry{closedWeek("1", "27.6"), closedWeek("1", ""), closedWeek("1", ""), closedWeek("1", ""), closedWeek("1", "20")}, "False PathNotWorking"},
		"it went the wrong way":   {[]praxisv1.HistoryEntry{closedWeek("1", "10"), closedWeek("1", ""), closedWeek("1", ""), closedWeek("1", ""), closedWeek("1", "20")}, "False PathNotWorking"},
		"it has arrived":          {[]praxisv1.HistoryEntry{closedWeek("1", "100"), closedWeek("1", ""), closedWeek("1", ""), closedWeek("1", ""), closedWeek("1", "100")}, "True OutcomeMoving"},
		"three weeks are enough":  {[]praxisv1.HistoryEntry{closedWeek("1", "6"), closedWeek("1", ""), closedWeek("1", "")}, "True OutcomeMoving"}, // 3/52 is 5.77 %
		"and ask for their share": {[]praxisv1.HistoryEntry{closedWeek("1", "5.7"), closedWeek("1", ""), closedWeek("1", "")}, "False PathNotWorking"},
	} {
		t.Run(name, func(t *testing.T) {
			var status praxisv1.ConditionedStatus
			effective(begin(&status, 1, monday, ofUtility), u, c.history, nil, forecast.Forecast{Quarter: q}, nil)
			got := meta.FindStatusCondition(status.Conditions, praxisv1.ConditionEffective)
			if string(got.Status)+" "+got.Reason != c.want || len(got.Message) > text.MaxMessage {
				t.Errorf("it says %s %s, want %s: %s", got.Status, got.Reason, c.want, got.Message)
			}
		})
	}
}

// The measure shows work two weeks later.
func TestAMeasureThatLagsIsJudgedByTheWorkThatItShows(t *testing.T) {
	cal, err := cadence.New(praxisv1.Cadence{TimeZone: "UTC", WeekStart: praxisv1.WeekMoment{Day: "Monday", Time: "08:00"}, Midweek: praxisv1.WeekMoment{Day: "Wednesday", Time: "14:00"},
		Review: praxisv1.WeekMoment{Day: "Friday", Time: "15:00"}, QuarterStartMonth: 1, Skip: []praxisv1.Week{"2026-W49"}})
	if err != nil {
		t.Fatal(err)
	}
	now := cal.WeekOf(monday)
	look := forecast.Forecast{Quarter: cal.QuarterOf(now), Week: now}
	u := &praxisv1.Utility{Spec: praxisv1.UtilitySpec{Measures: []praxisv1.Measure{{Name: "m", Baseline: "0", Target: "100", LagWeeks: 2}}}}
	idle, worked := closedWeek("0", "20"), closedWeek("1", "20")
	for name, c := range map[string]struct {
		history []praxisv1.HistoryEntry
		want    string
	}{
		"no week is closed":                     {nil, "Unknown NotExecuted: m lags behind the work by 2 weeks; it cannot be judged before 2026-W53 is closed"}, // W48, W50, W51, W52, W53
		"four weeks are closed":                 {[]praxisv1.HistoryEntry{worked, worked, worked, worked}, "Unknown NotExecuted: m lags behind the work by 2 weeks; it cannot be judged before 2026-W48 is closed"},
		"what was worked since does not count":  {[]praxisv1.HistoryEntry{worked, worked, idle, idle, idle}, "Unknown NotExecuted: 0 of the 3 weeks that m shows by now came to 80%; with 3 of 4 it says whether the path is right"},
		"it has not moved by what it shows now": {[]praxisv1.HistoryEntry{idle, idle, worked, worked, worked}, "False PathNotWorking: The work is done and m gained 0% in 4 weeks, where 7% is the least; look at the path in a Calibration"},
		"it has":                                {[]praxisv1.HistoryEntry{closedWeek("0", "30"), idle, worked, worked, worked}, "True OutcomeMoving: m moved with the work of the last 4 closed weeks"},
	} {
		t.Run(name, func(t *testing.T) {
			var status praxisv1.ConditionedStatus
			effective(begin(&status, 1, monday, ofUtility), u, c.history, nil, look, cal)
			got := meta.FindStatusCondition(status.Conditions, praxisv1.ConditionEffective)
			if said := string(got.Status) + " " + got.Reason + ": " + got.Message; said != c.want {
				t.Errorf("it says %s, want %s", said, c.want)
			}
		})
	}
}

// Of several measures those are named that were judged; one that shows earlier work says nothing
// of one whose work was not done.
func TestWhichMeasuresMovedIsSaid(t *testing.T) {
	cal, err := cadence.New(praxisv1.Cadence{TimeZone: "UTC", WeekStart: praxisv1.WeekMoment{Day: "Monday", Time: "08:00"}, Midweek: praxisv1.WeekMoment{Day: "Wednesday", Time: "14:00"},
		Review: praxisv1.WeekMoment{Day: "Friday", Time: "15:00"}, QuarterStartMonth: 1})
	if err != nil {
		t.Fatal(err)
	}
	now := cal.WeekOf(monday)
	measure := func(name string, lag int32) praxisv1.Measure {
		return praxisv1.Measure{Name: name, Baseline: "0", Target: "100", LagWeeks: lag}
	}
	closed := func(progress string) praxisv1.HistoryEntry {
		e := closedWeek(progress, "")
		e.Measures = []praxisv1.MeasureReading{{Name: "now", Value: "30"}, {Name: "too", Value: "30"}, {Name: "later", Value: "30"}}
		return e
	}
	idle, worked := closed("0"), closed("1")
	three := []praxisv1.HistoryEntry{worked, worked, worked}
	for name, c := range map[string]struct {
		measures []praxisv1.Measure
		history  []praxisv1.HistoryEntry
		want     string
	}{
		"all were judged":         {[]praxisv1.Measure{measure("now", 0), measure("too", 0)}, three, "True OutcomeMoving: now, too moved with the work of the last 3 closed weeks"},
		"one has no reading":      {[]praxisv1.Measure{measure("now", 0), measure("unread", 0)}, three, "True OutcomeMoving: now moved with the work of the last 3 closed weeks"},
		"one lags":                {[]praxisv1.Measure{measure("later", 2), measure("now", 0)}, three, "True OutcomeMoving: now moved with the work of the last 3 closed weeks; later lags behind the work by 2 weeks; it cannot be judged before 2026-W49 is closed"},
		"only what lags is shown": {[]praxisv1.Measure{measure("now", 0), measure("later", 2)}, []praxisv1.HistoryEntry{idle, idle, worked, worked, closedWeek("1", "")}, "Unknown NotExecuted: 2 of the last 4 closed weeks came to 80%; with 3 of 4 the outcome says whether the path is right"},
		"all lag":                 {[]praxisv1.Measure{measure("later", 2)}, three, "Unknown NotExecuted: later lags behind the work by 2 weeks; it cannot be judged before 2026-W49 is closed"},
	} {
		t.Run(name, func(t *testing.T) {
			var status praxisv1.ConditionedStatus
			u := &praxisv1.Utility{Spec: praxisv1.UtilitySpec{Measures: c.measures}}
			effective(begin(&status, 1, monday, ofUtility), u, c.history, nil, forecast.Forecast{Quarter: cal.QuarterOf(now), Week: now}, cal)
			if got := conditionText(status.Conditions, praxisv1.ConditionEffective); got != c.want {
				t.Errorf("it says %s, want %s", got, c.want)
			}
		})
	}
}

func TestResultsOfAWeekAreKeptExactlyAndItsReadingsDoNotChangeLater(t *testing.T) {
	closed := praxisv1.WeeklyCycle{Spec: praxisv1.WeeklyCycleSpec{Week: "2026-W48", StartsAt: metav1.NewTime(monday)}}
	closed.Status.Conditions = []metav1.Condition{{Type: praxisv1.ConditionClosed, Status: metav1.ConditionTrue}}
	closed.Status.Plan = &praxisv1.WeekPlan{KeyActions: []praxisv1.PlannedKeyAction{frozen("a", 60, 1), frozen("b", 40, 1)}}
	row := func(name, accepted string, units int64) praxisv1.KeyActionWeek {
		return praxisv1.KeyActionWeek{Name: name, Actions: 2, AcceptedActions: 1, CarriedOver: 1, UnitsDelivered: units,
			Exact: &praxisv1.ExactDelivery{Accepted: accepted, HandedIn: accepted, Expected: "1"}}
	}
	closed.Status.KeyActions = []praxisv1.KeyActionWeek{row("a", "1/3", 4), row("b", "1", 2)}
	reading := func(value praxisv1.Decimal) []praxisv1.MeasureReading {
		return []praxisv1.MeasureReading{{Name: "m", Value: value}}
	}
	first := history([]praxisv1.WeeklyCycle{closed}, nil, nil, reading("10"))
	// 60 % of a third and 40 % of all.
	if e := first[0]; e.Progress != "3/5" || e.ProgressPercent != 60 || e.Planned != 4 || e.Accepted != 2 || e.CarriedOver != 2 || e.UnitsDelivered != 6 {
		t.Errorf("it came to %+v", e)
	}
	if again := history([]praxisv1.WeeklyCycle{closed}, first, nil, reading("99")); again[0].Measures[0].Value != "10" {
		t.Error("a later reading changed a closed week")
	}
	if none := history([]praxisv1.WeeklyCycle{closed}, nil, sets.New[string](), nil); len(none) > 0 {
		t.Errorf("a KeyAction of no Team has the history %+v", none)
	}
	if pruned := history(nil, first, nil, reading("99")); len(pruned) != 1 || pruned[0].Progress != "3/5" {
		t.Errorf("with its cycle pruned it came to %+v", pruned)
	}
}

func TestTheLatestAcceptedReadingIsWhatAMeasureSays(t *testing.T) {
	u := &praxisv1.Utility{Spec: praxisv1.UtilitySpec{Measures: []praxisv1.Measure{{Name: "minutes", Baseline: "58", Target: "5"}, {Name: "first-try", Baseline: "80", Target: "90"}}}}
	reading := func(name, measure string, hour int, value praxisv1.Decimal, accepted metav1.ConditionStatus) praxisv1.Evidence {
		e := praxisv1.Evidence{ObjectMeta: metav1.ObjectMeta{Name: name, CreationTimestamp: metav1.NewTime(hours(hour))}, Spec: praxisv1.EvidenceSpec{For: &praxisv1.EvidenceTarget{Measure: measure}, Value: &value}}
		e.Status.Conditions = []metav1.Condition{{Type: praxisv1.ConditionAccepted, Status: accepted}}
		return e
	}
	noValue := reading("z", "minutes", 9, "0", metav1.ConditionTrue)
	noValue.Spec.Value = nil
	const yes, no = metav1.ConditionTrue, metav1.ConditionFalse
	for name, c := range map[string]struct {
		readings []praxisv1.Evidence
		want     string // minutes and its percent, and the cell of the goal
	}{
		"nothing is read":            {nil, " none -"},
		"as docs/formulas.md has it": {[]praxisv1.Evidence{reading("a", "minutes", 1, "41", yes)}, "41 32 32%"}, // 17 / 53
		"the latest":                 {[]praxisv1.Evidence{reading("a", "minutes", 2, "41", yes), reading("b", "minutes", 1, "5", yes)}, "41 32 32%"},
		"of one second by name":      {[]praxisv1.Evidence{reading("b", "minutes", 1, "41", yes), reading("a", "minutes", 1, "5", yes)}, "41 32 32%"},
		"not one that is refused":    {[]praxisv1.Evidence{reading("a", "minutes", 1, "41", yes), reading("b", "minutes", 2, "5", no)}, "41 32 32%"},
		"nor one without a value":    {[]praxisv1.Evidence{reading("a", "minutes", 1, "41", yes), noValue}, "41 32 32%"},
		"the one that moved least":   {[]praxisv1.Evidence{reading("a", "minutes", 1, "41", yes), reading("b", "first-try", 1, "81", yes)}, "41 32 10%"},
		"and not the one that moved": {[]praxisv1.Evidence{reading("a", "minutes", 1, "41", yes), reading("b", "first-try", 1, "89", yes)}, "41 32 32%"},
	} {
		t.Run(name, func(t *testing.T) {
			got, _ := measures(UtilityInput{Programme: &plan.Programme{Objects: plan.Objects{Utility: u}}, Readings: c.readings}, time.Time{})
			percent := "none"
			if got[0].ProgressPercent != nil {
				percent = fmt.Sprint(*got[0].ProgressPercent)
			}
			if text := fmt.Sprintf("%s %s %s", got[0].Current, percent, outcomeCell(got)); text != c.want {
				t.Errorf("it says %s, want %s", text, c.want)
			}
			read := 0
			for _, m := range got {
				if m.Current != "" {
					read++
				}
			}
			if kept := readings(got); len(kept) != read || read > 0 && kept[0] != (praxisv1.MeasureReading{Name: "minutes", Value: "41"}) {
				t.Errorf("a week that closes keeps %+v", kept)
			}
		})
	}
	t.Run("a measure that cannot be read has not moved", func(t *testing.T) {
		for _, m := range []praxisv1.Measure{{Baseline: "5", Target: "5"}, {Baseline: "few", Target: "none"}} {
			if got := covers(&m, "5"); got.Sign() != 0 {
				t.Errorf("from %s to %s it is %s", m.Baseline, m.Target, got)
			}
		}
	})
}

func TestWhyTheOutcomeSaysNothing(t *testing.T) {
	measured := &praxisv1.Utility{Spec: praxisv1.UtilitySpec{Measures: []praxisv1.Measure{{Name: "m", Baseline: "0", Target: "10"}}}}
	for name, c := range map[string]struct {
		utility *praxisv1.Utility
		current []praxisv1.MeasureStatus
		want    string
	}{
		"there is no measure":  {&praxisv1.Utility{}, nil, "The Utility has no measure; add one to spec.measures"},
		"nothing was read":     {measured, []praxisv1.MeasureStatus{{Name: "m"}}, "No measure has a reading yet; hand in evidence for one, with its value"},
		"it was read only now": {measured, []praxisv1.MeasureStatus{{Name: "m", Current: "5"}}, "No measure had a reading when the last week closed; it is judged when the next one does"},
	} {
		t.Run(name, func(t *testing.T) {
			var status praxisv1.ConditionedStatus
			worked := praxisv1.HistoryEntry{ProgressPercent: 80} // written before exact figures were
			effective(begin(&status, 1, monday, ofUtility), c.utility, []praxisv1.HistoryEntry{worked, worked, worked}, c.current, forecast.Forecast{Quarter: cadence.Quarter{StartsAt: monday, EndsAt: monday.AddDate(0, 0, 91)}}, nil)
			if got := conditionText(status.Conditions, praxisv1.ConditionEffective); got != "Unknown NoMeasure: "+c.want || len(got) > text.MaxMessage {
				t.Errorf("it says %s, want %s", got, c.want)
			}
		})
	}
}
