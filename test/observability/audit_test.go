// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package observability

import (
	"bufio"
	"encoding/json"
	"os"
	"testing"
	"time"

	eventsv1 "k8s.io/api/events/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// request is a line of the audit log.
type request struct {
	Verb                     string
	RequestReceivedTimestamp metav1.MicroTime
	User                     struct{ Username string }
	ObjectRef                struct{ Resource string }
}

// requests are what the operator asked since a moment.
func (s *scene) requests(t *testing.T, since time.Time) (all []request) {
	t.Helper()
	file, err := os.Open(s.audit)
	must(t, err)
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var r request
		if json.Unmarshal(lines.Bytes(), &r) != nil {
			continue // the last line may be half written
		}
		if r.User.Username == operatorUser && r.RequestReceivedTimestamp.After(since) {
			all = append(all, r)
		}
	}
	must(t, lines.Err())
	return all
}

// events are the names of what events with a reason are about.
func (s *scene) events(t *testing.T, reason string) (map[string]bool, error) {
	t.Helper()
	var list eventsv1.EventList
	err := s.admin.List(s.ctx, &list)
	about := map[string]bool{}
	for _, e := range list.Items {
		if e.Reason == reason {
			about[e.Regarding.Name] = true
		}
	}
	return about, err
}
