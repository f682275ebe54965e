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

// read applies the text of docs/formulas.md, with a slack of four hours and two days for a
// verdict, and shares no code with the rule.
func read(wk *week, now hours) reading {
	type gap struct {
		a     *action
		class int
		due   hours
		key   string
	}
	states := map[*action]state{}
	for _, a := range wk.actions {
		states[a] = a.at(now)
	}
	missing := func(a *action) bool { s := states[a]; return s.accepted+s.pending < s.due }
	missedDue := func(a *action) hours { s := states[a]; return a.dueOf(s.accepted + s.pending) }
	before := func(a, b *action) bool {
		return cmp.Or(cmp.Compare(missedDue(a), missedDue(b)), cmp.Compare(a.step, b.step), cmp.Compare(a.name, b.name)) < 0
	}
	roots := map[*action]bool{}
	var gaps []gap
	late := false
	for _, a := range wk.actions {
		s := states[a]
		switch {
		case missing(a):
			reach := []*action{a}
			for i := 0; i < len(reach); i++ {
				for _, b := range wk.actions {
					if b.keyAction == a.keyAction && slices.Contains(reach[i].after, b.step) && missing(b) && !slices.Contains(reach, b) {
						reach = append(reach, b)
					}
				}
			}
			first := slices.MinFunc(reach, func(x, y *action) int {
				if before(x, y) {
					return -1
				}
				return 1
			})
			if !roots[first] {
				roots[first] = true
				gaps = append(gaps, gap{first, 1, missedDue(first), "1 missing " + first.team + " " + first.member})
			}
		case s.accepted < s.due:
			due := a.dueOf(s.accepted)
			since := max(due, s.pendingSince)
			g := gap{a, 2, due, "2 waits " + a.team}
			if daysOfWork(since, now) > 48 {
				g.class, g.key, late = 1, "1 waits "+a.team, true
			}
			gaps = append(gaps, g)
		}
	}
	groups := map[string][]gap{}
	for _, g := range gaps {
		groups[g.key] = append(groups[g.key], g)
	}
	type group struct {
		head   gap
		pieces int
		impact float64
	}
	var all []group
	for _, members := range groups {
		sort.Slice(members, func(i, j int) bool {
			x, y := members[i], members[j]
			return cmp.Or(cmp.Compare(x.due, y.due), cmp.Compare(x.a.step, y.a.step), cmp.Compare(x.a.name, y.a.name)) < 0
		})
		var of []*action
		for _, g := range members {
			of = append(of, g.a)
		}
		all = append(all, group{members[0], len(members), wk.hangsOn(of)})
	}
	sort.Slice(all, func(i, j int) bool {
		x, y := all[i], all[j]
		tier := map[string]int{"Foundation": 0, "Intermediate": 1, "Key": 2}
		return cmp.Or(cmp.Compare(x.head.class, y.head.class), cmp.Compare(round(y.impact*1e6), round(x.impact*1e6)), cmp.Compare(tier[x.head.a.tier], tier[y.head.a.tier]), cmp.Compare(x.head.a.name, y.head.a.name)) < 0
	})
	out := reading{alarm: wk.alarm(now-4, late, now)}
	if len(all) > 0 {
		h := all[0]
		out.first, out.pieces, out.impact = h.head.a.name, h.pieces, round(h.impact)
		s := states[h.head.a]
		switch {
		case !missing(h.head.a) && h.head.class == 1:
			out.reason = "JudgeLate"
		case !missing(h.head.a):
			out.reason = "AwaitingAcceptance"
		case s.lastRejected || s.rejected >= s.due-s.accepted-s.pending:
			out.reason = "Rejected"
		case wk.loaded[h.head.a.member]:
			out.reason = "Overloaded"
		default:
			out.reason = "NoEvidence"
		}
	}
	return out
}

func round(x float64) int { return int(x + 0.5) }

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
