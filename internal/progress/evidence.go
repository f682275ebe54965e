// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package progress

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/standard"
)

// EvidenceInput is what a piece of evidence is judged from.
type EvidenceInput struct {
	Evidence *praxisv1.Evidence
	// Action that it is for, or nil; nil too for the reading of a measure.
	Action *praxisv1.Action
	// Lost says why there is no Action, or no measure; empty where there is.
	Lost string
	// Closed tells that the Action's week counts nothing more.
	Closed bool
	// Late tells that the piece was accepted while its week closed, and is not counted.
	Late bool
	// Team whose lead and reviewers judge; nil where it is gone.
	Team *praxisv1.Team
	// Same are the pieces for the same Action with the same source and id, this one
	// included; none are needed where it has no id.
	Same []praxisv1.Evidence
}

// Fixed tells whether nothing changes what a piece came to any more, should its Action
// be gone or its week closed: it was accepted, or refused for good.
func Fixed(e *praxisv1.Evidence) bool {
	return e.Status.ActionRef != nil && !Pending(e)
}

// Counts tells whether a piece was accepted.
func Counts(e *praxisv1.Evidence) bool {
	return meta.IsStatusConditionTrue(e.Status.Conditions, praxisv1.ConditionAccepted)
}

// Pending tells whether a piece awaits a verdict that counts.
func Pending(e *praxisv1.Evidence) bool {
	accepted := meta.FindStatusCondition(e.Status.Conditions, praxisv1.ConditionAccepted)
	if accepted == nil || !meta.IsStatusConditionTrue(e.Status.Conditions, praxisv1.ConditionValid) {
		return false
	}
	return awaits(accepted.Reason)
}

func awaits(reason string) bool {
	return reason == praxisv1.ReasonAwaitingVerdict || reason == praxisv1.ReasonSelfAcceptance || reason == praxisv1.ReasonNotAReviewer
}

// opinion is what a piece comes to.
type opinion struct {
	valid, accepted metav1.ConditionStatus
	reason, message string
	judgedBy        string
}

func refused(reason, format string, args ...any) opinion {
	return opinion{valid: metav1.ConditionFalse, accepted: metav1.ConditionFalse, reason: reason, message: fmt.Sprintf(format, args...)}
}

// Evidence decides the status of a piece of evidence.
func Evidence(in EvidenceInput, now time.Time) praxisv1.EvidenceStatus {
	e := in.Evidence
	status := *e.Status.DeepCopy()
	c := begin(&status.ConditionedStatus, e.Generation, now)
	c.setTrue(praxisv1.ConditionReady, praxisv1.ReasonReconciled, "The evidence was looked at")
	if (in.Lost != "" || in.Closed) && Fixed(e) && !in.Late {
		return status
	}
	o := in.judge()
	status.JudgedBy = o.judgedBy
	if in.Action != nil {
		status.ActionRef = &praxisv1.LocalReference{Name: in.Action.Name}
	}
	if o.valid == metav1.ConditionTrue {
		c.setTrue(praxisv1.ConditionValid, praxisv1.ReasonValid, "It has what the standard asks for")
	} else {
		c.set(praxisv1.ConditionValid, o.valid, o.reason, o.message)
	}
	c.set(praxisv1.ConditionAccepted, o.accepted, o.reason, o.message)
	status.Summary = summarize(o.message)
	return status
}

// judge finds what a piece comes to; the first that applies.
func (in EvidenceInput) judge() opinion {
	e := in.Evidence
	switch {
	case in.Lost != "":
		return refused(praxisv1.ReasonActionNotFound, "%s", in.Lost)
	case in.Closed:
		return refused(praxisv1.ReasonCycleClosed, "The week of %s is closed; hand it in for an Action of the running week", in.Action.Name)
	}
	own := in.alone(e)
	if first := in.counts(); first != nil && first.Name != e.Name && own.valid == metav1.ConditionTrue && own.reason != praxisv1.ReasonRejected {
		return opinion{
			valid: metav1.ConditionTrue, accepted: metav1.ConditionFalse, reason: praxisv1.ReasonDuplicate,
			message: fmt.Sprintf("%s has the same source.id and counts; nothing is to be done", first.Name),
		}
	}
	return own
}

// counts is the piece that counts of those with the same source and id: the first that
// is accepted, else the first that still can be; nil where there is none.
func (in EvidenceInput) counts() *praxisv1.Evidence {
	same := slices.Clone(in.Same)
	slices.SortFunc(same, func(a, b praxisv1.Evidence) int { return olderFirst(&a, &b) })
	var possible *praxisv1.Evidence
	for i := range same {
		o := in.alone(&same[i])
		if o.accepted == metav1.ConditionTrue {
			return &same[i]
		}
		if possible == nil && o.valid == metav1.ConditionTrue && awaits(o.reason) {
			possible = &same[i]
		}
	}
	return possible
}

// SameSource are the pieces of those for one Action that have the same source and id as
// one, itself included; none where it has no id.
func SameSource(evidence []praxisv1.Evidence, e *praxisv1.Evidence) []praxisv1.Evidence {
	if e.Spec.Source == nil || e.Spec.Source.ID == "" {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(evidence), func(other praxisv1.Evidence) bool {
		return other.Spec.Source == nil || *other.Spec.Source != *e.Spec.Source
	})
}

func olderFirst(a, b *praxisv1.Evidence) int {
	return cmp.Or(a.CreationTimestamp.Compare(b.CreationTimestamp.Time), cmp.Compare(a.Name, b.Name))
}

// alone judges a piece whatever other pieces there are.
func (in EvidenceInput) alone(e *praxisv1.Evidence) opinion {
	if in.Action != nil {
		if missing := standard.Meets(&e.Spec, &in.Action.Spec); missing != nil {
			return refused(missing.Reason, "%s", missing.Message)
		}
	}
	o := opinion{valid: metav1.ConditionTrue, accepted: metav1.ConditionFalse}
	v := e.Status.Verdict
	switch {
	case e.Spec.SubmittedBy == "":
		o.reason, o.message = praxisv1.ReasonSelfAcceptance, "Nobody knows who handed it in; install config/admission and hand it in anew"
	case v == nil && in.acceptsItself(e):
		o.accepted, o.reason, o.message = metav1.ConditionTrue, praxisv1.ReasonAccepted, "Accepted by the check of its standard"
	case v == nil:
		o.accepted, o.reason, o.message = metav1.ConditionUnknown, praxisv1.ReasonAwaitingVerdict, "A reviewer accepts or rejects it"
	case v.By == e.Spec.SubmittedBy || in.Action != nil && v.By == in.Action.Spec.User && !counted(e):
		o.reason, o.message = praxisv1.ReasonSelfAcceptance, fmt.Sprintf("%s judges work of one's own; somebody else has to", v.By)
	case !in.mayJudge(e):
		o.reason, o.message = praxisv1.ReasonNotAReviewer, fmt.Sprintf("%s is neither the lead nor a reviewer of %s; one of them has to judge", v.By, in.teamName())
	case v.Decision == praxisv1.DecisionRejected:
		o.reason, o.message, o.judgedBy = praxisv1.ReasonRejected, rejection(v), v.By
	default:
		o.accepted, o.reason, o.message, o.judgedBy = metav1.ConditionTrue, praxisv1.ReasonAccepted, "Accepted by "+v.By, v.By
	}
	return o
}

// acceptsItself tells whether the standard needs no reviewer for a piece: its check
// holds, and somebody other than the member handed it in. What was accepted so stays
// accepted when the Action comes to whoever handed it in.
func (in EvidenceInput) acceptsItself(e *praxisv1.Evidence) bool {
	return in.Action != nil && in.Action.Spec.Standard.AutoAccept &&
		(e.Spec.SubmittedBy != in.Action.Spec.User || Counts(e) && e.Status.JudgedBy == "")
}

// counted tells whether the verdict of a piece counted when it was looked at last. Then
// it stands until it changes, whatever becomes of the Team, and of whose the Action is.
func counted(e *praxisv1.Evidence) bool {
	v := e.Status.Verdict
	return e.Status.JudgedBy == v.By && Counts(e) == (v.Decision == praxisv1.DecisionAccepted)
}

// mayJudge tells whether a verdict counts.
func (in EvidenceInput) mayJudge(e *praxisv1.Evidence) bool {
	return counted(e) || in.Team != nil && plan.Judges(in.Team, e.Status.Verdict.By)
}

func (in EvidenceInput) teamName() string {
	switch {
	case in.Team != nil:
		return "Team " + in.Team.Name
	case in.Action != nil:
		return "Team " + in.Action.Spec.Team + ", which is gone"
	}
	return "its Team, which is gone"
}

func rejection(v *praxisv1.Verdict) string {
	if v.Note == "" {
		return fmt.Sprintf("Rejected by %s; hand in a new piece", v.By)
	}
	return fmt.Sprintf("Rejected by %s: %s; hand in a new piece", v.By, v.Note)
}

// Meant is the Action that a target means, of those of its step in the week; or why it
// means none. Where a member has one of the week and one that was carried, the week's
// own is meant.
func Meant(actions []praxisv1.Action, target *praxisv1.EvidenceTarget) (*praxisv1.Action, string) {
	var meant *praxisv1.Action
	for i := range actions {
		a := &actions[i]
		if target.Member != "" && a.Spec.Member != target.Member {
			continue
		}
		if meant != nil && meant.Spec.Member != a.Spec.Member {
			return nil, fmt.Sprintf("Step %s of %s is owed by several members; say which in for.member of a new piece", target.Step, target.KeyAction)
		}
		if meant == nil || cmp.Or(cmp.Compare(a.Spec.Carries, meant.Spec.Carries), cmp.Compare(a.Name, meant.Name)) < 0 {
			meant = a
		}
	}
	if meant != nil {
		return meant, ""
	}
	who := ""
	if target.Member != "" {
		who = " of " + target.Member
	}
	return nil, fmt.Sprintf("The week in which it was made has no Action%s for step %s of KeyAction %s; look with kubectl get actions", who, target.Step, target.KeyAction)
}

// Tally is what has come in for an Action.
type Tally struct {
	Accepted, Pending, Rejected int32
	// Last is the name of the piece that came last, of those that count, wait or were
	// rejected; LastRejected tells that it is one of the last.
	Last         string
	LastRejected bool
}

// Count sums the evidence of an Action: accepted at most the target, pending at most
// what is left of it.
func Count(a *praxisv1.Action, evidence []praxisv1.Evidence) Tally {
	var accepted, pending, rejected int64
	var last *praxisv1.Evidence
	for i := range evidence {
		e := &evidence[i]
		quantity := int64(max(1, e.Spec.Quantity))
		switch {
		case Counts(e):
			accepted += quantity
		case Pending(e):
			pending += quantity
		case rejectedByVerdict(e):
			rejected += quantity
		default:
			continue
		}
		if last == nil || olderFirst(last, e) < 0 {
			last = e
		}
	}
	target := int64(a.Spec.Target)
	t := Tally{Accepted: int32(min(accepted, target)), Rejected: int32(min(rejected, 1_000_000))}
	t.Pending = int32(min(pending, target-int64(t.Accepted)))
	if last != nil {
		t.Last, t.LastRejected = last.Name, rejectedByVerdict(last)
	}
	return t
}

func rejectedByVerdict(e *praxisv1.Evidence) bool {
	accepted := meta.FindStatusCondition(e.Status.Conditions, praxisv1.ConditionAccepted)
	return accepted != nil && accepted.Reason == praxisv1.ReasonRejected
}

// Settled tells whether the status of an Action says what its evidence came to.
func Settled(a *praxisv1.Action, evidence []praxisv1.Evidence) bool {
	return tallyOf(a) == Count(a, evidence)
}

func tallyOf(a *praxisv1.Action) Tally {
	s := &a.Status
	return Tally{Accepted: s.Accepted, Pending: s.Pending, Rejected: s.Rejected, Last: s.LastEvidence, LastRejected: s.LastRejected}
}

// ActionOf is the name of the Action that a piece is for; empty for one that finds its
// Action by meaning and has not yet, and for a reading of a measure.
func ActionOf(e *praxisv1.Evidence) string {
	switch {
	case e.Status.ActionRef != nil && e.Status.ActionRef.Name != "":
		return e.Status.ActionRef.Name
	case e.Spec.ActionRef != nil:
		return e.Spec.ActionRef.Name
	}
	return ""
}
