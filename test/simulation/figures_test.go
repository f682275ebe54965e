// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"math/big"
	"slices"
	"strings"
	"time"
)

// What the ledger makes of its entries, by the formulas of the design.

// state of an Action, all of whose work is past due.
func (j *job) state() string {
	switch {
	case j.dropped || j.disposition == "Drop":
		return "Dropped"
	case j.disposition == "CarryOver":
		return "CarriedOver"
	case j.accepted == j.target:
		return "Accepted"
	case j.accepted+j.pending < j.target:
		return "Missed"
	}
	return "AwaitingAcceptance"
}

type figures struct {
	p, handed, e    *big.Rat // accepted, handed in and due, which is all, of what the week planned
	missed, planned bool
}

// of is how far a KeyAction has come in a week whose work is all due. What came from an earlier
// week is no part of the whole unless there is nothing else; what was dropped asks for no more
// than what was accepted.
func (w *week) of(name string) figures {
	f := figures{p: new(big.Rat), handed: new(big.Rat), e: new(big.Rat)}
	whole, old, kept := new(big.Rat), new(big.Rat), new(big.Rat)
	for _, j := range w.jobs {
		if j.ka != name {
			continue
		}
		part := func(n int) *big.Rat { return big.NewRat(int64(j.share*n), int64(j.target)) }
		owed, handed := j.target, j.accepted+j.pending
		if j.dropped {
			owed, handed = j.accepted, j.accepted
		}
		sum := whole
		switch {
		case j.dropped && j.from != "":
			sum = new(big.Rat) // of no whole
		case j.dropped:
			sum = kept
		case j.from != "":
			sum = old
		}
		sum.Add(sum, part(owed))
		f.missed = f.missed || !j.dropped && j.tier == "Key" && j.accepted+j.pending < j.target
		f.p.Add(f.p, part(j.accepted))
		f.handed.Add(f.handed, part(handed))
		f.e.Add(f.e, part(owed))
	}
	switch {
	case whole.Sign() > 0:
		whole.Add(whole, kept)
	case old.Sign() > 0:
		whole = old
	default:
		whole = kept
	}
	if f.planned = whole.Sign() > 0; f.planned {
		f.over(whole)
	}
	return f
}

func (f figures) over(whole *big.Rat) {
	for _, sum := range []*big.Rat{f.p, f.handed, f.e} {
		sum.Quo(sum, whole)
	}
}

// all is the same of the whole week.
func (w *week) all() figures {
	f := figures{p: new(big.Rat), handed: new(big.Rat), e: new(big.Rat)}
	sum := 0
	for _, ka := range w.plan {
		part := w.of(ka.name)
		if !part.planned {
			continue
		}
		weight := big.NewRat(int64(ka.weight), 1)
		sum += ka.weight
		f.planned, f.missed = true, f.missed || part.missed
		f.p.Add(f.p, new(big.Rat).Mul(weight, part.p))
		f.handed.Add(f.handed, new(big.Rat).Mul(weight, part.handed))
		f.e.Add(f.e, new(big.Rat).Mul(weight, part.e))
	}
	if sum > 0 {
		f.over(big.NewRat(int64(sum), 1))
	}
	return f
}

// onTrack with the tolerance of 10 and the critical deviation of 25 that all have.
func (f figures) onTrack(judgeLate bool) string {
	short := func(r *big.Rat, points int64) bool {
		return new(big.Rat).Sub(f.e, r).Cmp(big.NewRat(points, 100)) > 0
	}
	switch {
	case !f.planned:
		return "NothingPlanned"
	case f.missed:
		return "KeyActionMissed"
	case judgeLate && !short(f.handed, 10):
		return "JudgeLate"
	case !short(f.p, 10):
		return "OnPace"
	case !short(f.handed, 10):
		return "AwaitingAcceptance"
	case !short(f.p, 25):
		return "Behind"
	}
	return "CriticallyBehind"
}

// percent rounds half up, also below zero.
func percent(r *big.Rat) int {
	n := new(big.Rat).Mul(r, big.NewRat(200, 1))
	n.Add(n, big.NewRat(1, 1))
	twice := new(big.Int).Div(n.Num(), n.Denom()) // rounds down
	return int(new(big.Int).Div(twice, big.NewInt(2)).Int64())
}

func (f figures) numbers() [3]int {
	if !f.planned {
		return [3]int{}
	}
	return [3]int{percent(f.p), percent(f.e), percent(new(big.Rat).Sub(f.p, f.e))}
}

// delivered are the units of a KeyAction, or of all, in a week.
func (w *week) delivered(name string) int {
	units := 0
	for _, j := range w.jobs {
		if name == "" || j.ka == name {
			units += j.accepted * j.contribution
		}
	}
	return units
}

// ahead are the units that a week can still deliver without being late.
func (w *week) ahead(name string) int {
	units := 0
	for _, j := range w.jobs {
		if (name == "" || j.ka == name) && j.state() == "AwaitingAcceptance" && !w.closed {
			units += (j.target - j.accepted) * j.contribution
		}
	}
	return units
}

// keyTarget of a KeyAction in a week.
func keyTarget(jobs []*job, name string) int {
	n := 0
	for _, j := range jobs {
		switch {
		case j.ka != name || j.tier != "Key":
		case j.dropped:
			n += j.accepted
		default:
			n += j.target
		}
	}
	return n
}

// inQuarter are units delivered in the quarter of a week by a KeyAction, or by all.
func (l *ledger) inQuarter(now *week, name string) int {
	units := 0
	for _, w := range l.weeks {
		if l.quarter(w) == l.quarter(now) {
			units += w.delivered(name)
		}
	}
	return units
}

// plannedAhead are the units of the weeks left, as planned from today's goal.
func (l *ledger) plannedAhead(now *week, name string) int {
	units := now.ahead(name)
	if l.suspended {
		return units
	}
	for _, w := range l.weeksLeft(now)[1:] {
		for _, ka := range l.goal {
			if name == "" || ka.name == name {
				units += keyTarget(l.jobs(w, w.starts), ka.name) * ka.contribution
			}
		}
	}
	return units
}

// needed key completions a week.
func (l *ledger) needed(now *week, ka *keyAction) int {
	hundredths := l.required*ka.weight - 100*l.inQuarter(now, ka.name)
	each := 100 * ka.contribution * len(l.weeksLeft(now))
	return max(0, (hundredths+each-1)/each)
}

// load is what a member has to do in a week, in minutes.
func (w *week) load(member string) int {
	minutes := 0
	for _, j := range w.jobs {
		if j.member == member && !j.dropped {
			minutes += j.minutes * j.target
		}
	}
	return minutes
}

func (l *ledger) capacityOf(member string, w *week) int {
	if l.absent[member] == w.name {
		return 0
	}
	return l.capacity[member]
}

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

// arrived is how far the measure had come when it read a value, in its 30 letters.
func (l *ledger) arrived(reading int) *big.Rat {
	if reading == 0 {
		return new(big.Rat)
	}
	return big.NewRat(int64(reading-l.baseline), int64(l.target-l.baseline))
}

// effective by the last four closed weeks.
func (l *ledger) effective(now *week) string {
	var closed []*week
	for _, w := range l.weeks {
		if w.closed {
			closed = append([]*week{w}, closed...)
		}
	}
	window := closed[:min(4, len(closed))]
	executed := 0
	for _, w := range window {
		if w.all().p.Cmp(big.NewRat(4, 5)) >= 0 {
			executed++
		}
	}
	switch {
	case executed < 3:
		return "NotExecuted"
	case window[0].measure == 0:
		return "NoMeasure"
	}
	before := new(big.Rat)
	if len(closed) > len(window) {
		before = l.arrived(closed[len(window)].measure)
	}
	gained := new(big.Rat).Sub(l.arrived(window[0].measure), before)
	first := now
	for before := now; l.quarter(before) == l.quarter(now); before = l.weekOf(before.starts.AddDate(0, 0, -7)) {
		first = before
	}
	weeks := int64(len(l.weeksOfQuarter(first)))
	if gained.Cmp(big.NewRat(int64(len(window)), 4*weeks)) < 0 {
		return "PathNotWorking"
	}
	return "OutcomeMoving"
}

func (l *ledger) calibrated(now *week) string {
	signed := 0
	for _, r := range l.reviews {
		if r.kind == "Calibration" && r.complete {
			signed = r.week.number
		}
	}
	switch {
	case signed == 0:
		return "NeverCalibrated"
	case now.number-signed >= 13:
		return "CalibrationDue"
	}
	return "Signed"
}

func (l *ledger) nextReview() string {
	var next *review
	for _, r := range l.reviews {
		if r.complete || r.week != nil && r.week.closed && r.kind != "Calibration" {
			continue
		}
		if next == nil || r.due.Before(next.due) {
			next = r
		}
	}
	if next == nil {
		return ""
	}
	return next.name
}

// kept are the weeks that are not pruned.
func (l *ledger) kept() []*week {
	closed := 0
	for _, w := range l.weeks {
		if w.closed {
			closed++
		}
	}
	return l.weeks[max(0, closed-l.history):]
}
