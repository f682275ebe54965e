// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/sets"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// announcement is a change of a condition that is worth an event.
type announcement struct {
	eventType string
	condition metav1.Condition
}

// announced holds, by condition type, the status that is worth an event. All are problems,
// except the milestones of a week.
var announced = map[string]metav1.ConditionStatus{
	praxisv1.ConditionStalled:    metav1.ConditionTrue,
	praxisv1.ConditionOnTrack:    metav1.ConditionFalse,
	praxisv1.ConditionFocused:    metav1.ConditionFalse,
	praxisv1.ConditionCovered:    metav1.ConditionFalse,
	praxisv1.ConditionFeasible:   metav1.ConditionFalse,
	praxisv1.ConditionActionable: metav1.ConditionFalse,
	praxisv1.ConditionPlanned:    metav1.ConditionTrue,
	praxisv1.ConditionClosed:     metav1.ConditionTrue,
	praxisv1.ConditionOpen:       metav1.ConditionTrue,
	praxisv1.ConditionComplete:   metav1.ConditionTrue,
	praxisv1.ConditionReviewed:   metav1.ConditionFalse,
	praxisv1.ConditionAccepted:   metav1.ConditionFalse,
	praxisv1.ConditionCalibrated: metav1.ConditionFalse,
	praxisv1.ConditionEffective:  metav1.ConditionFalse,
	praxisv1.ConditionAligned:    metav1.ConditionFalse,
}

// milestones are the announced conditions that are not problems.
var milestones = sets.New(praxisv1.ConditionPlanned, praxisv1.ConditionClosed, praxisv1.ConditionOpen, praxisv1.ConditionComplete)

// turns returns the conditions that changed to an announced status, or changed the reason of it.
func turns(before, after []metav1.Condition) []announcement {
	var out []announcement
	for _, now := range after {
		was := meta.FindStatusCondition(before, now.Type)
		if announced[now.Type] != now.Status || was != nil && was.Status == now.Status && was.Reason == now.Reason {
			continue
		}
		if now.Reason == praxisv1.ReasonNotYet {
			continue // what is not due yet is not worth an event
		}
		kind := corev1.EventTypeWarning
		if milestones.Has(now.Type) {
			kind = corev1.EventTypeNormal
		}
		out = append(out, announcement{kind, now})
	}
	return out
}

// announce emits an event for each change; the reason of the event is that of the condition.
func (d Deps) announce(regarding, related runtime.Object, before, after []metav1.Condition, types ...string) {
	for _, a := range turns(before, after) {
		for _, of := range types {
			if a.condition.Type == of {
				d.Events.Eventf(regarding, related, a.eventType, a.condition.Reason, "Judge", "%s", a.condition.Message)
			}
		}
	}
}
