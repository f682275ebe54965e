// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
	"github.com/praxis-dev/praxis/internal/plan"
)

// aHundredTeams are the objects of a goal with one enterprise KeyAction over a hundred Teams,
// as a server has them, and a quarter of its weeks of which the last runs.
func aHundredTeams(t testing.TB) (plan.Objects, *cadence.Calendar, []praxisv1.WeeklyCycle) {
	t.Helper()
	p, cal, running, _ := fullWeek(t, 100)
	o := p.Objects
	o.Utility.UID = "utility"
	parent := &o.KeyActions[0]
	first := parent.Spec.Package.Steps[0]
	parent.Spec.Package.Steps = nil
	for i := range 4 {
		s := first
		s.Name, s.Weight = fmt.Sprintf("step-%d", i), 25
		parent.Spec.Package.Steps = append(parent.Spec.Package.Steps, s)
	}
	for _, team := range o.Teams {
		for i := range 4 {
			m := team.Spec.Members[0]
			m.Name, m.User = fmt.Sprintf("dev-%d", i), fmt.Sprintf("dev-%d", i)
			m.Absences = []praxisv1.Absence{{From: "2026-12-21", To: "2027-01-01"}}
			team.Spec.Members = append(team.Spec.Members, m)
		}
	}
	p = plan.NewProgramme(o)
	parent.UID, parent.Generation = "parent", 1
	for i, child := range p.Children(parent) {
		child.UID, child.Generation = types.UID(fmt.Sprintf("child-%d", i)), 1
		child.OwnerReferences = []metav1.OwnerReference{*metav1.NewControllerRef(parent, praxisv1.GroupVersion.WithKind("KeyAction"))}
		o.KeyActions = append(o.KeyActions, child)
	}
	for name, team := range o.Teams {
		team.UID, team.Generation = types.UID(name), 1
	}
	cycles := []praxisv1.WeeklyCycle{running}
	for i := 1; i < 8; i++ {
		past := *running.DeepCopy()
		back := time.Duration(-7*24*i) * time.Hour
		past.Name, past.Spec.Week = fmt.Sprintf("w%d", 48-i), praxisv1.Week(fmt.Sprintf("2026-W%d", 48-i))
		past.Spec.StartsAt, past.Spec.EndsAt = metav1.NewTime(running.Spec.StartsAt.Add(back)), metav1.NewTime(running.Spec.EndsAt.Add(back))
		closeIt(&past, 0)
		cycles = append(cycles, past)
	}
	return o, cal, cycles
}

// Each write of a week's status brings back every KeyAction of the Utility, each in a pass of
// its own.
func BenchmarkStatusOfAnEnterpriseKeyActionOverAHundredTeams(b *testing.B) {
	o, cal, cycles := aHundredTeams(b)
	for name, programme := range map[string]func(plan.Objects) *plan.Programme{
		"each plans anew":       plan.NewProgramme,
		"what is known is kept": plan.NewMemo(8).Programme,
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				for i := range o.KeyActions {
					ka := &o.KeyActions[i]
					p := programme(o)
					ForKeyAction(KeyActionInput{KeyAction: ka, Programme: p, Calendar: cal, Cycles: cycles, Problem: p.ProblemOf(ka)}, hours(30))
				}
			}
		})
	}
}

// A week is written with every verdict, and read by every operator, board and watch.
func TestAWeekOfManyTeamsIsSmall(t *testing.T) {
	for _, c := range []struct {
		teams []int
		most  int
	}{{[]int{100}, 76_000}, {[]int{100, 20}, 92_000}} {
		_, _, cycle, _ := fullWeek(t, c.teams...)
		text, err := json.Marshal(&cycle)
		if err != nil {
			t.Fatal(err)
		}
		plan, _ := json.Marshal(cycle.Status.Plan)
		rows, _ := json.Marshal(cycle.Status.KeyActions)
		t.Logf("a week of %v Teams has %d bytes: %d of plan, %d of rows", c.teams, len(text), len(plan), len(rows))
		if len(text) > c.most {
			t.Errorf("a week of %v Teams has %d bytes", c.teams, len(text))
		}
	}
}
