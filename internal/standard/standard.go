// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package standard judges Evidence by the standard of its Action: are the artifacts
// there that it asks for, and does its CEL check hold? It is pure and reads no clock.
package standard

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/ext"
	"k8s.io/utils/lru"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// costLimit ends a check that would go on for long. A comprehension over the 32
// artifacts that a piece can have costs some hundreds.
const costLimit = 100_000

// Check is a compiled CEL expression. It may be shared.
type Check struct{ program cel.Program }

// What a check sees: the specs of the two objects under their names in JSON, so that a
// name that does not exist is found when the check is compiled.
type (
	// Evidence is the spec of the piece that is judged.
	Evidence struct {
		Quantity    int64      `json:"quantity"`
		Value       string     `json:"value"`
		Summary     string     `json:"summary"`
		Artifacts   []Artifact `json:"artifacts"`
		OccurredAt  time.Time  `json:"occurredAt"`
		Source      Source     `json:"source"`
		SubmittedBy string     `json:"submittedBy"`
	}
	// Artifact is one of the things that show the work.
	Artifact struct {
		Name      string `json:"name"`
		Type      string `json:"type"`
		URI       string `json:"uri"`
		Digest    string `json:"digest"`
		MediaType string `json:"mediaType"`
	}
	// Source is what made the evidence.
	Source struct {
		Kind string `json:"kind"`
		ID   string `json:"id"`
	}
	// Action is the spec of the Action that it is for.
	Action struct {
		Step         string   `json:"step"`
		Tier         string   `json:"tier"`
		Do           string   `json:"do"`
		Team         string   `json:"team"`
		Member       string   `json:"member"`
		User         string   `json:"user"`
		Target       int64    `json:"target"`
		Duration     string   `json:"duration"`
		DependsOn    []string `json:"dependsOn"`
		Share        int64    `json:"share"`
		Contribution int64    `json:"contribution"`
		CarriedFrom  string   `json:"carriedFrom"`
		Carries      int64    `json:"carries"`
	}
)

var environment = sync.OnceValues(func() (*cel.Env, error) {
	return cel.NewEnv(
		ext.NativeTypes(reflect.TypeFor[Evidence](), reflect.TypeFor[Action](), ext.ParseStructTag("json")),
		ext.Strings(), ext.Sets(),
		cel.Variable("evidence", cel.ObjectType("standard.Evidence")),
		cel.Variable("action", cel.ObjectType("standard.Action")),
	)
})

// compiled keeps what was compiled: a burst of evidence is for few steps.
var compiled = lru.New(512)

type outcome struct {
	check *Check
	err   error
}

// Compile reads a check. The error is for the author of the step.
func Compile(expression string) (*Check, error) {
	if known, ok := compiled.Get(expression); ok {
		return known.(outcome).check, known.(outcome).err
	}
	check, err := compile(expression)
	compiled.Add(expression, outcome{check, err})
	return check, err
}

func compile(expression string) (*Check, error) {
	env, err := environment()
	if err != nil {
		return nil, fmt.Errorf("the CEL environment: %w", err)
	}
	ast, issues := env.Compile(expression)
	if issues.Err() != nil {
		first := issues.Errors()[0]
		return nil, fmt.Errorf("column %d: %s", first.Location.Column()+1, first.Message)
	}
	if got := ast.OutputType(); !got.IsExactType(cel.BoolType) {
		return nil, fmt.Errorf("it gives a %s and must give true or false", got)
	}
	program, err := env.Program(ast, cel.CostLimit(costLimit), cel.EvalOptions(cel.OptOptimize))
	if err != nil {
		return nil, err
	}
	return &Check{program}, nil
}

// Holds evaluates the check. The error says why it could not be told, or nil.
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
	holds, _ := result.Value().(bool) // Compile saw that it is one
	return holds, nil
}

// view copies a spec by the names of its fields in JSON.
func view(spec, into any) error {
	text, err := json.Marshal(spec)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

// Missing is what keeps a piece from meeting the standard of an Action, or nil.
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
		return &Missing{praxisv1.ReasonCheckFailed, fmt.Sprintf("The check of step %s fails: %v; hand it in anew with what the check asks for", action.Step, err)}
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
