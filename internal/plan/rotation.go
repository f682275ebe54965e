// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"cmp"
	"slices"
	"strings"
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cadence"
)

// A step with mode Rotate has a queue, which the status of its KeyAction keeps. It begins by
// name; whoever has a turn goes to its end. Whoever is absent keeps the place, so that nobody
// loses a turn to a holiday or to a week that is skipped, and whoever joins shifts nobody.

// maxQueued is how many names the queues of a KeyAction have together, so that its status stays
// an object of ordinary size. A queue that does not fit begins by name each week.
const maxQueued = 1000

// What the schema takes of queues, and of names in each.
const (
	maxTurns = 20
	maxQueue = 200
)

// turnKey is a rotating step of a KeyAction, by their names.
type turnKey struct{ keyAction, step string }

// rotation is who has the turns of a week; nil for a step that nobody does.
type rotation map[turnKey]*praxisv1.Member

// rotate deals the turns of a week: the steps by rank of their KeyAction, and in their order;
// each goes to the one who is there and has had fewest turns so far, and of those to the first
// in its queue. A turn that the queue says was had in this week stays with whom it is, and
// counts for all.
func (p *Programme) rotate(w cadence.Week, from time.Time) rotation {
	type person struct{ team, member string }
	queues, had, dealt := p.queues(), map[person]int{}, rotation{}
	var open []turnToDeal
	for _, e := range p.byRank() {
		for i := range e.steps {
			s := &e.steps[i]
			if s.Assign.Mode != praxisv1.AssignRotate || !plannedIn(s, w) {
				continue
			}
			turn := turnOf(queues[e.keyAction.Name], s.Name)
			if m := turnIn(turn, e.team, w); m != nil {
				had[person{e.team.Name, m.Name}]++
				dealt[turnKey{e.keyAction.Name, s.Name}] = m
			} else if len(deal(s, w, from)) > 0 {
				open = append(open, turnToDeal{e, s, turn})
			}
		}
	}
	for _, o := range open {
		team := o.entry.team
		there := slices.DeleteFunc(slices.Clone(queued(o.turn, WithRole(team, o.step.Assign.Role))), func(m *praxisv1.Member) bool { return isAbsent(m, w) })
		if len(there) == 0 {
			continue
		}
		m := slices.MinFunc(there, func(a, b *praxisv1.Member) int { // the first of those that are equal
			return cmp.Compare(had[person{team.Name, a.Name}], had[person{team.Name, b.Name}])
		})
		had[person{team.Name, m.Name}]++
		dealt[turnKey{o.entry.keyAction.Name, o.step.Name}] = m
	}
	return dealt
}

// turnToDeal is a rotating step of a week that nobody has yet.
type turnToDeal struct {
	entry *entry
	step  *praxisv1.Step
	turn  *praxisv1.Turn
}

// byRank are the entries by rank of their KeyActions; those of an enterprise one by its Teams.
func (p *Programme) byRank() []*entry {
	var ranked []*entry
	for _, name := range p.Within {
		for i := range p.entries { // which go by name
			if e := &p.entries[i]; e.keyAction.Name == name || e.keyAction.Spec.ParentRef != nil && e.keyAction.Spec.ParentRef.Name == name {
				ranked = append(ranked, e)
			}
		}
	}
	return ranked
}

// queues are those that the statuses of the KeyActions keep, by their names.
func (o Objects) queues() map[string][]praxisv1.Turn {
	queues := make(map[string][]praxisv1.Turn, len(o.KeyActions))
	for i := range o.KeyActions {
		queues[o.KeyActions[i].Name] = o.KeyActions[i].Status.Turns
	}
	return queues
}

// turnsText tells apart whose turn it is in all KeyActions.
func (o Objects) turnsText() string {
	var turns []string
	for i := range o.KeyActions {
		for _, t := range o.KeyActions[i].Status.Turns {
			turns = append(turns, o.KeyActions[i].Name+"/"+t.Step+"/"+string(t.Week)+"/"+strings.Join(t.Queue, ","))
		}
	}
	slices.Sort(turns) // lists come in any order
	return strings.Join(turns, ";")
}

func turnOf(turns []praxisv1.Turn, step string) *praxisv1.Turn {
	if i := slices.IndexFunc(turns, func(t praxisv1.Turn) bool { return t.Step == step }); i >= 0 {
		return &turns[i]
	}
	return nil
}

// turnIn is who has had the turn of a week, or nil where nobody in the Team has.
func turnIn(turn *praxisv1.Turn, team *praxisv1.Team, w cadence.Week) *praxisv1.Member {
	if turn == nil || string(turn.Week) != w.Name || len(turn.Queue) == 0 {
		return nil
	}
	return Member(team, turn.Queue[len(turn.Queue)-1])
}

// queued are people in the order of a queue, and those that are not in it behind it, by name.
func queued(turn *praxisv1.Turn, people []*praxisv1.Member) []*praxisv1.Member {
	if turn == nil {
		return people
	}
	place := func(m *praxisv1.Member) int {
		if i := slices.Index(turn.Queue, m.Name); i >= 0 {
			return i
		}
		return len(turn.Queue)
	}
	sorted := slices.Clone(people)
	slices.SortStableFunc(sorted, func(a, b *praxisv1.Member) int { return cmp.Compare(place(a), place(b)) })
	return sorted
}

// Rotating are the names of the steps of a KeyAction of one Team that have a queue.
func (p *Programme) Rotating(keyAction string) []string {
	var names []string
	if e := p.entry(keyAction); e != nil {
		for i := range e.steps {
			if e.steps[i].Assign.Mode == praxisv1.AssignRotate {
				names = append(names, e.steps[i].Name)
			}
		}
	}
	return names
}

// HadTurn is the member for whom the turn of a step was planned, of the Actions of the step in
// a week, whoever has it by now; empty if there is none, or if several did the step in that week,
// whose turn it was not.
func HadTurn(actions []praxisv1.Action) string {
	member := ""
	for i := range actions {
		spec := &actions[i].Spec
		if spec.CarriedFrom != "" || spec.SplitFrom != "" {
			continue
		}
		if member != "" {
			return ""
		}
		member = spec.Member
		if of := slices.IndexFunc(spec.Amendments, func(a praxisv1.Amendment) bool { return a.From != nil }); of >= 0 {
			member = spec.Amendments[of].From.Member
		}
	}
	return member
}

// TakeTurn is what the queues of a KeyAction come to when a member has had the turn of a step
// in a week. Where they would hold too many names, that of the step is left out.
func (p *Programme) TakeTurn(turns []praxisv1.Turn, keyAction, step string, week praxisv1.Week, member string) []praxisv1.Turn {
	e := p.entry(keyAction)
	s := p.step(keyAction, step)
	if e == nil || s == nil {
		return turns
	}
	var queue []string
	for _, m := range queued(turnOf(turns, step), WithRole(e.team, s.Assign.Role)) {
		if m.Name != member {
			queue = append(queue, m.Name)
		}
	}
	queue = append(queue[max(0, len(queue)-maxQueue+1):], member)
	out := slices.DeleteFunc(slices.Clone(turns), func(t praxisv1.Turn) bool { return t.Step == step })
	names := len(queue)
	for i := range out {
		names += len(out[i].Queue)
	}
	if names <= maxQueued {
		out = append(out, praxisv1.Turn{Step: step, Week: week, Queue: queue})
	}
	out = p.KeptTurns(keyAction, out)
	slices.SortFunc(out, func(a, b praxisv1.Turn) int { return cmp.Compare(a.Step, b.Step) })
	return out
}

// LastTurn is the week in which a step had its last turn, by the queues of a KeyAction; empty
// if it had none.
func LastTurn(turns []praxisv1.Turn, step string) praxisv1.Week {
	if turn := turnOf(turns, step); turn != nil {
		return turn.Week
	}
	return ""
}

// KeptTurns are the queues of a KeyAction, as many as its status holds: those of steps that it
// has no more, which may come back, are the first to go, those with the oldest turns in front.
func (p *Programme) KeptTurns(keyAction string, turns []praxisv1.Turn) []praxisv1.Turn {
	kept := slices.Clone(turns)
	for len(kept) > maxTurns {
		oldest := slices.MinFunc(kept, func(a, b praxisv1.Turn) int {
			return cmp.Or(cmp.Compare(p.has(keyAction, a.Step), p.has(keyAction, b.Step)), cmp.Compare(a.Week, b.Week), cmp.Compare(a.Step, b.Step))
		})
		kept = slices.DeleteFunc(kept, func(t praxisv1.Turn) bool { return t.Step == oldest.Step })
	}
	return kept
}

// has is 1 if a KeyAction has a step, else 0.
func (p *Programme) has(keyAction, step string) int {
	if p.step(keyAction, step) != nil {
		return 1
	}
	return 0
}
