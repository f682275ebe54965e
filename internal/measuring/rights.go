// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package measuring

import (
	"fmt"
	"strings"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/measure"
)

// noRight says what gives the operator the right that it lacks. It has none over the objects and
// metrics of tenants but what they give it, each in its own namespace.
func (s *Sources) noRight(namespace, name, verb, resource, object string) *measure.Failure {
	role := "praxis-" + name
	create := fmt.Sprintf("kubectl create role %s -n %s --verb=%s --resource=%s", role, namespace, verb, resource)
	if object != "" {
		create += " --resource-name=" + object
	}
	return measure.Fail(praxisv1.ReasonUnauthorized, "the operator may not read it; run: %s && kubectl create rolebinding %s -n %s --role=%s %s", create, role, namespace, role, s.subject())
}

// subject is the operator as kubectl create rolebinding takes it.
func (s *Sources) subject() string {
	if account, ok := strings.CutPrefix(s.user, "system:serviceaccount:"); ok {
		return "--serviceaccount=" + account
	}
	return "--user=" + s.user
}
