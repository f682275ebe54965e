// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// The ledger keeps what should have come of the quarter, from what the script did and
// from the text of the design alone: it shares no code with what it checks, not even
// the reading of the goal.

type ledger struct {
	queue    []string // whose turn it is
	zone     *time.Location
	goal     []*keyAction // as it is today
	capacity map[string]int
	absent   map[string]string // member -> name of the week
	required int
	baseline, target,
	measure int // of the one measure; 0 is no reading
	suspended bool
	weeks     []*week
	missing   []string
	reviews   []*review
	history   int // how many closed weeks are kept
	clock     func() time.Time
	pay       *pay
}

type keyAction struct {
	name                 string
	weight, contribution int
	onMiss               string
	steps                []step
}

type step struct {
	name, tier, mode, who string
	times, every, minutes int
	weight                int
	due                   []string
	after                 string
}

type due struct {
	at time.Time
	n  int
}

// job is an Action.
type job struct {
	name, ka, step, tier, member string
	share, target, contribution  int
	minutes                      int
	due                          []due
	carries                      int
	from, origin                 string
	accepted, pending, rejected  int
	lastRejected, dropped        bool
	rotates                      bool
	disposition                  string
	pieces                       []*piece
}

// recount sums what was handed in: accepted at most the target, pending at most the rest.
func (j *job) recount() {
	sums := map[string]int{}
	for _, made := range j.pieces {
		sums[made.state] += made.n
		if made.state != "not counted" {
			j.lastRejected = made.state == "rejected"
		}
	}
	j.accepted = min(sums["accepted"], j.target)
	j.pending = min(sums["pending"], j.target-j.accepted)
	j.rejected = sums["rejected"]
}

type week struct {
	name, cycle                   string
	number                        int
	starts, midweek, review, ends time.Time
	plan                          []*keyAction // frozen
	jobs                          []*job
	planned, carried, minutes     int
	units                         int
	closed, checked, signed       bool
	pieces                        int // of evidence that were accepted
	measure                       int // when it closed
	decided                       map[string]string
	reviewMissed                  bool
}

type review struct {
	name, kind string
	due        time.Time
	week       *week // of a MidweekCheck or WeeklyReview
	complete   bool
}

func newLedger() *ledger {
	zone, err := time.LoadLocation("Europe/Zurich")
	if err != nil {
		panic(err)
	}
	return &ledger{
		zone: zone, queue: []string{"bob", "cyd"}, required: 200, baseline: 40, target: 10, history: 4,
		capacity: map[string]int{"ada": 1200, "bob": 1200, "cyd": 1200, "dan": 240, "eve": 1200},
		absent:   map[string]string{"bob": "2026-w06"},
		goal: []*keyAction{
			{"call-back", 50, 2, "CarryOver", []step{
				{"list", "Foundation", "Lead", "ada", 2, 1, 30, 20, []string{"Mon 17:00", "Wed 12:00"}, ""},
				{"call", "Intermediate", "Each", "engineer", 3, 1, 40, 30, []string{"Wed 17:00", "Thu 17:00"}, "list"},
				{"fix", "Key", "Rotate", "engineer", 1, 1, 240, 50, []string{"Fri 12:00"}, "call"},
			}},
			{"write-down", 30, 3, "Escalate", []step{
				{"draft", "Foundation", "Member", "bob", 1, 1, 120, 40, []string{"Tue 17:00"}, ""},
				{"publish", "Key", "Member", "cyd", 2, 1, 90, 60, []string{"Thu 12:00", "Fri 12:00"}, "draft"},
			}},
			{"watch", 20, 1, "Drop", []step{
				{"report", "Foundation", "Lead", "ada", 1, 2, 60, 30, []string{"Wed 12:00"}, ""},
				{"watch", "Key", "Member", "dan", 4, 1, 120, 70, []string{"Fri 12:00"}, ""},
			}},
		},
	}
}

var engineers = []string{"bob", "cyd"}

// at is a local moment of the week that begins on a Monday.
func (l *ledger) at(monday time.Time, dayAndTime string) time.Time {
	day, clock, _ := strings.Cut(dayAndTime, " ")
	var hour, minute int
	if _, err := fmt.Sscanf(clock, "%d:%d", &hour, &minute); err != nil {
		panic(err)
	}
	offset := slices.Index([]string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}, day)
	return time.Date(monday.Year(), monday.Month(), monday.Day()+offset, hour, minute, 0, 0, l.zone)
}

// weekOf is the week of a Monday.
func (l *ledger) weekOf(monday time.Time) *week {
	year, iso := monday.ISOWeek()
	name := fmt.Sprintf("%d-w%02d", year, iso)
	epoch := time.Date(1970, 1, 5, 0, 0, 0, 0, time.UTC)
	today := time.Date(monday.Year(), monday.Month(), monday.Day(), 0, 0, 0, 0, time.UTC)
	return &week{
		name: name, cycle: "answers-" + name, number: int(today.Sub(epoch).Hours()) / 24 / 7,
		starts: l.at(monday, "Mon 09:00"), midweek: l.at(monday, "Wed 14:00"), review: l.at(monday, "Fri 15:00"),
		ends: l.at(monday.AddDate(0, 0, 7), "Mon 09:00"), decided: map[string]string{},
	}
}

// who does a step in a week.
func (l *ledger) who(s step, w *week) []string {
	away := func(name string) bool { return l.absent[name] == w.name }
	switch s.mode {
	case "Each":
		return slices.DeleteFunc(slices.Clone(engineers), away)
	case "Rotate":
		for _, name := range l.queue { // of the only step that there is
			if !away(name) {
				return []string{name}
			}
		}
		return nil
	}
	if away(s.who) {
		return []string{"cyd"} // the only delegate there is
	}
	return []string{s.who}
}

// jobs are the Actions of a week by today's goal, without what was due before an instant.
func (l *ledger) jobs(w *week, from time.Time) []*job {
	monday := time.Date(w.starts.Year(), w.starts.Month(), w.starts.Day(), 0, 0, 0, 0, l.zone)
	var jobs []*job
	for _, ka := range l.goal {
		for _, s := range ka.steps {
			if w.number%s.every != 0 {
				continue
			}
			var dues []due
			target := 0
			for i, d := range s.due {
				n := s.times / len(s.due)
				if i < s.times%len(s.due) {
					n++
				}
				if at := l.at(monday, d); n > 0 && !at.Before(from) {
					dues = append(dues, due{at, n})
					target += n
				}
			}
			people := l.who(s, w)
			for i, name := range people {
				share := s.weight * 100 / len(people)
				if i == 0 {
					share += s.weight * 100 % len(people)
				}
				contribution := 0
				if s.tier == "Key" {
					contribution = ka.contribution
				}
				if target > 0 {
					jobs = append(jobs, &job{
						name: fmt.Sprintf("%s.%s.%s.%s", w.cycle, ka.name, s.name, name), ka: ka.name, step: s.name, tier: s.tier,
						member: name, share: share, target: target, contribution: contribution, minutes: s.minutes, due: slices.Clone(dues),
						rotates: s.mode == "Rotate",
					})
				}
			}
		}
	}
	return jobs
}

// open plans a week; what was due before an instant is left out.
func (l *ledger) open(monday, from time.Time) *week {
	w := l.weekOf(monday)
	w.jobs = l.jobs(w, from)
	w.planned = len(w.jobs)
	for _, j := range w.jobs {
		if j.rotates { // whoever has the turn goes to the end
			l.queue = append(slices.DeleteFunc(l.queue, func(name string) bool { return name == j.member }), j.member)
		}
	}
	for _, ka := range l.goal {
		frozen := *ka
		w.plan = append(w.plan, &frozen)
	}
	for _, j := range w.jobs {
		w.minutes += j.minutes * j.target
		w.units += j.contribution * j.target
	}
	l.reviews = append(l.reviews,
		&review{w.cycle + "-midweek", "MidweekCheck", w.review, w, false},
		&review{w.cycle + "-review", "WeeklyReview", w.ends.Add(48 * time.Hour), w, false})
	if l.lastOfQuarter(w) {
		l.reviews = append(l.reviews, &review{"answers-" + strings.ToLower(l.quarter(w)) + "-review", "QuarterlyReview", w.review.AddDate(0, 0, 7), nil, false})
	}
	l.weeks = append(l.weeks, w)
	return w
}

// close ends the week before the last, or the last itself, and carries over into the next.
func (l *ledger) close(w, next *week, at time.Time) {
	for _, j := range w.jobs {
		var pending []*piece
		for _, made := range j.pieces {
			switch made.state {
			case "accepted":
				w.pieces++
			case "pending":
				pending = append(pending, made)
			}
		}
		if j.dropped || j.accepted == j.target {
			continue
		}
		ka := w.keyAction(j.ka)
		j.disposition = ka.onMiss
		if d := w.decided[j.name]; w.signed && d != "" {
			j.disposition = d
		}
		if j.disposition == "CarryOver" && j.carries == 2 {
			j.disposition = "Escalate"
		}
		if j.disposition != "CarryOver" {
			continue
		}
		c := *j
		c.from, c.carries, c.disposition = j.name, j.carries+1, ""
		if c.origin == "" {
			c.origin = w.name[len("2026-"):]
		}
		c.name = fmt.Sprintf("%s.%s.%s.%s.%s", next.cycle, j.ka, j.step, j.member, c.origin)
		c.target = j.target - j.accepted
		c.share = max(1, j.share*c.target/j.target)
		c.rotates = false
		c.pieces = pending
		c.recount()
		c.lastRejected = false
		c.due = []due{{l.firstDue(j, next, at), c.target}}
		next.jobs = append(next.jobs, &c)
		next.carried++
	}
	w.closed, w.measure, w.reviewMissed = true, l.measure, !w.signed
}

func (l *ledger) firstDue(j *job, w *week, after time.Time) time.Time {
	monday := time.Date(w.starts.Year(), w.starts.Month(), w.starts.Day(), 0, 0, 0, 0, l.zone)
	for _, ka := range l.goal {
		for _, s := range ka.steps {
			for _, d := range s.due {
				if at := l.at(monday, d); ka.name == j.ka && s.name == j.step && at.After(after) {
					return at
				}
			}
		}
	}
	return w.review
}

func (w *week) keyAction(name string) *keyAction {
	for _, ka := range w.plan {
		if ka.name == name {
			return ka
		}
	}
	return nil
}

func (w *week) job(short string) *job {
	for _, j := range w.jobs {
		if j.name == w.cycle+"."+short {
			return j
		}
	}
	panic("the ledger has no " + w.cycle + "." + short)
}

func (l *ledger) now() *week { return l.weeks[len(l.weeks)-1] }

func (l *ledger) keyAction(name string) *keyAction {
	for _, ka := range l.goal {
		if ka.name == name {
			return ka
		}
	}
	return nil
}

// The quarter of a week is that of its Thursday.
func (l *ledger) quarter(w *week) string {
	thursday := w.starts.AddDate(0, 0, 3)
	return fmt.Sprintf("%d-Q%d", thursday.Year(), (int(thursday.Month())+2)/3)
}

// missingIn are the weeks of a quarter that nobody planned.
func (l *ledger) missingIn(quarter string) []string {
	return slices.DeleteFunc(slices.Clone(l.missing), func(name string) bool {
		var year, number int
		if _, err := fmt.Sscanf(name, "%d-W%d", &year, &number); err != nil {
			panic(err)
		}
		// The fourth of January is always in the first week.
		fourth := time.Date(year, 1, 4, 9, 0, 0, 0, l.zone)
		monday := fourth.AddDate(0, 0, -(int(fourth.Weekday())+6)%7+7*(number-1))
		return l.quarter(&week{starts: monday}) != quarter
	})
}

func (l *ledger) lastOfQuarter(w *week) bool {
	return l.quarter(l.weekOf(w.starts.AddDate(0, 0, 7))) != l.quarter(w)
}

// skipped in the cadence.
var skipped = []string{"2025-w52", "2026-w24", "2026-w42", "2026-w51"}

// weeksLeft of a quarter from a week on, itself included, without those that are skipped.
func (l *ledger) weeksLeft(w *week) []*week {
	return slices.DeleteFunc(l.weeksOfQuarter(w), func(w *week) bool { return slices.Contains(skipped, w.name) })
}

// weeksOfQuarter are all from a week on, itself included.
func (l *ledger) weeksOfQuarter(w *week) []*week {
	var left []*week
	for next := w; l.quarter(next) == l.quarter(w); next = l.weekOf(next.starts.AddDate(0, 0, 7)) {
		left = append(left, next)
	}
	return left
}
