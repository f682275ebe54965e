// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package view

import (
	"fmt"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
	"github.com/praxis-dev/praxis/internal/evidence"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/review"
	"github.com/praxis-dev/praxis/internal/status"
	"github.com/praxis-dev/praxis/internal/text"
)

// RunsAt reports whether a week was planned and not closed at an instant.
func RunsAt(c *praxisv1.WeeklyCycle, then time.Time) bool {
	closing := c.Status.ClosingAt
	return !c.Spec.PlannedAt.After(then) && (closing == nil || closing.After(then))
}

// NotKept says why nothing can be told of a Utility at an instant, or is nil where a week that ran
// then is there. What a week came to that is no longer kept stands in the history.
func (o Objects) NotKept(u *praxisv1.Utility, then time.Time) error {
	for i := range o.Cycles {
		if c := &o.Cycles[i]; c.Spec.UtilityRef.Name == u.Name && c.Namespace == u.Namespace && RunsAt(c, then) {
			return nil
		}
	}
	cal, err := cadence.New(u.Spec.Cadence)
	if err != nil {
		return err
	}
	name := cal.WeekOf(then).Name
	for _, h := range u.Status.History {
		if string(h.Week) == name {
			return fmt.Errorf("no week of utility/%s that ran at %s is kept; of %s its history has: %d of %d Actions accepted, %d%% done",
				u.Name, text.Instant(then), name, h.Accepted, h.Planned, h.ProgressPercent)
		}
	}
	return fmt.Errorf("no week of utility/%s ran at %s, or none is kept; see those that are with kubectl get weeklycycles -n %s", u.Name, text.Instant(then), u.Namespace)
}

// UtilityOf is the Utility that an object belongs to, or nil where it belongs to none or was not
// read.
func (o Objects) UtilityOf(ref Ref) *praxisv1.Utility {
	name := ""
	switch ref.Kind {
	case kindUtility:
		name = ref.Name
	case kindKeyAction:
		if ka := find(o.KeyActions, ref.Namespace, ref.Name); ka != nil {
			name = ka.Spec.UtilityRef.Name
		}
	}
	return find(o.Utilities, ref.Namespace, name)
}

// AsOf is how the objects stood at an earlier instant, worked out anew from what is kept of it:
// the plan of each week, when evidence was first seen and when it was judged, and when Reviews
// were signed. What has no date is as it is today: goals, Teams, packages, and whose an Action is.
func (o Objects) AsOf(then time.Time) Objects {
	past := Objects{Teams: o.Teams, Packages: o.Packages, Evidence: evidenceAsOf(o.Evidence, then), Reviews: reviewsAsOf(o.Reviews, then)}
	for i := range o.Utilities {
		u := *o.Utilities[i].DeepCopy()
		p := o.programmeOf(&u)
		cycles := past.weeksAsOf(p, o, then)
		cal, err := cadence.New(u.Spec.Cadence)
		if err == nil {
			u.Status.History = slices.DeleteFunc(u.Status.History, func(h praxisv1.HistoryEntry) bool { return string(h.Week) >= cal.WeekOf(then).Name })
			u.Status, _ = status.ForUtility(status.UtilityInput{Programme: p, Calendar: cal, Cycles: cycles, Reviews: past.Reviews}, then)
		}
		for k := range p.KeyActions {
			ka := *p.KeyActions[k].DeepCopy()
			ka.Status = status.ForKeyAction(status.KeyActionInput{KeyAction: &ka, Programme: p, Calendar: cal, Cycles: cycles, Turns: ka.Status.Turns}, then)
			past.KeyActions = append(past.KeyActions, ka)
		}
		past.Utilities, past.Cycles = append(past.Utilities, u), append(past.Cycles, cycles...)
	}
	return past
}

// programmeOf plans a Utility from the objects of its namespace.
func (o Objects) programmeOf(u *praxisv1.Utility) *plan.Programme {
	from := plan.Objects{Utility: u, Packages: map[string]*praxisv1.ActionPackage{}, Teams: map[string]*praxisv1.Team{}}
	for i := range o.KeyActions {
		if ka := &o.KeyActions[i]; ka.Namespace == u.Namespace && ka.Spec.UtilityRef.Name == u.Name {
			from.KeyActions = append(from.KeyActions, *ka)
		}
	}
	for i := range o.Packages {
		if o.Packages[i].Namespace == u.Namespace {
			from.Packages[o.Packages[i].Name] = &o.Packages[i]
		}
	}
	for i := range o.Teams {
		if o.Teams[i].Namespace == u.Namespace {
			from.Teams[o.Teams[i].Name] = &o.Teams[i]
		}
	}
	return plan.NewProgramme(from)
}

// weeksAsOf are the weeks of a Utility that had been planned, and adds the Actions of those that
// ran.
func (o *Objects) weeksAsOf(p *plan.Programme, today Objects, then time.Time) (cycles []praxisv1.WeeklyCycle) {
	for i := range today.Cycles {
		c := *today.Cycles[i].DeepCopy()
		switch {
		case c.Namespace != p.Utility.Namespace || c.Spec.UtilityRef.Name != p.Utility.Name || c.Spec.PlannedAt.After(then):
			continue
		case RunsAt(&c, then) && c.Status.Plan != nil:
			actions := today.actionsAsOf(&c, o.Evidence, then)
			c.Status = o.weekAsOf(p, &c, actions, then)
			o.Actions = append(o.Actions, actions...)
		}
		cycles = append(cycles, c)
	}
	return cycles
}

func (o *Objects) weekAsOf(p *plan.Programme, c *praxisv1.WeeklyCycle, actions []praxisv1.Action, then time.Time) praxisv1.WeeklyCycleStatus {
	frozen := c.Status.Plan
	frozen.KeyActions = slices.DeleteFunc(frozen.KeyActions, func(k praxisv1.PlannedKeyAction) bool { return k.JoinedAt.After(then) })
	c.Status = praxisv1.WeeklyCycleStatus{Plan: frozen}
	in := status.WeeklyCycleInput{
		Cycle: c, Plan: frozen, Planned: true, Actions: actions, Programme: p, Evidence: o.Evidence,
		Midweek: find(o.Reviews, c.Namespace, review.MidweekName(c.Name)), Weekly: find(o.Reviews, c.Namespace, review.WeeklyName(c.Name)),
	}
	if dates, err := plan.WeekOfCycle(c); err == nil {
		in.Overloaded = plan.Overloaded(p.Teams, actions, dates)
	}
	stood, _ := status.ForWeeklyCycle(in, then)
	return stood
}

// actionsAsOf are the Actions of a week with what had come in for them.
func (o Objects) actionsAsOf(c *praxisv1.WeeklyCycle, pieces []praxisv1.Evidence, then time.Time) (actions []praxisv1.Action) {
	planned := map[string]bool{}
	for _, k := range c.Status.Plan.KeyActions {
		planned[k.Name] = !k.JoinedAt.After(then)
	}
	for i := range o.Actions {
		a := o.Actions[i].DeepCopy()
		if a.Namespace != c.Namespace || a.Spec.CycleRef.Name != c.Name || !planned[a.Spec.KeyActionRef.Name] {
			continue
		}
		a.Status = praxisv1.ActionStatus{}
		actions = append(actions, *a)
	}
	// What an Action waits for is known once all are counted.
	for range 2 {
		for i := range actions {
			a := &actions[i]
			own := slices.Clone(pieces)
			own = slices.DeleteFunc(own, func(e praxisv1.Evidence) bool { return e.Namespace != a.Namespace || evidence.ActionOf(&e) != a.Name })
			a.Status, _ = status.ForAction(status.ActionInput{Action: a, Others: sameKeyAction(actions, a), Evidence: own}, then)
		}
	}
	return actions
}

func sameKeyAction(actions []praxisv1.Action, a *praxisv1.Action) (others []praxisv1.Action) {
	for _, other := range actions {
		if other.Spec.KeyActionRef.Name == a.Spec.KeyActionRef.Name {
			others = append(others, other)
		}
	}
	return others
}

// evidenceAsOf are the pieces that had been seen, without the verdicts that came later.
func evidenceAsOf(pieces []praxisv1.Evidence, then time.Time) (past []praxisv1.Evidence) {
	for i := range pieces {
		e := pieces[i].DeepCopy()
		seen := e.CreationTimestamp
		if valid := meta.FindStatusCondition(e.Status.Conditions, praxisv1.ConditionValid); valid != nil {
			seen = valid.LastTransitionTime
		}
		if seen.After(then) {
			continue
		}
		if e.Spec.ActionRef != nil { // it may have gone on to the week after
			e.Status.ActionRef = e.Spec.ActionRef.DeepCopy()
		}
		if judged := meta.FindStatusCondition(e.Status.Conditions, praxisv1.ConditionAccepted); judged != nil && judged.LastTransitionTime.After(then) {
			e.Status.Verdict, e.Status.JudgedBy = nil, ""
			*judged = metav1.Condition{
				Type: praxisv1.ConditionAccepted, Status: metav1.ConditionUnknown, Reason: praxisv1.ReasonAwaitingVerdict, LastTransitionTime: seen,
				Message: "It awaited a verdict then",
			}
		}
		past = append(past, *e)
	}
	return past
}

// reviewsAsOf are the Reviews without the signatures that came later.
func reviewsAsOf(reviews []praxisv1.Review, then time.Time) (past []praxisv1.Review) {
	for i := range reviews {
		r := reviews[i].DeepCopy()
		if r.Spec.OpensAt.After(then) {
			continue
		}
		complete := meta.FindStatusCondition(r.Status.Conditions, praxisv1.ConditionComplete)
		if complete != nil && complete.Status == metav1.ConditionTrue && complete.LastTransitionTime.After(then) {
			r.Spec.SignOff = nil
			complete.Status, complete.Reason, complete.Message = metav1.ConditionFalse, praxisv1.ReasonOpen, "It was not signed then"
		}
		past = append(past, *r)
	}
	return past
}
