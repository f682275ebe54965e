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

// restartWritesNothing restarts the operator twice with the same clock: the first finishes what
// the one before was stopped in, the second may write nothing.
func (s *scene) restartWritesNothing(t *testing.T) {
	for _, silent := range []bool{false, true} {
		started := time.Now()
		s.run(t, onSunday, "1")
		eventually(t, "the operator leads", func() (bool, error) { return s.said(t, "uccessfully acquired lease"), nil })
		leads := time.Now()
		eventually(t, "it has looked at everything", func() (bool, error) {
			requests := s.requests(t, started)
			if !silent {
				return controlplane.AtRest(requests, leads), nil
			}
			writes, done := controlplane.Restarted(requests, leads)
			if len(writes) > 0 {
				t.Errorf("restarted with nothing changed, it writes %v", writes)
			}
			return done, nil
		})
	}
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
