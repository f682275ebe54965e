// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package view

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
)

// Node is a line of a tree: an object, or several similar ones folded into one line.
type Node struct {
	Ref `json:",inline"`
	// Label is the name as shown: what the lines above already say is left out.
	Label string `json:"label"`
	// Called is what people call an Action, whose object keeps the name of whoever had it first.
	Called string `json:"called,omitempty"`
	// Folded is how many objects the line stands for; 0 means just the one that it names.
	Folded int `json:"folded,omitempty"`
	// More is set if lines above show some of the same group.
	More  bool `json:"more,omitempty"`
	State `json:"state"`
	// Done is how much of what was due is done. Examples: "46% of 79%", "1/2".
	Done string `json:"done,omitempty"`
	// Delivery is the same of a Utility or KeyAction as figures, and What is said of it there.
	Delivery *praxisv1.Delivery `json:"delivery,omitempty"`
	What     string             `json:"what,omitempty"`
	// Due is when the next of its work is due, or when it has to be signed.
	Due *metav1.Time `json:"due,omitempty"`
	// Next says what to do now.
	Next     string  `json:"next,omitempty"`
	Children []*Node `json:"children,omitempty"`
}

// Title is the line's object, by the name that people call it.
func (n *Node) Title() string {
	r := n.Ref
	if n.Called != "" {
		r.Name = n.Called
	}
	return r.String()
}

func percents(d praxisv1.Delivery) string {
	return fmt.Sprintf("%d%% of %d%%", d.ProgressPercent, d.ExpectedPercent)
}

func refTo(kind, namespace, name string) Ref {
	return Ref{Kind: kind, Namespace: namespace, Name: name}
}

func utilityNode(u *praxisv1.Utility) *Node {
	n := &Node{Ref: refTo(kindUtility, u.Namespace, u.Name), Label: u.Name, What: u.Spec.Statement, State: utilityState(u), Next: next(utilityState(u), u.Status.Summary)}
	if u.Status.Delivery != nil {
		n.Done, n.Delivery = percents(*u.Status.Delivery), u.Status.Delivery
	}
	return n
}

func keyActionNode(ka *praxisv1.KeyAction) *Node {
	n := &Node{Ref: refTo(kindKeyAction, ka.Namespace, ka.Name), Label: ka.Name, What: what(ka), State: keyActionState(ka), Next: next(keyActionState(ka), ka.Status.Summary)}
	onTrack := meta.FindStatusCondition(ka.Status.Conditions, praxisv1.ConditionOnTrack)
	if onTrack != nil && onTrack.Reason != praxisv1.ReasonNothingPlanned {
		n.Done, n.Delivery = percents(ka.Status.Delivery), &ka.Status.Delivery
	}
	return n
}

// actionNode names the Action by what distinguishes it from its siblings.
func actionNode(a *praxisv1.Action) *Node {
	s := actionState(a)
	n := &Node{
		What: a.Spec.Do,
		Ref:  refTo(kindAction, a.Namespace, a.Name), Label: a.Spec.Step + "." + plan.Holder(a) + origin(a), Called: Called(a), State: s,
		Done: fmt.Sprintf("%d/%d", a.Status.Accepted, a.Spec.Target), Next: next(s, a.Status.Summary),
	}
	if due := owedSince(a); due != nil {
		n.Due = due
	} else if last := len(a.Spec.Occurrences); last > 0 {
		n.Due = &a.Spec.Occurrences[last-1].DueAt
	}
	return n
}

// origin distinguishes a carried Action from the one that the week planned. Example: ".w47".
func origin(a *praxisv1.Action) string {
	if a.Spec.OriginWeek == "" {
		return ""
	}
	_, week, _ := strings.Cut(strings.ToLower(string(a.Spec.OriginWeek)), "-")
	return "." + week
}

func reviewNode(r *praxisv1.Review) *Node {
	return &Node{Ref: refTo(kindReview, r.Namespace, r.Name), Label: r.Name, What: string(r.Spec.Type), State: reviewState(r), Due: &r.Spec.DueAt, Next: next(reviewState(r), r.Status.Summary)}
}

// next is the summary, or the message if the operator has not looked at the object yet.
func next(s State, summary string) string {
	if s.Reason == praxisv1.ReasonReconciling || summary == "" {
		return s.Message
	}
	return summary
}

// owedSince is when the first of an Action's occurrences that is not handed in was due.
func owedSince(a *praxisv1.Action) *metav1.Time {
	in := a.Status.Accepted + a.Status.Pending
	var due int32
	for i := range a.Spec.Occurrences {
		due += a.Spec.Occurrences[i].Quantity
		if due > in {
			return &a.Spec.Occurrences[i].DueAt
		}
	}
	return nil
}

// byTrouble puts first what needs somebody's attention, then what is under way, and last what
// is done; among equals the one due earlier comes first, and then the order is by name.
func byTrouble(nodes []*Node) {
	rank := func(n *Node) int {
		switch n.Status {
		case metav1.ConditionFalse:
			return 0
		case metav1.ConditionUnknown:
			return 1
		}
		return 2
	}
	slices.SortStableFunc(nodes, func(a, b *Node) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), compareTimes(a.Due, b.Due), strings.Compare(a.Reason, b.Reason), strings.Compare(a.Name, b.Name))
	})
}

// compareTimes puts nil last.
func compareTimes(a, b *metav1.Time) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	}
	return a.Compare(b.Time)
}
