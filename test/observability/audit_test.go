// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package observability

import (
	"testing"
	"time"

	eventsv1 "k8s.io/api/events/v1"

	"github.com/praxis-dev/praxis/test/controlplane"
)

// requests are what the operator asked since a moment.
func (s *scene) requests(t *testing.T, since time.Time) []controlplane.Request {
	t.Helper()
	requests, err := controlplane.Requests(s.audit, operatorUser, since)
	must(t, err)
	return requests
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
