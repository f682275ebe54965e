// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"fmt"
	"testing"

	"k8s.io/apimachinery/pkg/util/sets"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

func TestAChangedTeamWakesTheGoalsThatItMattersTo(t *testing.T) {
	w := planned(t)
	w.must(w.apply(sample("enterprise")))
	w.settle()
	const moves = "company.example/moves-to-shared-inference"
	for name, c := range map[string]struct {
		team   string
		change func(*praxisv1.Team)
		want   []string
	}{
		"a label that nobody asks for":        {"platform", func(t *praxisv1.Team) { t.Labels = map[string]string{"colour": "green"} }, nil},
		"one of a Team that is selected":      {"search", func(t *praxisv1.Team) { t.Labels["colour"] = "green" }, nil},
		"a label that a selector asks for":    {"platform", func(t *praxisv1.Team) { t.Labels = map[string]string{moves: "yes"} }, []string{"shared-inference"}},
		"the same label taken away":           {"search", func(t *praxisv1.Team) { t.Labels = nil }, []string{"shared-inference"}},
		"a member of the Team of a goal":      {"platform", func(t *praxisv1.Team) { t.Generation++ }, []string{"safe-deploys"}},
		"a member of a Team that is selected": {"search", func(t *praxisv1.Team) { t.Generation++ }, []string{"shared-inference"}},
		"a member of a Team that owns a goal": {"ai-office", func(t *praxisv1.Team) { t.Generation++ }, []string{"shared-inference"}},
	} {
		t.Run(name, func(t *testing.T) {
			before := get[praxisv1.Team](w, c.team)
			after := before.DeepCopy()
			c.change(after)
			got, err := w.deps.involved(w.Context(), before, after)
			if err != nil || fmt.Sprint(sets.List(got)) != fmt.Sprint(c.want) {
				t.Errorf("it wakes %v, want %v: %v", sets.List(got), c.want, err)
			}
		})
	}
}
