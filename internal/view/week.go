// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package view

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/plan"
	"github.com/praxis-dev/praxis/internal/text"
)

// Board is one week of one Utility: who owes what, how far along it is, and what to look at
// first.
type Board struct {
	Utility   string        `json:"utility"`
	Namespace string        `json:"namespace"`
	Cycle     string        `json:"cycle"`
	Week      praxisv1.Week `json:"week"`
	TimeZone  string        `json:"timeZone"`
	StartsAt  metav1.Time   `json:"startsAt"`
	EndsAt    metav1.Time   `json:"endsAt"`
	State     `json:"state"`
	// Delivery, Counts and Gaps are those of the WeeklyCycle.
	praxisv1.Delivery `json:",inline"`
	Counts            praxisv1.ActionCounts `json:"counts"`
	Gaps              []praxisv1.Gap        `json:"gaps"`
	// Called is what people call the Actions of the gaps, by the names of the objects.
	Called map[string]string `json:"called,omitempty"`
	// Next says what to do now.
	Next string `json:"next,omitempty"`
	// Reviews of the week, in the order in which they are due.
	Reviews []*Node `json:"reviews"`
	// People who owe something, those in trouble first, each with their Actions.
	People []*Node `json:"people"`
}

// Boards are the running weeks of all Utilities that have one, in the order of their
// names.
func (o Objects) Boards() []*Board {
	var boards []*Board
	for i := range o.Utilities {
		if c := o.current(&o.Utilities[i]); c != nil {
			boards = append(boards, o.Board(c))
		}
	}
	slices.SortFunc(boards, func(a, b *Board) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Utility, b.Utility))
	})
	return boards
}

// Board is that of one week.
func (o Objects) Board(c *praxisv1.WeeklyCycle) *Board {
	b := &Board{
		Utility: c.Spec.UtilityRef.Name, Namespace: c.Namespace, Cycle: c.Name, Week: c.Spec.Week, TimeZone: c.Spec.TimeZone,
		StartsAt: c.Spec.StartsAt, EndsAt: c.Spec.EndsAt, State: cycleState(c), Delivery: c.Status.Delivery,
		Gaps: c.Status.Gaps, Next: next(cycleState(c), c.Status.Summary), Reviews: []*Node{}, People: o.people(c),
	}
	if b.Gaps == nil {
		b.Gaps = []praxisv1.Gap{}
	}
	for i := range b.Gaps {
		if name := b.Gaps[i].Action; name != "" {
			if b.Called == nil {
				b.Called = map[string]string{}
			}
			b.Called[name] = o.called(c.Namespace, name)
		}
	}
	if c.Status.Counts != nil {
		b.Counts = *c.Status.Counts
	}
	for i := range o.Reviews {
		if r := &o.Reviews[i]; r.Namespace == c.Namespace && r.Spec.CycleRef != nil && r.Spec.CycleRef.Name == c.Name {
			b.Reviews = append(b.Reviews, reviewNode(r))
		}
	}
	slices.SortFunc(b.Reviews, func(a, b *Node) int { return cmp.Or(compareTimes(a.Due, b.Due), cmp.Compare(a.Name, b.Name)) })
	return b
}

// people are the members of Teams with Actions in a week; a person's line is in trouble if
// one of the Actions is.
func (o Objects) people(c *praxisv1.WeeklyCycle) []*Node {
	lines := map[Ref]*Node{}
	for i := range o.Actions {
		a := &o.Actions[i]
		if a.Namespace != c.Namespace || a.Spec.CycleRef.Name != c.Name {
			continue
		}
		who := refTo(kindMember, a.Namespace, a.Spec.Team+"/"+plan.Holder(a))
		line := lines[who]
		if line == nil {
			line = &Node{Ref: who, Label: a.Spec.Team + "/" + o.person(a)}
			lines[who] = line
		}
		n := actionNode(a)
		n.Label = a.Spec.KeyActionRef.Name + "." + a.Spec.Step + origin(a)
		line.Children = append(line.Children, n)
	}
	people := make([]*Node, 0, len(lines))
	for who, line := range lines {
		byTrouble(line.Children)
		line.State, line.Done = personState(line.Children)
		if !plan.WeekClosed(c) { // a Team only knows its current load
			line.Next = o.load(who)
		}
		people = append(people, line)
	}
	slices.SortFunc(people, func(a, b *Node) int {
		return cmp.Or(-cmp.Compare(troubles(a), troubles(b)), strings.Compare(a.Name, b.Name))
	})
	return people
}

func troubles(person *Node) (n int) {
	for _, a := range person.Children {
		if a.Troubled() {
			n++
		}
	}
	return n
}

// personState is that of the Action in most trouble, and how many of all are accepted.
func personState(actions []*Node) (State, string) {
	accepted := 0
	for _, a := range actions {
		if a.Reason == praxisv1.ReasonAccepted {
			accepted++
		}
	}
	return State{Status: actions[0].Status, Reason: actions[0].Reason}, fmt.Sprintf("%d/%d", accepted, len(actions))
}

// load is that of a member over all open weeks, as the Team's status has it. Example: "4h30m
// of 20h planned".
func (o Objects) load(member Ref) string {
	team, name, _ := strings.Cut(member.Name, "/")
	t := find(o.Teams, member.Namespace, team)
	if t == nil {
		return ""
	}
	for _, m := range t.Status.Members {
		if m.Name == name {
			return text.Minutes(m.PlannedMinutes) + " of " + text.Minutes(m.CapacityMinutes) + " planned"
		}
	}
	return ""
}
