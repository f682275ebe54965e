// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
)

// plannedIn reports whether a step is planned in a week.
func plannedIn(s *praxisv1.Step, w cadence.Week) bool { return w.Number%int(max(1, s.Every)) == 0 }

// dueTimes are the moments of the week by which a step has to be done, in the order listed.
func dueTimes(s *praxisv1.Step, w cadence.Week) []time.Time {
	if len(s.Due) == 0 {
		return []time.Time{w.AtReview()}
	}
	times := make([]time.Time, len(s.Due))
	for i, due := range s.Due {
		times[i] = w.Moment(due)
	}
	return times
}

// deal spreads a step's times over its due moments. What is due before an instant
// is left out.
func deal(s *praxisv1.Step, w cadence.Week, from time.Time) []praxisv1.Occurrence {
	due := dueTimes(s, w)
	each, rest := s.Times/int32(len(due)), s.Times%int32(len(due))
	var occurrences []praxisv1.Occurrence
	for i, at := range due {
		quantity := each
		if int32(i) < rest {
			quantity++
		}
		if quantity > 0 && !at.Before(from) {
			occurrences = append(occurrences, praxisv1.Occurrence{DueAt: metav1.NewTime(at.UTC()), Quantity: quantity})
		}
	}
	slices.SortStableFunc(occurrences, func(a, b praxisv1.Occurrence) int { return a.DueAt.Compare(b.DueAt.Time) })
	return occurrences
}

func quantity(occurrences []praxisv1.Occurrence) int32 {
	var sum int32
	for i := range occurrences {
		sum += occurrences[i].Quantity
	}
	return sum
}

// basisPoints in one percent.
const basisPoints = 100

// shareOf is the share of the i-th of n people in a step's weight, in basis points.
func shareOf(s *praxisv1.Step, i, n int) int32 {
	whole := s.Weight * basisPoints
	if i == 0 {
		return whole/int32(n) + whole%int32(n)
	}
	return whole / int32(n)
}
