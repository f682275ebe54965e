// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"

	"github.com/praxis-dev/praxis/internal/chain"
)

func TestWhatIsPendingWhenAWeekClosesGoesOnAndWhatComesLaterIsTooLate(t *testing.T) {
	w := planned(t)
	w.accept(prepare, 1)
	w.settle()
	w.settleAt("2026-12-01T08:00:00Z") // after the week, before its grace ends
	w.submit("late", collect)
	w.must(w.judge(mira, "late", praxisv1.DecisionAccepted)) // late evidence counts for the old week
	w.submit("waiting", prepare)
	w.settleAt("2026-12-02T08:00:00Z")
	w.expectTally(collect, praxisv1.ReasonAccepted, 1, 0, 0)
	w.expectTally(prepare, praxisv1.ReasonCarriedOver, 1, 1, 0)
	carried := w49 + ".rehearse-rollback.prepare.jonas.w48"
	w.expectTally(carried, praxisv1.ReasonAwaitingAcceptance, 0, 1, 0)
	w.must(w.judge(mira, "waiting", praxisv1.DecisionAccepted))
	w.clock.now = w.clock.now.Add(time.Second)
	w.submit("too-late", prepare)
	w.settle()
	w.expectTally(carried, praxisv1.ReasonAccepted, 1, 0, 0)
	w.expectVerdict("too-late", "False CycleClosed")
	was := get[praxisv1.Action](w, collect).ResourceVersion
	if err := w.judge(mira, "late", praxisv1.DecisionRejected); err == nil {
		t.Error("a verdict of a closed week was changed")
	}
	w.settle()
	w.expectVerdict("late", "True Accepted")
	if get[praxisv1.Action](w, collect).ResourceVersion != was {
		t.Error("the Action of a closed week changed")
	}
}

// lookouts tells when a lock is asked for.
type lookouts struct {
	Counting
	asked chan struct{}
}

func (l *lookouts) Piece(namespace string) (func(), bool) {
	l.asked <- struct{}{}
	return l.Counting.Piece(namespace)
}

func (l *lookouts) Closing(namespace string) sync.Locker {
	return lookout{l.Counting.Closing(namespace), l.asked}
}

type lookout struct {
	sync.Locker
	asked chan struct{}
}

func (l lookout) Lock() {
	l.asked <- struct{}{}
	l.Locker.Lock()
}

// A verdict can be looked at in the moment in which the week closes. Then it is in the week's
// figures and in its root, or in neither and goes on with what is carried over.
func TestAVerdictThatIsCountedWhileItsWeekClosesIsInItsRootOrGoesOn(t *testing.T) {
	w := planned(t)
	w.accept(agree, 1)
	w.submit("slow", prepare, quantity(2))
	w.settle()
	locks := &lookouts{w.deps.Counting, make(chan struct{}, 10)}
	w.deps.Counting = locks
	w.clock.now = at(t, "2026-12-02T08:00:00Z")
	cycle := &WeeklyCycleReconciler{w.deps}
	close := func() {
		_, err := cycle.Reconcile(t.Context(), get[praxisv1.WeeklyCycle](w, w48))
		w.must(err)
	}
	close()
	if got := reason(get[praxisv1.WeeklyCycle](w, w48).Status.Conditions, praxisv1.ConditionClosed); got != "False Closing" {
		t.Fatalf("the week is %s", got)
	}
	w.must(w.judge(mira, "slow", praxisv1.DecisionAccepted))
	arrived, goOn := make(chan struct{}), make(chan struct{})
	w.gate.hold(func(r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/evidence/slow/status") {
			arrived <- struct{}{}
			<-goOn
		}
	})
	var looking, closing sync.WaitGroup
	looking.Go(func() {
		_, err := (&EvidenceReconciler{w.deps}).Reconcile(t.Context(), get[praxisv1.Evidence](w, "slow"))
		if err != nil {
			t.Error(err)
		}
	})
	<-arrived
	<-locks.asked
	closed := make(chan struct{})
	closing.Go(func() { close(); closed <- struct{}{} })
	select {
	case <-locks.asked: // it waits for the other
	case <-closed:
		go func() { closed <- struct{}{} }()
	}
	goOn <- struct{}{}
	looking.Wait()
	<-closed
	w.gate.hold(nil)
	w.settle()
	w.expectVerdict("slow", "True Accepted")
	if _, findings := chain.Verify(w.export()); len(findings) > 0 {
		t.Errorf("the chain says %v", findings)
	}
}

// While a week of its namespace is closed a piece waits, and its worker is free for others' pieces.
func TestAPieceThatWaitsForAClosingWeekHoldsNoWorker(t *testing.T) {
	w := planned(t)
	w.submit("piece", collect)
	closing := w.deps.Counting.Closing(w.ns)
	closing.Lock()
	result, err := (&EvidenceReconciler{w.deps}).Reconcile(t.Context(), get[praxisv1.Evidence](w, "piece"))
	w.must(err)
	if looked := get[praxisv1.Evidence](w, "piece").Status.Conditions; result.RequeueAfter != countingWait || looked != nil {
		t.Errorf("it comes again after %s, and says %v", result.RequeueAfter, looked)
	}
	closing.Unlock()
	w.settle()
	w.expectVerdict("piece", "Unknown AwaitingVerdict")
}

func TestVerdictsOfTheSecondInWhichAWeekClosesAllCount(t *testing.T) {
	w := planned(t)
	for name, action := range map[string]string{"a": prepare, "b": collect, "c": dryRun} {
		w.submit(name, action)
	}
	w.settle()
	w.clock.now = at(t, "2026-12-02T08:00:00Z")
	_, err := (&WeeklyCycleReconciler{w.deps}).Reconcile(t.Context(), get[praxisv1.WeeklyCycle](w, w48))
	w.must(err)
	for _, name := range []string{"a", "b", "c"} {
		w.must(w.judge(mira, name, praxisv1.DecisionAccepted))
	}
	w.settle()
	counted := 0
	for _, a := range w.actions() {
		counted += int(a.Status.Accepted)
	}
	for _, name := range []string{"a", "b", "c"} {
		w.expectVerdict(name, "True Accepted")
	}
	closed := get[praxisv1.WeeklyCycle](w, w48).Status
	if _, findings := chain.Verify(w.export()); len(findings) > 0 || counted != 3 || closed.Evidence.Count != 3 || closed.Evidence.Version != chain.Version {
		t.Errorf("%d pieces are counted, by the week %+v; the chain says %v", counted, closed.Evidence, findings)
	}
}

func TestWhatIsHandedInWhileAWeekClosesGoesOnWithWhatIsCarried(t *testing.T) {
	w := planned(t)
	w.clock.now = at(t, "2026-12-02T08:00:00Z")
	_, err := (&WeeklyCycleReconciler{w.deps}).Reconcile(t.Context(), get[praxisv1.WeeklyCycle](w, w48))
	w.must(err)
	w.clock.now = at(t, "2026-12-02T08:00:01Z")
	w.submit("late", prepare)
	w.submit("nowhere", collect) // it escalates
	w.settle()
	w.expectVerdict("late", "Unknown AwaitingVerdict")
	w.expectTally(w49+".rehearse-rollback.prepare.jonas.w48", praxisv1.ReasonBlocked, 0, 1, 0)
	w.expectVerdict("nowhere", "False CycleClosed")
}

// The backlog of one goal is no matter of another.
func TestAWeekDoesNotWaitForEvidenceOfOthers(t *testing.T) {
	w := planned(t)
	w.settle()
	w.submit("elsewhere", "another-goal-2026-w48.fix.ship.ana", by(jonas))
	w.submit("for-a-measure", "", by(jonas), func(e *praxisv1.Evidence) {
		e.Spec.ActionRef, e.Spec.Value = nil, new(praxisv1.Decimal("4"))
		e.Spec.For = &praxisv1.EvidenceTarget{Utility: "safe-deploys", Measure: "minutes-to-undo"}
	})
	w.clock.now = at(t, "2026-12-02T08:00:00Z")
	for range 2 {
		_, err := (&WeeklyCycleReconciler{w.deps}).Reconcile(t.Context(), get[praxisv1.WeeklyCycle](w, w48))
		w.must(err)
	}
	if got := reason(get[praxisv1.WeeklyCycle](w, w48).Status.Conditions, praxisv1.ConditionClosed); got != "True Closed" {
		t.Errorf("it is %s", got)
	}
	w.settle()
	w.expectVerdict("elsewhere", "False ActionNotFound")
}
