// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"fmt"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
	"github.com/praxis-dev/praxis/internal/manifest"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/status"
)

// judge judges a Utility, which may be nil, and its KeyActions.
type judge struct {
	world     *World
	programme *plan.Programme
	calendar  *cadence.Calendar // nil where there is none to read
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
	cycle, made := status.PreviewWeek(j.programme, j.calendar, week)
	return opened{week: week, cycle: cycle, made: made}
}

func (o opened) cycles() []praxisv1.WeeklyCycle {
	if o.cycle == nil {
		return nil
	}
	return []praxisv1.WeeklyCycle{*o.cycle}
}

func (j *judge) utility() []manifest.Finding {
	u, w := j.programme.Utility, j.world
	if w.refused("Utility", u.Name) {
		return nil
	}
	var found []manifest.Finding
	wrong := j.programme.Problem
	if wrong != nil && (wrong.Reason != praxisv1.ReasonWeightsNotHundred || !w.lacksKeyActions(u.Name)) {
		found = append(found, w.finding("Utility", u.Name, wrong.Field, manifest.Error, wrong.Reason, wrong.Message))
	}
	if j.calendar == nil {
		return found
	}
	if j.afterEnd() {
		return append(found, w.finding("Utility", u.Name, "spec.end", manifest.Warning, praxisv1.ReasonEnded,
			fmt.Sprintf("The goal ends with %s; once it says Ended, take it out of Git, or correct spec.end.week", u.Spec.End.Week)))
	}
	now := status.UtilityInput{Programme: j.programme, Calendar: j.calendar, Cycles: j.week.cycles(), Problem: wrong}
	says, _ := status.ForUtility(now, j.week.week.StartsAt)
	found = append(found, w.failing("Utility", u.Name, says.Conditions, praxisv1.ConditionFocused, "spec.maxKeyActions")...)
	if j.uncertain() {
		return found
	}
	whole := status.UtilityInput{Programme: j.programme, Calendar: j.calendar, Cycles: j.quarter.cycles(), Problem: wrong}
	says, _ = status.ForUtility(whole, j.quarter.week.StartsAt)
	return append(found, w.failing("Utility", u.Name, says.Conditions, praxisv1.ConditionCovered, "spec.required")...)
}

// afterEnd reports whether the goal has no week any more that could be judged.
func (j *judge) afterEnd() bool { return plan.AfterEnd(j.programme.Utility, j.calendar, j.week.week) }

// uncertain reports whether the sum of the Utility's work hangs on something refused.
func (j *judge) uncertain() bool {
	return j.world.lacksKeyActions(j.programme.Utility.Name) || slices.ContainsFunc(j.programme.KeyActions, func(ka praxisv1.KeyAction) bool {
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
	if j.afterEnd() {
		return found
	}
	in := status.KeyActionInput{KeyAction: ka, Programme: j.programme, Calendar: j.calendar, Cycles: j.week.cycles(), Problem: wrong}
	says := status.ForKeyAction(in, j.week.week.StartsAt)
	found = append(found, j.actionable(ka, says.Conditions)...)
	if w.leansOnRefused(ka) {
		return found
	}
	found = append(found, j.feasible(ka, says.Conditions)...)
	if w.refused("Utility", j.programme.Utility.Name) {
		// What is required may be the very thing that is wrong.
		return found
	}
	in.Cycles = j.quarter.cycles()
	says = status.ForKeyAction(in, j.quarter.week.StartsAt)
	return append(found, w.failing("KeyAction", ka.Name, says.Conditions, praxisv1.ConditionCovered, "spec.contribution")...)
}

// problem is what stalls a KeyAction. Names are the namespace's, so a child can have that
// of another Utility's KeyAction too; the operator notices when it makes the child.
func (j *judge) problem(ka *praxisv1.KeyAction) *plan.Problem {
	if wrong := j.programme.ProblemOf(ka); wrong != nil {
		return wrong
	}
	for _, child := range j.programme.Children(ka) {
		if slices.ContainsFunc(j.world.keyActions, func(other praxisv1.KeyAction) bool { return other.Name == child.Name }) {
			return plan.Taken(child.Name)
		}
	}
	return nil
}

// children are the findings of the KeyActions that the operator would make for the Teams
// of an enterprise one. They are in no file: who fixes them fixes the one that they are
// made from, so that is where they are reported.
func (j *judge) children(parent *praxisv1.KeyAction) []manifest.Finding {
	var found []manifest.Finding
	owner := *metav1.NewControllerRef(parent, praxisv1.GroupVersion.WithKind("KeyAction"))
	for _, child := range j.programme.Children(parent) {
		child.OwnerReferences = []metav1.OwnerReference{owner}
		if wrong := j.programme.ProblemOf(&child); wrong != nil {
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
	refused := j.world.refused("Utility", j.programme.Utility.Name)
	for _, c := range conditions {
		if c.Type == praxisv1.ConditionActionable && c.Reason == praxisv1.ReasonOverFocusLimit && !refused {
			add("spec.weight", c.Reason, c.Message)
		}
	}
	if resolved, wrong := plan.Resolve(j.programme.Packages, ka); wrong == nil {
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
	for _, child := range j.programme.Children(ka) {
		names[child.Name] = true
	}
	gaps, _ := j.programme.Survey(j.week.week, j.week.week.StartsAt)
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
