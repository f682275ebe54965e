// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package releases

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/cel-go/cel"
	admissionv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/version"
	plugincel "k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/admission/plugin/policy/mutating/patch"
	"k8s.io/apiserver/pkg/cel/environment"
	"sigs.k8s.io/yaml"
)

const (
	policies = "config/admission"
	stamping = "config/admission/stamping"
)

// firstStamping is the first release that serves MutatingAdmissionPolicies as v1.
var firstStamping = version.MustParseGeneric("1.36")

// policy has every place of both kinds of policies where an expression can stand. Those
// that only validate have no mutations, and those that only mutate no validations.
type policy struct {
	Kind string
	Spec struct {
		ParamKind        *admissionv1.ParamKind
		Variables        []admissionv1.Variable
		MatchConditions  []admissionv1.MatchCondition
		Validations      []admissionv1.Validation
		AuditAnnotations []admissionv1.AuditAnnotation
		Mutations        []struct{ ApplyConfiguration, JSONPatch *struct{ Expression string } }
	}
}

// refusePolicies says why the release refuses a file of policies and bindings: what it does
// not know in them, and the expressions that do not compile in its environment.
func refusePolicies(text string) error {
	scheme := runtime.NewScheme()
	if err := admissionv1.AddToScheme(scheme); err != nil {
		return err
	}
	decoder := serializer.NewCodecFactory(scheme, serializer.EnableStrict).UniversalDeserializer()
	var errs []error
	for _, document := range strings.Split(text, "\n---\n") {
		if _, _, err := decoder.Decode([]byte(document), nil, nil); err != nil {
			errs = append(errs, err)
			continue
		}
		var object unstructured.Unstructured
		var p policy
		if err := errors.Join(yaml.Unmarshal([]byte(document), &object.Object), yaml.Unmarshal([]byte(document), &p)); err != nil {
			errs = append(errs, err)
			continue
		}
		if err := compile(&p); err != nil {
			errs = append(errs, fmt.Errorf("%s %s: %w", p.Kind, object.GetName(), err))
		}
	}
	return errors.Join(errs...)
}

// expression is what stands in a place of a policy, and what it may evaluate to there. The
// API server's own are in a package that needs half of client-go to compile.
type expression struct {
	name, text string
	gives      []*cel.Type
}

func (e expression) GetName() string          { return e.name }
func (e expression) GetExpression() string    { return e.text }
func (e expression) ReturnTypes() []*cel.Type { return e.gives }

// What expressions may evaluate to.
var (
	anything = []*cel.Type{cel.AnyType, cel.DynType}
	aBool    = []*cel.Type{cel.BoolType}
	aString  = []*cel.Type{cel.StringType}
	aNote    = []*cel.Type{cel.StringType, cel.NullType}
)

// compile compiles each expression as the API server does when a policy is written.
func compile(p *policy) error {
	compiler, err := plugincel.NewCompositedCompiler(base())
	if err != nil {
		return err
	}
	var errs []error
	try := func(place string, result plugincel.CompilationResult) {
		if result.Error != nil {
			errs = append(errs, fmt.Errorf("%s: %w", place, result.Error))
		}
	}
	one := func(place string, e plugincel.ExpressionAccessor, knows plugincel.OptionalVariableDeclarations) {
		try(place, compiler.CompileCELExpression(e, knows, environment.NewExpressions))
	}
	rule := plugincel.OptionalVariableDeclarations{HasParams: p.Spec.ParamKind != nil, HasAuthorizer: true}
	message, change := rule, rule
	message.HasAuthorizer, change.HasPatchTypes = false, true

	for _, v := range p.Spec.Variables { // first, since all others may use them
		try("variable "+v.Name, compiler.CompileAndStoreVariable(expression{v.Name, v.Expression, anything}, rule, environment.NewExpressions))
	}
	for _, m := range p.Spec.MatchConditions {
		one("matchCondition "+m.Name, expression{m.Name, m.Expression, aBool}, rule)
	}
	for i, v := range p.Spec.Validations {
		one(fmt.Sprintf("validations[%d].expression", i), expression{"", v.Expression, aBool}, rule)
		if v.MessageExpression != "" {
			one(fmt.Sprintf("validations[%d].messageExpression", i), expression{"", v.MessageExpression, aString}, message)
		}
	}
	for _, a := range p.Spec.AuditAnnotations {
		one("auditAnnotation "+a.Key, expression{a.Key, a.ValueExpression, aNote}, rule)
	}
	for i, m := range p.Spec.Mutations {
		if m.ApplyConfiguration != nil {
			one(fmt.Sprintf("mutations[%d].applyConfiguration", i), &patch.ApplyConfigurationCondition{Expression: m.ApplyConfiguration.Expression}, change)
		}
		if m.JSONPatch != nil {
			one(fmt.Sprintf("mutations[%d].jsonPatch", i), &patch.JSONPatchCondition{Expression: m.JSONPatch.Expression}, change)
		}
	}
	return errors.Join(errs...)
}

// base is the environment that the release compiles expressions in. Until 1.34 it has to be
// told to hold them to their costs, as an API server does.
func base() *environment.EnvSet {
	since := environment.DefaultCompatibilityVersion()
	switch made := any(environment.MustBaseEnvSet).(type) {
	case func(*version.Version, bool) *environment.EnvSet:
		return made(since, true)
	case func(*version.Version) *environment.EnvSet:
		return made(since)
	default:
		panic(fmt.Sprintf("Kubernetes %s makes an environment by %T: call it here", release, made))
	}
}

func TestTheReleaseTakesEveryPolicy(t *testing.T) {
	for name, text := range read(t, policies) {
		if err := refusePolicies(text); err != nil {
			t.Errorf("Kubernetes %s refuses %s: %v", release, name, err)
		}
	}
}

func TestTheReleaseTakesWhatStampsNamesFromTheOneOnThatWeSay(t *testing.T) {
	for name, text := range read(t, stamping) {
		err := refusePolicies(text)
		switch {
		case release.AtLeast(firstStamping) && err != nil:
			t.Errorf("Kubernetes %s refuses %s: %v", release, name, err)
		case release.LessThan(firstStamping) && (err == nil || !strings.Contains(err.Error(), `no kind "MutatingAdmissionPolicy" is registered`)):
			t.Errorf("Kubernetes %s has no MutatingAdmissionPolicies of v1, and says %v of %s", release, err, name)
		}
	}
}

func TestTheReleaseRefusesAPolicyThatIsBroken(t *testing.T) {
	sound := map[string]string{policies: `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata:
  name: sound
spec:
  variables:
  - {name: mine, expression: object.spec.submittedBy == request.userInfo.username}
  matchConditions:
  - {name: named, expression: has(object.spec.submittedBy)}
  validations:
  - expression: variables.mine && authorizer.group('praxis.dev').resource('evidence').check('operate').allowed()
    messageExpression: "'it is not of ' + request.userInfo.username"
  auditAnnotations:
  - {key: who, valueExpression: request.userInfo.username}
`, stamping: read(t, stamping)["stamping.yaml"]}
	if err := refusePolicies(sound[policies]); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ of, old, new, says string }{
		"a variable":            {policies, "object.spec.submittedBy ==", "nonesuch(object) ==", "variable mine: "},
		"one that is not there": {policies, "variables.mine", "variables.yours", "undefined field 'yours'"},
		"a condition":           {policies, "has(object.spec.submittedBy)", "nonesuch(object)", "matchCondition named: "},
		"one that says no bool": {policies, "has(object.spec.submittedBy)", "object.spec.submittedBy + 'a'", "must evaluate to bool"},
		"a rule":                {policies, "variables.mine &&", "nonesuch(object) &&", "validations[0].expression: "},
		"a message":             {policies, "'it is not of ' +", "nonesuch(object) +", "validations[0].messageExpression: "},
		"one that asks a right": {policies, "'it is not of ' +", "string(authorizer.path('/').check('get').allowed()) +", "undeclared reference to 'authorizer'"},
		"an annotation":         {policies, "valueExpression: request.userInfo.username", "valueExpression: nonesuch(object)", "auditAnnotation who: "},
		"a word of no meaning":  {policies, "auditAnnotations:", "annotations:", `unknown field "spec.annotations"`},
		"a patch":               {stamping, "[JSONPatch{op:", "[JSONPatch{operation:", "mutations[0].jsonPatch: "},
		"what it stamps":        {stamping, "submittedBy\", value: request.userInfo.username", "submittedBy\", value: nonesuch(object)", "mutations[0].jsonPatch: "},
	} {
		t.Run(name, func(t *testing.T) {
			if c.of == stamping && release.LessThan(firstStamping) {
				c.says = "no kind" // nothing to break
			}
			refused(t, refusePolicies, sound[c.of], c.old, c.new, c.says)
		})
	}
}
