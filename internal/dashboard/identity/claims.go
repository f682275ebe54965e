// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"fmt"
	"reflect"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"k8s.io/apimachinery/pkg/util/version"
	"k8s.io/apiserver/pkg/cel/environment"
)

// claimsCost is how much one expression may compute: some thousand groups a few times over.
const claimsCost = 1_000_000

// Claims say by CEL who somebody is of whom a provider vouches. They have to find the same
// user and groups as the API server does, since its roles are about those.
type Claims struct{ user, groups, refusal cel.Program }

// NewClaims compiles three expressions over the variable claims: a string for the user, a list
// of strings (or one string) for the groups, and a string that says why somebody is refused,
// empty where nobody is. The latter two may be empty.
func NewClaims(user, groups, refusal string) (*Claims, error) {
	set, err := environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion()).Extend(environment.VersionedOptions{
		IntroducedVersion: version.MajorMinor(1, 0),
		EnvOptions:        []cel.EnvOption{cel.Variable("claims", cel.MapType(cel.StringType, cel.DynType))},
	})
	if err != nil {
		return nil, fmt.Errorf("the CEL environment: %w", err)
	}
	c := &Claims{}
	for _, e := range []struct {
		flag, text string
		into       *cel.Program
	}{{"user", user, &c.user}, {"groups", groups, &c.groups}, {"refuse", refusal, &c.refusal}} {
		if e.text == "" {
			continue
		}
		ast, issues := set.StoredExpressionsEnv().Compile(e.text)
		if issues.Err() != nil {
			return nil, fmt.Errorf("the expression for %s, %s: %w", e.flag, e.text, issues.Err())
		}
		if *e.into, err = set.StoredExpressionsEnv().Program(ast, cel.CostLimit(claimsCost)); err != nil {
			return nil, fmt.Errorf("the expression for %s, %s: %w", e.flag, e.text, err)
		}
	}
	if c.user == nil {
		return nil, fmt.Errorf("there is no expression for the user: give one, such as claims.email")
	}
	return c, nil
}

// Person is who somebody is by what a provider says of them.
func (c *Claims) Person(claims map[string]any) (*Person, error) {
	if c.refusal != nil {
		why, err := text(c.refusal, claims)
		if err != nil {
			return nil, refuse("whether you are let in cannot be told from what your provider says of you: %v", err)
		}
		if why != "" {
			return nil, refuse("%.300s", why)
		}
	}
	user, err := text(c.user, claims)
	if err != nil {
		return nil, refuse("your user name cannot be told from what your provider says of you: %v", err)
	}
	p := Person{User: user}
	if c.groups != nil {
		if p.Groups, err = texts(c.groups, claims); err != nil {
			return nil, refuse("your groups cannot be told from what your provider says of you: %v", err)
		}
	}
	return checked(p)
}

func text(program cel.Program, claims map[string]any) (string, error) {
	value, _, err := program.Eval(map[string]any{"claims": claims})
	if err != nil {
		return "", err
	}
	s, isText := value.Value().(string)
	if !isText {
		return "", fmt.Errorf("the expression gives a %s and must give a string", value.Type().TypeName())
	}
	return s, nil
}

func texts(program cel.Program, claims map[string]any) ([]string, error) {
	value, _, err := program.Eval(map[string]any{"claims": claims})
	if err != nil {
		return nil, err
	}
	if value.Type() == types.NullType { // some providers say so of who is in no group
		return nil, nil
	}
	if one, isText := value.Value().(string); isText {
		return []string{one}, nil
	}
	list, err := value.ConvertToNative(reflect.TypeFor[[]string]())
	if err != nil {
		return nil, fmt.Errorf("the expression gives a %s and must give a list of strings", value.Type().TypeName())
	}
	return list.([]string), nil
}
