// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
	"github.com/praxis-dev/praxis/internal/manifest"
	"github.com/praxis-dev/praxis/internal/status"
)

// Run returns all findings in what was read, by file and line. The week is a name like
// "2026-W48", or empty for the running one.
func Run(set *manifest.Set, week string, now time.Time) ([]manifest.Finding, error) {
	return RunWith(set, week, now, nil)
}

// Providers are the names of those whom goals of a namespace may ask for the values of measures.
type Providers func(namespace string) []string

// RunWith is Run where the providers of the operator are known as well; nil where they are not.
func RunWith(set *manifest.Set, week string, now time.Time, providers Providers) ([]manifest.Finding, error) {
	found := slices.Clone(set.Findings)
	for _, w := range Worlds(set) {
		of, err := w.lint(week, now)
		if err != nil {
			return nil, err
		}
		found = append(found, of...)
		if providers != nil {
			found = append(found, w.checkMeasures(providers(w.Namespace))...)
		}
	}
	slices.SortStableFunc(found, func(a, b manifest.Finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return slices.Compact(found), nil
}

// lint checks the objects of a namespace: each Utility with its KeyActions in the chosen
// weeks, what refers to no Utility, and the Teams across all of them.
func (w *World) lint(week string, now time.Time) ([]manifest.Finding, error) {
	var found []manifest.Finding
	var running []status.TeamWeek
	for _, u := range w.utilities {
		l := &utilityLinter{world: w, programme: w.programmeOf(u.Name)}
		if err := l.choose(week, now); err != nil {
			return nil, err
		}
		found = append(found, l.utility()...)
		found = append(found, l.policies()...)
		for i := range l.programme.KeyActions {
			found = append(found, l.keyAction(&l.programme.KeyActions[i])...)
		}
		if l.week.cycle != nil && !l.week.noWork() {
			running = append(running, status.TeamWeek{Cycle: l.week.cycle, Actions: l.week.made.Actions()})
		}
	}
	for i := range w.keyActions {
		ka := &w.keyActions[i]
		l := &utilityLinter{world: w, programme: w.programmeOf(ka.Spec.UtilityRef.Name)}
		if l.programme.Utility == nil {
			found = append(found, l.keyAction(ka)...)
		}
	}
	found = append(found, w.strayPolicies()...)
	found = append(found, w.checkTeams(running)...)
	found = append(found, w.checkSources()...)
	found = append(found, w.delegates(now)...)
	return append(found, w.lookAlikes()...), nil
}

// choose finds the weeks in which a Utility is checked.
func (l *utilityLinter) choose(name string, now time.Time) error {
	u := l.programme.Utility
	cal, _ := cadence.New(u.Spec.Cadence) // the Programme reports what is wrong with it
	if cal == nil {
		return nil
	}
	l.calendar = cal
	chosen := cal.WeekOf(now)
	if name != "" {
		var err error
		if chosen, err = cal.WeekNamed(name); err != nil {
			return err
		}
	}
	l.week = l.open(chosen)
	// With a week, coverage is what the operator would say in that week.
	l.quarter = l.week
	if name != "" {
		return nil
	}
	first := cal.WeekOf(cal.QuarterOf(chosen).StartsAt)
	weeks := cal.RemainingWeeks(first)
	if l.noWeek = len(weeks) == 0; !l.noWeek {
		l.quarter = l.open(weeks[0])
	}
	return nil
}

// checkTeams checks each Team as its own status does: whose user names look alike, and who has
// more work than hours in the running weeks of all Utilities.
func (w *World) checkTeams(running []status.TeamWeek) []manifest.Finding {
	var found []manifest.Finding
	for name, team := range w.teams {
		if w.refused("Team", name) {
			continue
		}
		in := status.TeamInput{Team: team}
		for _, week := range running {
			of := status.TeamWeek{Cycle: week.Cycle}
			for _, a := range week.Actions {
				if a.Spec.Team == name {
					of.Actions = append(of.Actions, a)
				}
			}
			in.Weeks = append(in.Weeks, of)
		}
		// The instant only matters for what is overdue, which no file shows.
		status, _ := status.ForTeam(in, time.Time{})
		found = append(found, w.failing("Team", name, status.Conditions, praxisv1.ConditionFeasible, "spec.members")...)
		found = append(found, w.failing("Team", name, status.Conditions, praxisv1.ConditionDistinct, "spec.members")...)
	}
	return found
}

// failing is the finding of a condition that is False.
func (w *World) failing(kind, name string, conditions []metav1.Condition, which, path string) []manifest.Finding {
	if c := meta.FindStatusCondition(conditions, which); c != nil && c.Status == metav1.ConditionFalse {
		return []manifest.Finding{w.finding(kind, name, path, manifest.Warning, c.Reason, c.Message)}
	}
	return nil
}

// begun is the note of a plan that carries a whole quarter and not what is left of it: so
// the operator says of a goal that begins now, and of one that is behind.
func (w *World) begun(kind, name string, conditions []metav1.Condition, path, week string) []manifest.Finding {
	c := meta.FindStatusCondition(conditions, praxisv1.ConditionCovered)
	if c == nil || c.Status != metav1.ConditionFalse {
		return nil
	}
	says := fmt.Sprintf("If the goal begins with %s: %s; if it runs already, what is delivered counts", week, c.Message)
	return []manifest.Finding{w.finding(kind, name, path, manifest.Note, c.Reason, says)}
}

func (w *World) finding(kind, name, path string, severity manifest.Severity, reason, message string) manifest.Finding {
	return w.files[[2]string{kind, name}].Finding(path, severity, reason, message)
}

// Summary sums findings up in one line.
func Summary(set *manifest.Set, found []manifest.Finding) string {
	of := map[manifest.Severity]int{}
	for _, f := range found {
		of[f.Severity]++
	}
	says := fmt.Sprintf("%s in %s: %s, %s", count(len(set.Objects), "object"), count(set.Files, "file"), count(of[manifest.Error], "error"), count(of[manifest.Warning], "warning"))
	if notes := of[manifest.Note]; notes > 0 {
		says += ", " + count(notes, "note")
	}
	return says
}

// Fails reports whether there is anything but notes.
func Fails(found []manifest.Finding) bool {
	return slices.ContainsFunc(found, func(f manifest.Finding) bool { return f.Severity != manifest.Note })
}

func count(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}
