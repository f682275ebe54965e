// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package view

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/evidence"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/review"
)

// When is how soon a duty is due.
type When string

// The values of When, the most urgent first.
const (
	Overdue  When = "Overdue"
	Today    When = "Today"
	ThisWeek When = "ThisWeek"
	Later    When = "Later"
)

var whens = []When{Overdue, Today, ThisWeek, Later}

// Verb is what the person has to do.
type Verb string

const (
	VerbSubmit Verb = "submit"
	VerbJudge  Verb = "judge"
	VerbSign   Verb = "sign"
)

// Duty is one thing that a person owes.
type Duty struct {
	Ref  `json:",inline"`
	When When `json:"when"`
	Verb Verb `json:"verb"`
	// What is owed, in words for people.
	What string `json:"what"`
	// State of the object, the reason of its condition. Example: "Overdue".
	State string `json:"state"`
	// Due is the deadline; nil if none is recorded.
	Due *metav1.Time `json:"due,omitempty"`
	// Zone of the Utility, which decides what "today" means.
	Zone string `json:"zone,omitempty"`
	// Command is what does it.
	Command string `json:"command"`
	// Piece is what is to be judged, so that nobody judges unseen.
	Piece *Piece `json:"piece,omitempty"`
}

// Owed is what a user owes at an instant: work that is not handed in, work of others that
// waits for this user's verdict, and Reviews that wait for this user's signature, the most
// urgent first. It is an empty list if nothing is owed. Goals that are suspended or have ended
// ask nobody for anything but, in the end, to look back.
func (o Objects) Owed(user string, now time.Time) []Duty {
	duties := []Duty{}
	for i := range o.Actions {
		if a := &o.Actions[i]; a.Spec.User == user && !o.rests(a.Namespace, a.Spec.UtilityRef.Name) {
			duties = append(duties, o.work(a, now)...)
		}
	}
	for i := range o.Evidence {
		duties = append(duties, o.judgement(&o.Evidence[i], user, now)...)
	}
	for i := range o.Reviews {
		duties = append(duties, o.signature(&o.Reviews[i], user, now)...)
	}
	slices.SortStableFunc(duties, func(a, b Duty) int {
		return cmp.Or(
			cmp.Compare(slices.Index(whens, a.When), slices.Index(whens, b.When)),
			compareTimes(a.Due, b.Due),
			cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	return duties
}

// work is the duty of an Action whose week still counts, until all of it is handed in.
func (o Objects) work(a *praxisv1.Action, now time.Time) []Duty {
	of := find(o.Cycles, a.Namespace, a.Spec.CycleRef.Name)
	s := actionState(a)
	if !o.AsksFor(a) {
		return nil
	}
	due := owedSince(a)
	missing := a.Spec.Target - a.Status.Accepted - a.Status.Pending
	return []Duty{{
		Ref: refTo(kindAction, a.Namespace, a.Name), When: when(due.Time, now, o.zone(of)), Verb: VerbSubmit,
		What: fmt.Sprintf("%s (%d of %d)", a.Spec.Do, missing, a.Spec.Target), State: s.Reason, Due: due, Zone: o.zone(of).String(),
		Command: o.submitCommand(a),
	}}
}

// AsksFor reports whether an Action still wants evidence: not all of it is handed in, it was
// not let go, and its week still counts.
func (o Objects) AsksFor(a *praxisv1.Action) bool {
	over := []string{praxisv1.ReasonDropped, praxisv1.ReasonCarriedOver, praxisv1.ReasonAccepted}
	of := find(o.Cycles, a.Namespace, a.Spec.CycleRef.Name)
	return owedSince(a) != nil && (of == nil || !plan.WeekClosed(of)) && !slices.Contains(over, actionState(a).Reason) &&
		!o.rests(a.Namespace, a.Spec.UtilityRef.Name)
}

// rests reports whether a goal asks nobody for anything: it is suspended, or has ended.
func (o Objects) rests(namespace, utility string) bool {
	u := find(o.Utilities, namespace, utility)
	if u == nil {
		return false
	}
	ready := meta.FindStatusCondition(u.Status.Conditions, praxisv1.ConditionReady)
	return u.Spec.Suspend || ready != nil && ready.Reason == praxisv1.ReasonEnded
}

// judgement is the duty of a piece that waits and that the user may judge: neither the user's
// own work nor handed in by the user. It is due when the work was: from then on the week
// shows the work as not done.
func (o Objects) judgement(e *praxisv1.Evidence, user string, now time.Time) []Duty {
	if e.Spec.SubmittedBy == user || !Pending(e) {
		return nil
	}
	d := Duty{
		Ref: refTo(kindEvidence, e.Namespace, e.Name), Verb: VerbJudge, When: ThisWeek, State: evidenceState(e).Reason,
		Command: fmt.Sprintf("kubectl praxis accept %s -n %s", e.Name, e.Namespace), Piece: new(o.piece(e)),
	}
	if !slices.Contains(o.Judges(e), user) {
		return nil
	}
	if a := find(o.Actions, e.Namespace, evidence.ActionOf(e)); a != nil {
		of := find(o.Cycles, a.Namespace, a.Spec.CycleRef.Name)
		if of != nil && plan.WeekClosed(of) || o.rests(a.Namespace, a.Spec.UtilityRef.Name) {
			return nil
		}
		d.Due = &a.Spec.Occurrences[len(a.Spec.Occurrences)-1].DueAt
		d.When, d.Zone = when(d.Due.Time, now, o.zone(of)), o.zone(of).String()
		d.What = fmt.Sprintf("%s: %s", o.person(a), a.Spec.Do)
		return []Duty{d}
	}
	if target := e.Spec.For; target != nil && target.Measure != "" && !o.rests(e.Namespace, target.Utility) {
		d.What = fmt.Sprintf("%s: %s is %s", e.Spec.SubmittedBy, target.Measure, *e.Spec.Value)
		return []Duty{d}
	}
	return nil
}

// signature is owed by the person who is asked first and, once it is overdue, by all who may
// sign. What is signed no longer changes, whatever is wrong with it.
func (o Objects) signature(r *praxisv1.Review, user string, now time.Time) []Duty {
	late := review.Overdue(r, now)
	if !review.AwaitsSignature(r) || r.Spec.SignOff != nil || r.Spec.Reviewer != user && !(late && slices.Contains(r.Spec.Reviewers, user)) ||
		r.Spec.Type != praxisv1.ReviewRetrospective && o.rests(r.Namespace, r.Spec.UtilityRef.Name) {
		return nil
	}
	zone := time.UTC
	if u := find(o.Utilities, r.Namespace, r.Spec.UtilityRef.Name); u != nil {
		zone = location(u.Spec.Cadence.TimeZone)
	}
	return []Duty{{
		Ref: refTo(kindReview, r.Namespace, r.Name), Verb: VerbSign, When: when(r.Spec.DueAt.Time, now, zone),
		What: fmt.Sprintf("%s of %s", r.Spec.Type, r.Spec.UtilityRef.Name), State: reviewState(r).Reason, Due: &r.Spec.DueAt, Zone: zone.String(),
		Command: fmt.Sprintf("kubectl praxis review %s -n %s", r.Name, r.Namespace),
	}}
}

// Pending reports whether a piece waits for a verdict that counts. A piece without a known
// submitter can get none.
func Pending(e *praxisv1.Evidence) bool {
	if e.Spec.SubmittedBy == "" {
		return false
	}
	switch evidenceState(e).Reason {
	case praxisv1.ReasonAwaitingVerdict, praxisv1.ReasonSelfAcceptance, praxisv1.ReasonNotAReviewer:
		return true
	}
	return false
}

// judging is what is known here of who may judge a piece.
func (o Objects) judging(e *praxisv1.Evidence) evidence.Input {
	in := evidence.Input{Evidence: e, Action: find(o.Actions, e.Namespace, evidence.ActionOf(e))}
	if a := in.Action; a != nil {
		in.Team = find(o.Teams, e.Namespace, a.Spec.Team)
		if cycle := find(o.Cycles, e.Namespace, a.Spec.CycleRef.Name); cycle != nil {
			in.Planned = plan.PlannedTeam(cycle.Status.Plan, a.Spec.Team)
		}
		return in
	}
	if e.Spec.For == nil || e.Spec.For.Utility == "" {
		return in
	}
	if u := find(o.Utilities, e.Namespace, e.Spec.For.Utility); u != nil {
		in.Team = find(o.Teams, e.Namespace, u.Spec.Owner.Team)
	}
	return in
}

// Judges are the users who may judge a piece, sorted: those that its status names or, where
// the operator has not said so yet, those that are known here.
func (o Objects) Judges(e *praxisv1.Evidence) []string {
	if len(e.Status.Judges) > 0 {
		return e.Status.Judges
	}
	return o.judging(e).Judges()
}

func (o Objects) zone(week *praxisv1.WeeklyCycle) *time.Location {
	if week == nil {
		return time.UTC
	}
	return location(week.Spec.TimeZone)
}

// location is a zone that was checked when the week was planned; UTC if this host does not
// know it.
func location(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	return zone
}

// when classifies a due time relative to now, by the days of a zone and the seven days that
// follow today.
func when(due, now time.Time, zone *time.Location) When {
	endOfDay := func(days int) time.Time {
		y, m, d := now.In(zone).Date()
		return time.Date(y, m, d+1+days, 0, 0, 0, 0, zone)
	}
	switch {
	case !due.After(now):
		return Overdue
	case due.Before(endOfDay(0)):
		return Today
	case due.Before(endOfDay(6)):
		return ThisWeek
	}
	return Later
}

// submitCommand is the command that hands in an Action, with a placeholder for each artifact
// that it asks for.
func (o Objects) submitCommand(a *praxisv1.Action) string {
	command := fmt.Sprintf("kubectl praxis submit %s -n %s", o.Typed(a), a.Namespace)
	for _, required := range a.Spec.Evidence {
		switch {
		case !required.Required:
		case required.Type == praxisv1.EvidenceFile:
			command += fmt.Sprintf(" --file %s=PATH", required.Name)
		default:
			command += fmt.Sprintf(" --artifact %s=URI", required.Name)
		}
	}
	return command
}
