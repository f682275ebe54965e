// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package main

// cause is what is wrong with a week. It changes when work is handed in and judged, and knows
// which actions are really to be looked at.
type cause struct {
	kind   string
	from   hours // since when it acts
	until  hours // when it heals
	member string
	team   string
	action *action
}

// handed is when a unit is handed in, given when it would be without the cause.
func (c cause) handed(_ *week, a *action, _ *unit, at hours) hours {
	hit := false
	switch c.kind {
	case "gone":
		hit = a.member == c.member && at >= c.from
	case "stuck":
		hit = a == c.action
	}
	if !hit || at >= never {
		return at
	}
	if c.until < never {
		return max(at, c.until)
	}
	return never
}

// judged is what becomes of a piece, given what would without the cause.
func (c cause) judged(_ *week, a *action, t try) try {
	switch {
	case c.kind == "rejected" && a == c.action && t.judged < c.until:
		t.accepted = false
	case c.kind == "judge" && a.team == c.team && t.judged >= c.from:
		t.judged = max(t.judged, c.until)
	}
	return t
}

// truth are the actions that a cause shows in at an instant: of those that it hit and that are
// not as they should be, the ones that were due first.
func (c cause) truth(wk *week, now hours) map[string]bool {
	found, first := map[string]bool{}, never
	for _, a := range wk.actions {
		s := a.at(now)
		due := a.dueOf(s.accepted + s.pending)
		switch c.kind {
		case "gone", "overload":
			if a.member != c.member || s.accepted+s.pending >= s.due || wk.blocked(a, now) {
				continue
			}
		case "stuck", "rejected":
			if a != c.action || s.accepted >= s.due {
				continue
			}
		case "judge":
			if a.team != c.team || s.accepted >= s.due || s.accepted+s.pending < s.due || now < c.from {
				continue
			}
			found[a.name] = true // each names the judges
			continue
		}
		if due < first {
			clear(found)
			first = due
		}
		if due == first {
			found[a.name] = true
		}
	}
	return found
}

// blocked reports whether somebody else keeps an action from being done.
func (wk *week) blocked(a *action, now hours) bool {
	for _, up := range wk.upstream(a) {
		if s := up.at(now); s.accepted+s.pending < s.due && up.member != a.member {
			return true
		}
	}
	return false
}

// classes are the kinds of weeks, each with how it is made from a structure.
var classes = []struct {
	name  string
	teams int
	size  int
	seed  func(*week)
}{
	{"gone", 1, 0, func(wk *week) { wk.gone(never) }},
	{"foundation", 1, 0, func(wk *week) { wk.stuck("Foundation", false) }},
	{"judge late", 1, 0, func(wk *week) { wk.judges(never) }},
	{"rejected", 1, 0, func(wk *week) {
		a := wk.pick(func(a *action) bool { return true })
		wk.causes = append(wk.causes, cause{kind: "rejected", until: never, action: a})
	}},
	{"overload", 1, 0, func(wk *week) { wk.overload() }},
	{"middle", 1, 0, func(wk *week) { wk.stuck("Intermediate", false) }},
	{"branch", 1, 0, func(wk *week) { wk.stuck("Intermediate", true) }},
	{"mixture", 1, 0, func(wk *week) { wk.any() }},
	{"two", 1, 0, func(wk *week) { wk.any(); wk.any() }},
	{"delegate", 1, 0, func(wk *week) { wk.handOver(0); wk.any() }},
	{"enterprise", 3, 0, func(wk *week) { wk.any() }},
	{"debt", 1, 0, func(wk *week) { wk.debt(); wk.any() }},
	{"hand-over", 1, 0, func(wk *week) { wk.handOver(midweek); wk.any() }},
	{"heals", 1, 0, func(wk *week) { wk.gone(review - 1) }},
	{"one piece", 1, 0, func(wk *week) {
		wk.actions = wk.actions[:1]
		wk.actions[0].share, wk.actions[0].weight = 10000, 100
		wk.stuck("Foundation", false)
	}},
	{"healthy", 1, 0, func(*week) {}},
}

func (wk *week) pick(of func(*action) bool) *action {
	var found []*action
	for _, a := range wk.actions {
		if of(a) {
			found = append(found, a)
		}
	}
	if len(found) == 0 {
		return wk.actions[wk.rand.IntN(len(wk.actions))]
	}
	return found[wk.rand.IntN(len(found))]
}

func (wk *week) gone(until hours) {
	a := wk.pick(func(a *action) bool { return a.units[0].due < 3*24 })
	wk.causes = append(wk.causes, cause{kind: "gone", from: hours(24 * wk.rand.IntN(2)), until: until, member: a.member})
}

func (wk *week) stuck(tier string, fork bool) {
	a := wk.pick(func(a *action) bool {
		below := 0
		for _, b := range wk.actions {
			for _, up := range wk.upstream(b) {
				if up == a {
					below++
				}
			}
		}
		return a.tier == tier && (!fork || below > 1)
	})
	wk.causes = append(wk.causes, cause{kind: "stuck", until: never, action: a})
}

func (wk *week) judges(until hours) {
	wk.causes = append(wk.causes, cause{kind: "judge", from: hours(24 * wk.rand.IntN(2)), until: until, team: wk.actions[wk.rand.IntN(len(wk.actions))].team})
}

func (wk *week) overload() {
	a := wk.pick(func(a *action) bool { return true })
	wk.loaded[a.member] = true
	wk.causes = append(wk.causes, cause{kind: "overload", until: never, member: a.member})
}

func (wk *week) any() {
	switch wk.rand.IntN(5) {
	case 0:
		wk.gone(never)
	case 1:
		wk.stuck("Foundation", false)
	case 2:
		wk.stuck("Intermediate", false)
	case 3:
		wk.overload()
	default:
		wk.judges(never)
	}
}

// handOver gives what one member has left to do from an instant on to another; before the week
// that is a delegate.
func (wk *week) handOver(at hours) {
	from, to := wk.rand.IntN(len(wk.members)), wk.rand.IntN(len(wk.members))
	for _, a := range wk.actions {
		if a.member == wk.members[from] && a.units[0].due > at {
			a.member = wk.members[to]
			a.name += "x" // keeps the names apart where the other has the step too
		}
	}
}

// debt adds what the week before left.
func (wk *week) debt() {
	for _, a := range wk.actions[:min(3, len(wk.actions))] {
		old := *a
		old.carried, old.after = true, nil
		old.name += ".w47"
		old.units = []*unit{{due: 24 + 12}}
		wk.actions = append(wk.actions, &old)
	}
}
