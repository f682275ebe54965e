// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"slices"
	"sort"
)

// reading is what the rule says of a week at an instant.
type reading struct {
	alarm  bool
	first  string // the action to look at first
	reason string
	pieces int
	// impact of the group, rounded, in basis points of the goal.
	impact int
}

// shortfall is work that is behind, as the rule finds it.
type shortfall struct {
	a     *action
	class int
	due   hours
	cause string
}

// together are shortfalls of one cause, the one that was due first in front.
type together struct {
	head   shortfall
	pieces int
	impact float64
}

// text is a week at an instant as the text of docs/formulas.md sees it.
type text struct {
	*week
	now    hours
	states map[*action]state
}

// read applies the text of docs/formulas.md, with a slack of four hours and two days for a
// verdict, and shares no code with the rule.
func read(wk *week, now hours) reading {
	t := text{wk, now, map[*action]state{}}
	for _, a := range wk.actions {
		t.states[a] = a.at(now)
	}
	found := t.shortfalls()
	late := slices.ContainsFunc(found, func(f shortfall) bool { return f.class == 1 && !t.missing(f.a) })
	out := reading{alarm: wk.alarm(now-4, late, now)}
	if all := t.inOrder(found); len(all) > 0 {
		first := all[0]
		out.first, out.pieces, out.impact, out.reason = first.head.a.name, first.pieces, round(first.impact), t.reason(first.head)
	}
	return out
}

func (t text) missing(a *action) bool {
	s := t.states[a]
	return s.accepted+s.pending < s.due
}

func (t text) missedDue(a *action) hours {
	s := t.states[a]
	return a.dueOf(s.accepted + s.pending)
}

// root is the work that was due first of all that a missing piece waits for, itself included.
func (t text) root(a *action) *action {
	reach := []*action{a}
	for i := 0; i < len(reach); i++ {
		for _, b := range t.actions {
			if b.keyAction == a.keyAction && slices.Contains(reach[i].after, b.step) && t.missing(b) && !slices.Contains(reach, b) {
				reach = append(reach, b)
			}
		}
	}
	return slices.MinFunc(reach, func(x, y *action) int {
		return cmp.Or(cmp.Compare(t.missedDue(x), t.missedDue(y)), cmp.Compare(x.step, y.step), cmp.Compare(x.name, y.name))
	})
}

func (t text) shortfalls() (found []shortfall) {
	roots := map[*action]bool{}
	for _, a := range t.actions {
		s := t.states[a]
		switch {
		case t.missing(a):
			if first := t.root(a); !roots[first] {
				roots[first] = true
				found = append(found, shortfall{first, 1, t.missedDue(first), "1 missing " + first.team + " " + first.member})
			}
		case s.accepted < s.due:
			due := a.dueOf(s.accepted)
			f := shortfall{a, 2, due, "2 waits " + a.team}
			if daysOfWork(max(due, s.pendingSince), t.now) > 48 {
				f.class, f.cause = 1, "1 waits "+a.team
			}
			found = append(found, f)
		}
	}
	return found
}

// inOrder puts shortfalls together by their cause, the one to look at first in front.
func (t text) inOrder(found []shortfall) (all []together) {
	groups := map[string][]shortfall{}
	for _, f := range found {
		groups[f.cause] = append(groups[f.cause], f)
	}
	for _, members := range groups {
		sort.Slice(members, func(i, j int) bool {
			x, y := members[i], members[j]
			return cmp.Or(cmp.Compare(x.due, y.due), cmp.Compare(x.a.step, y.a.step), cmp.Compare(x.a.name, y.a.name)) < 0
		})
		var of []*action
		for _, f := range members {
			of = append(of, f.a)
		}
		all = append(all, together{members[0], len(members), t.hangsOn(of)})
	}
	tier := map[string]int{"Foundation": 0, "Intermediate": 1, "Key": 2}
	sort.Slice(all, func(i, j int) bool {
		x, y := all[i], all[j]
		return cmp.Or(cmp.Compare(x.head.class, y.head.class), cmp.Compare(round(y.impact*1e6), round(x.impact*1e6)), cmp.Compare(tier[x.head.a.tier], tier[y.head.a.tier]), cmp.Compare(x.head.a.name, y.head.a.name)) < 0
	})
	return all
}

func (t text) reason(head shortfall) string {
	s := t.states[head.a]
	switch {
	case !t.missing(head.a) && head.class == 1:
		return "JudgeLate"
	case !t.missing(head.a):
		return "AwaitingAcceptance"
	case s.lastRejected || s.rejected >= s.due-s.accepted-s.pending:
		return "Rejected"
	case t.loaded[head.a.member]:
		return "Overloaded"
	}
	return "NoEvidence"
}

// round is half up; a third of a weight is never a hair too small for it.
func round(x float64) int { return int(x + 0.5 + 1e-7) }

// daysOfWork is how many hours of Monday to Friday lie between two instants.
func daysOfWork(from, to hours) float64 {
	sum := func(h hours) float64 {
		days := float64(int(h) / 24)
		weeks := float64(int(days) / 7)
		if weekday := days - 7*weeks; weekday < 5 {
			return 24*(5*weeks+weekday) + float64(h) - 24*days
		}
		return 24 * (5*weeks + 5)
	}
	return sum(to) - sum(from)
}

// parts of the goal that a KeyAction has.
func (wk *week) percentOf(a *action) float64 {
	teams := map[string]bool{}
	for _, b := range wk.actions {
		if b.keyAction[:2] == a.keyAction[:2] {
			teams[b.team] = true
		}
	}
	return float64(a.weight) / float64(len(teams))
}

// hangsOn is what depends on some actions, each counted once.
func (wk *week) hangsOn(of []*action) float64 {
	hit := map[*action]bool{}
	for _, a := range of {
		hit[a] = true
		steps := map[string]bool{a.step: true}
		for grown := true; grown; {
			grown = false
			for _, b := range wk.actions {
				if b.keyAction == a.keyAction && !steps[b.step] && slices.ContainsFunc(b.after, func(s string) bool { return steps[s] }) {
					steps[b.step], grown = true, true
				}
			}
		}
		for _, b := range wk.actions {
			if b.keyAction == a.keyAction && b.step != a.step && steps[b.step] {
				hit[b] = true
			}
		}
	}
	sum := 0.0
	for a := range hit {
		sum += float64(a.share) * wk.percentOf(a) / 100
	}
	return sum
}

// alarm reports whether the week is off track by what was due at an instant.
func (wk *week) alarm(counts hours, late bool, now hours) bool {
	var p, in, e, weights float64
	byKeyAction := map[string][]*action{}
	for _, a := range wk.actions {
		byKeyAction[a.keyAction] = append(byKeyAction[a.keyAction], a)
	}
	for _, actions := range byKeyAction {
		var sp, sin, se, whole float64
		for _, a := range actions {
			s, due := a.at(now), 0
			for _, u := range a.units {
				if u.due <= counts {
					due++
				}
			}
			q := float64(s.target)
			if a.tier == "Key" && due == s.target && s.accepted+s.pending < s.target {
				return true
			}
			if !a.carried {
				whole += float64(a.share)
			}
			sp += float64(a.share) * float64(s.accepted) / q
			sin += float64(a.share) * float64(s.accepted+min(s.pending, max(0, due-s.accepted))) / q
			se += float64(a.share) * float64(due) / q
		}
		weight := wk.percentOf(actions[0])
		weights += weight
		p, in, e = p+weight*sp/whole, in+weight*sin/whole, e+weight*se/whole
	}
	const tolerance, hair = 0.10, 1e-9
	switch p, in, e = p/weights, in/weights, e/weights; {
	case late && in-e >= -tolerance-hair:
		return true
	case e < hair, p-e >= -tolerance-hair, in-e >= -tolerance-hair:
		return false
	}
	return true
}
