// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/text"
)

// quarterLines are what a Utility tells of its quarters, as people would check it by hand.
func quarterLines(quarters []praxisv1.QuarterResult) string {
	var out []string
	for _, q := range quarters {
		line := fmt.Sprintf("%s %d of %d (%d%%) in %d weeks, %d executed, %s", q.Name, q.Delivered, q.Required, q.Percent, q.Weeks, q.WeeksExecuted, q.Effective)
		for _, m := range q.Measures {
			line += fmt.Sprintf(", %s %s->%s", m.Name, m.From, m.To)
		}
		if q.ClosedAt != nil {
			line += ", closed " + text.Instant(q.ClosedAt.Time)
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

// weekOf is a closed week, so many weeks after W48, that delivered units and a part of its work.
func weekOf(o plan.Objects, name praxisv1.Week, after int, units int64, exact string) praxisv1.WeeklyCycle {
	c := aCycle()
	c.Name, c.Spec.Week = o.Utility.Name+"-"+strings.ToLower(string(name)), name
	for _, at := range []*metav1.Time{&c.Spec.StartsAt, &c.Spec.MidweekAt, &c.Spec.ReviewAt, &c.Spec.EndsAt, &c.Spec.GraceEndsAt, &c.Spec.PlannedAt, &c.Spec.PlannedFrom} {
		*at = metav1.NewTime(at.AddDate(0, 0, 7*after))
	}
	c.Status.KeyActions = []praxisv1.KeyActionWeek{{Name: "fix", Actions: 1, UnitsDelivered: units, Exact: &praxisv1.ExactDelivery{Accepted: exact, Expected: "1"}}}
	return c
}

func TestAQuarterIsToldWhileItRunsAndFixedWhenItsLastWeekCloses(t *testing.T) {
	o, _ := shop()
	o.Utility.Spec.Required, o.Utility.Spec.Measures = 20, []praxisv1.Measure{{Name: "first-try", Baseline: "80", Target: "90"}}
	cal := calendarOf(t, o)
	var cycles []praxisv1.WeeklyCycle
	look := func(hour int, reading praxisv1.Decimal) string {
		p := plan.NewProgramme(o)
		in := UtilityInput{Programme: p, Calendar: cal, Cycles: cycles}
		if reading != "" {
			piece := praxisv1.Evidence{Spec: praxisv1.EvidenceSpec{For: &praxisv1.EvidenceTarget{Utility: o.Utility.Name, Measure: "first-try"}, Value: &reading}}
			piece.Status.Conditions = []metav1.Condition{{Type: praxisv1.ConditionAccepted, Status: metav1.ConditionTrue}}
			in.Readings = []praxisv1.Evidence{piece}
		}
		o.Utility.Status, _ = ForUtility(in, hours(hour))
		return quarterLines(o.Utility.Status.Quarters)
	}
	says := func(when, got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%s it says\n%s\nwant\n%s", when, got, want)
		}
	}
	says("before any week", look(0, ""), "2026-Q4 0 of 20 (0%) in 0 weeks, 0 executed, Unknown, first-try 80->")
	cycles = append(cycles, weekOf(o, "2026-W52", 4, 6, "4/5"))
	says("in its first week", look(4*168+100, ""), "2026-Q4 6 of 20 (30%) in 0 weeks, 0 executed, Unknown, first-try 80->")
	closeIt(&cycles[0], 5*168+1)
	cycles = append(cycles, weekOf(o, "2026-W53", 5, 3, "79/100"))
	says("in its last week", look(5*168+100, "84"), "2026-Q4 9 of 20 (45%) in 1 weeks, 1 executed, Unknown, first-try 80->84")

	o.Utility.Spec.Required = 99 // is of the next quarter
	cycles = append(cycles, weekOf(o, "2027-W01", 6, 1, "1"))
	running := "2027-Q1 1 of 99 (1%) in 0 weeks, 0 executed, Unknown, first-try 84->84\n"
	says("in the grace of its last week", look(6*168+10, "84"), running+"2026-Q4 9 of 20 (45%) in 1 weeks, 1 executed, Unknown, first-try 80->84")
	closeIt(&cycles[1], 6*168+20)
	fixed := "2026-Q4 9 of 20 (45%) in 2 weeks, 1 executed, Unknown, first-try 80->84, closed " + text.Instant(hours(6*168+20))
	says("once it has closed", look(6*168+30, "84"), running+fixed)
	cycles[0].Status.KeyActions[0].UnitsDelivered, cycles[1].Status.KeyActions[0].UnitsDelivered = 0, 0
	says("whatever comes then", look(6*168+40, "89"), strings.Replace(running, "->84", "->89", 1)+fixed)
	cycles = cycles[2:]
	says("when its weeks are pruned", look(7*168, "89"), strings.Replace(running, "->84", "->89", 1)+fixed)
}

func TestAGoalThatGoesOnAfterItsEndHasNotClosedItsQuarter(t *testing.T) {
	o, _ := shop()
	o.Utility.Spec.End = &praxisv1.UtilityEnd{Week: "2026-W48", As: praxisv1.EndedAchieved, Because: "done"}
	cycles := []praxisv1.WeeklyCycle{weekOf(o, "2026-W48", 0, 6, "1")}
	closeIt(&cycles[0], 200)
	look := func(hour int) string {
		o.Utility.Status, _ = ForUtility(UtilityInput{Programme: plan.NewProgramme(o), Calendar: calendarOf(t, o), Cycles: cycles}, hours(hour))
		return quarterLines(o.Utility.Status.Quarters)
	}
	if got, want := look(220), "2026-Q4 6 of 20 (30%) in 1 weeks, 1 executed, Unknown, closed "+text.Instant(hours(200)); got != want {
		t.Errorf("at its end it says %s, want %s", got, want)
	}
	o.Utility.Spec.End = nil
	cycles = append(cycles, weekOf(o, "2026-W50", 2, 9, "1"))
	closeIt(&cycles[1], 3*168+10)
	if got, want := look(3*168+20), "2026-Q4 15 of 20 (75%) in 2 weeks, 2 executed, Unknown"; got != want {
		t.Errorf("when it went on it says %s, want %s", got, want)
	}
}

func TestAClosedQuarterStaysAsItWasWhateverItsCadenceIsCalledToday(t *testing.T) {
	for name, edit := range map[string]func(*praxisv1.Cadence){
		"the week begins an hour later": func(c *praxisv1.Cadence) { c.WeekStart.Time = "09:00" },
		"it is in another time zone":    func(c *praxisv1.Cadence) { c.TimeZone = "Asia/Tokyo" },
		"its year is called otherwise":  func(c *praxisv1.Cadence) { c.FiscalYear, c.QuarterStartMonth = praxisv1.FiscalYearEnd, 4 },
	} {
		t.Run(name, func(t *testing.T) {
			o, _ := shop()
			cycles := []praxisv1.WeeklyCycle{weekOf(o, "2026-W52", 4, 6, "1")} // and W53 was skipped
			closeIt(&cycles[0], 5*168+1)
			look := func(hour int) praxisv1.QuarterResult {
				o.Utility.Status, _ = ForUtility(UtilityInput{Programme: plan.NewProgramme(o), Calendar: calendarOf(t, o), Cycles: cycles}, hours(hour))
				closed := o.Utility.Status.Quarters[:0:0]
				for _, q := range o.Utility.Status.Quarters {
					if q.Delivered > 0 {
						closed = append(closed, q)
					}
				}
				if len(closed) != 1 || closed[0].ClosedAt == nil {
					t.Fatalf("it says\n%s", quarterLines(o.Utility.Status.Quarters))
				}
				return closed[0]
			}
			was := quarterLines([]praxisv1.QuarterResult{look(6*168 + 30)})
			edit(&o.Utility.Spec.Cadence)
			o.Utility.Spec.Required = 99
			if got := quarterLines([]praxisv1.QuarterResult{look(6*168 + 40)}); got != was {
				t.Errorf("it was %s, and is %s", was, got)
			}
		})
	}
}

func TestAQuarterOfWhichWeeksAreForgottenIsNotMadeUp(t *testing.T) {
	o, _ := shop()
	for n := 48; len(o.Utility.Status.History) < maxHistory; n-- {
		o.Utility.Status.History = append(o.Utility.Status.History, praxisv1.HistoryEntry{Week: praxisv1.Week(fmt.Sprintf("2026-W%d", n)), UnitsDelivered: 1, Progress: "1"})
	}
	status, _ := ForUtility(UtilityInput{Programme: plan.NewProgramme(o), Calendar: calendarOf(t, o)}, hours(200))
	var names []string
	for _, q := range status.Quarters {
		names = append(names, fmt.Sprintf("%s %d", q.Name, q.Weeks))
	}
	// The second quarter begins with W14, and the history with W19.
	if got := strings.Join(names, ", "); got != "2026-Q4 9, 2026-Q3 13" {
		t.Errorf("it tells of %s", got)
	}
}

func TestEightQuartersAreKept(t *testing.T) {
	o, _ := shop()
	for year := 2023; year < 2026; year++ {
		for n := 1; n <= 4; n++ {
			at := metav1.NewTime(monday.AddDate(year-2026, 3*n-12, 0))
			o.Utility.Status.Quarters = append(o.Utility.Status.Quarters, praxisv1.QuarterResult{Name: fmt.Sprintf("%d-Q%d", year, n), StartsAt: at, EndsAt: at, ClosedAt: &at})
		}
	}
	status, _ := ForUtility(UtilityInput{Programme: plan.NewProgramme(o), Calendar: calendarOf(t, o)}, hours(1))
	if n := len(status.Quarters); n != 8 || status.Quarters[0].Name != "2026-Q4" || status.Quarters[1].Name != "2025-Q4" || status.Quarters[7].Name != "2024-Q2" {
		t.Errorf("there are %d: %s", n, quarterLines(status.Quarters))
	}
}
