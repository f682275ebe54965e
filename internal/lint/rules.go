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

// utilityLinter checks a Utility, which may be nil, and its KeyActions.
type utilityLinter struct {
	world     *World
	programme *plan.Programme
	calendar  *cadence.Calendar // nil if there is none, or it cannot be read
	// week is the one in which people's time is checked, quarter the one from which coverage
	// is checked.
	week, quarter opened
	// lacks says that what the Utility's own plan lacks is told of it, once for all its
	// KeyActions.
	lacks bool
	// noWeek says that the quarter has no week to work in, of which all that is lacking follows.
	noWeek bool
}

// opened is a week at its start. cycle is nil if the operator would make none.
type opened struct {
	week  cadence.Week
	cycle *praxisv1.WeeklyCycle
	made  plan.Week
}

func (l *utilityLinter) open(week cadence.Week) opened {
	cycle, made := status.PreviewWeek(l.programme, l.calendar, week)
	return opened{week: week, cycle: cycle, made: made}
}

func (o opened) cycles() []praxisv1.WeeklyCycle {
	if o.cycle == nil {
		return nil
	}
	return []praxisv1.WeeklyCycle{*o.cycle}
}

func (l *utilityLinter) utility() []manifest.Finding {
	u, w := l.programme.Utility, l.world
	if w.refused("Utility", u.Name) {
		return nil
	}
	var found []manifest.Finding
	wrong := l.programme.Problem
	if wrong != nil && (wrong.Reason != praxisv1.ReasonWeightsNotHundred || !w.lacksKeyActions(u.Name)) {
		found = append(found, w.finding("Utility", u.Name, wrong.Field, manifest.Error, wrong.Reason, wrong.Message))
	}
	if l.calendar == nil {
		return found
	}
	found = append(found, l.cadence()...)
	if l.afterEnd() {
		return append(found, w.finding("Utility", u.Name, "spec.end", manifest.Warning, praxisv1.ReasonEnded,
			fmt.Sprintf("The goal ends with %s, which is past: if it ran until then, take it out of Git once it says Ended; if it never ran, correct spec.end.week, or it is Stalled", u.Spec.End.Week)))
	}
	now := status.UtilityInput{Programme: l.programme, Calendar: l.calendar, Cycles: l.week.cycles(), Problem: wrong}
	says, _ := status.ForUtility(now, l.week.week.StartsAt)
	found = append(found, w.failing("Utility", u.Name, says.Conditions, praxisv1.ConditionFocused, "spec.maxKeyActions")...)
	if l.uncertain() || l.noWeek {
		return found
	}
	whole := status.UtilityInput{Programme: l.programme, Calendar: l.calendar, Cycles: l.quarter.cycles(), Problem: wrong}
	of, _ := status.ForUtility(whole, l.quarter.week.StartsAt)
	lacking := w.failing("Utility", u.Name, of.Conditions, praxisv1.ConditionCovered, "spec.required")
	if len(lacking) == 0 {
		lacking = w.begun("Utility", u.Name, says.Conditions, "spec.required", l.week.week.Name)
	}
	l.lacks = len(lacking) > 0
	return append(found, lacking...)
}

// afterEnd reports whether the goal has no week left that could be judged.
func (l *utilityLinter) afterEnd() bool {
	return plan.AfterEnd(l.programme.Utility, l.calendar, l.week.week)
}

// uncertain reports whether the sum of the Utility's work depends on something refused.
func (l *utilityLinter) uncertain() bool {
	return l.world.lacksKeyActions(l.programme.Utility.Name) || slices.ContainsFunc(l.programme.KeyActions, func(ka praxisv1.KeyAction) bool {
		return l.world.leansOnRefused(&ka)
	})
}

func (l *utilityLinter) keyAction(ka *praxisv1.KeyAction) []manifest.Finding {
	w := l.world
	if w.refused("KeyAction", ka.Name) {
		return nil
	}
	wrong := l.problem(ka)
	var found []manifest.Finding
	if wrong != nil {
		found = append(found, w.finding("KeyAction", ka.Name, wrong.Field, manifest.Error, wrong.Reason, wrong.Message))
	} else {
		found = append(found, l.children(ka)...)
	}
	if l.calendar == nil {
		return found
	}
	if l.afterEnd() {
		return found
	}
	in := status.KeyActionInput{KeyAction: ka, Programme: l.programme, Calendar: l.calendar, Cycles: l.week.cycles(), Problem: wrong}
	says := status.ForKeyAction(in, l.week.week.StartsAt)
	found = append(found, l.actionable(ka, says.Conditions)...)
	if w.leansOnRefused(ka) {
		return found
	}
	found = append(found, l.feasible(ka, says.Conditions)...)
	if w.refused("Utility", l.programme.Utility.Name) || l.noWeek {
		// spec.required may be the very thing that is wrong.
		return found
	}
	in.Cycles = l.quarter.cycles()
	of := status.ForKeyAction(in, l.quarter.week.StartsAt)
	lacking := w.failing("KeyAction", ka.Name, of.Conditions, praxisv1.ConditionCovered, "spec.contribution")
	if len(lacking) == 0 && !l.lacks {
		lacking = w.begun("KeyAction", ka.Name, says.Conditions, "spec.contribution", l.week.week.Name)
	}
	return append(found, lacking...)
}

// problem is what stalls a KeyAction. Names are unique in a namespace, so the name of a child
// can also clash with another Utility's KeyAction; the operator notices that when it makes
// the child.
func (l *utilityLinter) problem(ka *praxisv1.KeyAction) *plan.Problem {
	if wrong := l.programme.ProblemOf(ka); wrong != nil {
		return wrong
	}
	for _, child := range l.programme.Children(ka) {
		if slices.ContainsFunc(l.world.keyActions, func(other praxisv1.KeyAction) bool { return other.Name == child.Name }) {
			return plan.Taken(child.Name)
		}
	}
	return nil
}

// children are the findings in the KeyActions that the operator would make for the Teams of
// an enterprise one. Those are in no file, so the findings are reported at the one that they
// are made from, which is where to fix them.
func (l *utilityLinter) children(parent *praxisv1.KeyAction) []manifest.Finding {
	var found []manifest.Finding
	owner := *metav1.NewControllerRef(parent, praxisv1.GroupVersion.WithKind("KeyAction"))
	for _, child := range l.programme.Children(parent) {
		child.OwnerReferences = []metav1.OwnerReference{owner}
		if wrong := l.programme.ProblemOf(&child); wrong != nil {
			found = append(found, l.world.finding("KeyAction", parent.Name, wrong.Field, manifest.Error, wrong.Reason, wrong.Message))
		}
	}
	return found
}

// actionable are the warnings of a KeyAction: first the one that its condition shows, then
// those that it would show once that is fixed.
func (l *utilityLinter) actionable(ka *praxisv1.KeyAction, conditions []metav1.Condition) []manifest.Finding {
	var found []manifest.Finding
	add := func(path, reason, message string) {
		found = append(found, l.world.finding("KeyAction", ka.Name, path, manifest.Warning, reason, message))
	}
	// The limit of a refused Utility may be the very thing that is wrong with it.
	refused := l.world.refused("Utility", l.programme.Utility.Name)
	for _, c := range conditions {
		if c.Type == praxisv1.ConditionActionable && c.Reason == praxisv1.ReasonOverFocusLimit && !refused {
			add("spec.weight", c.Reason, c.Message)
		}
	}
	if resolved, wrong := plan.Resolve(l.programme.Packages, ka); wrong == nil {
		for _, warning := range plan.Warnings(ka, resolved) {
			add(warning.Field, warning.Reason, warning.Message)
		}
	}
	return found
}

// feasible are all steps that nobody does, of which its condition shows only the first, and a
// member without enough time, as its condition shows it.
func (l *utilityLinter) feasible(ka *praxisv1.KeyAction, conditions []metav1.Condition) []manifest.Finding {
	var found []manifest.Finding
	names := map[string]bool{ka.Name: true}
	for _, child := range l.programme.Children(ka) {
		names[child.Name] = true
	}
	gaps, _ := l.programme.Survey(l.week.week, l.week.week.StartsAt)
	for _, g := range gaps {
		if g.Reason == praxisv1.ReasonUnassigned && names[g.KeyAction] {
			path := "spec.teamSelector"
			if g.Step != "" {
				path = plan.StepField(ka, g.Step, "assign")
			}
			found = append(found, l.world.finding("KeyAction", ka.Name, path, manifest.Warning, g.Reason, g.Message))
		}
	}
	if len(found) > 0 {
		return found
	}
	if l.week.noWork() { // which is said of the week
		return nil
	}
	return l.world.failing("KeyAction", ka.Name, conditions, praxisv1.ConditionFeasible, "")
}
