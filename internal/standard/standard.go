// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package standard judges Evidence by the standard of its Action: does it have the artifacts
// that the standard asks for, and does the CEL check hold? It is pure and reads no clock.
package standard

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/google/cel-go/cel"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// Check is a compiled CEL expression. It is safe for concurrent use.
type Check struct{ program cel.Program }

var compiledCheck = cached(compile)

// Compile compiles a check. Its error is worded for the author of the step.
func Compile(expression string) (*Check, error) { return compiledCheck(expression) }

func compile(expression string) (*Check, error) {
	checks, err := environmentOfChecks()
	if err != nil {
		return nil, err
	}
	ast, issues := checks.env.Compile(expression)
	if issues.Err() != nil {
		first := issues.Errors()[0]
		return nil, fmt.Errorf("column %d: %s", first.Location.Column()+1, first.Message)
	}
	if got := ast.OutputType(); !got.IsExactType(cel.BoolType) {
		return nil, fmt.Errorf("it returns a %s and must return true or false", got)
	}
	// Check before making the program, since that already evaluates constants.
	if err := checks.check(ast); err != nil {
		return nil, err
	}
	program, err := checks.env.Program(ast, cel.CostLimit(CostLimit), cel.CostTracking(checks.costs))
	if err != nil {
		return nil, err
	}
	return &Check{program}, nil
}

// Holds evaluates the check. The error says why it could not be evaluated.
func (c *Check) Holds(evidence *praxisv1.EvidenceSpec, action *praxisv1.ActionSpec) (bool, error) {
	var e Evidence
	var a Action
	if err := errors.Join(view(evidence, &e), view(action, &a)); err != nil {
		return false, err
	}
	result, _, err := c.program.Eval(map[string]any{"evidence": &e, "action": &a})
	if err != nil {
		if strings.Contains(err.Error(), "cost limit") {
			return false, errors.New("it takes too long; make it simpler")
		}
		return false, err
	}
	holds, _ := result.Value().(bool) // Compile has seen that it is one
	return holds, nil
}

// view copies a spec by the JSON names of its fields.
func view(spec, into any) error {
	text, err := json.Marshal(spec)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

// Missing is what keeps a piece from meeting the standard of an Action.
type Missing struct {
	// Reason is ArtifactMissing or CheckFailed.
	Reason string
	// Message says what is missing.
	Message string
}

// Meets judges a piece of evidence by the standard of its Action, without a person.
func Meets(evidence *praxisv1.EvidenceSpec, action *praxisv1.ActionSpec) *Missing {
	for _, asked := range action.Evidence {
		if m := artifact(evidence, asked); m != nil {
			return m
		}
	}
	if action.Standard.Check == "" {
		return nil
	}
	check, err := Compile(action.Standard.Check)
	if err != nil {
		return &Missing{praxisv1.ReasonCheckFailed, fmt.Sprintf("The check of step %s cannot be read: %v", action.Step, err)}
	}
	switch holds, err := check.Holds(evidence, action); {
	case err != nil:
		return &Missing{praxisv1.ReasonCheckFailed, fmt.Sprintf("The check of step %s fails: %v; hand it in again with what the check asks for", action.Step, err)}
	case !holds:
		return &Missing{praxisv1.ReasonCheckFailed, fmt.Sprintf("The check of step %s does not hold: %s; hand in a new piece that meets it", action.Step, action.Standard.Check)}
	}
	return nil
}

func artifact(evidence *praxisv1.EvidenceSpec, asked praxisv1.EvidenceRequirement) *Missing {
	for _, a := range evidence.Artifacts {
		switch {
		case a.Name != asked.Name:
		case a.Type != asked.Type:
			return &Missing{praxisv1.ReasonArtifactMissing, fmt.Sprintf("Artifact %s is a %s and has to be a %s; hand in a new piece", a.Name, a.Type, asked.Type)}
		default:
			return nil
		}
	}
	if !asked.Required {
		return nil
	}
	return &Missing{praxisv1.ReasonArtifactMissing, fmt.Sprintf("Artifact %s of type %s is missing; hand in a new piece that has it", asked.Name, asked.Type)}
}
