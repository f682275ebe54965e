// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/chain"
)

// A crash after any single write must lead to the same end state as no crash. Each workload
// is a list of moments: people act, then the operator reconciles until it writes nothing more.
// For each write, and each way of dying at it, one run stops the operator there, starts
// another, and goes on.

var crashEvery = flag.Int("crash-every", 30, "try every n-th write point; 1 tries all (make test-crash)")

// moment is an instant at which people do something.
type moment struct {
	now    string
	people func(*world)
}

var workloads = map[string]struct {
	sample  string
	moments []moment
	about   string // what the writes are of at which it is stopped; all where it is empty
}{
	"a week with evidence, reviews, carry-over and pruning": {"platform", []moment{
		{"2026-11-23T15:05:00Z", nil},
		{"2026-11-25T09:00:00Z", func(w *world) {
			w.sign("safe-deploys-calibration-2026-w48")
			w.accept(agree, 2)
			w.accept(prepare, 1)
			w.submit("waits", prepare, quantity(1))
			w.submit("refused", rehearse)
			w.must(w.judge(mira, "refused", praxisv1.DecisionRejected))
			w.submit("minutes", "", measured("41"), by(jonas))
			w.must(w.judge(mira, "minutes", praxisv1.DecisionAccepted))
		}},
		{"2026-11-25T13:00:00Z", nil}, // the midweek check opens
		{"2026-11-25T13:30:00Z", func(w *world) {
			reassign := decide(rehearse, praxisv1.DecideReassign)
			reassign.Member = "priya"
			w.sign(midweek, reassign, decide(dryRun, praxisv1.DecideDrop))
		}},
		{"2026-11-26T10:00:00Z", func(w *world) {
			w.change(get[praxisv1.KeyAction](w, "remove-manual-step"), func(o client.Object) { o.(*praxisv1.KeyAction).Spec.Package.Steps[0].Times = 2 })
			w.accept(automate, 1)
		}},
		{"2026-11-27T14:00:00Z", nil}, // the review opens
		{"2026-11-27T14:30:00Z", func(w *world) {
			w.sign(weekly, decide(reviewed, praxisv1.DecideEscalate), decide(rehearse, praxisv1.DecideCarryOver), decide(rehearseOf("priya"), praxisv1.DecideCarryOver))
		}},
		{"2026-11-30T08:00:00Z", nil}, // W48 closes and W49 takes over unfinished Actions
		{"2026-12-07T08:00:00Z", nil},
		{"2026-12-09T08:00:00Z", nil}, // W49 closes unsigned when its grace ends; W48 is pruned
	}, ""},
	"an Action that is split, and carried over in its parts": {"platform", []moment{
		{"2026-11-23T15:05:00Z", nil},
		{"2026-11-24T09:00:00Z", func(w *world) { w.must(w.handsOver(mira, prepare, "priya", 1)) }},
		{"2026-11-30T08:00:00Z", nil}, // what was missed says so before W48 closes and it goes on
		{"2026-12-02T08:00:00Z", nil}, // W48 closes unsigned
	}, ""},
	"what joins a week, and is taken back": {"enterprise", []moment{
		{"2026-11-23T15:05:00Z", nil},
		{"2026-11-23T16:00:00Z", func(w *world) {
			w.change(get[praxisv1.Team](w, "ai-office"), func(o client.Object) { o.SetLabels(byLabel.MatchLabels) })
		}},
		{"2026-11-23T16:30:00Z", func(w *world) {
			w.change(get[praxisv1.Team](w, "ai-office"), func(o client.Object) { o.SetLabels(nil) })
		}},
		{"2026-11-30T04:00:00Z", nil},
	}, ""},
	"one KeyAction for three Teams, of which one leaves": {"enterprise", []moment{
		{"2026-11-23T15:05:00Z", nil},
		{"2026-11-24T09:00:00Z", func(w *world) {
			w.change(get[praxisv1.Team](w, "search"), func(o client.Object) { o.SetLabels(nil) })
		}},
		{"2026-11-30T04:00:00Z", nil},
		{"2026-12-02T04:00:00Z", func(w *world) {
			w.change(get[praxisv1.Utility](w, "shared-inference"), func(o client.Object) { o.(*praxisv1.Utility).Spec.Suspend = true })
		}},
		{"2026-12-07T04:00:00Z", nil}, // what was missed says so before W49 closes and it goes on
		{"2026-12-09T04:00:00Z", nil},
	}, ""},
	"a quarter that is paid": {"platform", []moment{
		{"2026-12-14T15:05:00Z", func(w *world) { paysInEarnest(w) }},
		{"2026-12-15T09:00:00Z", func(w *world) { w.accept(w51+".rehearse-rollback.rehearse.jonas", 1) }},
		{"2026-12-23T12:00:00Z", nil}, // W51 closes
		{"2026-12-30T12:00:00Z", nil}, // W52 closes, and W51 is pruned
		{"2027-01-06T12:00:00Z", nil}, // W53 closes, and with it the quarter
		{"2027-01-07T09:00:00Z", func(w *world) {
			w.granted("jonas@example.com", "2026-Q4")
			w.approvers("hr@example.com", "cfo@example.com")
			w.must(w.tries("jonas@example.com", w.statement("jonas@example.com", "2026-Q4"), disputing))
			w.must(w.tries("hr@example.com", w.statement("jonas@example.com", "2026-Q4"), resolving))
		}},
		{"2027-01-14T12:00:00Z", nil}, // the time to dispute is over
		{"2027-01-14T13:00:00Z", func(w *world) {
			for _, by := range []string{"hr@example.com", "cfo@example.com"} {
				w.must(w.tries(by, w.statement("jonas@example.com", "2026-Q4"), approving))
			}
		}},
	}, "incentive"},
}

func measured(value praxisv1.Decimal) func(*praxisv1.Evidence) {
	return func(e *praxisv1.Evidence) {
		e.Spec.ActionRef = nil
		e.Spec.For = &praxisv1.EvidenceTarget{Utility: "safe-deploys", Measure: "minutes-to-undo"}
		e.Spec.Value = &value
		e.Spec.Artifacts = nil
	}
}

// change is an edit that is not the operator's.
func (w *world) change(o client.Object, how func(client.Object)) {
	w.Helper()
	how(o)
	w.must(w.live.Update(w.Context(), o))
	w.seenAt(o)
}

// live goes through the moments with an operator that dies once, or never if stopAt is 0,
// and returns the writes that the API server received.
func live(t *testing.T, name string, stopAt int, answerLost bool) (*world, []string) {
	workload := workloads[name]
	w := newWorld(t, workload.moments[0].now)
	w.historyWeeks = 1
	w.restart()
	w.gate.stopAt, w.gate.answerLost = stopAt, answerLost
	w.must(w.apply(sample(workload.sample)))
	var arrived []string
	for _, m := range workload.moments {
		w.clock.now = at(t, m.now)
		if m.people != nil {
			m.people(w)
		}
		if w.gate.stopAt == 0 || !w.dies() {
			w.settle()
			continue
		}
		arrived = append(arrived, w.gate.arrived()...)
		w.restart()
		w.settle()
	}
	arrived = append(arrived, w.gate.arrived()...)
	w.restart()
	if n := w.settle(); n != 0 {
		t.Errorf("another operator is not at rest and wrote %v", w.gate.writes) // O4
	}
	return w, arrived
}

// dies lets the operator reconcile until it writes nothing more or is stopped.
func (w *world) dies() bool {
	for {
		before := w.gate.count()
		err := w.round()
		switch after := w.gate.count(); {
		case after >= w.gate.stopAt:
			return true
		case after == before:
			w.must(err)
			return false
		}
		w.must(err)
	}
}

// arrived returns the writes that the API server received.
func (g *gate) arrived() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := len(g.writes)
	if g.stopAt > 0 && n >= g.stopAt {
		n = g.stopAt - 1
		if g.answerLost {
			n = g.stopAt
		}
	}
	return slices.Clone(g.writes[:n])
}

// byObject counts writes by path without the namespace; POSTs count for their collection.
func byObject(w *world, writes []string) map[string]int {
	counts := map[string]int{}
	for _, write := range writes {
		counts[strings.Replace(write, w.ns, "NS", 1)]++
	}
	return counts
}

func TestACrashAtAnyWriteOfAWeekEndsAsNone(t *testing.T) {
	points, runs := 0, 0
	for name := range workloads {
		reference, writes := live(t, name, 0, false)
		want, wrote := reference.snapshot(), byObject(reference, writes)
		points += len(writes)
		var at []int // counted from 1
		for i, write := range writes {
			if strings.Contains(write, workloads[name].about) {
				at = append(at, i+1)
			}
		}
		for i := 0; i < len(at); i += *crashEvery {
			k := at[i]
			for _, answerLost := range []bool{false, true} {
				runs++
				t.Run(fmt.Sprintf("%s, write %d of %d, answer lost %v", name, k, len(writes), answerLost), func(t *testing.T) {
					t.Parallel() // they wait for the API server most of the time
					w, writes := live(t, name, k, answerLost)
					if got := w.snapshot(); got != want { // O1
						t.Errorf("ended otherwise: %s", firstDifference(got, want))
					}
					sameWrites(t, byObject(w, writes), wrote) // O2
					invariants(t, w)                          // O3
				})
			}
		}
	}
	t.Logf("%d runs at %d write points, of %d in all", runs, runs/2, points)
}

// sameWrites checks that nothing is created or deleted twice, and that an object gets at most
// one update more than from an operator that is never stopped: such an operator merges two
// simultaneous changes into one write, while one that is stopped between them writes the
// first before and the second after its restart.
func sameWrites(t *testing.T, got, want map[string]int) {
	for _, write := range slices.Sorted(maps.Keys(got)) {
		spare := 0
		if strings.HasPrefix(write, "PATCH") {
			spare = 1
		}
		if got[write] > want[write]+spare {
			t.Errorf("%s: %d times, and without a crash %d", write, got[write], want[write])
		}
	}
	for write, n := range want {
		if !strings.HasPrefix(write, "PATCH") && got[write] < n {
			t.Errorf("%s: %d times, and without a crash %d", write, got[write], n)
		}
	}
}

// invariants hold whenever the operator has nothing more to write, whatever happened before.
func invariants(t *testing.T, w *world) {
	var cycles praxisv1.WeeklyCycleList
	w.must(w.live.List(t.Context(), &cycles, client.InNamespace(w.ns)))
	weeks := map[string]bool{}
	for _, c := range cycles.Items {
		key := c.Spec.UtilityRef.Name + " " + string(c.Spec.Week)
		if weeks[key] {
			t.Errorf("%s has two cycles", key)
		}
		weeks[key] = true
	}
	carried := map[string]bool{}
	actions := w.actions()
	for name, a := range actions {
		if a.Spec.CarriedFrom == "" {
			continue
		}
		if carried[a.Spec.CarriedFrom] {
			t.Errorf("%s is carried twice", a.Spec.CarriedFrom)
		}
		carried[a.Spec.CarriedFrom] = true
		if metav1.GetControllerOf(a) == nil {
			t.Errorf("%s has no owner", name)
		}
	}
	var evidence praxisv1.EvidenceList
	w.must(w.live.List(t.Context(), &evidence, client.InNamespace(w.ns)))
	for _, e := range evidence.Items {
		v := e.Status.Verdict
		if reason(e.Status.Conditions, praxisv1.ConditionAccepted) != "True Accepted" || v == nil {
			continue
		}
		if v.By == e.Spec.SubmittedBy || e.Status.ActionRef != nil && actions[e.Status.ActionRef.Name] != nil && v.By == actions[e.Status.ActionRef.Name].Spec.User {
			t.Errorf("%s was accepted by %s, whose work it is", e.Name, v.By)
		}
	}
	if _, findings := chain.Verify(w.export()); len(findings) > 0 {
		t.Errorf("the chain does not verify: %v", findings)
	}
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		var a, b string
		if i < len(g) {
			a = g[i]
		}
		if i < len(w) {
			b = w[i]
		}
		if a != b {
			return fmt.Sprintf("\n%s\nwant\n%s", a, b)
		}
	}
	return "nowhere"
}
