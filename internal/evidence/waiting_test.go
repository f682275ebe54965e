// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"fmt"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

// Whom a week asks for a verdict is whoever's verdict would count.
func TestAWeekAsksThoseWhoseVerdictCounts(t *testing.T) {
	none := changed(func(s *praxisv1.TeamSpec) { // neither lou nor rea is left
		s.Members = append(s.Members[:1:1], s.Members[2])
		s.Lead = "ben"
	})
	heir := changed(func(s *praxisv1.TeamSpec) { s.Lead = "ben" })
	heir.Name = "shipping"
	fix := praxisv1.KeyAction{ObjectMeta: metav1.ObjectMeta{Name: "fix"}, Spec: praxisv1.KeyActionSpec{TeamRef: &praxisv1.LocalReference{Name: "shipping"}}}
	whole := anAction(1)
	whole.Name, whole.Spec.Member, whole.Spec.User = "w.x.rea", "rea", "rea"
	split := func(a *praxisv1.Action) { a.Spec.SplitFrom = whole.Name }
	waits := func(by string) praxisv1.Evidence {
		return piece("e-"+by, 0, says(yes, unknown, praxisv1.ReasonAwaitingVerdict), func(e *praxisv1.Evidence) {
			e.Spec.SubmittedBy, e.Spec.ActionRef = by, &praxisv1.LocalReference{Name: "w.x.ana"}
		})
	}
	for name, c := range map[string]struct {
		team   *praxisv1.Team
		change func(*praxisv1.Action)
		pieces []praxisv1.Evidence
		want   string
	}{
		"those of the plan":                             {payments(), nil, nil, "[lou rea]"},
		"today's, where none of those is left":          {none, nil, nil, "[ben]"},
		"those of the Team that took its place":         {heir, nil, nil, "[ben rea]"},
		"nobody who had all of what was split":          {payments(), split, nil, "[lou]"},
		"nobody who handed in, where that is known":     {payments(), nil, []praxisv1.Evidence{waits("rea")}, "[lou]"},
		"each of whom may judge one of several pieces":  {payments(), nil, []praxisv1.Evidence{waits("rea"), waits("lou")}, "[lou rea]"},
		"nobody, where all who judge had it":            {payments(), func(a *praxisv1.Action) { split(a); a.Spec.Member, a.Spec.User = "lou", "lou" }, nil, "[]"},
		"by their names, whatever their users are":      {changed(func(s *praxisv1.TeamSpec) { s.Members[3].User = "rea.k" }), nil, nil, "[lou rea]"},
		"nobody who has it, under whichever user it is": {changed(func(s *praxisv1.TeamSpec) { s.Members[3].User = "rea.k" }), func(a *praxisv1.Action) { a.Spec.Member, a.Spec.User = "rea", "rea.k" }, nil, "[lou]"},
	} {
		t.Run(name, func(t *testing.T) {
			a := anAction(1)
			a.Spec.User = "ana"
			if c.change != nil {
				c.change(&a)
			}
			p := plan.NewProgramme(plan.Objects{Teams: map[string]*praxisv1.Team{c.team.Name: c.team}, KeyActions: []praxisv1.KeyAction{fix}})
			frozen := &praxisv1.WeekPlan{Teams: []praxisv1.PlannedTeam{*plan.AsItIs(payments())}}
			ask := JudgesOf(frozen, p, []praxisv1.Action{a, whole}, c.pieces)
			for range 2 { // what is known is told again
				if got := fmt.Sprint(ask(&a)); got != c.want {
					t.Errorf("it asks %s, want %s", got, c.want)
				}
			}
		})
	}
	t.Run("those of the plan, where nobody knows the Teams as they are", func(t *testing.T) {
		a := anAction(1)
		frozen := &praxisv1.WeekPlan{Teams: []praxisv1.PlannedTeam{*asItIs(payments())}}
		if got := fmt.Sprint(JudgesOf(frozen, nil, []praxisv1.Action{a}, nil)(&a)); got != "[lou rea]" {
			t.Errorf("it asks %s", got)
		}
		if got := JudgesOf(nil, nil, nil, nil)(&a); len(got) != 0 {
			t.Errorf("without a plan it asks %v", got)
		}
	})
}
