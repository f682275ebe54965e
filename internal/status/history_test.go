// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

func TestWeeksArePrunedOnceTheyAreRolledUpAndChained(t *testing.T) {
	weeks := func(closed int, open int) []praxisv1.WeeklyCycle {
		var out []praxisv1.WeeklyCycle
		for i := range closed + open {
			c := aCycle()
			c.Name = fmt.Sprintf("w%d", 40+i)
			c.Spec.Week = praxisv1.Week(fmt.Sprintf("2026-W%d", 40+i))
			c.Spec.StartsAt = metav1.NewTime(monday.AddDate(0, 0, 7*(i-8)))
			c.Status.KeyActions = []praxisv1.KeyActionWeek{{Name: "fix"}}
			if i < closed {
				closeIt(&c, 0)
			}
			out = append(out, c)
		}
		slices.Reverse(out)
		return out
	}
	written := func(n int) []praxisv1.HistoryEntry {
		var out []praxisv1.HistoryEntry
		for i := range n {
			out = append(out, praxisv1.HistoryEntry{Week: praxisv1.Week(fmt.Sprintf("2026-W%d", 40+i))})
		}
		return out
	}
	for name, c := range map[string]struct {
		cycles             []praxisv1.WeeklyCycle
		utility, keyAction int // weeks written in their history, from W40 on
		keep               int
		want               string
	}{
		"two more than are kept":                  {weeks(4, 1), 4, 4, 2, "w40 w41"},
		"as many as are kept":                     {weeks(2, 1), 2, 2, 2, ""},
		"the last closed one waits for the next":  {weeks(2, 1), 2, 2, 0, "w40"},
		"and so it does where nothing follows it": {weeks(1, 0), 1, 1, 0, ""},
		"one is not written in the Utility":       {weeks(4, 1), 1, 4, 0, "w40"},
		"nor one in its KeyAction":                {weeks(4, 1), 4, 2, 0, "w40 w41"},
	} {
		t.Run(name, func(t *testing.T) {
			o, _ := shop()
			o.Utility.Status.History, o.KeyActions[0].Status.History = written(c.utility), written(c.keyAction)
			var got []string
			for _, w := range Prunable(o.Utility, plan.NewProgramme(o), c.cycles, c.keep) {
				got = append(got, w.Name)
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("they are %v, want %s", got, c.want)
			}
		})
	}
}

func TestAHistoryHasTheLatestWeeksAndEachOnce(t *testing.T) {
	open, closed := aCycle(), aCycle()
	closed.Spec.Week, closed.Spec.StartsAt = "2026-W47", metav1.NewTime(monday.AddDate(0, 0, -7))
	closeIt(&closed, 0)
	var written []praxisv1.HistoryEntry
	for n := 47; n > 13; n-- {
		written = append(written, praxisv1.HistoryEntry{Week: praxisv1.Week(fmt.Sprintf("2026-W%d", n)), Planned: 7})
	}
	got := history([]praxisv1.WeeklyCycle{open, closed}, written, nil, nil)
	if len(got) != 30 || got[0].Week != "2026-W47" || got[0].Planned != 0 || got[1].Week != "2026-W46" || got[1].Planned != 7 || got[29].Week != "2026-W18" {
		t.Errorf("it has %d weeks, %+v to %+v", len(got), got[0], got[len(got)-1])
	}
}
