// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package install

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/praxis-dev/praxis/test/controlplane"
)

// requestsOf counts what an account asked of the API server, by right, and what was refused
// to it for want of one.
func requestsOf(t *testing.T, log, account string) (done, refused map[string]int) {
	t.Helper()
	requests, err := controlplane.Requests(log, account, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	done, refused = map[string]int{}, map[string]int{}
	for _, r := range requests {
		path, _, _ := strings.Cut(r.RequestURI, "?")
		what := r.Verb + " " + path
		if ref := r.ObjectRef; ref.Resource != "" {
			what = right(r.Verb, ref.APIGroup, ref.Of())
		}
		if r.Annotations["authorization.k8s.io/decision"] == "forbid" {
			refused[what]++
		} else {
			done[what]++
		}
	}
	return done, refused
}

// unseen are rights that are needed and leave no line of their own in an audit log, or that
// only an accident calls for.
func unseen(right string) bool {
	switch {
	case strings.HasPrefix(right, "operate "):
		return true // the admission policies ask for it: it tells the operator from people
	case strings.HasPrefix(right, "list ") && slices.ContainsFunc([]string{".praxis.dev", ".admissionregistration.k8s.io", ".apiextensions.k8s.io"}, func(group string) bool { return strings.HasSuffix(right, group) }):
		return true // where a server older than this one does not send the list at the start of a watch
	case strings.HasPrefix(right, "update ") && strings.HasSuffix(right, "/finalizers.praxis.dev"):
		return true // OwnerReferencesPermissionEnforcement asks for it, where it is on as it is here
	}
	return slices.Contains([]string{
		"delete actions.praxis.dev",     // of a plan that a crash broke off, and of what is undone within the week
		"delete reviews.praxis.dev",     // of what is undone within the week
		"patch events.events.k8s.io",    // of an event that comes again within minutes
		"patch events",                  // the same for those of the lease
		"patch weeklycycles.praxis.dev", // puts back labels and owners that somebody else has changed
	}, right)
}

// forEverybody are rights that every account has on every cluster.
func forEverybody(right string) bool {
	verb, what, _ := strings.Cut(right, " ")
	return right == "create selfsubjectreviews.authentication.k8s.io" || right == "create selfsubjectaccessreviews.authorization.k8s.io" ||
		verb == "get" && (strings.HasPrefix(what, "/api") || strings.HasPrefix(what, "/version"))
}
