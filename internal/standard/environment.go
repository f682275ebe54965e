// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package standard

import (
	"fmt"
	"reflect"
	"sync"
	"time"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/ext"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/model"
	"k8s.io/apimachinery/pkg/util/version"
	apiservercel "k8s.io/apiserver/pkg/cel"
	"k8s.io/apiserver/pkg/cel/environment"

	"github.com/praxis-dev/praxis/config/crd"
)

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

// What a check may name, and the kinds whose specs these are.
const (
	evidenceVariable = "evidence"
	actionVariable   = "action"
)

var kindOf = map[string]string{evidenceVariable: "Evidence", actionVariable: "Action"}

// checks is what every check is compiled with: the environment that Kubernetes provides for
// the rules of a CustomResourceDefinition, our two variables, and the sizes that the schema
// allows them.
type checks struct {
	env   *cel.Env
	costs *costs
}

var environmentOfChecks = sync.OnceValues(func() (*checks, error) {
	set, err := environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion()).Extend(environment.VersionedOptions{
		IntroducedVersion: version.MajorMinor(1, 0),
		EnvOptions: []cel.EnvOption{
			ext.NativeTypes(reflect.TypeFor[Evidence](), reflect.TypeFor[Action](), ext.ParseStructTag("json")),
			cel.Variable(evidenceVariable, cel.ObjectType("standard.Evidence")),
			cel.Variable(actionVariable, cel.ObjectType("standard.Action")),
		},
	})
	if err != nil {
		return nil, fmt.Errorf("the CEL environment: %w", err)
	}
	specs := map[string]*apiservercel.DeclType{}
	for variable, kind := range kindOf {
		if specs[variable], err = specOf(kind); err != nil {
			return nil, fmt.Errorf("the sizes of %s: %w", kind, err)
		}
	}
	return &checks{env: set.NewExpressionsEnv(), costs: newCosts(specs)}, nil
})

// specOf is the spec of a kind as CEL declares it, with the most that each of its lists
// and strings can hold.
func specOf(kind string) (*apiservercel.DeclType, error) {
	definition, err := crd.Of(kind)
	if err != nil {
		return nil, err
	}
	structural, err := schema.NewStructural(definition.Schema)
	if err != nil {
		return nil, err
	}
	spec := structural.Properties["spec"]
	return model.SchemaDeclType(&spec, false), nil
}
