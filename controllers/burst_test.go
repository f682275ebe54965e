// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"fmt"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/evidence"
)

var burstBegan = time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)

func aBurst() (*bursts, *clocktesting.FakePassiveClock) {
	clock := clocktesting.NewFakePassiveClock(burstBegan)
	return &bursts{clock: clock, size: 10, quiet: 100 * time.Millisecond, longest: 2 * time.Second, behind: 3 * time.Second}, clock
}

func TestABurstHoldsBackWhatIsDerivedFromItAndNothingElse(t *testing.T) {
	for name, c := range map[string]struct {
		events int
		apart  time.Duration
		// later is when it is asked, after the last event.
		later time.Duration
		held  bool
	}{
		"one piece goes through at once":          {1, 0, 0, false},
		"fifty a second are no burst":             {200, 20 * time.Millisecond, 0, false},
		"many at once are held":                   {20, time.Millisecond, time.Millisecond, true},
		"until none comes for a while":            {20, time.Millisecond, 101 * time.Millisecond, false},
		"a long burst is held for two seconds":    {1999, time.Millisecond, 0, true},
		"and then shows what there is by then":    {2020, time.Millisecond, 0, false},
		"before it holds back what comes further": {2200, time.Millisecond, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			b, clock := aBurst()
			for i := range c.events {
				clock.SetTime(burstBegan.Add(time.Duration(i) * c.apart))
				b.note("busy")
				if i < c.events-1 {
					b.hold("busy", 0)
				}
			}
			clock.SetTime(clock.Now().Add(c.later))
			if got := b.hold("busy", 0) > 0; got != c.held {
				t.Errorf("it is held: %v, want %v", got, c.held)
			}
			if b.hold("quiet", 0) > 0 {
				t.Error("another namespace is held")
			}
		})
	}
}

func TestABacklogHoldsBackWhateverTheSpeedOfTheMachine(t *testing.T) {
	b, clock := aBurst()
	if b.hold("busy", 10) > 0 {
		t.Error("a backlog of ten is held")
	}
	var held time.Duration
	for held <= 5*time.Second {
		wait := b.hold("busy", 11)
		if wait == 0 {
			break
		}
		held += wait
		clock.SetTime(clock.Now().Add(wait))
	}
	if held != 3*time.Second {
		t.Errorf("it is held for %s in a row", held)
	}
	clock.SetTime(clock.Now().Add(101 * time.Millisecond))
	if b.hold("busy", 11) == 0 {
		t.Error("it is not held again")
	}
	clock.SetTime(clock.Now().Add(100 * time.Millisecond))
	if b.hold("busy", 0) > 0 {
		t.Error("it is held after the backlog is gone")
	}
}

func TestBurstsRememberNoNamespaceThatIsQuiet(t *testing.T) {
	b, clock := aBurst()
	for i := range 10_000 {
		b.note(fmt.Sprint("namespace-", i))
		clock.SetTime(clock.Now().Add(10 * time.Millisecond))
	}
	if n := len(b.of); n > 50 {
		t.Errorf("%d of them are remembered", n)
	}
}

func TestOneVerdictIsOneEvent(t *testing.T) {
	b, _ := aBurst()
	before := &praxisv1.Evidence{ObjectMeta: metav1.ObjectMeta{Namespace: "busy", Name: "piece"}, Spec: praxisv1.EvidenceSpec{ActionRef: &praxisv1.LocalReference{Name: "an-action"}}}
	after := before.DeepCopy()
	after.Status.ActionRef = &praxisv1.LocalReference{Name: "another"}
	queue := (&Queues{}).make(actionController, nil)
	defer queue.ShutDown()
	b.counting(to(actionOfEvidence)).Update(t.Context(), event.UpdateEvent{ObjectOld: client.Object(before), ObjectNew: client.Object(after)}, queue)
	if n := len(b.of["busy"].recent); n != 1 || queue.Len() != 2 {
		t.Errorf("it was noted %d times, and %d Actions are looked at", n, queue.Len())
	}
}

func TestAPieceIsUnlookedUntilWhatIsSaidOfItTakesItsVerdictIntoAccount(t *testing.T) {
	verdict := &praxisv1.Verdict{Decision: praxisv1.DecisionAccepted, By: "mira"}
	said := func(reason string, status metav1.ConditionStatus) praxisv1.ConditionedStatus {
		return praxisv1.ConditionedStatus{ObservedGeneration: 1, Conditions: []metav1.Condition{{Type: praxisv1.ConditionAccepted, Status: status, Reason: reason}}}
	}
	for name, c := range map[string]struct {
		status praxisv1.EvidenceStatus
		want   bool
	}{
		"nobody has looked":            {praxisv1.EvidenceStatus{}, false},
		"judged before the first look": {praxisv1.EvidenceStatus{Verdict: verdict}, false},
		"it awaits a verdict":          {praxisv1.EvidenceStatus{ConditionedStatus: said(praxisv1.ReasonAwaitingVerdict, metav1.ConditionUnknown)}, true},
		"the verdict has come":         {praxisv1.EvidenceStatus{Verdict: verdict, ConditionedStatus: said(praxisv1.ReasonAwaitingVerdict, metav1.ConditionUnknown)}, false},
		"and is counted":               {praxisv1.EvidenceStatus{Verdict: verdict, JudgedBy: "mira", ConditionedStatus: said(praxisv1.ReasonAccepted, metav1.ConditionTrue)}, true},
		"or cannot count":              {praxisv1.EvidenceStatus{Verdict: verdict, ConditionedStatus: said(praxisv1.ReasonNotAReviewer, metav1.ConditionFalse)}, true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := evidence.Reflects(&praxisv1.Evidence{Status: c.status}); got != c.want {
				t.Errorf("it is %v", got)
			}
		})
	}
}
