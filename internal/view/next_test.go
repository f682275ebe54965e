// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package view

import (
	"fmt"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

func TestTheWeekAfterIsWhatItWouldBeOrIs(t *testing.T) {
	weekOf := func(name string, ends time.Time) praxisv1.WeeklyCycle {
		return praxisv1.WeeklyCycle{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "checkout-" + name}, Spec: praxisv1.WeeklyCycleSpec{
			UtilityRef: praxisv1.LocalReference{Name: "checkout"}, Week: praxisv1.Week(name), StartsAt: metav1.NewTime(ends.AddDate(0, 0, -7)), EndsAt: metav1.NewTime(ends),
		}}
	}
	this := weekOf("2026-W48", time.Date(2026, time.November, 30, 8, 0, 0, 0, time.UTC))
	from := previewed()
	objects := func(cycles ...praxisv1.WeeklyCycle) Objects {
		return Objects{Utilities: []praxisv1.Utility{*from.Utility}, KeyActions: from.KeyActions, Teams: []praxisv1.Team{*from.Teams["payments"]}, Cycles: cycles}
	}
	whole, err := PreviewWeek([]*plan.Programme{plan.NewProgramme(from)}, "2026-W49", this.Spec.EndsAt.Time)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		cycles []praxisv1.WeeklyCycle
		of     praxisv1.WeeklyCycle
		want   string
	}{
		"what would be planned":  {[]praxisv1.WeeklyCycle{this}, this, fmt.Sprintf("2026-W49 planned false skipped false, %d Actions", len(whole.Utilities[0].Actions))},
		"what is planned":        {[]praxisv1.WeeklyCycle{this, weekOf("2026-W49", this.Spec.EndsAt.AddDate(0, 0, 7))}, this, "2026-W49 planned true skipped false, 0 Actions"},
		"a week that is skipped": {nil, weekOf("2026-W52", time.Date(2026, time.December, 28, 8, 0, 0, 0, time.UTC)), "2026-W53 planned false skipped true, 0 Actions"},
	} {
		t.Run(name, func(t *testing.T) {
			next, err := objects(c.cycles...).After(&c.of, this.Spec.EndsAt.Time)
			if err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprintf("%s planned %v skipped %v, %d Actions", next.Week, next.Planned, next.Skipped, next.Actions); got != c.want {
				t.Errorf("it is %s, want %s", got, c.want)
			}
			actions := 0
			for _, p := range next.People {
				actions += p.Actions
			}
			if actions != next.Actions {
				t.Errorf("people have %d of its %d Actions: %+v", actions, next.Actions, next.People)
			}
		})
	}
	if next, err := (Objects{}).After(&this, this.Spec.EndsAt.Time); next != nil || err != nil {
		t.Errorf("of a goal that is gone it is %+v, %v", next, err)
	}
}
