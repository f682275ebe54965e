// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controlplane

import (
	"bufio"
	"encoding/json"
	"os"
	"slices"
	"time"

	eventsv1 "k8s.io/api/events/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// Request is a line of the API server's audit log.
type Request struct {
	Verb, RequestURI, UserAgent string
	RequestReceivedTimestamp    metav1.MicroTime
	User                        struct{ Username string }
	ObjectRef                   ObjectRef
	ResponseStatus              struct{ Code int }
	Annotations                 map[string]string
}

// ObjectRef is what a request is about; it is empty if it is not about an object.
type ObjectRef struct{ APIGroup, Resource, Subresource, Namespace, Name string }

// Of is the resource with its subresource, such as "actions/status".
func (r ObjectRef) Of() string {
	if r.Subresource == "" {
		return r.Resource
	}
	return r.Resource + "/" + r.Subresource
}

// Requests are what a user asked of an API server since a moment, by its audit log.
func Requests(log, user string, since time.Time) ([]Request, error) {
	file, err := os.Open(log)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var all []Request
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var r Request
		if json.Unmarshal(lines.Bytes(), &r) != nil {
			continue // the last line may be half written
		}
		if r.User.Username == user && !r.RequestReceivedTimestamp.Time.Before(since) {
			all = append(all, r)
		}
	}
	return all, lines.Err()
}

// Writes are those that write, leases, what is said of them, and questions about oneself aside.
func Writes(requests []Request) []Request {
	return slices.DeleteFunc(slices.Clone(requests), func(r Request) bool {
		switch r.Verb {
		case "create", "update", "patch", "delete", "deletecollection":
			return r.ObjectRef.APIGroup != praxisv1.GroupVersion.Group && r.ObjectRef.APIGroup != eventsv1.GroupName
		}
		return true
	})
}

const (
	restingTime = 1500 * time.Millisecond // without a write an operator is at rest
	watchedTime = 2 * time.Second         // of a restarted one in which it may write nothing
)

// restingKinds are the resources that an operator watches once it looks at everything.
var restingKinds = []string{"actionpackages", "actions", "evidence", "evidencesources", "incentivepolicies", "incentivestatements", "keyactions", "reviews", "teams", "utilities", "weeklycycles"}

// AtRest reports whether an operator that was started at a moment has looked at everything
// and come to rest.
func AtRest(requests []Request, began time.Time) bool {
	now := time.Now()
	recent := slices.ContainsFunc(Writes(requests), func(r Request) bool { return now.Sub(r.RequestReceivedTimestamp.Time) < restingTime })
	return watches(requests) && !recent && now.Sub(began) > restingTime
}

// Restarted are the writes of an operator that was started at a moment with nothing changed,
// and whether it has had the time to make some.
func Restarted(requests []Request, began time.Time) (writes []string, done bool) {
	for _, r := range Writes(requests) {
		writes = append(writes, r.Verb+" "+r.ObjectRef.Of()+" "+r.ObjectRef.Name)
	}
	return writes, len(writes) > 0 || watches(requests) && time.Since(began) > watchedTime
}

func watches(requests []Request) bool {
	watched := map[string]bool{}
	for _, r := range requests {
		watched[r.ObjectRef.Resource] = watched[r.ObjectRef.Resource] || r.Verb == "watch"
	}
	return !slices.ContainsFunc(restingKinds, func(kind string) bool { return !watched[kind] })
}
