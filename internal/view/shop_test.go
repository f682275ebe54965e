// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package view

import (
	"fmt"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// The objects that the tests of trees, boards and causes share: a Utility with KeyActions
// around the desk and its week.

func named(name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: "shop", Name: name, Generation: 1}
}

func onTrack(status, reason string) metav1.Condition { return condition("OnTrack", status, reason) }

// answers is the Utility of the desk; its week is the running one.
func answers(c ...metav1.Condition) praxisv1.Utility {
	return praxisv1.Utility{
		ObjectMeta: named("answers"),
		Spec:       praxisv1.UtilitySpec{Owner: praxisv1.Owner{Team: "desk", Member: "ada"}, Cadence: praxisv1.Cadence{TimeZone: "Pacific/Auckland"}},
		Status:     praxisv1.UtilityStatus{ConditionedStatus: conditions(1, c...), CurrentCycle: "w48"},
	}
}

// keyAction is one of the desk's, 40 of 80 percent done.
func keyAction(name string, weight int32, c ...metav1.Condition) praxisv1.KeyAction {
	return praxisv1.KeyAction{
		ObjectMeta: named(name),
		Spec:       praxisv1.KeyActionSpec{UtilityRef: praxisv1.LocalReference{Name: "answers"}, Weight: &weight},
		Status: praxisv1.KeyActionStatus{
			ConditionedStatus: conditions(1, c...), Delivery: praxisv1.Delivery{ProgressPercent: 40, ExpectedPercent: 80},
		},
	}
}

func childOf(parent string, ka praxisv1.KeyAction) praxisv1.KeyAction {
	ka.Spec.ParentRef = &praxisv1.LocalReference{Name: parent}
	return ka
}

// reviewOf is a Review of the desk's week, due at an instant.
func reviewOf(name, due string, c ...metav1.Condition) praxisv1.Review {
	return praxisv1.Review{
		ObjectMeta: named(name),
		Spec: praxisv1.ReviewSpec{
			Type: praxisv1.ReviewWeekly, UtilityRef: praxisv1.LocalReference{Name: "answers"}, CycleRef: &praxisv1.LocalReference{Name: "w48"},
			Reviewer: "ada", Reviewers: []string{"ada", "bob"}, OpensAt: metav1.NewTime(instant("2026-11-27T01:00:00Z")), DueAt: metav1.NewTime(instant(due)),
		},
		Status: praxisv1.ReviewStatus{ConditionedStatus: conditions(1, c...)},
	}
}

var (
	waits  = []metav1.Condition{condition("Open", "True", "Open"), condition("Complete", "False", "NotYet")}
	lateOn = []metav1.Condition{condition("Open", "True", "Open"), condition("Complete", "False", "Overdue")}
	shut   = []metav1.Condition{condition("Open", "False", "NotYet"), condition("Complete", "False", "NotYet")}
	signed = []metav1.Condition{condition("Open", "False", "SignedOff"), condition("Complete", "True", "SignedOff")}
)

// with puts a Utility and its KeyActions around a desk whose week is planned.
func (o Objects) with(u praxisv1.Utility, keyActions ...praxisv1.KeyAction) Objects {
	o.Utilities, o.KeyActions = append(o.Utilities, u), append(o.KeyActions, keyActions...)
	o.Cycles[0].Generation = 1
	o.Cycles[0].Status.ConditionedStatus = conditions(1, onTrack("False", praxisv1.ReasonBehind), condition("Planned", "True", praxisv1.ReasonPlanned))
	return o
}

// outline is a forest as text: the state of each line, how far along it is, what to do next.
func outline(roots ...*Node) string {
	var b strings.Builder
	var write func(indent string, nodes []*Node)
	write = func(indent string, nodes []*Node) {
		for _, n := range nodes {
			fmt.Fprintf(&b, "%s%s %s %s", indent, n.Label, n.Status, n.Reason)
			if n.Done != "" {
				b.WriteString(" " + n.Done)
			}
			if n.Next != "" {
				b.WriteString(", " + n.Next)
			}
			b.WriteString("\n")
			write(indent+"  ", n.Children)
		}
	}
	write("", roots)
	return b.String()
}
