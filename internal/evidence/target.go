// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"cmp"
	"fmt"
	"slices"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

// MeasureOf is the measure of a Utility of that name; nil where it has none.
func MeasureOf(u *praxisv1.Utility, name string) *praxisv1.Measure {
	i := slices.IndexFunc(u.Spec.Measures, func(m praxisv1.Measure) bool { return m.Name == name })
	if i < 0 {
		return nil
	}
	return &u.Spec.Measures[i]
}

// Resolve is the Action that a target refers to, among those of its step in the week, or the
// reason why there is none. Of several of a member one is meant that still asks for something,
// and of those the week's own before a carried one.
func Resolve(actions []praxisv1.Action, target *praxisv1.EvidenceTarget) (*praxisv1.Action, string) {
	var best *praxisv1.Action
	for i := range actions {
		a := &actions[i]
		if target.Member != "" && a.Spec.Member != target.Member {
			continue
		}
		if best != nil && best.Spec.Member != a.Spec.Member {
			return nil, fmt.Sprintf("Step %s of %s is owed by several members; say which in for.member of a new piece", target.Step, target.KeyAction)
		}
		if best == nil || cmp.Or(cmp.Compare(full(a), full(best)), cmp.Compare(a.Spec.Carries, best.Spec.Carries), cmp.Compare(a.Name, best.Name)) < 0 {
			best = a
		}
	}
	if best != nil {
		return best, ""
	}
	who := ""
	if target.Member != "" {
		who = " of " + target.Member
	}
	return nil, fmt.Sprintf("The week in which it was made has no Action%s for step %s of KeyAction %s; look with kubectl get actions", who, target.Step, target.KeyAction)
}

// full is 1 for an Action that asks for nothing more, else 0.
func full(a *praxisv1.Action) int {
	if plan.Open(a) == 0 {
		return 1
	}
	return 0
}

// ActionOf is the name of the Action that a piece is for; empty for a piece whose target has
// not been resolved yet, and for a reading of a measure.
func ActionOf(e *praxisv1.Evidence) string {
	switch {
	case e.Status.ActionRef != nil && e.Status.ActionRef.Name != "":
		return e.Status.ActionRef.Name
	case e.Spec.ActionRef != nil:
		return e.Spec.ActionRef.Name
	}
	return ""
}
