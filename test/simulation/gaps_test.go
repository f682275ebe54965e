// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"math/big"
	"slices"
	"strings"
	"time"
)

// gap is all work that is not there for the same reason.
type gap struct {
	jobs           []*job // what was due first in front
	action, reason string
	class, tier    int
	impact         int // of the first job alone
	whole          *big.Rat
}

var tierNames = []string{"Foundation", "Intermediate", "Key"}

// gaps of KeyActions in a week whose work is all due, at an instant.
func (l *ledger) gaps(w *week, now time.Time, of ...*keyAction) []gap {
	byCause := map[string][]*job{}
	for _, ka := range of {
		after := map[string]string{}
		for _, s := range ka.steps {
			after[s.name] = s.after
		}
		for _, j := range w.jobs {
			switch {
			case j.ka != ka.name || j.dropped || j.accepted == j.target:
			case j.accepted+j.pending == j.target:
				class := "2"
				if l.judgeLate(j, now) {
					class = "1"
				}
				byCause[class+" judges"] = append(byCause[class+" judges"], j)
			default:
				first := w.missedFirst(j, after)
				if jobs := byCause["1 of "+first.member]; !slices.Contains(jobs, first) {
					byCause["1 of "+first.member] = append(jobs, first)
				}
			}
		}
	}
	var gaps []gap
	for cause, jobs := range byCause {
		slices.SortFunc(jobs, func(a, b *job) int { return a.before(b) })
		first := jobs[0]
		g := gap{jobs: jobs, action: first.name, class: int(cause[0]), tier: slices.Index(tierNames, first.tier), reason: "NoEvidence", whole: l.hangs(w, jobs...)}
		one := l.hangs(w, first)
		two := new(big.Int).Add(new(big.Int).Mul(one.Num(), big.NewInt(2)), one.Denom())
		g.impact = int(two.Div(two, new(big.Int).Mul(one.Denom(), big.NewInt(2))).Int64())
		missing := first.target - first.accepted - first.pending
		switch {
		case strings.HasSuffix(cause, "judges") && cause[0] == '1':
			g.reason = "JudgeLate"
		case strings.HasSuffix(cause, "judges"):
			g.reason = "AwaitingAcceptance"
		case first.lastRejected || first.rejected >= missing:
			g.reason = "Rejected"
		case w.load(first.member) > l.capacityOf(first.member, w):
			g.reason = "Overloaded"
		}
		gaps = append(gaps, g)
	}
	slices.SortFunc(gaps, func(a, b gap) int {
		switch c := b.whole.Cmp(a.whole); {
		case a.class != b.class:
			return a.class - b.class
		case c != 0:
			return c
		case a.tier != b.tier:
			return a.tier - b.tier
		}
		return strings.Compare(a.action, b.action)
	})
	return gaps
}

// missedFirst is what was due first of a job and of all that is missing in the line before it.
func (w *week) missedFirst(j *job, after map[string]string) *job {
	first, line := j, []string{j.step}
	for len(line) > 0 {
		var before []string
		for _, step := range line {
			for _, up := range w.jobs {
				if up.ka == j.ka && after[step] == up.step && !up.dropped && up.accepted+up.pending < up.target {
					before = append(before, up.step)
					if up.before(first) < 0 {
						first = up
					}
				}
			}
		}
		slices.Sort(before)
		line = slices.Compact(before)
	}
	return first
}

// missedAt is the first due that what is there does not cover; of what is all there, the first
// without a verdict.
func (j *job) missedAt() time.Time {
	covered := j.accepted
	if j.accepted+j.pending < j.target {
		covered += j.pending
	}
	for _, d := range j.due {
		if covered -= d.n; covered < 0 {
			return d.at
		}
	}
	return j.due[len(j.due)-1].at
}

func (j *job) before(other *job) int {
	if c := j.missedAt().Compare(other.missedAt()); c != 0 {
		return c
	}
	if c := strings.Compare(j.step, other.step); c != 0 {
		return c
	}
	return strings.Compare(j.name, other.name)
}

// judgeLate reports whether a verdict takes more than two days of Monday to Friday.
func (l *ledger) judgeLate(j *job, now time.Time) bool {
	since := now
	for _, made := range j.pieces {
		if made.state == "pending" && made.at.Before(since) {
			since = made.at
		}
	}
	if due := j.missedAt(); due.After(since) {
		since = due
	}
	spent := time.Duration(0)
	for at := since.In(l.zone); at.Before(now); {
		midnight := time.Date(at.Year(), at.Month(), at.Day()+1, 0, 0, 0, 0, l.zone)
		if midnight.After(now) {
			midnight = now.In(l.zone)
		}
		if at.Weekday() != time.Saturday && at.Weekday() != time.Sunday {
			spent += midnight.Sub(at)
		}
		at = midnight
	}
	return spent > 48*time.Hour
}

// someJudgeLate reports whether a verdict of a week is late, on work of one KeyAction or of any.
func (l *ledger) someJudgeLate(w *week, ka string) bool {
	return slices.ContainsFunc(w.jobs, func(j *job) bool {
		waits := !j.dropped && j.accepted < j.target && j.accepted+j.pending == j.target
		return waits && (ka == "" || j.ka == ka) && l.judgeLate(j, l.clock())
	})
}

// hangs is what depends on jobs, in basis points of the goal, each counted once.
func (l *ledger) hangs(w *week, jobs ...*job) *big.Rat {
	sum := new(big.Rat)
	counted := map[*job]bool{}
	for _, j := range jobs {
		ka := w.keyAction(j.ka)
		after := map[string]string{}
		for _, s := range ka.steps {
			after[s.name] = s.after
		}
		for _, other := range w.jobs {
			waits := other == j
			for up := after[other.step]; up != "" && other.ka == j.ka && !other.dropped; up = after[up] {
				waits = waits || up == j.step
			}
			if waits && !counted[other] {
				counted[other] = true
				sum.Add(sum, big.NewRat(int64(other.share*ka.weight), 100))
			}
		}
	}
	return sum
}
