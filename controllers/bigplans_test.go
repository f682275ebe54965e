// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/week"
)

// bigGoals are goals whose weeks have a thousand Actions each.
func bigGoals(n int) string {
	var text strings.Builder
	text.WriteString("apiVersion: praxis.dev/v1alpha1\nkind: Team\nmetadata: {name: crowd}\nspec:\n  members:\n")
	for i := range 100 {
		fmt.Fprintf(&text, "  - {name: m%02d, user: m%02d, roles: [counter], capacity: 40h}\n", i, i)
	}
	for i := range n {
		fmt.Fprintf(&text, `---
apiVersion: praxis.dev/v1alpha1
kind: Utility
metadata: {name: counted-%[1]d}
spec:
  statement: Everything is counted
  beneficiaries: [{who: All, problem: Nobody knows, improvement: Everybody does}]
  organization: Figures
  owner: {team: crowd, member: m00}
  required: 1000
  cadence: {timeZone: Europe/Zurich}
---
apiVersion: praxis.dev/v1alpha1
kind: KeyAction
metadata: {name: count-%[1]d}
spec:
  utilityRef: {name: counted-%[1]d}
  teamRef: {name: crowd}
  verb: Count
  object: everything
  contribution: 1
  weight: 100
  package:
    definition: Count
    standard: Counted
    steps:
`, i)
		for step := range 10 {
			fmt.Fprintf(&text, "    - {name: s%d, tier: Key, do: Count, assign: {mode: Each, role: counter}, times: 1, duration: 1m, weight: 10, standard: {statement: Counted}}\n", step)
		}
	}
	return text.String()
}

// However many big weeks one namespace begins, and however slow the API server is.
func TestBigPlansLeaveWorkersToTheirNeighbours(t *testing.T) {
	const goals = Workers
	w := newWorld(t, "2026-11-23T15:05:00Z")
	big := w.ns
	neighbour := w.newNamespace()
	w.also = []string{neighbour}
	w.run(nil)
	w.gate.hold(func(r *http.Request) {
		if r.Method == http.MethodPost && strings.Contains(r.URL.Path, "/namespaces/"+big+"/actions") {
			time.Sleep(100 * time.Millisecond)
		}
	})
	w.must(w.create([]byte(bigGoals(goals))))
	planned := func() (weeks, planned int) {
		var list praxisv1.WeeklyCycleList
		w.must(w.live.List(t.Context(), &list, client.InNamespace(big)))
		for i := range list.Items {
			if week.Planned(&list.Items[i]) {
				planned++
			}
		}
		return len(list.Items), planned
	}
	w.must(w.within(patience, "all big weeks begin", func() bool { weeks, _ := planned(); return weeks == goals }))
	w.ns = neighbour
	w.must(w.apply(sample("minimal")))
	w.must(w.within(4*patience, "the neighbour's week is planned", func() bool { return len(w.actions()) == 2 }))
	if _, n := planned(); n > 0 {
		t.Errorf("%d big weeks were planned before it", n)
	}
	w.gate.hold(nil)
	w.must(w.within(12*patience, "the big weeks are planned", func() bool { _, n := planned(); return n == goals }))
}
