// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package main

// peer is a rule that looks at the same weeks. Each is read from what its project documents, and
// put into the terms of these weeks; it says when there is an alarm, and which action it would
// name first, if it names any.
type peer struct {
	name, source string
	says         func(wk *week, now hours) (alarm bool, first string)
}

var peers = []peer{
	{"before", "docs/design/0011-first-gap.md up to this rule: less is accepted than was due; traced upstream; by tier, then by what hangs on it", before},
	{"silence", "a goal is outdated when nobody checked in for the time agreed (as Operately does): here, nothing of a KeyAction came in for a day and a half of work although something of it was due", silence},
	{"veto", "an evaluation fails as soon as one objective does (as Keptn does): here, any action that is not accepted when it is due", veto},
	{"linear", "progress against the time that has passed (as BurningOKR shows it): here, the accepted part is more than a quarter below the part of the week that is over", linear},
}

func before(wk *week, now hours) (bool, string) {
	behind := func(a *action) bool { s := a.at(now); return s.accepted < s.due }
	tier := map[string]int{"Foundation": 0, "Intermediate": 1, "Key": 2}
	var first *action
	var root func(a *action, depth int) *action
	root = func(a *action, depth int) *action {
		var found *action
		for _, up := range wk.upstream(a) {
			candidate := (*action)(nil)
			if depth < 10 {
				candidate = root(up, depth+1)
			}
			if candidate == nil && behind(up) {
				candidate = up
			}
			if candidate != nil && (found == nil || candidate.units[0].due < found.units[0].due) {
				found = candidate
			}
		}
		return found
	}
	for _, a := range wk.actions {
		if !behind(a) {
			continue
		}
		g := root(a, 0)
		if g == nil {
			g = a
		}
		if first == nil || tier[g.tier] < tier[first.tier] || tier[g.tier] == tier[first.tier] && wk.hangsOn([]*action{g}) > wk.hangsOn([]*action{first}) {
			first = g
		}
	}
	if first == nil {
		return false, ""
	}
	return wk.alarm(now, false, now), first.name
}

func silence(wk *week, now hours) (bool, string) {
	last, due := map[string]hours{}, map[string]*action{}
	for _, a := range wk.actions {
		for _, u := range a.units {
			for _, t := range u.tries {
				if t.handed <= now {
					last[a.keyAction] = max(last[a.keyAction], t.handed)
				}
			}
		}
		if s := a.at(now); s.accepted+s.pending < s.due && due[a.keyAction] == nil {
			due[a.keyAction] = a
		}
	}
	for _, a := range wk.actions {
		if first := due[a.keyAction]; first != nil && wk.world.day.worked(now)-max(wk.world.day.worked(last[a.keyAction]), wk.world.day.worked(starts)) > 1.5*wk.world.day.lasts {
			return true, first.name
		}
	}
	return false, ""
}

func veto(wk *week, now hours) (bool, string) {
	for _, a := range wk.actions {
		if s := a.at(now); s.accepted < s.due {
			return true, a.name
		}
	}
	return false, ""
}

func linear(wk *week, now hours) (bool, string) {
	done, whole := 0.0, 0.0
	var least *action
	for _, a := range wk.actions {
		s := a.at(now)
		part := float64(a.share) * wk.percentOf(a)
		whole += part
		done += part * float64(s.accepted) / float64(s.target)
		if s.accepted < s.target && least == nil {
			least = a
		}
	}
	passed := (wk.world.day.worked(now) - wk.world.day.worked(starts)) / (wk.world.day.worked(review) - wk.world.day.worked(starts))
	if least == nil || done/whole-min(1, passed) >= -0.25 {
		return false, ""
	}
	return true, least.name
}
