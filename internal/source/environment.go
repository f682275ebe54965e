// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package source

import (
	"fmt"
	"sync"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/common/types/traits"
	"k8s.io/apimachinery/pkg/util/version"
	"k8s.io/apiserver/pkg/cel/environment"
	"k8s.io/apiserver/pkg/cel/library"

	"github.com/praxis-dev/praxis/internal/standard"
)

// variables are what the expressions of each type of source may name.
func variables(kind string) []cel.EnvOption {
	switch kind {
	case Object:
		return []cel.EnvOption{cel.Variable("object", cel.DynType), cel.Variable("oldObject", cel.DynType)}
	case OIDC:
		return append(variables(""), cel.Variable("claims", cel.DynType))
	}
	return []cel.EnvOption{
		cel.Variable("event", cel.DynType), cel.Variable("type", cel.StringType),
		cel.Variable("headers", cel.MapType(cel.StringType, cel.StringType)),
	}
}

// environments keeps one for each type: making one takes longer than a rule.
var environments sync.Map

func environmentOf(kind string) (*cel.Env, error) {
	if known, ok := environments.Load(kind); ok {
		return known.(*cel.Env), nil
	}
	set, err := environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion()).Extend(environment.VersionedOptions{
		IntroducedVersion: version.MajorMinor(1, 0), EnvOptions: variables(kind),
	})
	if err != nil {
		return nil, fmt.Errorf("the CEL environment: %w", err)
	}
	env := set.NewExpressionsEnv()
	environments.Store(kind, env)
	return env, nil
}

// Limits of an expression, beside what its evaluation may cost. An event has no schema, so nothing
// bounds the cost beforehand; these bound what one step of an evaluation can make of its input.
const (
	maxNesting  = 3  // of loops
	maxLiterals = 32 // elements of a list that an expression writes down
)

// examine says what an expression uses that a rule cannot.
func examine(expression *ast.AST) error {
	if err := standard.Allowed(expression); err != nil {
		return err
	}
	return within(expression.Expr(), 0)
}

// within goes through an expression in so many loops.
func within(e ast.Expr, loops int) error {
	var inner []ast.Expr
	switch e.Kind() {
	case ast.CallKind:
		call := e.AsCall()
		if name := call.FunctionName(); name == "replace" || name == "join" {
			return fmt.Errorf("it calls %s, which a rule cannot, since a short text can become very long by it; use substring", name)
		}
		inner = call.Args()
		if call.IsMemberFunction() {
			inner = append([]ast.Expr{call.Target()}, inner...)
		}
	case ast.SelectKind:
		inner = []ast.Expr{e.AsSelect().Operand()}
	case ast.ListKind:
		inner = e.AsList().Elements()
		if len(inner) > maxLiterals {
			return fmt.Errorf("it has a list of %d elements, and %d is the most; compare with startsWith or matches", len(inner), maxLiterals)
		}
	case ast.MapKind:
		return fmt.Errorf("it makes a map, which a rule has no use for; name the fields")
	case ast.ComprehensionKind:
		if loops++; loops > maxNesting {
			return fmt.Errorf("it has a loop in more than %d others; make it simpler", maxNesting-1)
		}
		c := e.AsComprehension()
		inner = []ast.Expr{c.IterRange(), c.AccuInit(), c.LoopCondition(), c.LoopStep(), c.Result()}
	}
	for _, part := range inner {
		if err := within(part, loops); err != nil {
			return err
		}
	}
	return nil
}

// costs charges for what a call does as the API server does, and for each byte of a text that it
// makes: the types of an event are known only when it is there, and the API server's own estimate
// goes by types that are known before.
type costs struct{ library.CostEstimator }

// CallCost implements interpreter.ActualCostEstimator.
func (c *costs) CallCost(function, overload string, args []ref.Val, result ref.Val) *uint64 {
	cost := uint64(1)
	switch known := c.CostEstimator.CallCost(function, overload, args, result); {
	case known != nil:
		cost = *known
	case function == "_==_", function == "_!=_", function == "@in", function == "contains", function == "startsWith", function == "endsWith":
		cost += sizes(args)
	case function == "matches":
		cost += sizes(args[:1]) * (1 + sizes(args[1:])/4) / 10
	}
	switch made := result.(type) {
	case types.String, types.Bytes:
		cost += size(made)
	case traits.Lister:
		if function == "split" {
			cost += size(made)
		}
	}
	return &cost
}

func sizes(args []ref.Val) uint64 {
	var sum uint64
	for _, a := range args {
		sum += size(a)
	}
	return sum
}

func size(v ref.Val) uint64 {
	switch v := v.(type) {
	case types.String:
		return uint64(len(v))
	case types.Bytes:
		return uint64(len(v))
	case traits.Sizer:
		if n, ok := v.Size().(types.Int); ok && n > 0 {
			return uint64(n)
		}
	}
	return 1
}
