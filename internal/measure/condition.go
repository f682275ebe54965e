// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package measure

import (
	"fmt"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// Condition is what Measured says of the measures of a goal: of one that is stale before one
// that fails, of that before one that has not been read yet, and else that all are read.
func Condition(measures []praxisv1.MeasureStatus) (status metav1.ConditionStatus, reason, message string) {
	var read []string
	var worst *praxisv1.MeasureStatus
	others := 0
	for i := range measures {
		m := &measures[i]
		switch {
		case m.Source == nil:
			continue
		case rank(m) == 0:
			read = append(read, m.Name)
			continue
		case worst != nil:
			others++
		}
		if worst == nil || rank(m) > rank(worst) {
			worst = m
		}
	}
	switch {
	case worst == nil && len(read) == 0:
		return metav1.ConditionUnknown, praxisv1.ReasonNoSource, "No measure has a source; people hand in the readings"
	case worst == nil:
		return metav1.ConditionTrue, praxisv1.ReasonReading, named(read) + ": read from the source"
	}
	message = worst.Name + ": " + worst.Source.Message
	if others > 0 {
		message = fmt.Sprintf("%s (and %d more)", worst.Name, others) + ": " + worst.Source.Message
	}
	status = metav1.ConditionFalse
	if rank(worst) == pending {
		status = metav1.ConditionUnknown
	}
	return status, worst.Source.Reason, message
}

// How bad it is.
const (
	pending = 1 + iota
	failing
	stale
)

func rank(m *praxisv1.MeasureStatus) int {
	switch {
	case m.Source.Reason == praxisv1.ReasonReading:
		return 0
	case m.Source.Reason == praxisv1.ReasonStale:
		return stale
	case m.Source.FailingSince == nil:
		return pending
	}
	return failing
}

// named are names, of many the first.
func named(names []string) string {
	const most = 3
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}
