// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package view

import (
	"cmp"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// Heat is how each KeyAction went, week by week.
type Heat struct {
	Weeks []string  `json:"weeks"`
	Rows  []HeatRow `json:"rows"`
	// More is how many rows were left out.
	More int `json:"more,omitempty"`
}

// HeatRow is a KeyAction; a cell is nil where it had no such week.
type HeatRow struct {
	Ref     `json:",inline"`
	Utility string      `json:"utility"`
	Cells   []*HeatCell `json:"cells"`
}

// HeatCell is a week of a KeyAction.
type HeatCell struct {
	Week     praxisv1.Week          `json:"week"`
	Delivery praxisv1.Delivery      `json:"delivery"`
	Status   metav1.ConditionStatus `json:"status"`
	Reason   string                 `json:"reason"`
}

// Heatmap has the latest weeks of the KeyActions, so many of each at most. A week that has been
// pruned is told by what the KeyAction remembers of it.
func (o Objects) Heatmap(weeks, rows int) *Heat {
	names := map[string]bool{}
	cells := map[Ref]map[praxisv1.Week]*HeatCell{}
	put := func(of Ref, c *HeatCell) {
		if cells[of] == nil {
			cells[of] = map[praxisv1.Week]*HeatCell{}
		}
		cells[of][c.Week] = c
		names[string(c.Week)] = true
	}
	for i := range o.KeyActions {
		ka := &o.KeyActions[i]
		of := refTo(kindKeyAction, ka.Namespace, ka.Name)
		for _, h := range ka.Status.History {
			status := metav1.ConditionTrue
			reason := praxisv1.ReasonOnPace
			if h.ProgressPercent < 80 {
				status, reason = metav1.ConditionFalse, praxisv1.ReasonBehind
			}
			put(of, &HeatCell{Week: h.Week, Delivery: praxisv1.Delivery{ProgressPercent: h.ProgressPercent, ExpectedPercent: 100, Deviation: h.ProgressPercent - 100}, Status: status, Reason: reason})
		}
	}
	for i := range o.Cycles {
		c := &o.Cycles[i]
		for _, row := range c.Status.KeyActions {
			put(refTo(kindKeyAction, c.Namespace, row.Name), &HeatCell{Week: c.Spec.Week, Delivery: row.Delivery, Status: row.OnTrack, Reason: row.Reason})
		}
	}
	h := &Heat{Weeks: []string{}, Rows: []HeatRow{}}
	for name := range names {
		h.Weeks = append(h.Weeks, name)
	}
	slices.Sort(h.Weeks)
	h.Weeks = h.Weeks[max(0, len(h.Weeks)-weeks):]
	for i := range o.KeyActions {
		ka := &o.KeyActions[i]
		row := HeatRow{Ref: refTo(kindKeyAction, ka.Namespace, ka.Name), Utility: ka.Spec.UtilityRef.Name}
		for _, week := range h.Weeks {
			row.Cells = append(row.Cells, cells[row.Ref][praxisv1.Week(week)])
		}
		h.Rows = append(h.Rows, row)
	}
	slices.SortFunc(h.Rows, func(a, b HeatRow) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Utility, b.Utility), cmp.Compare(a.Name, b.Name))
	})
	if len(h.Rows) > rows {
		h.Rows, h.More = h.Rows[:rows], len(h.Rows)-rows
	}
	return h
}
