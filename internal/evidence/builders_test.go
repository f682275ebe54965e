// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

var monday = time.Date(2026, time.November, 23, 8, 0, 0, 0, time.UTC)

// anAction is one that ana owes, due a day after the week began.
func anAction(target int32) praxisv1.Action {
	return praxisv1.Action{
		ObjectMeta: metav1.ObjectMeta{Name: "w.x.ana", Generation: 1},
		Spec: praxisv1.ActionSpec{
			KeyActionRef: praxisv1.LocalReference{Name: "fix"}, Step: "x", Tier: praxisv1.TierIntermediate, Team: "payments", Member: "ana", Duration: "1h",
			Target: target, Occurrences: []praxisv1.Occurrence{{DueAt: metav1.NewTime(monday.AddDate(0, 0, 1)), Quantity: target}},
		},
	}
}

type modifier func(*praxisv1.Evidence)

// piece is one that ben handed in for ana's Action, made so many minutes after the week began.
func piece(name string, minutes int, modifiers ...modifier) praxisv1.Evidence {
	e := praxisv1.Evidence{
		ObjectMeta: metav1.ObjectMeta{Name: name, CreationTimestamp: metav1.NewTime(monday.Add(time.Duration(minutes) * time.Minute))},
		Spec:       praxisv1.EvidenceSpec{Quantity: 1, SubmittedBy: "ben"},
	}
	for _, m := range modifiers {
		m(&e)
	}
	return e
}

func from(kind, id string) modifier {
	return func(e *praxisv1.Evidence) { e.Spec.Source = &praxisv1.EvidenceOrigin{Kind: kind, ID: id} }
}

func judgedBy(by string, decision praxisv1.Decision) modifier {
	return func(e *praxisv1.Evidence) { e.Status.Verdict = &praxisv1.Verdict{Decision: decision, By: by} }
}

// says is what the status of a piece says: Valid, Accepted, and the reason of the latter.
func says(valid, accepted metav1.ConditionStatus, reason string) modifier {
	return func(e *praxisv1.Evidence) {
		e.Status.Conditions = []metav1.Condition{
			{Type: praxisv1.ConditionValid, Status: valid}, {Type: praxisv1.ConditionAccepted, Status: accepted, Reason: reason},
		}
	}
}

// payments is led by lou; rea is a reviewer, ana and ben are neither.
func payments() *praxisv1.Team {
	return &praxisv1.Team{ObjectMeta: metav1.ObjectMeta{Name: "payments"}, Spec: praxisv1.TeamSpec{Lead: "lou", Members: []praxisv1.Member{
		{Name: "ana", User: "ana"}, {Name: "lou", User: "lou"}, {Name: "ben", User: "ben"}, {Name: "rea", User: "rea", Roles: []string{"reviewer"}},
	}}}
}

// changed is payments with other users, roles or members.
func changed(change func(*praxisv1.TeamSpec)) *praxisv1.Team {
	team := payments()
	change(&team.Spec)
	return team
}
