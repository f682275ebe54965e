// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"testing"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

func TestAPreviewIsWhatTheOperatorWouldPlan(t *testing.T) {
	for name, c := range map[string]struct {
		edit func(*plan.Objects)
		want string // the cycle's summary; empty where there is none
	}{
		"a week of work": {func(*plan.Objects) {}, "1 Action planned, 1h of work, none due yet"},
		"work due as the week starts": {func(o *plan.Objects) {
			o.KeyActions[0].Spec.Package.Steps[0].Due = []praxisv1.WeekMoment{{Day: praxisv1.Monday, Time: "08:00"}}
		}, "1 Action planned, 1h of work, none due yet"},
		"a stalled goal":  {func(o *plan.Objects) { o.KeyActions[0].Spec.Weight = nil }, ""},
		"a suspended one": {func(o *plan.Objects) { o.Utility.Spec.Suspend = true }, ""},
		"a skipped week":  {func(o *plan.Objects) { o.Utility.Spec.Cadence.Skip = []praxisv1.Week{"2026-W50"} }, ""},
		"no KeyAction":    {func(o *plan.Objects) { o.KeyActions = nil }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			o, _ := shop()
			c.edit(&o)
			cal := calendarOf(t, o)
			w, err := cal.WeekNamed("2026-W50")
			if err != nil {
				t.Fatal(err)
			}
			cycle, made := PreviewWeek(plan.NewProgramme(o), cal, w)
			if c.want == "" {
				if cycle != nil || len(made.Actions()) > 0 {
					t.Errorf("it has %+v", cycle)
				}
				return
			}
			if cycle == nil || cycle.Status.Summary != c.want || cycle.Name != "checkout-2026-w50" || made.Actions()[0].Name != "checkout-2026-w50.fix.ship.ana" {
				t.Errorf("it is %+v", cycle)
			}
		})
	}
}
