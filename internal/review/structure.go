// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package review

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

// structural are the conditions that a Calibration looks at.
var structural = []string{
	praxisv1.ConditionStalled, praxisv1.ConditionEffective, praxisv1.ConditionFocused, praxisv1.ConditionCovered,
	praxisv1.ConditionCalibrated, praxisv1.ConditionActionable, praxisv1.ConditionFeasible,
}

// structureAgenda is what some conditions of the Utility and its KeyActions say is wrong.
func (in Input) structureAgenda(structural []string) []praxisv1.AgendaItem {
	var items []praxisv1.AgendaItem
	add := func(keyAction string, conditions []metav1.Condition) {
		for _, kind := range structural {
			for _, c := range conditions {
				wrong := c.Status == metav1.ConditionFalse
				if kind == praxisv1.ConditionStalled {
					wrong = c.Status == metav1.ConditionTrue
				}
				if c.Type == kind && wrong {
					items = append(items, praxisv1.AgendaItem{Gap: praxisv1.Gap{KeyAction: keyAction, Reason: c.Reason, Message: c.Message}})
				}
			}
		}
	}
	add("", in.Programme.Utility.Status.Conditions)
	for _, ka := range in.Programme.KeyActions {
		if !plan.IsGenerated(&ka) {
			add(ka.Name, ka.Status.Conditions)
		}
	}
	slices.SortStableFunc(items, func(a, b praxisv1.AgendaItem) int {
		switch {
		case a.KeyAction < b.KeyAction:
			return -1
		case a.KeyAction > b.KeyAction:
			return 1
		}
		return 0
	})
	return items
}
