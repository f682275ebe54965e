// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"slices"
	"strings"
	"testing"
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// script is what is special about a week; in all else it is like any other: the
// foundation is laid on Tuesday, the rest is handed in and accepted on Thursday, the
// review is signed on Friday night, and all is compared on Saturday night.
type script struct {
	// missing is how much of a job never comes, by its name without the cycle.
	missing map[string]int
	// byHand are jobs that only extra delivers.
	byHand []string
	// decided instead of what the goal says on a miss.
	decided  map[string]praxisv1.ReviewDecision
	checked  bool   // the midweek check is signed
	signed   string // when the review is, if not on Friday night
	unsigned bool
	// joins is when the week is planned, if not at its start; late tells that what
	// was due before is left out.
	joins string
	late  bool
	// skipped weeks have no cycle, for whatever reason.
	skipped bool
	extra   func(p *play, monday time.Time)
}

// stage turns scripts of weeks in a row into events.
func (p *play) stage(monday time.Time, scripts []script) {
	var before *script
	for i := range scripts {
		s := &scripts[i]
		if s.skipped {
			if s.extra != nil {
				s.extra(p, monday)
			}
			monday = monday.AddDate(0, 0, 7)
			continue
		}
		p.opening(monday, s, before)
		p.working(monday, s)
		p.on(monday, "Sat 20:00", "everything is compared", p.check)
		for _, day := range quietDays() {
			p.restartsAt = append(p.restartsAt, p.ledger.at(monday, day+" 23:00"))
			p.on(monday, day+" 23:00", "the operator is restarted", p.restarts)
		}
		if s.extra != nil {
			s.extra(p, monday)
		}
		before, monday = s, monday.AddDate(0, 0, 7)
	}
}

// quietDays are the days of a week that end with a restart which may write nothing.
func quietDays() []string {
	if *whole {
		return []string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}
	}
	return []string{"Wed", "Sat"}
}

// opening is the plan of a week, and the end of the one before.
func (p *play) opening(monday time.Time, s, before *script) {
	first := before == nil
	joins := "Mon 09:00"
	if s.joins != "" {
		joins = s.joins
	}
	p.on(monday, joins, "a week is planned", func() {
		var from time.Time
		if s.late {
			from = p.ledger.at(monday, joins)
		}
		w := p.ledger.open(monday, from)
		if first || p.ledger.calibrated(w) == "CalibrationDue" {
			p.ledger.reviews = append(p.ledger.reviews, &review{"answers-calibration-" + w.name, "Calibration", w.starts.AddDate(0, 0, 7), w, false})
		}
	})
	if first {
		return
	}
	closes := joins
	switch {
	case before.unsigned:
		closes = "Wed 09:00"
	case before.signed != "":
		closes = before.signed
	}
	p.on(monday, closes, "the week before closes", func() {
		weeks := p.ledger.weeks
		w, next := weeks[len(weeks)-2], weeks[len(weeks)-1]
		p.ledger.close(w, next, p.ledger.at(monday, closes))
	})
}

// working is what the cast does in any week.
func (p *play) working(monday time.Time, s *script) {
	each := func(do func(j *job, missing int)) func() {
		return func() {
			w := p.ledger.now()
			for _, j := range slices.Clone(w.jobs) {
				if short := strings.TrimPrefix(j.name, w.cycle+"."); !slices.Contains(s.byHand, short) {
					do(j, s.missing[short])
				}
			}
		}
	}
	if s.joins == "" {
		p.on(monday, "Tue 08:00", "the foundation is laid", each(func(j *job, missing int) {
			if j.tier == "Foundation" {
				p.deliver(j, missing)
			}
		}))
	}
	p.on(monday, "Thu 08:00", "the rest is handed in", each(func(j *job, missing int) {
		if n := j.target - j.accepted - j.pending - missing; n > 0 && !j.dropped {
			p.handIn(j, n)
		}
	}))
	p.on(monday, "Thu 20:00", "what was handed in is accepted", each(func(j *job, _ int) {
		for _, made := range j.pieces {
			if made.state == "pending" {
				p.judge(j, made, praxisv1.DecisionAccepted)
			}
		}
	}))
	if s.unsigned {
		return
	}
	signing, of := "Fri 20:00", monday
	if s.signed != "" {
		signing, of = s.signed, monday.AddDate(0, 0, 7)
	}
	p.on(of, signing, "the review is signed", func() { p.review(monday, s) })
}

// review signs the review of a week with a decision on each unfinished key Action.
func (p *play) review(monday time.Time, s *script) {
	cycle := p.ledger.weekOf(monday).cycle
	w := p.ledger.weeks[slices.IndexFunc(p.ledger.weeks, func(w *week) bool { return w.cycle == cycle })]
	var decisions []praxisv1.ActionDecision
	for _, j := range w.jobs {
		if j.tier != "Key" || j.dropped || j.accepted == j.target {
			continue
		}
		d := praxisv1.ReviewDecision(w.keyAction(j.ka).onMiss)
		if other, ok := s.decided[strings.TrimPrefix(j.name, cycle+".")]; ok {
			d = other
		}
		decisions = append(decisions, praxisv1.ActionDecision{Action: j.name, Decision: d, Reason: "As it was agreed"})
		w.decided[j.name] = string(d)
	}
	w.signed = true
	p.sign(cycle+"-review", decisions...)
}

// measured hands in a reading as Bob and accepts it as Ada.
func (p *play) measured(reading string, value int) {
	p.pieces++
	e := &praxisv1.Evidence{}
	e.Namespace, e.Name = namespace, "letters-"+reading
	decimal := praxisv1.Decimal(reading)
	e.Spec = praxisv1.EvidenceSpec{For: &praxisv1.EvidenceTarget{Utility: "answers", Measure: "letters"}, Value: &decimal, Quantity: 1}
	p.must(p.users["bob"].Create(p.ctx, e))
	p.must(p.verdict("ada", e.Name, praxisv1.DecisionAccepted))
	p.ledger.measure = value
}

// spring is the first quarter of 2026, with the change to summer time on its last day,
// and the first week of the next.
func spring() []script {
	return []script{
		{checked: true, extra: weekOfFirsts},
		{ // a key action is missed, work is rejected, a piece comes twice
			missing: map[string]int{"call-back.fix.bob": 1, "call-back.fix.cyd": 1},
			byHand:  []string{"write-down.publish.cyd", "call-back.call.bob"},
			decided: map[string]praxisv1.ReviewDecision{"write-down.publish.cyd": praxisv1.DecideCarryOver},
			extra:   weekOfRejection,
		},
		{ // the carried one is missed again; a verdict is taken back; work comes late
			missing: map[string]int{"call-back.fix.bob.w02": 1, "call-back.fix.cyd.w02": 1, "call-back.call.cyd": 1},
			extra:   weekOfSecondThoughts,
		},
		{ // and a third time, so that it escalates; one Action is reassigned and one dropped
			missing: map[string]int{"call-back.fix.bob.w02": 1, "call-back.fix.cyd.w02": 1, "write-down.draft.bob": 1},
			decided: map[string]praxisv1.ReviewDecision{"call-back.fix.bob.w02": praxisv1.DecideCarryOver, "call-back.fix.cyd.w02": praxisv1.DecideCarryOver},
			checked: true, extra: weekOfAMidweekCheck,
		},
		{missing: map[string]int{"call-back.fix.bob": 1, "call-back.fix.cyd": 1}, unsigned: true},
		{extra: func(p *play, monday time.Time) { // Bob is away
			p.on(monday, "Fri 18:00", "a reading comes in", func() { p.measured("34", 34) })
		}},
		{ // the judge is late, and the review is signed within its grace
			byHand: []string{"write-down.publish.cyd"}, signed: "Mon 20:00",
			decided: map[string]praxisv1.ReviewDecision{"write-down.publish.cyd": praxisv1.DecideCarryOver},
			extra:   weekOfALateJudge,
		},
		{extra: weekOfAnEdit},
		{extra: func(p *play, monday time.Time) {
			p.on(monday, "Wed 10:00", "the Utility is suspended", func() {
				edit(p, "answers", func(u *praxisv1.Utility) { u.Spec.Suspend = true })
				p.ledger.suspended = true
			})
		}},
		{joins: "Wed 10:00", extra: func(p *play, monday time.Time) {
			p.on(monday, "Wed 09:00", "the Utility goes on", func() {
				edit(p, "answers", func(u *praxisv1.Utility) { u.Spec.Suspend = false })
				p.ledger.suspended = false
			})
		}},
		{missing: map[string]int{"call-back.call.cyd": 1}, extra: weekOfAnOutage},
		{skipped: true},
		{joins: "Mon 20:00", late: true, extra: func(p *play, monday time.Time) {
			p.on(monday, "Sat 08:00", "the quarter is reviewed", func() { p.sign("answers-2026-q1-review") })
		}},
		{extra: quarterEnds},
	}
}

func weekOfFirsts(p *play, monday time.Time) {
	p.on(monday, "Tue 09:00", "Bob cannot accept his own work", func() {
		draft := p.ledger.now().job("write-down.draft.bob")
		if err := p.verdict("bob", draft.pieces[0].name, praxisv1.DecisionAccepted); err == nil {
			p.Error("he could")
		}
	})
	p.on(monday, "Thu 06:00", "more is handed in than was planned", func() {
		p.handIn(p.ledger.now().job("call-back.call.bob"), 5)
	})
	p.on(monday, "Sat 08:00", "the one page is signed", func() { p.sign("answers-calibration-" + p.ledger.now().name) })
	p.midweek(monday)
}

// midweek signs the check of a week on Wednesday night, with decisions.
func (p *play) midweek(monday time.Time, decisions ...praxisv1.ActionDecision) {
	p.on(monday, "Wed 20:00", "the midweek check is signed", func() {
		w := p.ledger.now()
		for i := range decisions {
			decisions[i].Action = w.cycle + "." + decisions[i].Action
			decisions[i].Reason = "As it was agreed"
		}
		p.sign(w.cycle+"-midweek", decisions...)
		w.checked = true
	})
}

func weekOfRejection(p *play, monday time.Time) {
	job := func(short string) *job { return p.ledger.now().job(short) }
	p.on(monday, "Thu 08:00", "the same piece comes twice", func() {
		same := func(e *praxisv1.Evidence) {
			e.Spec.Source = &praxisv1.EvidenceOrigin{Kind: "Manual", ID: "call-sheet-7"}
		}
		j := job("call-back.call.bob")
		p.handIn(j, 3, same)
		p.handIn(j, 3, same).state = "not counted"
		j.recount()
	})
	p.on(monday, "Thu 20:00", "one of the two is accepted", func() {
		j := job("call-back.call.bob")
		p.judge(j, j.pieces[0], praxisv1.DecisionAccepted)
	})
	p.on(monday, "Thu 09:00", "answers are published", func() { p.handIn(job("write-down.publish.cyd"), 2) })
	p.on(monday, "Thu 19:00", "they are rejected", func() {
		j := job("write-down.publish.cyd")
		p.judge(j, j.pieces[0], praxisv1.DecisionRejected)
	})
	p.on(monday, "Fri 08:00", "one is published again, and accepted", func() {
		j := job("write-down.publish.cyd")
		p.judge(j, p.handIn(j, 1), praxisv1.DecisionAccepted)
	})
	p.on(monday, "Fri 18:00", "a reading comes in", func() { p.measured("37", 37) })
}

func weekOfSecondThoughts(p *play, monday time.Time) {
	list := func() *job { return p.ledger.now().job("call-back.list.ada") }
	p.on(monday, "Wed 08:00", "a verdict is taken back", func() { p.judge(list(), list().pieces[0], praxisv1.DecisionRejected) })
	p.on(monday, "Wed 18:00", "a new piece is accepted", func() { p.deliver(list(), 0) })
	p.on(monday, "Wed 20:00", "automation hands in what it knows by its step", func() {
		p.handIn(p.ledger.now().job("call-back.call.bob"), 1, func(e *praxisv1.Evidence) {
			e.Spec.ActionRef, e.Spec.For = nil, &praxisv1.EvidenceTarget{KeyAction: "call-back", Step: "call", Member: "bob"}
		})
	})
	p.on(monday, "Sat 08:00", "work comes late", func() { p.deliver(p.ledger.now().job("call-back.call.cyd"), 0) })
}

func weekOfAMidweekCheck(p *play, monday time.Time) {
	p.midweek(monday,
		praxisv1.ActionDecision{Action: "watch.watch.dan", Decision: praxisv1.DecideReassign, Member: "eve"},
		praxisv1.ActionDecision{Action: "write-down.draft.bob", Decision: praxisv1.DecideDrop})
	p.on(monday, "Wed 20:00", "the ledger hears of it", func() {
		p.ledger.now().job("watch.watch.dan").member = "eve"
		p.ledger.now().job("write-down.draft.bob").dropped = true
	})
}

func weekOfALateJudge(p *play, monday time.Time) {
	publish := func() *job { return p.ledger.now().job("write-down.publish.cyd") }
	p.on(monday, "Thu 08:00", "one answer is published, and accepted", func() { p.judge(publish(), p.handIn(publish(), 1), praxisv1.DecisionAccepted) })
	p.on(monday, "Fri 08:00", "another awaits its judge", func() { p.handIn(publish(), 1) })
}

func weekOfAnEdit(p *play, monday time.Time) {
	p.on(monday, "Wed 10:00", "one KeyAction is deleted, and others edited", func() {
		watch := &praxisv1.KeyAction{}
		watch.Namespace, watch.Name = namespace, "watch"
		p.must(p.admin.Delete(p.ctx, watch))
		edit(p, "call-back", func(ka *praxisv1.KeyAction) { ka.Spec.Weight, ka.Spec.Package.Steps[2].Times = new(int32(60)), 2 })
		edit(p, "write-down", func(ka *praxisv1.KeyAction) { ka.Spec.Weight = new(int32(40)) })
		p.ledger.goal = p.ledger.goal[:2:2]
		p.ledger.goal[0].weight, p.ledger.goal[1].weight = 60, 40
		steps := slices.Clone(p.ledger.goal[0].steps)
		steps[2].times = 2
		p.ledger.goal[0].steps = steps
	})
}

func weekOfAnOutage(p *play, monday time.Time) {
	p.on(monday, "Sat 21:00", "the operator is down", func() { p.operator.stop() })
	p.on(monday, "Sun 10:00", "work comes in all the same", func() { p.deliver(p.ledger.now().job("call-back.call.cyd"), 0) })
	p.on(monday.AddDate(0, 0, 14), "Mon 19:59", "nine days later it is back", func() {
		p.operator.start()
		p.ledger.missing = append(p.ledger.missing, "2026-W12")
	})
}

// plain are weeks with nothing special but one key action that is missed and carried.
func plain(weeks int) []script {
	scripts := make([]script, weeks)
	scripts[1].missing = map[string]int{"call-back.fix.bob": 1, "call-back.fix.cyd": 1}
	return scripts
}

func TestAQuarterComesToWhatTheLedgerSays(t *testing.T) {
	scripts := spring()
	if !*whole {
		scripts = scripts[:3]
	}
	live(t, time.Date(2025, 12, 29, 0, 0, 0, 0, time.UTC), scripts)
}

func TestTheClockGoesBackAndTheYearHas53Weeks(t *testing.T) {
	if !*whole {
		t.Skip("make test-quarter lives it")
	}
	t.Run("the last Sunday of October", func(t *testing.T) { live(t, time.Date(2026, 10, 19, 0, 0, 0, 0, time.UTC), plain(3)) })
	t.Run("week 53", func(t *testing.T) { live(t, time.Date(2026, 12, 21, 0, 0, 0, 0, time.UTC), plain(3)) })
}

func TestAQuarterEndsWithStatementsThatPeopleAnswer(t *testing.T) {
	if !*whole {
		t.Skip("make test-quarter lives it")
	}
	live(t, time.Date(2026, 6, 15, 0, 0, 0, 0, time.UTC), []script{{}, {}, {extra: quarterEnds}})
}

func live(t *testing.T, monday time.Time, scripts []script) {
	p := newPlay(t, monday)
	p.paying()
	p.stage(monday, scripts)
	p.run()
	if t.Failed() {
		t.Log(p.operator.said())
	}
}
