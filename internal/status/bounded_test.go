// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package status

import (
	"context"
	"flag"
	"fmt"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"pgregory.net/rapid"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
	"github.com/praxis-dev/praxis/internal/evidence"
	"github.com/praxis-dev/praxis/internal/manifest"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/review"
	"github.com/praxis-dev/praxis/internal/week"
)

// fataler is what a test and a property have in common.
type fataler interface {
	Helper()
	Fatalf(string, ...any)
	Errorf(string, ...any)
}

// fits asks the shipped definition of a kind whether an API server would take an object.
func fits(t fataler, kind string, o runtime.Object) {
	t.Helper()
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(o)
	if err != nil {
		t.Fatalf("%v", err)
	}
	u := &unstructured.Unstructured{Object: content}
	u.SetAPIVersion(praxisv1.GroupVersion.String())
	u.SetKind(kind)
	refused, err := manifest.Refusals(context.Background(), u)
	if err != nil {
		t.Fatalf("%v", err)
	}
	for _, wrong := range refused {
		t.Errorf("%s %s is refused: %s", kind, u.GetName(), shortened(wrong.Error()))
	}
}

func shortened(text string) string { return text[:min(len(text), 400)] }

// life is a goal over two weeks: one that is planned, worked on and closed, and the next.
type life struct {
	*rapid.T
	plan.Objects
	programme *plan.Programme
	calendar  *cadence.Calendar
	cycles    []praxisv1.WeeklyCycle
	actions   []praxisv1.Action // of the latest week
	left      []praxisv1.Action // of the week before
	reviews   []praxisv1.Review
}

func TestNothingThatTheOperatorWritesIsMoreThanItsSchemaTakes(t *testing.T) {
	// Each life takes as long as hundreds of other checks, so there are fewer, unless more are asked for.
	if checks := flag.Lookup("rapid.checks"); checks.Value.String() == checks.DefValue {
		if err := checks.Value.Set("30"); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = checks.Value.Set(checks.DefValue) }()
	}
	rapid.Check(t, func(t *rapid.T) {
		l := &life{T: t, Objects: anOrganisation(t)}
		fits(t, "Utility", l.Utility)
		fits(t, "KeyAction", &l.KeyActions[0])
		var err error
		if l.calendar, err = cadence.New(l.Utility.Spec.Cadence); err != nil {
			t.Fatal(err)
		}
		l.look(hours(0))
		l.begin(hours(0))
		l.work()
		l.judge(hours(rapid.IntRange(1, 160).Draw(t, "now")))
		l.decide()
		l.judge(hours(216))
		l.begin(hours(168))
		l.carry(hours(216))
		l.judge(hours(216 + rapid.IntRange(1, 100).Draw(t, "later")))
	})
}

// look makes the programme anew, with the KeyActions that the operator makes for Teams.
func (l *life) look(now time.Time) {
	l.programme = plan.NewProgramme(l.Objects)
	for i := range l.KeyActions {
		parent := &l.KeyActions[i]
		if l.programme.ProblemOf(parent) != nil || parent.Spec.TeamSelector == nil {
			continue
		}
		for _, child := range l.programme.Children(parent) {
			child.OwnerReferences = []metav1.OwnerReference{*metav1.NewControllerRef(parent, praxisv1.GroupVersion.WithKind("KeyAction"))}
			child.UID, child.Generation = "child", 1
			l.KeyActions = append(l.KeyActions, child)
		}
	}
	l.programme = plan.NewProgramme(l.Objects)
	fits(l, "KeyAction", &l.KeyActions[len(l.KeyActions)-1])
}

// begin plans the week of an instant; where the Utility is Stalled it has none.
func (l *life) begin(now time.Time) {
	cycle, _ := plan.NextCycle(l.programme, l.calendar, l.cycles, now)
	if l.programme.Problem != nil || cycle == nil {
		return
	}
	cycle.Generation = 1
	w, err := plan.WeekOfCycle(cycle)
	if err != nil {
		l.Fatal(err)
	}
	made := plan.Make(plan.Request{Programme: l.programme, Week: w, Cycle: cycle.Name, From: cycle.Spec.PlannedFrom.Time})
	l.left, l.actions = l.actions, made.Actions()
	cycle.Status.Plan = plan.First(l.programme, made.KeyActions, now)
	l.cycles = append(l.cycles, *cycle)
	fits(l, "WeeklyCycle", cycle)
	l.fitActions()
	l.reviews = append(l.reviews, review.ForWeek(l.programme, cycle, cycle.Status.Plan)...)
	for _, r := range []*praxisv1.Review{review.ForQuarter(l.programme, l.calendar, cycle), review.NextCalibration(l.programme, l.calendar, l.reviews, w, cycle.Status.Plan, now)} {
		if r != nil {
			l.reviews = append(l.reviews, *r)
		}
	}
	for i := range l.reviews {
		l.reviews[i].Generation = 1
		fits(l, "Review", &l.reviews[i])
	}
}

// some are those that are looked at: what begins and ends a long list tells of the rest.
func (l *life) some(n int) []int {
	var chosen []int
	for i := range n {
		if i == 0 || i == n-1 {
			chosen = append(chosen, i)
		}
	}
	return chosen
}

func (l *life) fitActions() {
	for _, i := range l.some(len(l.actions)) {
		fits(l, "Action", &l.actions[i])
	}
}

// work hands in some of what is due, and changes Actions as often as people may.
func (l *life) work() {
	for i := range l.actions {
		a := &l.actions[i]
		a.Generation = 1
		a.Status.Accepted = rapid.Int32Range(0, a.Spec.Target).Draw(l.T, "accepted")
		a.Status.Pending = rapid.Int32Range(0, a.Spec.Target-a.Status.Accepted).Draw(l.T, "pending")
		a.Spec.Dropped = rapid.IntRange(0, 20).Draw(l.T, "dropped") == 0
		for range rapid.SampledFrom([]int{0, 0, 0, 20}).Draw(l.T, "amendments") {
			a.Spec.Amendments = append(a.Spec.Amendments, praxisv1.Amendment{Reason: long(500), By: strings.Repeat("u", 253)})
		}
	}
}

// judge asks every kind what it says at an instant, and writes it down.
func (l *life) judge(now time.Time) {
	l.judgeWeek(now)
	u := l.Utility
	u.Status, _ = ForUtility(UtilityInput{Programme: l.programme, Calendar: l.calendar, Cycles: l.cycles, Reviews: l.reviews, Problem: l.programme.Problem}, now)
	fits(l, "Utility", u)
	for _, i := range l.some(len(l.KeyActions)) {
		ka := &l.KeyActions[i]
		ka.Status = ForKeyAction(KeyActionInput{KeyAction: ka, Programme: l.programme, Calendar: l.calendar, Cycles: l.cycles, Problem: l.programme.ProblemOf(ka)}, now)
		fits(l, "KeyAction", ka)
	}
	team := l.Teams[u.Spec.Owner.Team]
	in := TeamInput{Team: team}
	if len(l.cycles) > 0 {
		in.Weeks = []TeamWeek{{Cycle: &l.cycles[len(l.cycles)-1], Actions: l.actions}}
	}
	team.Status, _ = ForTeam(in, now)
	fits(l, "Team", team)
}

func (l *life) judgeWeek(now time.Time) {
	if len(l.cycles) == 0 {
		return
	}
	cycle := &l.cycles[len(l.cycles)-1]
	w, err := plan.WeekOfCycle(cycle)
	if err != nil {
		l.Fatal(err)
	}
	overloaded := plan.Overloaded(l.Teams, l.actions, w)
	gaps, _ := l.programme.Survey(w, w.StartsAt)
	for _, i := range l.some(len(l.actions)) {
		a := &l.actions[i]
		a.Status, _ = ForAction(ActionInput{Action: a, Others: l.actions, Evidence: l.pieces(a)}, now)
		fits(l, "Action", a)
	}
	in := WeeklyCycleInput{Cycle: cycle, Plan: cycle.Status.Plan, Planned: true, Actions: l.actions, PlanGaps: gaps, Overloaded: overloaded, Programme: l.programme}
	cycle.Status, _ = ForWeeklyCycle(in, now)
	if root := cycle.Status.Evidence; root != nil {
		root.Version = max(1, root.Version) // which is for the chain to say
	}
	fits(l, "WeeklyCycle", cycle)
	for i := range l.reviews {
		r := &l.reviews[i]
		in := review.Input{Review: r, Programme: l.programme, Actions: l.actions, Overloaded: overloaded, Escalated: week.Escalated(cycle, cycle, l.actions, nil)}
		if r.Spec.CycleRef != nil {
			in.Cycle = cycle
		}
		r.Status, _ = ForReview(in, now)
		fits(l, "Review", r)
	}
}

// pieces are what was handed in for an Action, which come to what it has.
func (l *life) pieces(a *praxisv1.Action) []praxisv1.Evidence {
	var pieces []praxisv1.Evidence
	add := func(quantity int32, verdict *praxisv1.Verdict) {
		if quantity == 0 {
			return
		}
		e := praxisv1.Evidence{ObjectMeta: metav1.ObjectMeta{Name: strings.Repeat("e", 252) + fmt.Sprint(len(pieces)), Namespace: "shop", Generation: 1}, Spec: praxisv1.EvidenceSpec{
			ActionRef: &praxisv1.LocalReference{Name: a.Name}, Quantity: quantity, Summary: long(2000), SubmittedBy: strings.Repeat("s", 253),
		}}
		e.Status.Verdict = verdict
		in := evidence.Input{Evidence: &e, Action: a, Team: l.Teams[a.Spec.Team]}
		e.Status = ForEvidence(in, hours(1))
		fits(l, "Evidence", &e)
		pieces = append(pieces, e)
	}
	judge := l.Teams[a.Spec.Team].Spec.Members[0].User
	add(a.Status.Accepted, &praxisv1.Verdict{Decision: praxisv1.DecisionAccepted, By: judge, Note: long(2000)})
	add(a.Status.Pending, nil)
	add(1000, &praxisv1.Verdict{Decision: praxisv1.DecisionRejected, By: judge, Note: long(2000)})
	return pieces
}

// decide carries out what a MidweekCheck can decide on some Actions.
func (l *life) decide() {
	if len(l.cycles) == 0 {
		return
	}
	cycle := &l.cycles[0]
	r := aReview("r", praxisv1.ReviewMidweekCheck, 54, 103)
	for _, i := range l.some(len(l.actions)) {
		a := &l.actions[i]
		kind := rapid.SampledFrom([]praxisv1.ReviewDecision{praxisv1.DecideDrop, praxisv1.DecideReassign, praxisv1.DecideReschedule, praxisv1.DecideReschedule}).Draw(l.T, "decision")
		d := praxisv1.ActionDecision{Action: a.Name, Decision: kind, Reason: long(500), Member: l.Teams[a.Spec.Team].Spec.Members[0].Name, DueAt: new(metav1.NewTime(hours(rapid.IntRange(60, 160).Draw(l.T, "due"))))}
		if review.WhyInvalid(l.programme, r, cycle, l.actions, &d) != "" {
			continue
		}
		if after := review.Amend(l.programme, strings.Repeat("r", 253), &d, a, strings.Repeat("o", 253)); after != nil {
			*a = *after
		}
	}
	l.fitActions()
}

// carry takes over what the first week left.
func (l *life) carry(now time.Time) {
	if len(l.cycles) < 2 {
		return
	}
	old, next := &l.cycles[0], &l.cycles[1]
	w, err := plan.WeekOfCycle(next)
	if err != nil {
		l.Fatal(err)
	}
	request := plan.Request{Programme: l.programme, Week: w, Cycle: next.Name, From: now}
	carried := plan.CarryOver(request, plan.Placed(next.Status.Plan, week.Leftovers(old, l.left, nil)), nil, now)
	next.Status.Plan = plan.RecordCarried(next.Status.Plan, old, carried, l.programme.Teams, now)
	l.actions = append(l.actions, carried...)
	l.fitActions()
}
