// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package week

import (
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// DueBy is the quantity of the occurrences that are due at an instant; one that
// is due at that very instant counts.
func DueBy(occurrences []praxisv1.Occurrence, now time.Time) int32 {
	var due int32
	for i := range occurrences {
		if !occurrences[i].DueAt.After(now) {
			due += occurrences[i].Quantity
		}
	}
	return due
}

// NextDue is the first occurrence after an instant, or the zero time.
func NextDue(occurrences []praxisv1.Occurrence, now time.Time) time.Time {
	var next time.Time
	for i := range occurrences {
		if at := occurrences[i].DueAt.Time; at.After(now) {
			next = Soonest(next, at)
		}
	}
	return next
}

// Soonest is the earlier of two instants, where the zero time means none.
func Soonest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

func Finished(a *praxisv1.Action) bool { return a.Status.Accepted >= a.Spec.Target }

func pastLastDue(a *praxisv1.Action, now time.Time) bool {
	return DueBy(a.Spec.Occurrences, now) >= a.Spec.Target
}

// facts are what the state of an Action is decided from.
type facts struct {
	action      *praxisv1.Action
	disposition Disposition
	blocked     bool
	now         time.Time
}

// states are tried in this order; the first that applies is the Action's state.
var states = []struct {
	reason  string
	applies func(facts) bool
}{
	{praxisv1.ReasonDropped, func(f facts) bool { return f.action.Spec.Dropped || f.disposition == praxisv1.MissDrop }},
	{praxisv1.ReasonCarriedOver, func(f facts) bool { return f.disposition == praxisv1.MissCarryOver }},
	{praxisv1.ReasonAccepted, func(f facts) bool { return Finished(f.action) }},
	{praxisv1.ReasonMissed, func(f facts) bool { return pastLastDue(f.action, f.now) && HandedIn(f.action) < f.action.Spec.Target }},
	{praxisv1.ReasonAwaitingAcceptance, func(f facts) bool { return HandedIn(f.action) >= f.action.Spec.Target }},
	{praxisv1.ReasonRejected, func(f facts) bool { return f.action.Status.LastRejected }},
	{praxisv1.ReasonOverdue, func(f facts) bool { return HandedIn(f.action) < DueBy(f.action.Spec.Occurrences, f.now) }},
	{praxisv1.ReasonBlocked, func(f facts) bool { return f.blocked }},
	{praxisv1.ReasonOnPace, func(f facts) bool { return DueBy(f.action.Spec.Occurrences, f.now) > 0 }},
}

func HandedIn(a *praxisv1.Action) int32 { return a.Status.Accepted + a.Status.Pending }

// State is the state of an Action at an instant, as the reason of its OnTrack condition.
func State(a *praxisv1.Action, disposition Disposition, blocked bool, now time.Time) string {
	f := facts{action: a, disposition: disposition, blocked: blocked, now: now}
	for _, state := range states {
		if state.applies(f) {
			return state.reason
		}
	}
	return praxisv1.ReasonNotDue
}

// BlockedBy names the Actions that an Action depends on and that are unfinished
// and past their last due, by name; others are the Actions of the same KeyAction and week.
func BlockedBy(a *praxisv1.Action, others []praxisv1.Action, now time.Time) []string {
	var names []string
	for i := range others {
		o := &others[i]
		if slices.Contains(a.Spec.DependsOn, o.Spec.Step) && !o.Spec.Dropped && !Finished(o) && pastLastDue(o, now) {
			names = append(names, o.Name)
		}
	}
	slices.Sort(names) // lists come in any order
	return names
}

// OnTrack is the OnTrack status of each state.
var OnTrack = map[string]metav1.ConditionStatus{
	praxisv1.ReasonAccepted: metav1.ConditionTrue, praxisv1.ReasonOnPace: metav1.ConditionTrue,
	praxisv1.ReasonMissed: metav1.ConditionFalse, praxisv1.ReasonRejected: metav1.ConditionFalse,
	praxisv1.ReasonOverdue: metav1.ConditionFalse, praxisv1.ReasonBlocked: metav1.ConditionFalse,
	praxisv1.ReasonNotDue: metav1.ConditionUnknown, praxisv1.ReasonAwaitingAcceptance: metav1.ConditionUnknown,
	praxisv1.ReasonCarriedOver: metav1.ConditionUnknown, praxisv1.ReasonDropped: metav1.ConditionUnknown,
}

// Disposition is what becomes of an Action that is unfinished when its week closes. The zero
// value is that of an Action whose week is running, or that is finished.
type Disposition = praxisv1.MissPolicy
