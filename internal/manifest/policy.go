// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	celgo "github.com/google/cel-go/cel"
	admissionv1 "k8s.io/api/admission/v1"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/cel"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/cel/environment"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	shipped "github.com/praxis-dev/praxis/config/admission"
)

// policy is a ValidatingAdmissionPolicy that was compiled.
type policy struct {
	spec     admissionregistrationv1.ValidatingAdmissionPolicySpec
	holds    cel.ConditionEvaluator
	messages cel.ConditionEvaluator
}

// expression is one of a policy's expressions, and the type that it has to return.
type expression struct {
	name, text string
	gives      *celgo.Type
}

func (e expression) GetExpression() string { return e.text }
func (e expression) GetName() string       { return e.name }
func (e expression) ReturnTypes() []*celgo.Type {
	return []*celgo.Type{e.gives}
}

// names is the policy that judges an object by itself. The other policies ask who makes
// the request, which no file can tell.
var names = sync.OnceValues(func() (*policy, error) {
	p, err := compilePolicy(shipped.Names)
	if err != nil {
		return nil, fmt.Errorf("the policy on names: %w", err)
	}
	return p, nil
})

func compilePolicy(text []byte) (*policy, error) {
	reader := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096)
	for {
		var p admissionregistrationv1.ValidatingAdmissionPolicy
		switch err := reader.Decode(&p); {
		case errors.Is(err, io.EOF):
			return nil, errors.New("there is no ValidatingAdmissionPolicy")
		case err != nil:
			return nil, err
		case p.Kind == "ValidatingAdmissionPolicy":
			return newPolicy(p.Spec)
		}
	}
}

// newPolicy compiles a policy with the server's own compiler. What cannot be judged without a
// cluster is an error here, not a rule that silently holds.
func newPolicy(spec admissionregistrationv1.ValidatingAdmissionPolicySpec) (*policy, error) {
	if spec.ParamKind != nil || len(spec.MatchConditions) > 0 {
		return nil, errors.New("parameters and match conditions need a cluster")
	}
	compiler, err := cel.NewCompositedCompiler(environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion()))
	if err != nil {
		return nil, err
	}
	var variables []cel.NamedExpressionAccessor
	for _, v := range spec.Variables {
		variables = append(variables, expression{v.Name, v.Expression, celgo.AnyType})
	}
	var rules, messages []cel.ExpressionAccessor
	for _, v := range spec.Validations {
		rules = append(rules, expression{"", v.Expression, celgo.BoolType})
		// A rule without a messageExpression gets an empty one, so that the indexes match.
		text := v.MessageExpression
		if text == "" {
			text = "''"
		}
		messages = append(messages, expression{"", text, celgo.StringType})
	}
	none := cel.OptionalVariableDeclarations{}
	compiler.CompileAndStoreVariables(variables, none, environment.StoredExpressions)
	p := &policy{
		spec:     spec,
		holds:    compiler.CompileCondition(rules, none, environment.StoredExpressions),
		messages: compiler.CompileCondition(messages, none, environment.StoredExpressions),
	}
	return p, errors.Join(append(p.holds.CompilationErrors(), p.messages.CompilationErrors()...)...)
}

// refusals are the messages with which a policy refuses to let an object be created.
func (p *policy) refusals(ctx context.Context, plural string, u *unstructured.Unstructured) ([]string, error) {
	resource := praxisv1.GroupVersion.WithResource(plural)
	if !p.matches(resource) {
		return nil, nil
	}
	kind := u.GroupVersionKind()
	attributes := &admission.VersionedAttributes{
		Attributes:      admission.NewAttributesRecord(u, nil, kind, u.GetNamespace(), u.GetName(), resource, "", admission.Create, nil, false, nil),
		VersionedObject: admission.NewLazyObject(u), VersionedKind: kind,
	}
	request := &admissionv1.AdmissionRequest{
		Kind: metav1.GroupVersionKind(kind), Resource: metav1.GroupVersionResource(resource),
		Name: u.GetName(), Namespace: u.GetNamespace(), Operation: admissionv1.Create,
	}
	held, budget, err := p.holds.ForInput(ctx, attributes, request, cel.OptionalVariableBindings{}, nil, celconfig.RuntimeCELCostBudget)
	if err != nil {
		return nil, err
	}
	messages, _, err := p.messages.ForInput(ctx, attributes, request, cel.OptionalVariableBindings{}, nil, budget)
	if err != nil {
		return nil, err
	}
	var refusals []string
	for i, result := range held {
		// failurePolicy is Fail: a rule that cannot be evaluated refuses.
		if result.Error != nil {
			err = errors.Join(err, result.Error)
		} else if holds, _ := result.EvalResult.Value().(bool); !holds {
			refusals = append(refusals, message(p.spec.Validations[i], messages[i]))
		}
	}
	return refusals, err
}

// message is that of a rule: the result of its messageExpression if it has one, else its
// message, else the rule itself.
func message(v admissionregistrationv1.Validation, made cel.EvaluationResult) string {
	if made.Error == nil && made.EvalResult != nil {
		if text, _ := made.EvalResult.Value().(string); strings.TrimSpace(text) != "" {
			return strings.TrimSpace(text)
		}
	}
	if v.Message != "" {
		return v.Message
	}
	return "failed expression: " + strings.TrimSpace(v.Expression)
}

// matches reports whether the policy covers the creation of a resource.
func (p *policy) matches(resource schema.GroupVersionResource) bool {
	if p.spec.MatchConstraints == nil {
		return false
	}
	has := func(list []string, one string) bool { return slices.Contains(list, "*") || slices.Contains(list, one) }
	return slices.ContainsFunc(p.spec.MatchConstraints.ResourceRules, func(r admissionregistrationv1.NamedRuleWithOperations) bool {
		creates := slices.ContainsFunc(r.Operations, func(o admissionregistrationv1.OperationType) bool {
			return o == admissionregistrationv1.Create || o == admissionregistrationv1.OperationAll
		})
		return creates && has(r.APIGroups, resource.Group) && has(r.APIVersions, resource.Version) && has(r.Resources, resource.Resource)
	})
}
