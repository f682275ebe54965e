// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"slices"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// Taken is the Problem that an object which is not ours has the name of one to be made.
func Taken(name string) *Problem {
	return problem(praxisv1.ReasonNameTaken, "%s exists and is not ours; delete or rename it", name).at("metadata.name")
}

// Problem is something that only the author of an object can fix.
type Problem struct {
	// Reason of the Stalled condition.
	Reason string
	// Message says what is wrong, where, and what to do.
	Message string
	// Field is the path of what is wrong in the object, for a linter to point to; empty if it
	// is not a single field.
	Field string
}

func problem(reason, format string, args ...any) *Problem {
	return &Problem{Reason: reason, Message: fmt.Sprintf(format, args...)}
}

// packageField is the path of the field that a KeyAction's steps come from.
func packageField(ka *praxisv1.KeyAction) string {
	if ka.Spec.Package == nil {
		return "spec.packageRef"
	}
	return "spec.package.steps"
}

// StepField is the path of a field of a step in its KeyAction; that of the reference if the
// steps are in an ActionPackage.
func StepField(ka *praxisv1.KeyAction, step, field string) string {
	if ka.Spec.Package == nil {
		return packageField(ka)
	}
	i := slices.IndexFunc(ka.Spec.Package.Steps, func(s praxisv1.Step) bool { return s.Name == step })
	return fmt.Sprintf("%s[%d].%s", packageField(ka), i, field)
}

// at sets the field that a Problem is about.
func (p *Problem) at(field string) *Problem {
	p.Field = field
	return p
}
