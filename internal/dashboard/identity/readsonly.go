// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"slices"
	"strings"

	authenticationv1 "k8s.io/api/authentication/v1"
)

// Why nothing is written as somebody whose token the API server accepts.
const (
	ofAProgram = "This account is a program's or the API server's own, and nobody acts as one through the dashboard: it reads what it may. Sign in with a token of a person to write."
	narrowed   = "The API server knows more of your token than who you are, which could narrow what you may do, and what the dashboard writes cannot say so: you can read. Write by kubectl praxis, or ask who runs the dashboard to look at -token-extras."
)

// harmless are what API servers and clouds say of where a token is from: lower case, and those
// that end with / for all below. Whatever else is said may be a limit of the token.
var harmless = []string{
	"authentication.kubernetes.io/",
	"accesskeyid", "arn", "canonicalarn", "principalid", "sessionname", "sigs.k8s.io/aws-iam-authenticator/", // Amazon
	"iam.gke.io/user-assertion", "user-assertion.cloud.google.com", // Google
	"oid", // Azure
}

// readsOnly says why nothing is to be written as whom a token is of; empty is that it may be.
// What is written says user and groups alone. So who is known by more, or by a name that may not
// be written under, would write as somebody who may do more, or not at all.
func readsOnly(u authenticationv1.UserInfo, alsoHarmless []string) string {
	for _, name := range append([]string{u.Username}, u.Groups...) {
		if strings.HasPrefix(name, "system:") && name != "system:authenticated" {
			return ofAProgram
		}
	}
	for key := range u.Extra {
		if !isHarmless(strings.ToLower(key), harmless) && !isHarmless(key, alsoHarmless) {
			return narrowed
		}
	}
	return ""
}

func isHarmless(key string, known []string) bool {
	return slices.ContainsFunc(known, func(k string) bool {
		return key == k || strings.HasSuffix(k, "/") && strings.HasPrefix(key, k)
	})
}
