// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package measuring

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/measure"
)

// noRight says what gives the operator the right that it lacks. It has none over the objects and
// metrics of tenants but what they give it, each in its own namespace. Somebody with more rights
// than the author of the measure copies the commands into a shell, so every word is quoted; and a
// command that would not fit is not given, since half of one is another.
func (s *Sources) noRight(namespace, verb, resource, object string) *measure.Failure {
	role := roleName(resource, object)
	create := []string{"kubectl", "create", "role", role, "-n", namespace, "--verb=" + verb, "--resource=" + resource}
	if object != "" {
		create = append(create, "--resource-name="+object)
	}
	bind := []string{"kubectl", "create", "rolebinding", role, "-n", namespace, "--role=" + role, s.subject()}
	f := measure.Fail(praxisv1.ReasonUnauthorized, "the operator may not read it; run: %s && %s", words(create), words(bind))
	if len(f.Message) > measure.MaxMessage {
		return measure.Fail(praxisv1.ReasonUnauthorized, "the operator may not %s it; whoever may binds a role to it that lets it, in the namespace of the goal", verb)
	}
	return f
}

// mostOfRole is how long the name of a role is before its end is a hash, since the commands have
// it three times.
const mostOfRole = 50

// roleName names a role after what it lets be read, so that two goals which read the same share
// it, and two which have measures of the same name do not take it from one another.
func roleName(resource, object string) string {
	if object == "" {
		return "praxis-external-metrics"
	}
	name := "praxis-" + resource + "-" + object
	if len(name) <= mostOfRole {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	return name[:mostOfRole-9] + "-" + hex.EncodeToString(sum[:4])
}

// plain are words that a shell takes as they are.
var plain = regexp.MustCompile(`^[-A-Za-z0-9._:/@=,]+$`)

// words is a command for a shell.
func words(command []string) string {
	quoted := make([]string, len(command))
	for i, word := range command {
		if quoted[i] = word; !plain.MatchString(word) {
			quoted[i] = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
		}
	}
	return strings.Join(quoted, " ")
}

// subject is the operator as kubectl create rolebinding takes it.
func (s *Sources) subject() string {
	if account, ok := strings.CutPrefix(s.user, "system:serviceaccount:"); ok {
		return "--serviceaccount=" + account
	}
	return "--user=" + s.user
}
