// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"
)

// The ledger keeps what should have come of the quarter, from what the script did and
// from the text of the design alone: it shares no code with what it checks, not even
// the reading of the goal.

type ledger struct {
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
	fate                         string
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
		zone: zone, required: 200, baseline: 40, target: 10, history: 4,
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
		first := w.number / s.every
		for i := range engineers {
			if name := engineers[(first+i)%len(engineers)]; !away(name) {
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
		j.fate = ka.onMiss
		if d := w.decided[j.name]; w.signed && d != "" {
			j.fate = d
		}
		if j.fate == "CarryOver" && j.carries == 2 {
			j.fate = "Escalate"
		}
		if j.fate != "CarryOver" {
			continue
		}
		c := *j
		c.from, c.carries, c.fate = j.name, j.carries+1, ""
		if c.origin == "" {
			c.origin = w.name[len("2026-"):]
		}
		c.name = fmt.Sprintf("%s.%s.%s.%s.%s", next.cycle, j.ka, j.step, j.member, c.origin)
		c.target = j.target - j.accepted
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

func (l *ledger) lastOfQuarter(w *week) bool {
	return l.quarter(l.weekOf(w.starts.AddDate(0, 0, 7))) != l.quarter(w)
}

// weeksOfQuarter that begin with a week, itself included; none is skipped in these.
func (l *ledger) weeksOfQuarter(w *week) []*week {
	var left []*week
	for next := w; l.quarter(next) == l.quarter(w); next = l.weekOf(next.starts.AddDate(0, 0, 7)) {
		left = append(left, next)
	}
	return left
}

// Figures.

// state of an Action, all of whose work is past due.
func (j *job) state() string {
	switch {
	case j.dropped || j.fate == "Drop":
		return "Dropped"
	case j.fate == "CarryOver":
		return "CarriedOver"
	case j.accepted == j.target:
		return "Accepted"
	case j.accepted+j.pending < j.target:
		return "Missed"
	}
	return "AwaitingAcceptance"
}

type figures struct {
	p, handed       *big.Rat // accepted and handed in, of what is expected by the end: all
	missed, planned bool
}

// of is how far a KeyAction has come in a week whose work is all due.
func (w *week) of(name string) figures {
	f := figures{p: new(big.Rat), handed: new(big.Rat)}
	sum := 0
	for _, j := range w.jobs {
		if j.ka != name || j.dropped {
			continue
		}
		sum += j.share
		f.planned = true
		f.missed = f.missed || j.tier == "Key" && j.accepted+j.pending < j.target
		f.p.Add(f.p, big.NewRat(int64(j.share*j.accepted), int64(j.target)))
		f.handed.Add(f.handed, big.NewRat(int64(j.share*(j.accepted+j.pending)), int64(j.target)))
	}
	if f.planned {
		f.p.Quo(f.p, big.NewRat(int64(sum), 1))
		f.handed.Quo(f.handed, big.NewRat(int64(sum), 1))
	}
	return f
}

// all is the same of the whole week.
func (w *week) all() figures {
	f := figures{p: new(big.Rat), handed: new(big.Rat)}
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
	}
	if sum > 0 {
		f.p.Quo(f.p, big.NewRat(int64(sum), 1))
		f.handed.Quo(f.handed, big.NewRat(int64(sum), 1))
	}
	return f
}

// onTrack with the tolerance of 10 and the critical deviation of 25 that all have.
func (f figures) onTrack() string {
	short := func(r *big.Rat, points int64) bool {
		return new(big.Rat).Sub(big.NewRat(1, 1), r).Cmp(big.NewRat(points, 100)) > 0
	}
	switch {
	case !f.planned:
		return "NothingPlanned"
	case f.missed:
		return "KeyActionMissed"
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
	return [3]int{percent(f.p), 100, percent(new(big.Rat).Sub(f.p, big.NewRat(1, 1)))}
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
		if j.ka == name && j.tier == "Key" && !j.dropped {
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
	for _, w := range l.weeksOfQuarter(now)[1:] {
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
	each := 100 * ka.contribution * len(l.weeksOfQuarter(now))
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

// gap is a piece of work that others wait for, or that is just not there.
type gap struct {
	action, reason string
	impact         int
	tier           int
}

var tierNames = []string{"Foundation", "Intermediate", "Key"}

// gaps of a KeyAction in a week whose work is all due: of each piece that is missing the
// one furthest upstream. The steps of each KeyAction here form one line.
func (l *ledger) gaps(w *week, ka *keyAction) []gap {
	unfinished := func(step string) []*job {
		var jobs []*job
		for _, j := range w.jobs {
			if j.ka == ka.name && j.step == step && !j.dropped && j.accepted < j.target {
				jobs = append(jobs, j)
			}
		}
		slices.SortFunc(jobs, func(a, b *job) int {
			if c := a.due[0].at.Compare(b.due[0].at); c != 0 {
				return c
			}
			return strings.Compare(a.name, b.name)
		})
		return jobs
	}
	after := map[string]string{}
	for _, s := range ka.steps {
		after[s.name] = s.after
	}
	found := map[*job]bool{}
	for _, s := range ka.steps {
		for _, j := range unfinished(s.name) {
			first := j
			for up := after[j.step]; up != ""; up = after[up] {
				if jobs := unfinished(up); len(jobs) > 0 {
					first = jobs[0]
				}
			}
			found[first] = true
		}
	}
	var gaps []gap
	for j := range found {
		g := gap{action: j.name, reason: "NoEvidence", tier: slices.Index(tierNames, j.tier)}
		switch {
		case j.accepted+j.pending == j.target:
			g.reason = "AwaitingAcceptance"
		case j.lastRejected:
			g.reason = "Rejected"
		case w.load(j.member) > l.capacityOf(j.member, w):
			g.reason = "Overloaded"
		}
		shares := j.share
		for _, other := range w.jobs {
			waits := false
			for up := after[other.step]; up != "" && other.ka == ka.name; up = after[up] {
				waits = waits || up == j.step
			}
			if waits && !other.dropped {
				shares += other.share
			}
		}
		g.impact = (2*shares*ka.weight + 100) / 200
		gaps = append(gaps, g)
	}
	slices.SortFunc(gaps, compareGaps)
	return gaps
}

func compareGaps(a, b gap) int {
	switch {
	case a.tier != b.tier:
		return a.tier - b.tier
	case a.impact != b.impact:
		return b.impact - a.impact
	}
	return strings.Compare(a.action, b.action)
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
