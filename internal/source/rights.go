// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package source

import (
	"fmt"
	"strings"
)

// The operator has no right over Secrets, nor over the kinds that sources watch. Whoever owns a
// namespace gives it the one right that a source there needs, by these commands.

// GrantSecret is the command that lets a user read one Secret.
func GrantSecret(user, namespace, secret string) string {
	return grant(user, namespace, "praxis-secret-"+secret, "--verb=get --resource=secrets --resource-name="+secret)
}

// GrantWatch is the command that lets a user watch a resource, like jobs.batch.
func GrantWatch(user, namespace, resource string) string {
	return grant(user, namespace, "praxis-watch-"+resource, "--verb=get,list,watch --resource="+resource)
}

func grant(user, namespace, role, what string) string {
	to := "--user=" + user
	if account, is := strings.CutPrefix(user, "system:serviceaccount:"); is {
		to = "--serviceaccount=" + account
	}
	return fmt.Sprintf("kubectl create role %[1]s -n %[2]s %[3]s && kubectl create rolebinding %[1]s -n %[2]s --role=%[1]s %[4]s", role, namespace, what, to)
}
