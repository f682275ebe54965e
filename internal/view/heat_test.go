// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package view

import (
	"fmt"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

func heatOf(h *Heat) string {
	rows := []string{strings.Join(h.Weeks, " ")}
	for _, row := range h.Rows {
		line := row.Name
		for _, cell := range row.Cells {
			if cell == nil {
				line += " -"
				continue
			}
			line += fmt.Sprintf(" %d:%s:%s", cell.Delivery.ProgressPercent, cell.Status, cell.Reason)
		}
		rows = append(rows, line)
	}
	return strings.Join(append(rows, fmt.Sprint(h.More)), "\n")
}

func TestAHeatmapHasTheLatestWeeksAndWhatIsRememberedOfThoseThatAreGone(t *testing.T) {
	call, ship := keyAction("call", 60), keyAction("ship", 40)
	call.Status.History = []praxisv1.HistoryEntry{{Week: "2026-W45", ProgressPercent: 10}, {Week: "2026-W46", ProgressPercent: 79}, {Week: "2026-W47", ProgressPercent: 80}}
	o := Objects{KeyActions: []praxisv1.KeyAction{ship, call}, Cycles: []praxisv1.WeeklyCycle{{
		ObjectMeta: named("w48"), Spec: praxisv1.WeeklyCycleSpec{Week: "2026-W48"},
		Status: praxisv1.WeeklyCycleStatus{KeyActions: []praxisv1.KeyActionWeek{
			{Name: "call", Delivery: praxisv1.Delivery{ProgressPercent: 20}, OnTrack: metav1.ConditionFalse, Reason: praxisv1.ReasonKeyActionMissed},
			{Name: "ship", Delivery: praxisv1.Delivery{ProgressPercent: 0}, OnTrack: metav1.ConditionUnknown, Reason: praxisv1.ReasonNotDue},
		}},
	}}}
	want := `2026-W46 2026-W47 2026-W48
call 79:False:Behind 80:True:OnPace 20:False:KeyActionMissed
ship - - 0:Unknown:NotDue
0`
	if got := heatOf(o.Heatmap(3, 10)); got != want {
		t.Errorf("it is\n%s", got)
	}
	if got := heatOf(o.Heatmap(1, 1)); got != "2026-W48\ncall 20:False:KeyActionMissed\n1" {
		t.Errorf("cut to one week and one row it is\n%s", got)
	}
	if got := heatOf(Objects{}.Heatmap(3, 10)); got != "\n0" {
		t.Errorf("of nothing it is\n%s", got)
	}
}
