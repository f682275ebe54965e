// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package install

import (
	"bufio"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
)

// requestsOf counts what an account asked of the API server, by right, and what was refused
// to it for want of one.
func requestsOf(t *testing.T, log, account string) (done, refused map[string]int) {
	t.Helper()
	file, err := os.Open(log)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	done, refused = map[string]int{}, map[string]int{}
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var event struct {
			Verb        string
			RequestURI  string
			User        struct{ Username string }
			ObjectRef   *struct{ APIGroup, Resource, Subresource string }
			Annotations map[string]string
		}
		if err := json.Unmarshal(lines.Bytes(), &event); err != nil || event.User.Username != account {
			continue // the last line may be half written
		}
		path, _, _ := strings.Cut(event.RequestURI, "?")
		what := event.Verb + " " + path
		if ref := event.ObjectRef; ref != nil {
			resource := ref.Resource
			if ref.Subresource != "" {
				resource += "/" + ref.Subresource
			}
			what = right(event.Verb, ref.APIGroup, resource)
		}
		if event.Annotations["authorization.k8s.io/decision"] == "forbid" {
			refused[what]++
		} else {
			done[what]++
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
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
		"delete actions.praxis.dev",  // of a plan that a crash broke off and that was edited before the next start
		"patch events.events.k8s.io", // of an event that comes again within minutes
		"patch events",               // the same for those of the lease
	}, right)
}

// forEverybody are rights that every account has on every cluster.
func forEverybody(right string) bool {
	verb, what, _ := strings.Cut(right, " ")
	return right == "create selfsubjectreviews.authentication.k8s.io" ||
		verb == "get" && (strings.HasPrefix(what, "/api") || strings.HasPrefix(what, "/version"))
}
