// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"fmt"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/evidence"
	"github.com/praxis-dev/praxis/internal/text"
	"github.com/praxis-dev/praxis/internal/week"
)

// maxBlockedBy is how many of the Actions that one waits for are named.
const maxBlockedBy = 20

// ActionInput is what the status of an Action is decided from.
type ActionInput struct {
	Action *praxisv1.Action
	// Others are the Actions of the same KeyAction and week; not needed if the Action depends
	// on nothing.
	Others []praxisv1.Action
	// Evidence that was handed in for it.
	Evidence []praxisv1.Evidence
	// Disposition is what became of it when its week closed.
	Disposition week.Disposition
	// Closed is set if its week no longer counts anything.
	Closed bool
}

// ForAction decides the status of an Action, and the next instant at which it can change by
// itself (zero: never). The schema's default status of a new Action is what is decided here
// for one that is not due, so that a new Action costs no write.
func ForAction(in ActionInput, now time.Time) (praxisv1.ActionStatus, time.Time) {
	a := in.Action
	status := *a.Status.DeepCopy()
	c := begin(&status.ConditionedStatus, a.Generation, now, ofAction)
	c.setTrue(praxisv1.ConditionReady, praxisv1.ReasonReconciled, "Planned with its week")
	var blockedBy []string
	status.BlockedBy = nil
	if !in.Closed {
		// What a closed week counted no longer changes.
		t := evidence.Count(a, in.Evidence)
		status.Accepted, status.Pending, status.Rejected = t.Accepted, t.Pending, t.Rejected
		status.LastEvidence, status.LastRejected = t.Last, t.LastRejected
		status.PendingSince = in.pendingSince()
		blockedBy = week.BlockedBy(a, in.Others, now)
		status.BlockedBy = blockedBy[:min(len(blockedBy), maxBlockedBy)]
	}
	counted := &praxisv1.Action{ObjectMeta: a.ObjectMeta, Spec: a.Spec, Status: status}
	state := week.State(counted, in.Disposition, len(status.BlockedBy) > 0, now)
	message, summary := actionWords(counted, state, blockedBy, now)
	c.set(praxisv1.ConditionOnTrack, week.OnTrack[state], state, message)
	status.Summary = summarize(summary)
	if in.Closed || week.Finished(counted) || a.Spec.Dropped {
		return status, time.Time{}
	}
	next := week.NextDue(a.Spec.Occurrences, now)
	for i := range in.Others {
		if slices.Contains(a.Spec.DependsOn, in.Others[i].Spec.Step) {
			next = week.Soonest(next, week.NextDue(in.Others[i].Spec.Occurrences, now))
		}
	}
	return status, next
}

// pendingSince is since when the oldest piece that awaits a verdict does so: since the operator
// first saw it, which the piece says itself, so that it stays the same whoever reads it.
func (in ActionInput) pendingSince() *metav1.Time {
	oldest := evidence.OldestPending(in.Evidence)
	if oldest == nil {
		return nil
	}
	accepted := meta.FindStatusCondition(oldest.Status.Conditions, praxisv1.ConditionAccepted)
	if accepted == nil || accepted.LastTransitionTime.IsZero() {
		return nil // it has not been looked at
	}
	return new(accepted.LastTransitionTime)
}

// actionWords are the message of the condition and the summary for a state.
func actionWords(a *praxisv1.Action, state string, blockedBy []string, now time.Time) (message, summary string) {
	missing := a.Spec.Target - week.HandedIn(a)
	switch state {
	case praxisv1.ReasonDropped:
		return "It was dropped and no longer counts", "Dropped; it no longer counts"
	case praxisv1.ReasonCarriedOver:
		return "What was not accepted goes on in the next week", "Goes on next week"
	case praxisv1.ReasonAccepted:
		return fmt.Sprintf("All %d are accepted", a.Spec.Target), "Done"
	case praxisv1.ReasonMissed:
		return fmt.Sprintf("%d of %d were not handed in by the last due time; hand them in late, or decide in the review", missing, a.Spec.Target),
			fmt.Sprintf("%d of %d missing; hand in late or decide in the review", missing, a.Spec.Target)
	case praxisv1.ReasonAwaitingAcceptance:
		return fmt.Sprintf("%d are handed in and await a verdict; a reviewer accepts or rejects them", a.Status.Pending), "A reviewer accepts or rejects what is in"
	case praxisv1.ReasonRejected:
		return fmt.Sprintf("%s was rejected and nothing has come since; read its verdict and hand in a new piece", a.Status.LastEvidence), "The last piece was rejected; hand in a new one"
	case praxisv1.ReasonOverdue:
		late := week.DueBy(a.Spec.Occurrences, now) - week.HandedIn(a)
		return fmt.Sprintf("%d of %d are overdue; hand in evidence", late, a.Spec.Target), fmt.Sprintf("%d of %d overdue; hand in evidence", late, a.Spec.Target)
	case praxisv1.ReasonBlocked:
		return blockedWords(blockedBy), "Waits for a step that is past due: " + text.ActionName(blockedBy[0])
	case praxisv1.ReasonOnPace:
		return fmt.Sprintf("%d of %d are in, as many as are due", week.HandedIn(a), a.Spec.Target), fmt.Sprintf("%d of %d are in, none overdue", week.HandedIn(a), a.Spec.Target)
	default:
		// These are the schema's default.
		return "Nothing is due yet; hand in evidence before it is", "Hand in evidence before it is due"
	}
}

func blockedWords(blockedBy []string) string {
	first := text.ActionName(blockedBy[0])
	if len(blockedBy) == 1 {
		return fmt.Sprintf("It waits for %s, which is past due; look at that first", blockedBy[0])
	}
	return text.Clip(fmt.Sprintf("It waits for %d Actions that are past due; look at the first: %s", len(blockedBy), first), text.MaxMessage)
}
