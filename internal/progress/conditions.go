// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package progress

import (
	"time"
	"unicode/utf8"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

const (
	maxMessage = 140 // of a condition, so that it reads in one line
	maxSummary = 60  // of the last column of kubectl get
)

// conditions collects what an object says of itself at one instant and generation.
type conditions struct {
	list       *[]metav1.Condition
	generation int64
	now        time.Time
}

// begin starts the status of an object anew from the one it has: conditions keep
// their transition times, everything else is decided again.
func begin(status *praxisv1.ConditionedStatus, generation int64, now time.Time) conditions {
	status.ObservedGeneration = generation
	return conditions{list: &status.Conditions, generation: generation, now: now}
}

func (c conditions) set(kind string, status metav1.ConditionStatus, reason, message string) {
	meta.SetStatusCondition(c.list, metav1.Condition{
		Type: kind, Status: status, Reason: reason, Message: clip(message, maxMessage),
		ObservedGeneration: c.generation, LastTransitionTime: metav1.NewTime(c.now.Truncate(time.Second)),
	})
}

func (c conditions) setTrue(kind, reason, message string) {
	c.set(kind, metav1.ConditionTrue, reason, message)
}

func (c conditions) setFalse(kind, reason, message string) {
	c.set(kind, metav1.ConditionFalse, reason, message)
}

func (c conditions) setUnknown(kind, reason, message string) {
	c.set(kind, metav1.ConditionUnknown, reason, message)
}

func (c conditions) remove(kind string) { meta.RemoveStatusCondition(c.list, kind) }

// ready says that the spec was understood, or what its author must mend.
func (c conditions) ready(problem *plan.Problem, reason, message string) {
	if problem != nil {
		c.setTrue(praxisv1.ConditionStalled, problem.Reason, problem.Message)
		c.setFalse(praxisv1.ConditionReady, problem.Reason, problem.Message)
		return
	}
	c.remove(praxisv1.ConditionStalled)
	c.setTrue(praxisv1.ConditionReady, reason, message)
}

// clip shortens a text to at most n characters and shows that it did.
func clip(text string, n int) string {
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	return string([]rune(text)[:n-1]) + "…"
}

// summarize is the line for the last column of kubectl get.
func summarize(words string) string { return clip(words, maxSummary) }
