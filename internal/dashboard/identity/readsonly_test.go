// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"slices"
	"testing"

	authenticationv1 "k8s.io/api/authentication/v1"
)

func TestOnlyWhoCanBeNamedWholeWrites(t *testing.T) {
	type extra = map[string]authenticationv1.ExtraValue
	for name, c := range map[string]struct {
		user authenticationv1.UserInfo
		want string
	}{
		"a person":                        {authenticationv1.UserInfo{Username: "ben", Groups: []string{"shop", "system:authenticated"}, UID: "7"}, ""},
		"a service account":               {authenticationv1.UserInfo{Username: "system:serviceaccount:ci:robot", Groups: []string{"system:serviceaccounts", "system:authenticated"}}, ofAProgram},
		"a node":                          {authenticationv1.UserInfo{Username: "system:node:a"}, ofAProgram},
		"an administrator of the server":  {authenticationv1.UserInfo{Username: "kubernetes-admin", Groups: []string{"system:masters"}}, ofAProgram},
		"a token with the scopes of some": {authenticationv1.UserInfo{Username: "ben", Extra: extra{"scopes.authorization.openshift.io": {"user:info"}}}, narrowed},
		"a token with anything":           {authenticationv1.UserInfo{Username: "ben", Extra: extra{"example.com/tenant": {"a"}}}, narrowed},
		"a token with one of each":        {authenticationv1.UserInfo{Username: "ben", Extra: extra{"arn": {"a"}, "tenant": {"a"}}}, narrowed},
		"a token that has an id":          {authenticationv1.UserInfo{Username: "ben", Extra: extra{"authentication.kubernetes.io/credential-id": {"JTI=a"}}}, ""},
		"a token of a cloud":              {authenticationv1.UserInfo{Username: "ben", Extra: extra{"accessKeyId": {"a"}, "sigs.k8s.io/aws-iam-authenticator/principalId": {"a"}}}, ""},
		"what the flag names":             {authenticationv1.UserInfo{Username: "ben", Extra: extra{"example.com/office": {"a"}, "hr.example.com/grade": {"a"}}}, ""},
		"what only begins like it":        {authenticationv1.UserInfo{Username: "ben", Extra: extra{"example.com/office-hours": {"a"}}}, narrowed},
	} {
		t.Run(name, func(t *testing.T) {
			p := personOf(c.user, []string{"example.com/office", "hr.example.com/"})
			if p.ReadsOnly != c.want {
				t.Errorf("it reads only since %q, want %q", p.ReadsOnly, c.want)
			}
			if p.User != c.user.Username || p.UID != c.user.UID || len(p.Extra) != len(c.user.Extra) {
				t.Errorf("of %+v is left %+v", c.user, p)
			}
			for key, values := range c.user.Extra {
				if !slices.Equal(p.Extra[key], values) {
					t.Errorf("%s is %v", key, p.Extra[key])
				}
			}
		})
	}
}
