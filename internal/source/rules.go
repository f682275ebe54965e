// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package source

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types/ref"
	celconfig "k8s.io/apiserver/pkg/apis/cel"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/text"
)

// What the expressions of one event may cost, in the units of CEL: each by itself and all together.
const (
	costOfOne = celconfig.PerCallLimit
	costOfAll = celconfig.RuntimeCELCostBudget
)

// Invalid says which expression of a source cannot be used.
type Invalid struct {
	// Field is its path, like spec.rules[0].when.
	Field, Message string
}

func (i *Invalid) Error() string { return i.Field + ": " + i.Message }

// Rules are those of a source, compiled. They are safe for concurrent use.
type Rules struct {
	claims *expression // of a token; nil where there is none
	rules  []rule
}

type rule struct {
	spec                                                               *praxisv1.SourceRule
	when, member, verifiedBy, id, summary, quantity, occurredAt, value *expression
	artifacts                                                          []artifact
}

type artifact struct{ uri, digest, mediaType *expression }

// expression is nil where the author wrote none.
type expression struct {
	field   string // within the rule, like artifacts[0].uri
	program cel.Program
}

// Compile compiles the rules of a source. Its error is an Invalid, worded for the author.
func Compile(spec *praxisv1.EvidenceSourceSpec) (*Rules, error) {
	env, err := environmentOf(TypeOf(spec))
	if err != nil {
		return nil, err
	}
	if wrong := selector(spec); wrong != nil {
		return nil, wrong
	}
	c := compiler{env: env}
	compiled := &Rules{}
	if spec.OIDC != nil {
		c.at = "spec.oidc."
		compiled.claims = c.compile("claims", praxisv1.Expression(spec.OIDC.Claims), cel.BoolType)
	}
	for i := range spec.Rules {
		c.at = fmt.Sprintf("spec.rules[%d].", i)
		compiled.rules = append(compiled.rules, c.rule(&spec.Rules[i]))
	}
	if c.first != nil {
		return nil, c.first
	}
	return compiled, nil
}

// selector is what is wrong with the labels by which objects are selected, or nil.
func selector(spec *praxisv1.EvidenceSourceSpec) error {
	if spec.Object == nil || spec.Object.Selector == nil {
		return nil
	}
	labels := spec.Object.Selector.MatchLabels
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		wrong := append(validation.IsQualifiedName(key), validation.IsValidLabelValue(string(labels[key]))...)
		if len(wrong) > 0 {
			return &Invalid{Field: "spec.object.selector.matchLabels", Message: fmt.Sprintf("%q: %q can be no label of an object: %s", key, labels[key], wrong[0])}
		}
	}
	return nil
}

// compiler keeps the first thing that is wrong.
type compiler struct {
	env   *cel.Env
	at    string
	first *Invalid
}

func (c *compiler) rule(spec *praxisv1.SourceRule) rule {
	out := rule{
		spec: spec, when: c.compile("when", spec.When, cel.BoolType),
		member: c.compile("member", spec.Member, cel.StringType), verifiedBy: c.compile("verifiedBy", spec.VerifiedBy, cel.StringType),
		id: c.compile("id", spec.ID), summary: c.compile("summary", spec.Summary, cel.StringType),
		quantity: c.compile("quantity", spec.Quantity), occurredAt: c.compile("occurredAt", spec.OccurredAt, cel.StringType, cel.TimestampType),
	}
	if spec.For.Measure != nil {
		out.value = c.compile("for.measure.value", spec.For.Measure.Value)
	}
	for i, a := range spec.Artifacts {
		at := fmt.Sprintf("artifacts[%d].", i)
		out.artifacts = append(out.artifacts, artifact{
			c.compile(at+"uri", a.URI, cel.StringType), c.compile(at+"digest", a.Digest, cel.StringType), c.compile(at+"mediaType", a.MediaType, cel.StringType),
		})
	}
	return out
}

// compile wants one of some types, or whatever can be made one where that is only known of an event.
func (c *compiler) compile(field string, written praxisv1.Expression, want ...*cel.Type) *expression {
	if written == "" && field != "when" && field != "claims" || c.first != nil {
		return nil
	}
	program, err := c.program(field, string(written), want)
	if err != nil {
		c.first = &Invalid{Field: c.at + field, Message: err.Error()}
		return nil
	}
	return &expression{field: field, program: program}
}

func (c *compiler) program(field, written string, want []*cel.Type) (cel.Program, error) {
	compiled, issues := c.env.Compile(written)
	if issues.Err() != nil {
		first := issues.Errors()[0]
		return nil, fmt.Errorf("column %d: %s", first.Location.Column()+1, first.Message)
	}
	if got := compiled.OutputType(); len(want) > 0 && !slices.ContainsFunc(append(want, cel.DynType), got.IsExactType) {
		return nil, fmt.Errorf("it returns a %s and must return a %s", got, want[0])
	}
	if err := examine(compiled.NativeRep()); err != nil {
		return nil, err
	}
	if field == "verifiedBy" && !namesOne(compiled.NativeRep(), "event", "claims", "object") {
		return nil, errors.New("it names neither event, claims nor object, so that it would say of any work that somebody checked it; take the account from what was sent")
	}
	return c.env.Program(compiled, cel.CostLimit(costOfOne), cel.CostTracking(&costs{}), cel.InterruptCheckFrequency(100))
}

// Event is one event of a source.
type Event struct {
	// Type and Headers are those of a request; nobody signs them.
	Type    string
	Headers map[string]string
	// Body is what was sent, and Claims what the token says.
	Body, Claims any
	// Object is what is watched, and Old the same before the change; nil where it is new.
	Object, Old any
	// Made is when an object was made that was there when its watch began, and NotBefore when its
	// source was: what is older is no work of today. Both are zero for all else.
	Made, NotBefore time.Time
	// ID is what two deliveries of the event have in common where the rule says nothing.
	ID string
}

// before reports whether a draft is of work that was done before there was its source.
func (e *Event) before(d *Draft) bool {
	at := e.Made
	if d.OccurredAt != nil {
		at = d.OccurredAt.Time
	}
	return at.Before(e.NotBefore)
}

func (e *Event) activation() map[string]any {
	return map[string]any{"type": e.Type, "headers": e.Headers, "event": e.Body, "claims": e.Claims, "object": e.Object, "oldObject": e.Old}
}

// Failure is a rule that could not be evaluated.
type Failure struct {
	Rule, ID, Message string
}

// Outcome is what the rules of a source made of an event.
type Outcome struct {
	Drafts   []Draft
	Failures []Failure
}

// run is the evaluation of one event.
type run struct {
	ctx   context.Context
	input map[string]any
	left  uint64
}

// Claims reports whether what a token says is what the source asks for.
func (r *Rules) Claims(ctx context.Context, claims map[string]any) (bool, error) {
	if r.claims == nil {
		return false, nil
	}
	now := &run{ctx, map[string]any{"claims": claims, "type": "", "headers": map[string]string{}, "event": nil}, costOfAll}
	result, err := now.evaluate(r.claims)
	if err != nil {
		return false, err
	}
	holds, _ := result.Value().(bool)
	return holds, nil
}

// Evaluate is what is to be made of an event: for each rule that matches a draft, or why there is
// none.
func (r *Rules) Evaluate(ctx context.Context, e *Event) ([]Draft, []Failure) {
	now := &run{ctx, e.activation(), costOfAll}
	var drafts []Draft
	var failures []Failure
	for i := range r.rules {
		one := &r.rules[i]
		matches, err := now.matches(one.when)
		if err == nil && matches {
			var draft Draft
			if draft, err = now.draft(one, e); err == nil && !e.before(&draft) {
				drafts = append(drafts, draft)
			}
		}
		if err != nil {
			failures = append(failures, Failure{Rule: one.spec.Name, ID: ID(e.ID), Message: text.Clip(fmt.Sprintf("rule %s: %v", one.spec.Name, err), 300)})
		}
	}
	return drafts, failures
}

// matches reports whether a rule is about an event. One that looks at a field that the event does
// not have is not.
func (now *run) matches(when *expression) (bool, error) {
	result, err := now.evaluate(when)
	if err != nil {
		if strings.Contains(err.Error(), "no such key") {
			return false, nil
		}
		return false, err
	}
	is, isBool := result.Value().(bool)
	if !isBool {
		return false, fmt.Errorf("when gives %s and must give true or false", typeName(result))
	}
	return is, nil
}

func (now *run) evaluate(e *expression) (ref.Val, error) {
	result, details, err := e.program.ContextEval(now.ctx, now.input)
	if details != nil && details.ActualCost() != nil {
		now.left -= min(now.left, *details.ActualCost())
	}
	switch {
	case err != nil && strings.Contains(err.Error(), "cost limit"):
		return nil, fmt.Errorf("%s takes too long; make it simpler", e.field)
	case err != nil:
		return nil, fmt.Errorf("%s: %w", e.field, err)
	case now.left == 0:
		return nil, errors.New("the rules together take too long; make them simpler")
	}
	return result, nil
}

func typeName(v ref.Val) string { return "a " + v.Type().TypeName() }
