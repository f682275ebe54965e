// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package view

import (
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// State is the state of an object, as its conditions give it.
type State struct {
	// Status is True for what is as it should be, False for a deviation or an error, and
	// Unknown for what cannot be determined yet. A missing condition is never True.
	Status metav1.ConditionStatus `json:"status"`
	// Reason of the condition that says so. Example: "Overdue".
	Reason string `json:"reason"`
	// Message of that condition.
	Message string `json:"message,omitempty"`
	// Since is when the state began; nil if that is not recorded.
	Since *metav1.Time `json:"since,omitempty"`
}

// Troubled reports whether somebody has to do something.
func (s State) Troubled() bool { return s.Status == metav1.ConditionFalse }

// unseen is the state of an object whose current generation the operator has not looked at.
var unseen = State{
	Status: metav1.ConditionUnknown, Reason: praxisv1.ReasonReconciling,
	Message: "The operator has not looked at it yet; if that persists, see whether it runs: kubectl praxis check",
}

// stateOf takes the state from Stalled if that is True, else from the first of the given
// conditions that exists.
func stateOf(generation int64, status *praxisv1.ConditionedStatus, types ...string) State {
	if status.ObservedGeneration < generation || len(status.Conditions) == 0 {
		return unseen
	}
	if stalled := meta.FindStatusCondition(status.Conditions, praxisv1.ConditionStalled); stalled != nil && stalled.Status == metav1.ConditionTrue {
		state := stateFrom(stalled)
		state.Status = metav1.ConditionFalse // Stalled=True means that something is wrong
		return state
	}
	for _, t := range types {
		if c := meta.FindStatusCondition(status.Conditions, t); c != nil {
			return stateFrom(c)
		}
	}
	if ready := meta.FindStatusCondition(status.Conditions, praxisv1.ConditionReady); ready != nil {
		return stateFrom(ready)
	}
	return unseen
}

func stateFrom(c *metav1.Condition) State {
	s := State{Status: c.Status, Reason: c.Reason, Message: c.Message}
	// The defaults of the schema cannot contain the current time, so they have the first
	// second of 1970.
	if c.LastTransitionTime.Unix() > 0 {
		s.Since = &c.LastTransitionTime
	}
	return s
}

func utilityState(u *praxisv1.Utility) State {
	return unlessSuspended(stateOf(u.Generation, &u.Status.ConditionedStatus, praxisv1.ConditionOnTrack), u.Status.Conditions)
}

func keyActionState(ka *praxisv1.KeyAction) State {
	return unlessSuspended(stateOf(ka.Generation, &ka.Status.ConditionedStatus, praxisv1.ConditionOnTrack), ka.Status.Conditions)
}

// unlessSuspended replaces the state of a suspended object, which says why nothing is
// planned. It is not True, since nothing gets done.
func unlessSuspended(s State, conditions []metav1.Condition) State {
	ready := meta.FindStatusCondition(conditions, praxisv1.ConditionReady)
	if s.Reason == praxisv1.ReasonNothingPlanned && ready != nil && ready.Reason == praxisv1.ReasonSuspended {
		s = stateFrom(ready)
		s.Status = metav1.ConditionUnknown
	}
	return s
}

func cycleState(c *praxisv1.WeeklyCycle) State {
	s := stateOf(c.Generation, &c.Status.ConditionedStatus, praxisv1.ConditionOnTrack, praxisv1.ConditionPlanned)
	if s.Reason == praxisv1.ReasonPlanning {
		s.Status = metav1.ConditionUnknown
	}
	return s
}

func actionState(a *praxisv1.Action) State {
	return stateOf(0, &a.Status.ConditionedStatus, praxisv1.ConditionOnTrack)
}

func evidenceState(e *praxisv1.Evidence) State {
	return stateOf(e.Generation, &e.Status.ConditionedStatus, praxisv1.ConditionAccepted)
}

func teamState(t *praxisv1.Team) State {
	return stateOf(t.Generation, &t.Status.ConditionedStatus, praxisv1.ConditionFeasible)
}

// reviewState is the state of a Review; one that is not complete is in trouble only once
// somebody is late.
func reviewState(r *praxisv1.Review) State {
	complete := stateOf(0, &r.Status.ConditionedStatus, praxisv1.ConditionComplete)
	if complete.Reason != praxisv1.ReasonNotYet {
		return complete
	}
	s := stateOf(0, &r.Status.ConditionedStatus, praxisv1.ConditionOpen)
	s.Status = metav1.ConditionUnknown
	return s
}
