// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

func sample(name string) string { return filepath.Join("..", "config", "samples", name+".yaml") }

func TestTheSamplesArePlanned(t *testing.T) {
	for name, want := range map[string]struct {
		utility, cycle string
		plan           praxisv1.WeekPlan
		percent        int32
	}{
		"minimal":    {"first-hour", "first-hour-2026-w48", praxisv1.WeekPlan{Actions: 2, Minutes: 135, Units: 2}, 150},
		"platform":   {"safe-deploys", "safe-deploys-2026-w48", praxisv1.WeekPlan{Actions: 9, Minutes: 1000, Units: 9}, 150},
		"product":    {"keep-customers", "keep-customers-2026-w48", praxisv1.WeekPlan{Actions: 14, Minutes: 2370, Units: 22}, 183},
		"enterprise": {"shared-inference", "shared-inference-2026-w48", praxisv1.WeekPlan{Actions: 12, Minutes: 2070, Units: 15}, 188},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, "2026-11-23T15:05:00Z")
			w.must(w.apply(sample(name)))
			w.settle()

			u, cycle := get[praxisv1.Utility](w, want.utility), get[praxisv1.WeeklyCycle](w, want.cycle)
			got := praxisv1.WeekPlan{Actions: cycle.Status.Plan.Actions, Minutes: cycle.Status.Plan.Minutes, Units: cycle.Status.Plan.Units}
			if fmt.Sprint(got) != fmt.Sprint(want.plan) || u.Status.Coverage.Percent != want.percent {
				t.Errorf("planned %+v, covered %d%%; want %+v, %d%%", got, u.Status.Coverage.Percent, want.plan, want.percent)
			}
			if u.Status.CurrentCycle != want.cycle || u.Status.Week != "2026-W48" {
				t.Errorf("the Utility is in %s, %s", u.Status.Week, u.Status.CurrentCycle)
			}
			for of, want := range map[string]string{
				praxisv1.ConditionReady: "True Reconciled", praxisv1.ConditionFocused: "True WithinLimit",
				praxisv1.ConditionCovered: "True Carried", praxisv1.ConditionOnTrack: "Unknown NotDue",
			} {
				if got := reason(u.Status.Conditions, of); got != want {
					t.Errorf("%s is %q, want %q", of, got, want)
				}
			}
			if n := len(w.actions()); n != int(want.plan.Actions) {
				t.Errorf("%d Actions, want %d", n, want.plan.Actions)
			}
		})
	}
}

// What planning a week costs: a create for each Action and one for the week, and one status
// write each for the week, the Utility and each KeyAction. The Team gets one more because it
// is new. The Reviews of the week and the first Calibration are three creates, and the
// Calibration, which is open at once, gets a status write.
func TestAPlannedWeekCostsNoMoreThanItsObjects(t *testing.T) {
	w := newWorld(t, "2026-11-23T15:05:00Z")
	w.must(w.apply(sample("platform")))
	if writes := w.settle(); writes != 9+1+1+1+3+2+4 {
		t.Errorf("%d writes:\n%s", writes, strings.Join(w.gate.writes, "\n"))
	}
	w.restart()
	if writes := w.settle(); writes != 0 {
		t.Errorf("a second operator wrote %v", w.gate.writes)
	}
}

// A Team's status is written when its week is planned; nothing else causes a write.
func TestAWeekLaterTheNextOneIsPlanned(t *testing.T) {
	w := newWorld(t, "2026-11-23T15:05:00Z")
	w.must(w.apply(sample("platform")))
	w.settle()
	w.settleAt("2026-11-30T08:00:00Z")
	next := get[praxisv1.WeeklyCycle](w, "safe-deploys-2026-w49")
	if next.Spec.Previous != "safe-deploys-2026-w48" || next.Status.Plan.Actions != 9 {
		t.Errorf("W49 follows %s and plans %d Actions", next.Spec.Previous, next.Status.Plan.Actions)
	}
	if u := get[praxisv1.Utility](w, "safe-deploys"); u.Status.CurrentCycle != next.Name {
		t.Errorf("the Utility is in %s", u.Status.CurrentCycle)
	}
}

func TestAnOperatorThatIsStoppedAtAnyWriteGoesOnWhereItWas(t *testing.T) {
	// Only names and sums of the week are compared; the samples differ in the fields that they use.
	reference := newWorld(t, "2026-11-23T15:05:00Z")
	reference.must(reference.apply(sample("enterprise")))
	writes := reference.settle()
	want := reference.snapshot()
	for _, answerLost := range []bool{false, true} {
		for k := 1; k <= writes; k++ {
			t.Run(fmt.Sprintf("write %d of %d, answer lost %v", k, writes, answerLost), func(t *testing.T) {
				w := newWorld(t, "2026-11-23T15:05:00Z")
				w.must(w.apply(sample("enterprise")))
				w.gate.stopAt, w.gate.answerLost = k, answerLost
				for w.gate.count() < k {
					_ = w.round() // it fails when the operator is stopped
				}
				w.restart()
				w.settle()
				if got := w.snapshot(); got != want {
					t.Errorf("ended with\n%s\nwant\n%s", got, want)
				}
			})
		}
	}
}
