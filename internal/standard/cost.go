// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package standard

import (
	"errors"
	"fmt"
	"math"
	"regexp/syntax"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/checker"
	"github.com/google/cel-go/common"
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/types"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	apiservercel "k8s.io/apiserver/pkg/cel"
	"k8s.io/apiserver/pkg/cel/library"
)

// CostLimit is the most that one evaluation of a check may cost, in the units of CEL: what
// the API server allows for one evaluation of a rule, about a tenth of a second. A unit also
// stands for at most a hundred bytes; see costs.
const CostLimit = celconfig.PerCallLimit

// TooCostlyError says that a check could cost more than an evaluation may.
type TooCostlyError struct {
	// Estimate is the worst case, in the units of CEL; math.MaxUint64 if there is no bound.
	Estimate uint64
}

func (e *TooCostlyError) Error() string {
	if e.Estimate == math.MaxUint64 {
		return fmt.Sprintf("nothing bounds what it costs, and %d is the limit; make it simpler", uint64(CostLimit))
	}
	return fmt.Sprintf("it can cost %d, and %d is the limit; make it simpler", e.Estimate, uint64(CostLimit))
}

// costs estimates what a check costs at most, from the sizes that the schema allows. It is
// the estimator of the API server, which in addition charges for what a call creates. In the
// API server, rules run one at a time and their values are discarded, and a call that makes
// sixteen megabytes out of two texts costs no more than reading one of them. Here each byte
// of a text and each element of a list that a call creates costs one unit, so that the bound
// on the cost is also a bound on the memory.
type costs struct {
	library.CostEstimator
}

func newCosts(specs map[string]*apiservercel.DeclType) *costs {
	return &costs{library.CostEstimator{SizeEstimator: sizes{specs: specs}}}
}

// result says how large the result of a function can be.
type result int

const (
	small     result = iota + 1 // a number, a boolean or an instant: nothing to count
	ofInput                     // no larger than the function's arguments
	estimated                   // as the API server's estimator or CEL's own says
	fewDigits                   // a number, an instant or a boolean as text
)

// functions are what a check may call. Any other is refused, because what it creates has no
// bound (format writes any number of digits) or because nobody has examined it yet.
var functions = map[string]result{
	"_&&_": small, "_||_": small, "!_": small, "_==_": small, "_!=_": small, "@not_strictly_false": small,
	"_<_": small, "_<=_": small, "_>_": small, "_>=_": small, "_-_": small, "_*_": small, "_/_": small, "_%_": small, "-_": small,
	"@in": small, "_?_:_": estimated, "_[_]": estimated, "_+_": estimated,
	"size": small, "startsWith": small, "endsWith": small, "contains": small, "matches": small, "indexOf": small, "lastIndexOf": small,
	"charAt": ofInput, "lowerAscii": estimated, "upperAscii": estimated, "substring": ofInput, "trim": ofInput,
	"replace": estimated, "split": estimated, "join": estimated, "find": ofInput,
	"bool": small, "int": small, "uint": small, "double": small, "duration": small, "timestamp": small, "string": fewDigits,
	"getDate": small, "getDayOfMonth": small, "getDayOfWeek": small, "getDayOfYear": small, "getFullYear": small, "getHours": small,
	"getMilliseconds": small, "getMinutes": small, "getMonth": small, "getSeconds": small,
	"isSorted": small, "sum": small, "min": ofInput, "max": ofInput,
	"sets.contains": small, "sets.equivalent": small, "sets.intersects": small,
	"url": ofInput, "isURL": small, "getScheme": ofInput, "getHost": ofInput, "getHostname": ofInput, "getPort": ofInput, "getEscapedPath": ofInput,
	"quantity": small, "isQuantity": small, "isInteger": small, "asInteger": small, "asApproximateFloat": small, "sign": small,
	"isGreaterThan": small, "isLessThan": small, "compareTo": small, "add": small, "sub": small,
	"semver": small, "isSemver": small, "major": small, "minor": small, "patch": small,
}

// longestDigits is more than the length of any number, boolean or instant as text.
const longestDigits = 64

// check says why an expression may cost too much; nil if it does not.
func (c *checks) check(compiled *cel.Ast) error {
	if err := Allowed(compiled.NativeRep()); err != nil {
		return err
	}
	estimate, err := c.env.EstimateCost(compiled, c.costs)
	if err != nil {
		return err
	}
	if estimate.Max > CostLimit {
		return &TooCostlyError{estimate.Max}
	}
	return nil
}

// Allowed says what an expression uses that neither a check nor a rule of an EvidenceSource may
// use; the first by position.
func Allowed(expression *ast.AST) error {
	var refused error
	ast.PreOrderVisit(expression.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		switch {
		case refused != nil:
		case e.Kind() == ast.StructKind:
			refused = errors.New("it creates an object; compare the fields instead")
		case e.Kind() != ast.CallKind:
		case functions[e.AsCall().FunctionName()] == 0:
			refused = fmt.Errorf("it calls %s, which a check cannot; see docs/evidence.md for what it can", e.AsCall().FunctionName())
		case isPattern[e.AsCall().FunctionName()]:
			refused = constantPattern(e.AsCall())
		}
	}))
	return refused
}

// isPattern are the functions whose last argument is a regular expression.
var isPattern = map[string]bool{"matches": true, "find": true}

// constantPattern requires a literal pattern, since the cost of a pattern cannot be estimated
// from its length.
func constantPattern(call ast.CallExpr) error {
	if _, ok := pattern(call.Args()); !ok {
		return fmt.Errorf("the pattern of %s has to be a literal string; write it into the check", call.FunctionName())
	}
	return nil
}

func pattern(args []ast.Expr) (string, bool) {
	if len(args) == 0 {
		return "", false
	}
	last := args[len(args)-1]
	if last.Kind() != ast.LiteralKind {
		return "", false
	}
	text, ok := last.AsLiteral().(types.String)
	return string(text), ok
}

// EstimateCallCost implements checker.CostEstimator.
func (c *costs) EstimateCallCost(function, overload string, target *checker.AstNode, args []checker.AstNode) *checker.CallEstimate {
	estimate := c.CostEstimator.EstimateCallCost(function, overload, target, args)
	all := args
	if target != nil {
		all = append([]checker.AstNode{*target}, args...)
	}
	switch {
	case isPattern[function]:
		return c.ofPattern(all)
	case overload == "add_string" || overload == "add_bytes" || overload == "add_list":
		made := c.size(all[0]).Add(c.size(all[1]))
		return charge(nil, &made)
	case function == "string":
		made := checker.FixedSizeEstimate(longestDigits)
		if holdsMuch(all[0]) {
			made = c.size(all[0])
		}
		return charge(estimate, &made)
	case functions[function] == ofInput:
		var made checker.SizeEstimate
		for _, a := range all {
			if holdsMuch(a) {
				made = made.Add(c.size(a))
			}
		}
		return charge(estimate, &made)
	case estimate != nil && estimate.ResultSize != nil:
		return charge(estimate, estimate.ResultSize)
	}
	return estimate
}

// charge adds the size of what a call creates to what the call costs anyway.
func charge(estimate *checker.CallEstimate, made *checker.SizeEstimate) *checker.CallEstimate {
	cost := checker.FixedCostEstimate(1)
	if estimate != nil {
		cost = estimate.CostEstimate
	}
	return &checker.CallEstimate{CostEstimate: cost.Add(made.MultiplyByCostFactor(1)), ResultSize: made}
}

// ofPattern is what it costs to search a text for a pattern: as the API server estimates it,
// but with the number of the pattern's instructions if that is more than its characters.
func (c *costs) ofPattern(all []checker.AstNode) *checker.CallEstimate {
	text, last := c.size(all[0]), all[len(all)-1]
	literal, _ := pattern([]ast.Expr{last.Expr()})
	instructions := uint64(len(literal))
	if parsed, err := syntax.Parse(literal, syntax.Perl); err == nil {
		instructions = max(instructions, instructionsOf(parsed))
	}
	reading := text.Add(checker.FixedSizeEstimate(1)).MultiplyByCostFactor(common.StringTraversalCostFactor)
	matching := checker.FixedSizeEstimate(instructions).MultiplyByCostFactor(common.RegexStringLengthCostFactor)
	// The compiled pattern is kept, so its size counts too.
	cost := reading.Multiply(matching).Add(checker.FixedCostEstimate(instructions))
	return &checker.CallEstimate{CostEstimate: cost, ResultSize: &text}
}

// instructionsOf is roughly how many instructions a pattern compiles to; repetitions are
// expanded, so a short pattern can become long.
func instructionsOf(pattern *syntax.Regexp) uint64 {
	instructions := uint64(1 + len(pattern.Rune))
	for _, sub := range pattern.Sub {
		instructions += instructionsOf(sub)
	}
	if pattern.Op == syntax.OpRepeat {
		instructions *= uint64(max(1, pattern.Min, pattern.Max))
	}
	return instructions
}

func (c *costs) size(node checker.AstNode) checker.SizeEstimate {
	if known := node.ComputedSize(); known != nil {
		return *known
	}
	if known := c.EstimateSize(node); known != nil {
		return *known
	}
	return checker.UnknownSizeEstimate()
}

// holdsMuch reports whether a value can be large.
func holdsMuch(node checker.AstNode) bool {
	switch node.Type().Kind() {
	case types.IntKind, types.UintKind, types.DoubleKind, types.BoolKind, types.DurationKind, types.TimestampKind, types.NullTypeKind:
		return false
	}
	return true
}

// sizes are what the schema allows, by the path of a field. Example: evidence, artifacts,
// @items, uri.
type sizes struct {
	specs map[string]*apiservercel.DeclType
}

// EstimateSize implements checker.CostEstimator; nil where the schema says nothing.
func (s sizes) EstimateSize(element checker.AstNode) *checker.SizeEstimate {
	path := element.Path()
	if len(path) == 0 {
		return nil
	}
	node := s.specs[path[0]]
	for _, name := range path[1:] {
		if node == nil {
			return nil
		}
		switch name {
		case "@items", "@values":
			node = node.ElemType
		case "@keys":
			node = node.KeyType
		default:
			field := node.Fields[name]
			if field == nil {
				return nil
			}
			node = field.Type
		}
	}
	if node == nil {
		return nil
	}
	return &checker.SizeEstimate{Max: uint64(max(0, node.MaxElements))}
}

// EstimateCallCost implements checker.CostEstimator.
func (sizes) EstimateCallCost(string, string, *checker.AstNode, []checker.AstNode) *checker.CallEstimate {
	return nil
}
