// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package measuring

import (
	"strings"
	"testing"

	"github.com/praxis-dev/praxis/internal/measure"
)

func TestTheCommandsThatGiveARightAreOneWordEach(t *testing.T) {
	const account = "system:serviceaccount:praxis-system:praxis"
	for name, c := range map[string]struct{ user, verb, resource, object, want string }{
		"an object": {account, "get", "slos.pyrra.dev", "pay", "kubectl create role praxis-slos.pyrra.dev-pay -n shop --verb=get --resource=slos.pyrra.dev --resource-name=pay && " +
			"kubectl create rolebinding praxis-slos.pyrra.dev-pay -n shop --role=praxis-slos.pyrra.dev-pay --serviceaccount=praxis-system:praxis"},
		"a metric": {"praxis", "list", "*.external.metrics.k8s.io", "", "kubectl create role praxis-external-metrics -n shop --verb=list '--resource=*.external.metrics.k8s.io' && " +
			"kubectl create rolebinding praxis-external-metrics -n shop --role=praxis-external-metrics --user=praxis"},
		"a name that is a command": {account, "get", "slos", "a; kubectl x'$(y)", `kubectl create role 'praxis-slos-a; kubectl x'\''$(y)' -n shop --verb=get --resource=slos '--resource-name=a; kubectl x'\''$(y)' && ` +
			`kubectl create rolebinding 'praxis-slos-a; kubectl x'\''$(y)' -n shop '--role=praxis-slos-a; kubectl x'\''$(y)' --serviceaccount=praxis-system:praxis`},
	} {
		t.Run(name, func(t *testing.T) {
			f := (&Sources{user: c.user}).noRight("shop", c.verb, c.resource, c.object)
			if want := "the operator may not read it; run: " + c.want; f.Message != want {
				t.Errorf("it says\n%s\nwant\n%s", f.Message, want)
			}
		})
	}
}

func TestACommandThatDoesNotFitIsNotGivenInPart(t *testing.T) {
	f := (&Sources{user: "praxis"}).noRight("shop", "get", "slos.pyrra.dev", strings.Repeat("a", 250))
	if strings.Contains(f.Message, "kubectl") || len(f.Message) > measure.MaxMessage {
		t.Errorf("it says %s", f.Message)
	}
}

func TestARoleIsNamedAfterWhatItLetsBeRead(t *testing.T) {
	long := strings.Repeat("a", 80)
	if a, b := roleName("slos", long+"b"), roleName("slos", long+"c"); a == b || len(a) > mostOfRole {
		t.Errorf("two objects have the roles %s and %s", a, b)
	}
	if a, b := roleName("slos.a.dev", "pay"), roleName("slos.b.dev", "pay"); a == b {
		t.Errorf("two kinds share the role %s", a)
	}
}
