// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
	"github.com/praxis-dev/praxis/internal/manifest"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/progress"
)

// judge judges a Utility, which may be nil, and its KeyActions.
type judge struct {
	world    *World
	objects  plan.Objects
	calendar *cadence.Calendar // nil where there is none to read
	// week is the one that people's time is asked of, quarter the one from which coverage
	// is.
	week, quarter opened
}

// opened is a week at its start. The operator's cycle is nil where it would make none.
type opened struct {
	week  cadence.Week
	cycle *praxisv1.WeeklyCycle
	made  plan.Week
}

func (j *judge) open(week cadence.Week) opened {
	cycle, made := progress.Opened(j.objects, j.calendar, week)
	return opened{week: week, cycle: cycle, made: made}
}

func (o opened) cycles() []praxisv1.WeeklyCycle {
	if o.cycle == nil {
		return nil
	}
	return []praxisv1.WeeklyCycle{*o.cycle}
}

func (j *judge) utility() []manifest.Finding {
	u, w := j.objects.Utility, j.world
	if w.refused("Utility", u.Name) {
		return nil
	}
	var found []manifest.Finding
	wrong := plan.CheckUtility(j.objects)
	if wrong != nil && (wrong.Reason != praxisv1.ReasonWeightsNotHundred || !w.lacksKeyActions(u.Name)) {
		found = append(found, w.finding("Utility", u.Name, wrong.Field, manifest.Error, wrong.Reason, wrong.Message))
	}
	if j.calendar == nil {
		return found
	}
	now := progress.UtilityInput{Objects: j.objects, Calendar: j.calendar, Cycles: j.week.cycles(), Problem: wrong}
	status, _ := progress.Utility(now, j.week.week.StartsAt)
	found = append(found, w.failing("Utility", u.Name, status.Conditions, praxisv1.ConditionFocused, "spec.maxKeyActions")...)
	if j.uncertain() {
		return found
	}
	whole := progress.UtilityInput{Objects: j.objects, Calendar: j.calendar, Cycles: j.quarter.cycles(), Problem: wrong}
	status, _ = progress.Utility(whole, j.quarter.week.StartsAt)
	return append(found, w.failing("Utility", u.Name, status.Conditions, praxisv1.ConditionCovered, "spec.required")...)
}

// uncertain tells whether the sum of the Utility's work hangs on something refused.
func (j *judge) uncertain() bool {
	return j.world.lacksKeyActions(j.objects.Utility.Name) || slices.ContainsFunc(j.objects.KeyActions, func(ka praxisv1.KeyAction) bool {
		return j.world.leansOnRefused(&ka)
	})
}

func (j *judge) keyAction(ka *praxisv1.KeyAction) []manifest.Finding {
	w := j.world
	if w.refused("KeyAction", ka.Name) {
		return nil
	}
	wrong := j.problem(ka)
	var found []manifest.Finding
	if wrong != nil {
		found = append(found, w.finding("KeyAction", ka.Name, wrong.Field, manifest.Error, wrong.Reason, wrong.Message))
	} else {
		found = append(found, j.children(ka)...)
	}
	if j.calendar == nil {
		return found
	}
	in := progress.KeyActionInput{KeyAction: ka, Objects: j.objects, Calendar: j.calendar, Cycles: j.week.cycles(), Problem: wrong}
	status := progress.KeyAction(in, j.week.week.StartsAt)
	found = append(found, j.actionable(ka, status.Conditions)...)
	if w.leansOnRefused(ka) {
		return found
	}
	found = append(found, j.feasible(ka, status.Conditions)...)
	if w.refused("Utility", j.objects.Utility.Name) {
		// What is required may be the very thing that is wrong.
		return found
	}
	in.Cycles = j.quarter.cycles()
	status = progress.KeyAction(in, j.quarter.week.StartsAt)
	return append(found, w.failing("KeyAction", ka.Name, status.Conditions, praxisv1.ConditionCovered, "spec.contribution")...)
}

// problem is what stalls a KeyAction. Names are the namespace's, so a child can have that
// of another Utility's KeyAction too; the operator notices when it makes the child.
func (j *judge) problem(ka *praxisv1.KeyAction) *plan.Problem {
	if wrong := plan.CheckKeyAction(j.objects, ka); wrong != nil {
		return wrong
	}
	for _, child := range plan.Children(j.objects, ka) {
		if slices.ContainsFunc(j.world.keyActions, func(other praxisv1.KeyAction) bool { return other.Name == child.Name }) {
			return plan.Taken(child.Name)
		}
	}
	return nil
}

// children are the findings of the KeyActions that the operator would make for the Teams
// of an enterprise one. They are in no file: who mends them mends the one that they are
// made from, so that is where they are reported.
func (j *judge) children(parent *praxisv1.KeyAction) []manifest.Finding {
	var found []manifest.Finding
	owner := *metav1.NewControllerRef(parent, praxisv1.GroupVersion.WithKind("KeyAction"))
	for _, child := range plan.Children(j.objects, parent) {
		child.OwnerReferences = []metav1.OwnerReference{owner}
		if wrong := plan.CheckKeyAction(j.objects, &child); wrong != nil {
			found = append(found, j.world.finding("KeyAction", parent.Name, wrong.Field, manifest.Error, wrong.Reason, wrong.Message))
		}
	}
	return found
}

// actionable are the warnings of a KeyAction: first the one that its condition shows,
// then those that it would show after that.
func (j *judge) actionable(ka *praxisv1.KeyAction, conditions []metav1.Condition) []manifest.Finding {
	var found []manifest.Finding
	add := func(path, reason, message string) {
		found = append(found, j.world.finding("KeyAction", ka.Name, path, manifest.Warning, reason, message))
	}
	// The limit of a refused Utility may be the very thing that is wrong with it.
	refused := j.world.refused("Utility", j.objects.Utility.Name)
	for _, c := range conditions {
		if c.Type == praxisv1.ConditionActionable && c.Reason == praxisv1.ReasonOverFocusLimit && !refused {
			add("spec.weight", c.Reason, c.Message)
		}
	}
	if resolved, wrong := plan.Resolve(j.objects, ka); wrong == nil {
		for _, warning := range plan.Warnings(ka, resolved) {
			add(warning.Field, warning.Reason, warning.Message)
		}
	}
	return found
}

// feasible are all steps that nobody does, where its condition shows the first; and
// somebody who has not the time, as its condition shows it.
func (j *judge) feasible(ka *praxisv1.KeyAction, conditions []metav1.Condition) []manifest.Finding {
	var found []manifest.Finding
	names := map[string]bool{ka.Name: true}
	for _, child := range plan.Children(j.objects, ka) {
		names[child.Name] = true
	}
	gaps, _ := plan.Read(j.objects).Survey(j.week.week, j.week.week.StartsAt)
	for _, g := range gaps {
		if g.Reason == praxisv1.ReasonUnassigned && names[g.KeyAction] {
			path := "spec.teamSelector"
			if g.Step != "" {
				path = plan.StepField(ka, g.Step, "assign")
			}
			found = append(found, j.world.finding("KeyAction", ka.Name, path, manifest.Warning, g.Reason, g.Message))
		}
	}
	if len(found) > 0 {
		return found
	}
	return j.world.failing("KeyAction", ka.Name, conditions, praxisv1.ConditionFeasible, "")
}
