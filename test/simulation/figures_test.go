// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"math/big"
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
