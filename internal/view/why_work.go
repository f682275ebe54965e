// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package view

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/evidence"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/text"
)

// explainAction first looks at what was handed in for the Action; if that is nothing it walks
// upstream, as the gaps of a week do: if a step that the Action waits for is not done either,
// that one is the cause. In a closed week nothing more can be done.
func (w *walk) explainAction(a *praxisv1.Action) Cause {
	n := w.pass(actionNode(a))
	if cause, blocked := beforeWork(n, a.Status.Conditions); blocked {
		return cause
	}
	if w.over(a) {
		return w.past(n, a)
	}
	if a.Name == w.head.Action && waitsForVerdict(w.head.Reason) {
		cause := w.awaited(n, a)
		if cause.Of == n.Ref { // its own state may be that more is not due yet
			cause.Reason, cause.Message = w.head.Reason, w.head.Message
		}
		return cause
	}
	if n.Reason == praxisv1.ReasonAwaitingAcceptance {
		return w.awaited(n, a)
	}
	if !n.Troubled() {
		return own(n, "")
	}
	if e := w.refused(a); e != nil {
		if cause, known := w.of(refTo(kindEvidence, e.Namespace, e.Name)); known {
			return cause
		}
	}
	for _, upstream := range w.upstream(a) {
		if a.Name == w.head.Action {
			break // the week has looked there
		}
		if cause, known := w.of(refTo(kindAction, upstream.Namespace, upstream.Name)); known {
			return cause
		}
	}
	missing := a.Spec.Target - a.Status.Accepted - a.Status.Pending
	if missing <= 0 { // all is handed in, and only what is upstream keeps it from being on pace
		return w.awaited(n, a)
	}
	return Cause{
		Of: n.Ref, Reason: praxisv1.ReasonNoEvidence, Next: w.submitCommand(a),
		Message: fmt.Sprintf("%s owes %d of %d and has handed in nothing more: %s", w.person(a), missing, a.Spec.Target, a.Spec.Do),
	}
}

// waitsForVerdict reports whether a gap is work that is in, and not judged.
func waitsForVerdict(reason string) bool {
	return reason == praxisv1.ReasonAwaitingAcceptance || reason == praxisv1.ReasonJudgeLate
}

// past is the cause for an Action of a closed week: its outcome is final, and if it was
// carried over, the Action that continues it is the one to do.
func (w *walk) past(n *Node, a *praxisv1.Action) Cause {
	for i := range w.Actions {
		if next := &w.Actions[i]; next.Namespace == a.Namespace && next.Spec.CarriedFrom == a.Name {
			return own(n, fmt.Sprintf("kubectl praxis why action/%s -n %s", next.Name, next.Namespace))
		}
	}
	return own(n, "")
}

// upstream are the unfinished Actions of the steps that an Action waits for, those in trouble
// first, without those that are not due yet.
func (w *walk) upstream(a *praxisv1.Action) []*praxisv1.Action {
	var before []*praxisv1.Action
	for i := range w.Actions {
		u := &w.Actions[i]
		same := u.Namespace == a.Namespace && u.Spec.CycleRef.Name == a.Spec.CycleRef.Name && u.Spec.KeyActionRef.Name == a.Spec.KeyActionRef.Name
		s := actionState(u)
		if same && slices.Contains(a.Spec.DependsOn, u.Spec.Step) && (s.Troubled() || s.Reason == praxisv1.ReasonAwaitingAcceptance) {
			before = append(before, u)
		}
	}
	slices.SortStableFunc(before, func(x, y *praxisv1.Action) int {
		switch troubledX, troubledY := actionState(x).Troubled(), actionState(y).Troubled(); {
		case troubledX == troubledY:
			return strings.Compare(x.Name, y.Name)
		case troubledX:
			return -1
		}
		return 1
	})
	return before
}

// refused is the latest piece if it does not count, else nil: a later piece that counts takes
// its place.
func (w *walk) refused(a *praxisv1.Action) *praxisv1.Evidence {
	for _, e := range w.evidenceFor(a) {
		switch s := evidenceState(e); {
		case s.Reason == praxisv1.ReasonDuplicate, s.Reason == praxisv1.ReasonTooManyPieces:
		case s.Status == metav1.ConditionTrue, s.Reason == praxisv1.ReasonAwaitingVerdict:
			return nil
		default:
			return e
		}
	}
	return nil
}

// awaited is the cause for an Action whose work is handed in: the piece that has waited
// longest.
func (w *walk) awaited(n *Node, a *praxisv1.Action) Cause {
	pieces := w.evidenceFor(a)
	for i := len(pieces) - 1; i >= 0; i-- {
		if e := pieces[i]; Pending(e) {
			if cause, known := w.of(refTo(kindEvidence, e.Namespace, e.Name)); known {
				return cause
			}
		}
	}
	return own(n, fmt.Sprintf("kubectl get evidence -n %s --field-selector spec.actionRef.name=%s", a.Namespace, a.Name))
}

// over reports whether the week of an Action no longer counts anything.
func (w *walk) over(a *praxisv1.Action) bool {
	of := find(w.Cycles, a.Namespace, a.Spec.CycleRef.Name)
	return of != nil && plan.WeekClosed(of)
}

func (w *walk) explainEvidence(e *praxisv1.Evidence) Cause {
	s := evidenceState(e)
	n := w.pass(&Node{Ref: refTo(kindEvidence, e.Namespace, e.Name), Label: e.Name, State: s, Next: e.Status.Summary})
	if cause, blocked := beforeWork(n, e.Status.Conditions); blocked {
		return cause
	}
	a := find(w.Actions, e.Namespace, evidence.ActionOf(e))
	switch {
	case s.Status == metav1.ConditionTrue, s.Reason == praxisv1.ReasonDuplicate, s.Reason == praxisv1.ReasonTooManyPieces:
		return own(n, "")
	case Pending(e):
		cause := own(n, fmt.Sprintf("kubectl praxis accept %s -n %s", e.Name, e.Namespace))
		judges := w.Judges(e)
		if in := w.judging(e); len(judges) == 0 && in.Team == nil && in.Planned == nil {
			return cause // the Team that judges was not read
		}
		if len(judges) == 0 {
			cause.Message = fmt.Sprintf("Nobody may judge %s: the Team has neither another lead nor another reviewer; give somebody the role", e.Name)
			cause.Next = ""
		} else if s.Reason == praxisv1.ReasonAwaitingVerdict {
			cause.Message = fmt.Sprintf("%s of %s waits for a verdict of %s", e.Name, e.Spec.SubmittedBy, strings.Join(judges, " or "))
		}
		return cause
	case a != nil && s.Reason != praxisv1.ReasonCycleClosed && !w.over(a):
		return own(n, w.submitCommand(a))
	}
	return own(n, fmt.Sprintf("kubectl praxis mine -n %s", e.Namespace))
}

func (w *walk) explainReview(r *praxisv1.Review) Cause {
	s := reviewState(r)
	n := w.pass(&Node{Ref: refTo(kindReview, r.Namespace, r.Name), Label: r.Name, State: s, Due: &r.Spec.DueAt, Next: r.Status.Summary})
	if cause, blocked := beforeWork(n, r.Status.Conditions); blocked {
		return cause
	}
	if meta.IsStatusConditionTrue(r.Status.Conditions, praxisv1.ConditionOpen) && r.Spec.SignOff == nil {
		return own(n, fmt.Sprintf("kubectl praxis review %s -n %s", r.Name, r.Namespace))
	}
	if s.Reason == praxisv1.ReasonNotYet { // this comes from the schema's defaults, which have no time
		n.Message = "It opens " + text.Instant(r.Spec.OpensAt.Time)
	}
	return own(n, "")
}
