// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/week"
)

func nextBoundary(now time.Time, instants ...time.Time) time.Time {
	var next time.Time
	for _, at := range instants {
		if at.After(now) {
			next = week.Soonest(next, at)
		}
	}
	return next
}

// asOf is the instant at which a goal is judged: one that has ended stays as its last week was.
func asOf(u *praxisv1.Utility, cal *cadence.Calendar, ended bool, now time.Time) time.Time {
	if last, _ := plan.LastWeek(u, cal); ended {
		return last.EndsAt.Add(-time.Second)
	}
	return now
}
