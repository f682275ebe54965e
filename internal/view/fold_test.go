// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package view

import (
	"fmt"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"pgregory.net/rapid"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

var reasonsOfActions = map[string]metav1.ConditionStatus{
	praxisv1.ReasonOnPace: metav1.ConditionTrue, praxisv1.ReasonAccepted: metav1.ConditionTrue,
	praxisv1.ReasonNotDue: metav1.ConditionUnknown, praxisv1.ReasonMissed: metav1.ConditionFalse,
	praxisv1.ReasonOverdue: metav1.ConditionFalse,
}

func line(kind string, n int, reason string, children ...*Node) *Node {
	name := fmt.Sprintf("%s-%d", kind, n)
	return &Node{Ref: refTo(kind, "ns", name), Label: name, State: State{Status: reasonsOfActions[reason], Reason: reason}, Children: children}
}

// anyForest is Utilities with KeyActions, those with more Actions than fit any screen.
func anyForest(t *rapid.T) []*Node {
	reason := rapid.SampledFrom([]string{praxisv1.ReasonOnPace, praxisv1.ReasonAccepted, praxisv1.ReasonNotDue, praxisv1.ReasonMissed, praxisv1.ReasonOverdue})
	var roots []*Node
	for u := range rapid.IntRange(1, 4).Draw(t, "utilities") {
		root := line(kindUtility, u, reason.Draw(t, "utility"))
		for k := range rapid.IntRange(0, 9).Draw(t, "keyActions") {
			ka := line(kindKeyAction, k, reason.Draw(t, "keyAction"))
			for a := range rapid.IntRange(0, 120).Draw(t, "actions") {
				ka.Children = append(ka.Children, line(kindAction, a, reason.Draw(t, "action")))
			}
			byTrouble(ka.Children)
			root.Children = append(root.Children, ka)
		}
		roots = append(roots, root)
	}
	return roots
}

func TestAFoldedTreeFitsAndAccountsForEverythingItHides(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		roots := anyForest(t)
		folded := Fold(roots, 39)
		if n := Lines(folded); n > 39 {
			t.Fatalf("%d lines, want 39 at most", n)
		}
		// If any children of a line are shown, all of them are accounted for.
		var check func(of string, before, after []*Node)
		check = func(of string, before, after []*Node) {
			if len(after) == 0 {
				return
			}
			want, got := map[string]int{}, map[string]int{}
			for _, n := range before {
				want[n.Reason]++
			}
			for _, n := range after {
				got[n.Reason] += max(n.Folded, 1)
				for _, b := range before {
					if n.Folded == 0 && b.Name == n.Name {
						check(n.Name, b.Children, n.Children)
					}
				}
			}
			for reason, n := range want {
				if got[reason] != n {
					t.Fatalf("below %s: %d lines are %s, want %d", of, got[reason], reason, n)
				}
			}
		}
		check("the forest", roots, folded)
	})
}

func TestTroubleHasLinesOfItsOwnAndTheRestIsFolded(t *testing.T) {
	ka := line(kindKeyAction, 1, praxisv1.ReasonMissed)
	for i := range 500 {
		reason := praxisv1.ReasonOnPace
		if i == 77 || i == 400 {
			reason = praxisv1.ReasonMissed
		}
		ka.Children = append(ka.Children, line(kindAction, i, reason))
	}
	byTrouble(ka.Children)
	folded := Fold([]*Node{line(kindUtility, 1, praxisv1.ReasonMissed, ka)}, 39)
	var labels []string
	for _, n := range folded[0].Children[0].Children {
		labels = append(labels, n.Label+" "+n.Reason)
	}
	want := "[Action-400 Missed Action-77 Missed 498 Actions… OnPace]"
	if got := fmt.Sprint(labels); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestNothingIsFoldedWithoutALimit(t *testing.T) {
	roots := []*Node{line(kindUtility, 1, praxisv1.ReasonOnPace, line(kindAction, 1, praxisv1.ReasonOnPace), line(kindAction, 2, praxisv1.ReasonOnPace))}
	if n := Lines(Fold(roots, 0)); n != 3 {
		t.Errorf("%d lines, want 3", n)
	}
}
