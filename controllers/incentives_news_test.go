// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// The statements of a policy are decided together, a thousand of them at once. So what a running week
// comes to, piece by piece, is none of a policy's business.
func TestAPolicyLooksAgainOnlyWhereWhatItPaysMayHaveChanged(t *testing.T) {
	utility := func(generation int64, delivered int64, closed bool) *praxisv1.Utility {
		u := &praxisv1.Utility{ObjectMeta: metav1.ObjectMeta{Generation: generation}}
		u.Status.Quarters = []praxisv1.QuarterResult{{Name: "2026-Q4", Delivered: delivered}}
		u.Status.Conditions = []metav1.Condition{{Type: praxisv1.ConditionOnTrack, Message: string(rune('a' + delivered))}}
		if closed {
			u.Status.Quarters[0].ClosedAt = new(metav1.Now())
		}
		return u
	}
	week := func(accepted int32, plan *praxisv1.WeekPlan) *praxisv1.WeeklyCycle {
		c := &praxisv1.WeeklyCycle{}
		c.Status.Plan, c.Status.Counts = plan, &praxisv1.ActionCounts{Accepted: accepted}
		return c
	}
	action := func(generation int64, accepted int32, splitFrom string) *praxisv1.Action {
		return &praxisv1.Action{ObjectMeta: metav1.ObjectMeta{Generation: generation}, Spec: praxisv1.ActionSpec{SplitFrom: splitFrom}, Status: praxisv1.ActionStatus{Accepted: accepted}}
	}
	statement := &praxisv1.IncentiveStatement{}
	plan := &praxisv1.WeekPlan{Hash: "a"}
	for name, c := range map[string]struct {
		of         predicate.Predicate
		was, is    client.Object // one alone is new or gone
		reconciles bool
	}{
		"a piece was accepted, which the goal counts":   {quartersClosing, utility(1, 1, false), utility(1, 2, false), false},
		"the quarter closed":                            {quartersClosing, utility(1, 2, false), utility(1, 2, true), true},
		"somebody changed the goal":                     {quartersClosing, utility(1, 1, false), utility(2, 1, false), true},
		"a piece was accepted, which the week counts":   {workOfWeek, week(1, plan), week(2, plan), false},
		"the week was planned":                          {workOfWeek, week(1, nil), week(1, plan), true},
		"a piece was accepted, which the Action counts": {handing, action(1, 1, ""), action(1, 2, ""), false},
		"an Action was handed over":                     {handing, action(1, 1, ""), action(2, 1, ""), true},
		"an Action was made with its week":              {handing, nil, action(1, 0, ""), false},
		"an Action was split":                           {handing, nil, action(1, 0, "x"), true},
		"an Action was pruned":                          {handing, action(1, 0, ""), nil, false},
		"a statement was made, by the policy itself":    {notNew, nil, statement, false},
	} {
		t.Run(name, func(t *testing.T) {
			var got bool
			switch {
			case c.was == nil:
				got = c.of.Create(event.CreateEvent{Object: c.is})
			case c.is == nil:
				got = c.of.Delete(event.DeleteEvent{Object: c.was})
			default:
				got = c.of.Update(event.UpdateEvent{ObjectOld: c.was, ObjectNew: c.is})
			}
			if got != c.reconciles {
				t.Errorf("it reconciles the policy: %v", got)
			}
		})
	}
}

func TestEvidenceOfAClosedWeekAloneReachesItsPolicies(t *testing.T) {
	week := func(name string, closed metav1.ConditionStatus) *praxisv1.WeeklyCycle {
		c := &praxisv1.WeeklyCycle{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: praxisv1.WeeklyCycleSpec{UtilityRef: praxisv1.LocalReference{Name: "checkout"}}}
		c.Status.Conditions = []metav1.Condition{{Type: praxisv1.ConditionClosed, Status: closed}}
		return c
	}
	policy := func(name, utility string) *praxisv1.IncentivePolicy {
		return &praxisv1.IncentivePolicy{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: praxisv1.IncentivePolicySpec{UtilityRef: praxisv1.LocalReference{Name: utility}}}
	}
	there := &memory{objects: map[schema.GroupVersionKind][]client.Object{
		praxisv1.GroupVersion.WithKind("WeeklyCycle"):     {week("closed", metav1.ConditionTrue), week("running", metav1.ConditionFalse)},
		praxisv1.GroupVersion.WithKind("IncentivePolicy"): {policy("euros", "checkout"), policy("other", "search")},
	}, indexes: map[string]client.IndexerFunc{}}
	if err := addIndexes(t.Context(), there); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]int{"closed": 1, "running": 0, "pruned": 0, "": 0} {
		queue := workqueue.NewTypedRateLimitingQueue(workqueue.DefaultTypedControllerRateLimiter[reconcile.Request]())
		piece := &praxisv1.Evidence{}
		if name != "" {
			piece.Status.CycleRef = &praxisv1.LocalReference{Name: name}
		}
		Deps{Client: there}.toPoliciesOfClosed().Update(t.Context(), event.UpdateEvent{ObjectOld: piece, ObjectNew: piece}, queue)
		if queue.Len() != want {
			t.Errorf("a piece of the week %q reaches %d policies, want %d", name, queue.Len(), want)
		}
		queue.ShutDown()
	}
}
