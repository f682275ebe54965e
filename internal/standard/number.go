// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package standard

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/common/types/traits"
	"k8s.io/apimachinery/pkg/util/version"
	"k8s.io/apiserver/pkg/cel/environment"
	"k8s.io/apiserver/pkg/cel/library"
)

// Number is a compiled CEL expression that makes a number of an object of any kind. It is safe
// for concurrent use.
type Number struct{ program cel.Program }

// objectVariable is what a Number may name.
const objectVariable = "object"

var environmentOfNumbers = sync.OnceValues(func() (*cel.Env, error) {
	set, err := environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion()).Extend(environment.VersionedOptions{
		IntroducedVersion: version.MajorMinor(1, 0),
		EnvOptions:        []cel.EnvOption{cel.Variable(objectVariable, cel.DynType)},
	})
	if err != nil {
		return nil, fmt.Errorf("the CEL environment: %w", err)
	}
	return set.NewExpressionsEnv(), nil
})

// multiplying are functions that a check may call, where the schema bounds the texts that it
// has, and an expression over an object of any size may not: what they make can be as large as
// their arguments multiplied.
var multiplying = map[string]bool{"replace": true, "join": true, "split": true}

var compiledNumber = cached(compileNumber)

// CompileNumber compiles an expression that makes a number. Its error is worded for the author.
func CompileNumber(expression string) (*Number, error) { return compiledNumber(expression) }

func compileNumber(expression string) (*Number, error) {
	env, err := environmentOfNumbers()
	if err != nil {
		return nil, err
	}
	compiled, issues := env.Compile(expression)
	if issues.Err() != nil {
		first := issues.Errors()[0]
		return nil, fmt.Errorf("column %d: %s", first.Location.Column()+1, first.Message)
	}
	switch compiled.OutputType().Kind() {
	case types.IntKind, types.UintKind, types.DoubleKind, types.StringKind, types.DynKind:
	default:
		return nil, fmt.Errorf("it returns a %s and must return a number", compiled.OutputType())
	}
	if err := allowedInNumber(compiled.NativeRep()); err != nil {
		return nil, err
	}
	program, err := env.Program(compiled, cel.CostLimit(CostLimit), cel.CostTracking(&numberCosts{}))
	if err != nil {
		return nil, err
	}
	return &Number{program}, nil
}

// numberCosts counts what an evaluation costs. Nothing is known of an object when an expression
// is compiled, so that what a call makes is charged when it is made: a byte of a text and an
// element of a list is a unit.
type numberCosts struct{ library.CostEstimator }

// CallCost implements interpreter.ActualCostEstimator; nil leaves it to CEL.
func (c *numberCosts) CallCost(function, overload string, args []ref.Val, result ref.Val) *uint64 {
	cost := c.CostEstimator.CallCost(function, overload, args, result)
	var made uint64
	switch v := result.(type) {
	case types.String:
		made = uint64(len(v))
	case types.Bytes:
		made = uint64(len(v))
	case traits.Lister:
		if n, ok := v.Size().(types.Int); ok {
			made = uint64(n)
		}
	}
	if made == 0 {
		return cost
	}
	if cost != nil {
		made += *cost
	}
	return &made
}

func allowedInNumber(expression *ast.AST) error {
	refused := Allowed(expression)
	ast.PreOrderVisit(expression.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		if refused == nil && e.Kind() == ast.CallKind && multiplying[e.AsCall().FunctionName()] {
			refused = fmt.Errorf("it calls %s, which can make something too large of an object", e.AsCall().FunctionName())
		}
	}))
	return refused
}

// Of is the number that an object comes to, as text: a number, or a text that may be one. An
// absent field gives no error but ok=false, since an object may get it later.
func (n *Number) Of(object map[string]any) (text string, ok bool, err error) {
	result, _, err := n.program.Eval(map[string]any{objectVariable: object})
	switch {
	case err == nil:
	case strings.Contains(err.Error(), "no such key"), strings.Contains(err.Error(), "index out of bounds"):
		return "", false, nil
	case strings.Contains(err.Error(), "cost limit"):
		return "", false, errors.New("it takes too long; make it simpler")
	case strings.Contains(err.Error(), "no such overload"):
		return "", false, errors.New("its parts do not fit together; write double(…) around each, since a whole number and a fraction do not mix")
	default:
		return "", false, err
	}
	if result == types.NullValue {
		return "", false, nil
	}
	if text, ok := written(result); ok {
		return text, true, nil
	}
	return "", false, fmt.Errorf("it gives a %s and must give a number", result.Type().TypeName())
}

func written(result ref.Val) (string, bool) {
	switch v := result.(type) {
	case types.Int:
		return fmt.Sprint(int64(v)), true
	case types.Uint:
		return fmt.Sprint(uint64(v)), true
	case types.Double:
		return fmt.Sprint(float64(v)), true
	case types.String:
		return string(v), true
	}
	return "", false
}
