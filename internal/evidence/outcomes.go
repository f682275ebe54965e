// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"fmt"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// outcome is that of a piece that meets its standard, regardless of other pieces.
func (p *panel) outcome(e *praxisv1.Evidence) Judgement {
	for _, o := range outcomes {
		if !o.applies(p, e) {
			continue
		}
		out := Judgement{Valid: metav1.ConditionTrue, Accepted: o.accepted, Reason: o.reason, Message: o.message(p, e)}
		if o.counts {
			out.JudgedBy = e.Status.Verdict.By
		}
		if awaits(o.reason) {
			out.Judges = named(p.judgesOf(e))
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
	applies  func(*panel, *praxisv1.Evidence) bool
	message  func(*panel, *praxisv1.Evidence) string
}{
	{"nobody knows who handed it in", praxisv1.ReasonSelfAcceptance, metav1.ConditionFalse, false,
		func(_ *panel, e *praxisv1.Evidence) bool { return e.Spec.SubmittedBy == "" },
		func(*panel, *praxisv1.Evidence) string {
			return "Nobody knows who handed it in; install config/admission and hand it in again"
		}},
	{"its Action was dropped before it was accepted", praxisv1.ReasonDropped, metav1.ConditionFalse, false,
		(*panel).dropped,
		func(p *panel, _ *praxisv1.Evidence) string {
			return fmt.Sprintf("%s was dropped before anybody accepted it; there is nothing to do", p.Action.Name)
		}},
	{"its source says that another member checked it", praxisv1.ReasonAcceptedBySource, metav1.ConditionTrue, false,
		func(p *panel, e *praxisv1.Evidence) bool { return !p.judged(e) && p.checkedInSource(e) },
		func(_ *panel, e *praxisv1.Evidence) string {
			return fmt.Sprintf("Accepted by source %s: %s checked it there", e.Spec.Source.Ref, e.Spec.Source.VerifiedBy)
		}},
	{"the check of its standard accepts it", praxisv1.ReasonAccepted, metav1.ConditionTrue, false,
		func(p *panel, e *praxisv1.Evidence) bool { return !p.judged(e) && p.acceptsItself(e) },
		func(*panel, *praxisv1.Evidence) string { return "Accepted by the check of its standard" }},
	{"nobody has judged it", praxisv1.ReasonAwaitingVerdict, metav1.ConditionUnknown, false,
		func(_ *panel, e *praxisv1.Evidence) bool { return e.Status.Verdict == nil },
		(*panel).whoJudges},
	{"its judge owes or handed in the work", praxisv1.ReasonSelfAcceptance, metav1.ConditionFalse, false,
		(*panel).judgedByItself,
		func(p *panel, e *praxisv1.Evidence) string {
			return fmt.Sprintf("%s judges their own work; %s has to", e.Status.Verdict.By, oneOf(p.judgesOf(e)))
		}},
	{"its judge is no reviewer", praxisv1.ReasonNotAReviewer, metav1.ConditionFalse, false,
		func(p *panel, e *praxisv1.Evidence) bool { return !p.mayJudge(e) },
		(*panel).whyNot},
	{"it is rejected", praxisv1.ReasonRejected, metav1.ConditionFalse, true,
		func(_ *panel, e *praxisv1.Evidence) bool {
			return e.Status.Verdict.Decision == praxisv1.DecisionRejected
		},
		func(_ *panel, e *praxisv1.Evidence) string { return rejection(e.Status.Verdict) }},
	{"it is accepted", praxisv1.ReasonAccepted, metav1.ConditionTrue, true,
		func(*panel, *praxisv1.Evidence) bool { return true },
		func(_ *panel, e *praxisv1.Evidence) string { return "Accepted by " + e.Status.Verdict.By }},
}

// whoJudges says whose verdict a piece waits for.
func (p *panel) whoJudges(e *praxisv1.Evidence) string {
	switch users := p.judgesOf(e); {
	case len(users) > 0:
		return oneOf(users) + " accepts or rejects it"
	case p.team == nil:
		return fmt.Sprintf("Nobody may judge it: the judges are those of %s; create it", p.teamName())
	case len(p.judges) == 0:
		return fmt.Sprintf("Nobody may judge it: %s has neither a lead nor a reviewer; name one", p.teamName())
	default:
		return fmt.Sprintf("Nobody may judge it: it is work of all who judge for %s; name one more, who counts from the next week on", p.teamName())
	}
}

// whyNot says why the verdict of somebody whose work it is not does not count.
func (p *panel) whyNot(e *praxisv1.Evidence) string {
	by, ask := e.Status.Verdict.By, oneOf(p.judgesOf(e))
	switch {
	case Machine(by):
		return fmt.Sprintf("%s is no person, and only people judge; %s has to", by, ask)
	case p.Team != nil && MayJudge(p.Team, by):
		return fmt.Sprintf("%s judges for %s from the next week on; %s has to judge", by, p.teamName(), ask)
	}
	return fmt.Sprintf("%s is neither the lead nor a reviewer of %s; %s has to judge", by, p.teamName(), ask)
}

// judgedByItself reports whether the judge of a piece handed it in, or has its Action or ever
// had it, unless the verdict counted before the Action passed to the judge.
func (p *panel) judgedByItself(e *praxisv1.Evidence) bool {
	by := e.Status.Verdict.By
	if p.by(e).users.Has(by) {
		return true
	}
	return p.owners.Has(by) && (p.first.Has(by) || !counted(e))
}

// dropped reports whether a piece came, or was still waiting, when its Action was dropped. What
// was accepted by then stays delivered, and what was rejected stays so; of a verdict that nobody
// has looked at yet it is taken that it came before.
func (p *panel) dropped(e *praxisv1.Evidence) bool {
	if p.Action == nil || !p.Action.Spec.Dropped || Counts(e) {
		return false
	}
	said := meta.FindStatusCondition(e.Status.Conditions, praxisv1.ConditionAccepted)
	switch {
	case e.Status.Verdict == nil:
		return true
	case said == nil || said.Reason == praxisv1.ReasonAwaitingVerdict:
		return false
	}
	return said.Reason != praxisv1.ReasonRejected || e.Status.Verdict.Decision != praxisv1.DecisionRejected
}

// judged reports whether somebody who may judge a piece has. What anybody else says of it takes
// nothing away from it.
func (p *panel) judged(e *praxisv1.Evidence) bool {
	return e.Status.Verdict != nil && !p.judgedByItself(e) && p.mayJudge(e)
}

// acceptsItself reports whether the standard needs no reviewer for a piece: its check holds,
// and somebody handed it in who neither has the Action nor ever had it. A piece accepted like
// this stays accepted when the Action passes to whoever handed it in.
func (p *panel) acceptsItself(e *praxisv1.Evidence) bool {
	if p.Action == nil || !p.Action.Spec.Standard.AutoAccept || FromSource(e) {
		return false
	}
	by := e.Spec.SubmittedBy
	return !p.owners.Has(by) || !p.first.Has(by) && Counts(e) && e.Status.JudgedBy == ""
}

// counted reports whether the verdict of a piece counted when it was last looked at.
func counted(e *praxisv1.Evidence) bool {
	v := e.Status.Verdict
	return e.Status.JudgedBy == v.By && Counts(e) == (v.Decision == praxisv1.DecisionAccepted)
}

// mayJudge reports whether the judge of a piece may judge it. A verdict that counted stands
// until it changes, even if the Team changes; if the plan says who could judge when the week
// was planned, only one of theirs does.
func (p *panel) mayJudge(e *praxisv1.Evidence) bool {
	by := e.Status.Verdict.By
	switch {
	case Machine(by):
		return false
	case slices.Contains(p.judges, by):
		return true
	}
	return counted(e) && (p.Planned == nil || CountedBefore(e, p.Since) || MayJudgeAsPlanned(p.Planned, by))
}

// CountedBefore reports whether the verdict of a piece counted before an instant, as its status
// says.
func CountedBefore(e *praxisv1.Evidence, instant time.Time) bool {
	said := meta.FindStatusCondition(e.Status.Conditions, praxisv1.ConditionAccepted)
	return said != nil && said.LastTransitionTime.Time.Before(instant) && e.Status.Verdict != nil && counted(e)
}

func rejection(v *praxisv1.Verdict) string {
	if v.Note == "" {
		return fmt.Sprintf("Rejected by %s; hand in a new piece", v.By)
	}
	return fmt.Sprintf("Rejected by %s: %s; hand in a new piece", v.By, v.Note)
}
