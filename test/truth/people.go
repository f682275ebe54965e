// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// unit is one piece of evidence: when it is handed in and judged, in turn until it is accepted.
type unit struct {
	due   hours
	tries []try
}

type try struct {
	handed, judged hours
	accepted       bool
}

// action is what one person owes of one step.
type action struct {
	name, keyAction, step, tier, team, member string
	weight                                    int // percent of the goal
	share                                     int // basis points of the KeyAction
	units                                     []*unit
	after                                     []string // steps
	carried                                   bool
	effort                                    float64 // hours of work for each unit
}

// week is a made-up week: its work, and what is wrong with it.
type week struct {
	rand    *rand.Rand
	world   world
	actions []*action
	members []string
	pace    map[string]float64 // how much later than others a member is
	causes  []cause
	judge   map[string]hours // from when on the judges of a Team do nothing
	loaded  map[string]bool  // members with more work than time
}

const lead, reviewer = "m0", "m1"

// newWeek makes up the structure of a week: two to four KeyActions, each a chain or a fork of
// three to five steps, done by a Team of five to eight whose first two judge.
func newWeek(seed uint64, w world, teams int, size int) *week {
	wk := &week{rand: rand.New(rand.NewPCG(seed, 7)), world: w, pace: map[string]float64{}, judge: map[string]hours{}, loaded: map[string]bool{}}
	for i := range 5 + wk.rand.IntN(4) {
		name := fmt.Sprintf("m%d", i)
		wk.members = append(wk.members, name)
		wk.pace[name] = math.Exp(wk.world.own * wk.rand.NormFloat64())
	}
	n := max(size, 2+wk.rand.IntN(3))
	if teams > 1 {
		n = 1 + wk.rand.IntN(2)
	}
	left := 100
	for i := range n {
		weight := left
		if i < n-1 {
			weight = max(5, left/(n-i)-10+wk.rand.IntN(21))
		}
		left -= weight
		for team := range teams {
			wk.keyAction(fmt.Sprintf("k%d", i), fmt.Sprintf("t%d", team), teams, weight)
		}
	}
	return wk
}

var ladder = []hours{17, 24 + 12, 24 + 17, 2*24 + 12, 2*24 + 17, 3*24 + 12, 3*24 + 17, 4*24 + 12}

func (wk *week) keyAction(name, team string, teams, weight int) {
	if teams > 1 {
		name += "-" + team
	}
	n := 3 + wk.rand.IntN(3)
	rungs := wk.rand.Perm(len(ladder))[:n]
	slices.Sort(rungs)
	left := 100
	var steps []string
	for i := range n {
		tier, percent := "Intermediate", left
		switch {
		case i == 0:
			tier = "Foundation"
		case i == n-1:
			tier = "Key"
		}
		if i < n-1 {
			percent = max(5, left/(n-i)-8+wk.rand.IntN(13))
		}
		left -= percent
		step := fmt.Sprintf("s%d", i)
		var after []string
		if i > 0 {
			after = []string{steps[i-1]}
			if i > 1 && wk.rand.IntN(4) == 0 {
				after = []string{steps[i-2]} // a fork
			}
			if i == n-1 && after[0] != steps[i-1] {
				after = append(after, steps[i-1])
			}
		}
		steps = append(steps, step)
		people := wk.rand.Perm(len(wk.members))[:1+wk.rand.IntN(2)]
		for j, p := range people {
			share := percent * 100 / len(people)
			if j == 0 {
				share += percent * 100 % len(people)
			}
			a := &action{keyAction: name, step: step, tier: tier, team: team, member: wk.members[p], weight: weight, share: share, after: after, effort: 1 + 3*wk.rand.Float64()}
			a.name = fmt.Sprintf("w.%s.%s.%s", name, step, a.member)
			for k := range 1 + wk.rand.IntN(3) {
				a.units = append(a.units, &unit{due: ladder[max(0, rungs[i]-k%2)]})
			}
			slices.SortFunc(a.units, func(x, y *unit) int { return int(x.due - y.due) })
			wk.actions = append(wk.actions, a)
		}
	}
}

// live decides when everything is handed in and judged.
func (wk *week) live() {
	queue := map[string]float64{} // hours of work that an overloaded member has behind
	for _, a := range wk.actions {
		for _, u := range a.units {
			wk.hand(a, u, queue)
		}
	}
}

func (wk *week) hand(a *action, u *unit, queue map[string]float64) {
	w := wk.world
	late := w.median * wk.pace[a.member] * math.Exp(w.spread*wk.rand.NormFloat64())
	at := w.day.after(starts, max(0, w.day.worked(u.due)-w.day.worked(starts)-w.lead)+late)
	if a.weight*a.share < 20000 && // less than 2 % of the goal
		wk.rand.Float64() < w.slips {
		at = w.day.after(u.due, w.day.lasts*(1+3*wk.rand.Float64()))
	}
	if wk.loaded[a.member] {
		queue[a.member] += 3 * a.effort
		at = max(at, w.day.after(starts, queue[a.member]))
	}
	for _, up := range wk.upstream(a) {
		for _, v := range up.units {
			if v.due <= u.due && len(v.tries) > 0 {
				at = max(at, w.day.after(v.tries[0].handed, 0.5*a.effort))
			} else if v.due <= u.due {
				at = never
			}
		}
	}
	for _, c := range wk.causes {
		at = c.handed(wk, a, u, at)
	}
	for range 6 {
		if at >= never {
			return
		}
		t := try{handed: at, judged: w.day.after(at, w.quick+(w.slow-w.quick)*wk.rand.Float64()), accepted: wk.rand.Float64() >= w.rejects}
		for _, c := range wk.causes {
			t = c.judged(wk, a, t)
		}
		u.tries = append(u.tries, t)
		if t.accepted {
			return
		}
		at = w.day.after(t.judged, 2+6*wk.rand.Float64())
	}
}

func (wk *week) upstream(a *action) []*action {
	var up []*action
	for _, b := range wk.actions {
		if b.keyAction == a.keyAction && !b.carried && slices.Contains(a.after, b.step) {
			up = append(up, b)
		}
	}
	return up
}

// state is what can be seen of an action at an instant.
type state struct {
	target, due, accepted, pending, rejected int
	lastRejected                             bool
	pendingSince                             hours
}

func (a *action) at(now hours) state {
	s := state{target: len(a.units), pendingSince: never}
	last := hours(-1)
	for _, u := range a.units {
		if u.due <= now {
			s.due++
		}
		for _, t := range u.tries {
			if t.handed > now {
				break
			}
			rejected := t.judged <= now && !t.accepted
			switch {
			case t.judged > now:
				s.pending++
				s.pendingSince = min(s.pendingSince, t.handed)
			case t.accepted:
				s.accepted++
			default:
				s.rejected++
			}
			if t.handed >= last {
				last, s.lastRejected = t.handed, rejected
			}
		}
	}
	return s
}

// dueOf is when the first unit was due that a quantity does not cover.
func (a *action) dueOf(quantity int) hours { return a.units[min(quantity, len(a.units)-1)].due }
