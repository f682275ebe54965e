// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"cmp"
	"fmt"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/standard"
)

// Input is what a piece of evidence is judged from.
type Input struct {
	Evidence *praxisv1.Evidence
	// Action that it is for, or nil; nil too for the reading of a measure.
	Action *praxisv1.Action
	// Unresolved says why no Action, or no measure, was found; empty if one was.
	Unresolved string
	// Closed is set if the Action's week no longer counts anything.
	Closed bool
	// Team whose lead and reviewers judge; nil where it is gone.
	Team *praxisv1.Team
	// Same are the pieces for the same Action with the same source and id, this one included;
	// not needed if it has no id.
	Same []praxisv1.Evidence
}

// Judgement is the outcome for a piece.
type Judgement struct {
	Valid, Accepted metav1.ConditionStatus
	Reason, Message string
	JudgedBy        string
}

func refused(reason, format string, args ...any) Judgement {
	return Judgement{Valid: metav1.ConditionFalse, Accepted: metav1.ConditionFalse, Reason: reason, Message: fmt.Sprintf(format, args...)}
}

// Judge finds the outcome for a piece: the first that applies.
func (in Input) Judge() Judgement {
	e := in.Evidence
	switch {
	case in.Unresolved != "":
		return refused(praxisv1.ReasonActionNotFound, "%s", in.Unresolved)
	case in.Closed:
		return refused(praxisv1.ReasonCycleClosed, "The week of %s is closed; hand it in for an Action of the running week", in.Action.Name)
	}
	own := in.judgeAlone(e)
	if first := in.winner(); first != nil && first.Name != e.Name && own.Valid == metav1.ConditionTrue && own.Reason != praxisv1.ReasonRejected {
		return Judgement{
			Valid: metav1.ConditionTrue, Accepted: metav1.ConditionFalse, Reason: praxisv1.ReasonDuplicate,
			Message: fmt.Sprintf("%s has the same source.id and counts; there is nothing to do", first.Name),
		}
	}
	return own
}

// winner is the one that counts of the pieces with the same source and id: the first that is
// accepted, else the first that still can be; nil if there is none.
func (in Input) winner() *praxisv1.Evidence {
	same := slices.Clone(in.Same)
	slices.SortFunc(same, func(a, b praxisv1.Evidence) int { return OlderFirst(&a, &b) })
	var possible *praxisv1.Evidence
	for i := range same {
		o := in.judgeAlone(&same[i])
		if o.Accepted == metav1.ConditionTrue {
			return &same[i]
		}
		if possible == nil && o.Valid == metav1.ConditionTrue && awaits(o.Reason) {
			possible = &same[i]
		}
	}
	return possible
}

// SameSource are those of an Action's pieces that have the same source and id as e, e
// included; none if it has no id.
func SameSource(evidence []praxisv1.Evidence, e *praxisv1.Evidence) []praxisv1.Evidence {
	if e.Spec.Source == nil || e.Spec.Source.ID == "" {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(evidence), func(other praxisv1.Evidence) bool {
		return other.Spec.Source == nil || *other.Spec.Source != *e.Spec.Source
	})
}

// OlderFirst orders pieces by creation time, and those of the same second by name.
func OlderFirst(a, b *praxisv1.Evidence) int {
	return cmp.Or(a.CreationTimestamp.Compare(b.CreationTimestamp.Time), cmp.Compare(a.Name, b.Name))
}

// judgeAlone judges a piece regardless of other pieces.
func (in Input) judgeAlone(e *praxisv1.Evidence) Judgement {
	if in.Action != nil {
		if missing := standard.Meets(&e.Spec, &in.Action.Spec); missing != nil {
			return refused(missing.Reason, "%s", missing.Message)
		}
	}
	for _, o := range outcomes {
		if !o.applies(in, e) {
			continue
		}
		out := Judgement{Valid: metav1.ConditionTrue, Accepted: o.accepted, Reason: o.reason, Message: o.message(in, e)}
		if o.counts {
			out.JudgedBy = e.Status.Verdict.By
		}
		return out
	}
	return Judgement{} // the last of them applies to everything
}

// outcomes are those that a piece that meets its standard can have. They are tried in this
// order, and the first that applies is taken.
var outcomes = []struct {
	name     string
	reason   string
	accepted metav1.ConditionStatus
	counts   bool // the verdict counts
	applies  func(Input, *praxisv1.Evidence) bool
	message  func(Input, *praxisv1.Evidence) string
}{
	{"nobody knows who handed it in", praxisv1.ReasonSelfAcceptance, metav1.ConditionFalse, false,
		func(_ Input, e *praxisv1.Evidence) bool { return e.Spec.SubmittedBy == "" },
		sentence("Nobody knows who handed it in; install config/admission and hand it in again")},
	{"the check of its standard accepts it", praxisv1.ReasonAccepted, metav1.ConditionTrue, false,
		func(in Input, e *praxisv1.Evidence) bool { return e.Status.Verdict == nil && in.acceptsItself(e) },
		sentence("Accepted by the check of its standard")},
	{"nobody has judged it", praxisv1.ReasonAwaitingVerdict, metav1.ConditionUnknown, false,
		func(_ Input, e *praxisv1.Evidence) bool { return e.Status.Verdict == nil },
		sentence("A reviewer accepts or rejects it")},
	{"its judge owes or handed in the work", praxisv1.ReasonSelfAcceptance, metav1.ConditionFalse, false,
		Input.judgedByItself,
		func(_ Input, e *praxisv1.Evidence) string {
			return e.Status.Verdict.By + " judges their own work; somebody else has to"
		}},
	{"its judge is no reviewer", praxisv1.ReasonNotAReviewer, metav1.ConditionFalse, false,
		func(in Input, e *praxisv1.Evidence) bool { return !in.mayJudge(e) },
		func(in Input, e *praxisv1.Evidence) string {
			return fmt.Sprintf("%s is neither the lead nor a reviewer of %s; one of them has to judge", e.Status.Verdict.By, in.teamName())
		}},
	{"it is rejected", praxisv1.ReasonRejected, metav1.ConditionFalse, true,
		func(_ Input, e *praxisv1.Evidence) bool {
			return e.Status.Verdict.Decision == praxisv1.DecisionRejected
		},
		func(_ Input, e *praxisv1.Evidence) string { return rejection(e.Status.Verdict) }},
	{"it is accepted", praxisv1.ReasonAccepted, metav1.ConditionTrue, true,
		func(Input, *praxisv1.Evidence) bool { return true },
		func(_ Input, e *praxisv1.Evidence) string { return "Accepted by " + e.Status.Verdict.By }},
}

func sentence(text string) func(Input, *praxisv1.Evidence) string {
	return func(Input, *praxisv1.Evidence) string { return text }
}

// judgedByItself reports whether the judge of a piece handed it in or has its Action, unless
// the verdict counted before the Action passed to the judge.
func (in Input) judgedByItself(e *praxisv1.Evidence) bool {
	by := e.Status.Verdict.By
	return by == e.Spec.SubmittedBy || in.Action != nil && by == in.Action.Spec.User && !counted(e)
}

// acceptsItself reports whether the standard needs no reviewer for a piece: its check holds,
// and somebody other than the member handed it in. A piece accepted like this stays accepted
// when the Action passes to whoever handed it in.
func (in Input) acceptsItself(e *praxisv1.Evidence) bool {
	return in.Action != nil && in.Action.Spec.Standard.AutoAccept &&
		(e.Spec.SubmittedBy != in.Action.Spec.User || Counts(e) && e.Status.JudgedBy == "")
}

// counted reports whether the verdict of a piece counted when it was last looked at. Such a
// verdict stands until it changes, even if the Team or the Action's member changes.
func counted(e *praxisv1.Evidence) bool {
	v := e.Status.Verdict
	return e.Status.JudgedBy == v.By && Counts(e) == (v.Decision == praxisv1.DecisionAccepted)
}

// mayJudge reports whether a verdict counts.
func (in Input) mayJudge(e *praxisv1.Evidence) bool {
	return counted(e) || in.Team != nil && MayJudge(in.Team, e.Status.Verdict.By)
}

func (in Input) teamName() string {
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
