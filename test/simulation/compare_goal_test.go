// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"fmt"
	"math/big"
	"strings"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

func (d *differences) utility(l *ledger, u *praxisv1.Utility) {
	now, s := l.now(), &u.Status
	d.want("Utility week", s.Week, strings.ToUpper(now.name[:5])+strings.ToUpper(now.name[5:]))
	d.want("Utility currentCycle", s.CurrentCycle, now.cycle)
	if s.Quarter == nil || s.Coverage == nil || s.Delivery == nil {
		*d = append(*d, "the Utility has no figures")
		return
	}
	d.want("quarter", fmt.Sprint(s.Quarter.Name, s.Quarter.WeeksLeft), fmt.Sprint(l.quarter(now), len(l.weeksLeft(now))))
	delivered, planned := l.inQuarter(now, ""), l.plannedAhead(now, "")
	d.want("coverage", *s.Coverage, praxisv1.Coverage{
		Required: int64(l.required), Delivered: int64(delivered), Planned: int64(planned),
		Percent: int32((200*(delivered+planned) + l.required) / (2 * l.required)),
	})
	covered := "False NotCarried"
	switch {
	case delivered >= l.required || !l.suspended && delivered+planned >= l.required:
		covered = "True Carried"
	case l.suspended:
		covered = "Unknown NothingPlanned"
	}
	d.want("Covered", status(s.Conditions, "Covered"), covered)
	all := now.all()
	d.want("Utility delivery", numbers(*s.Delivery), all.numbers())
	d.want("Utility OnTrack", reason(s.Conditions, "OnTrack"), all.onTrack(l.someJudgeLate(now, "")))
	for _, row := range s.KeyActions {
		d.want("Utility row of "+row.Name, numbers(row.Delivery), now.of(row.Name).numbers())
		if ka := l.keyAction(row.Name); ka != nil {
			d.want("Utility row weight of "+row.Name, row.Weight, ka.weight)
		}
	}
	d.want("Utility rows", len(s.KeyActions), len(l.goal))
	if l.measure != 0 {
		d.want("measure", s.Measures[0].Current, l.measure)
		if s.Measures[0].ProgressPercent != nil {
			d.want("measure progress", *s.Measures[0].ProgressPercent, percent(l.arrived(l.measure)))
		}
	}
	d.want("Effective", reason(s.Conditions, "Effective"), l.effective(now))
	d.want("Calibrated", reason(s.Conditions, "Calibrated"), l.calibrated(now))
	d.want("Ready", reason(s.Conditions, "Ready"), map[bool]string{true: "Suspended", false: "Reconciled"}[l.suspended])
	d.want("missing weeks", fmt.Sprint(s.MissingWeeks), fmt.Sprint(l.missingIn(l.quarter(l.now()))))
	next := ""
	if s.NextReview != nil {
		next = s.NextReview.Name
	}
	d.want("next review", next, l.nextReview())
	d.history("Utility history", s.History, l, "")
	d.quarters(s.Quarters, l)
}

// quarters compares what each quarter came to: by hand the units, the weeks that closed, and
// those in which four fifths of the work were accepted.
func (d *differences) quarters(got []praxisv1.QuarterResult, l *ledger) {
	var want, told []string
	seen := map[string]bool{}
	for i := len(l.weeks) - 1; i >= 0; i-- {
		name := l.quarter(l.weeks[i])
		if seen[name] {
			continue
		}
		seen[name] = true
		delivered, closed, executed, open := l.inQuarter(l.weeks[i], ""), 0, 0, l.quarter(l.now()) == name
		for _, w := range l.weeks {
			if l.quarter(w) != name {
				continue
			}
			if !w.closed {
				open = true
				continue
			}
			closed++
			if f := w.all(); f.planned && f.p.Cmp(big.NewRat(4, 5)) >= 0 {
				executed++
			}
		}
		want = append(want, fmt.Sprintf("%s: %d of %d, %d%%, %d weeks, %d executed, open %t", name, delivered, l.required, (200*delivered+l.required)/(2*l.required), closed, executed, open))
	}
	for _, q := range got {
		told = append(told, fmt.Sprintf("%s: %d of %d, %d%%, %d weeks, %d executed, open %t", q.Name, q.Delivered, q.Required, q.Percent, q.Weeks, q.WeeksExecuted, q.ClosedAt == nil))
	}
	d.want("quarters", told, want)
}

func (d *differences) history(what string, got []praxisv1.HistoryEntry, l *ledger, ka string) {
	var want []string
	for _, w := range l.weeks {
		if !w.closed || ka != "" && !w.has(ka) {
			continue
		}
		planned, accepted, carried := 0, 0, 0
		for _, j := range w.jobs {
			if ka != "" && j.ka != ka {
				continue
			}
			planned++
			if j.accepted == j.target {
				accepted++
			}
			if j.state() == "CarriedOver" {
				carried++
			}
		}
		f := w.all()
		if ka != "" {
			f = w.of(ka)
		}
		want = append([]string{fmt.Sprint(strings.ToUpper(w.name), planned, accepted, carried, f.numbers()[0], w.delivered(ka))}, want...)
	}
	var told []string
	for _, e := range got {
		told = append(told, fmt.Sprint(e.Week, e.Planned, e.Accepted, e.CarriedOver, e.ProgressPercent, e.UnitsDelivered))
	}
	d.want(what, told, want)
}

func (w *week) has(ka string) bool { return w.keyAction(ka) != nil }

func (d *differences) keyAction(l *ledger, ka *keyAction, o *praxisv1.KeyAction) {
	now, s := l.now(), &o.Status
	of := func(what string) string { return ka.name + " " + what }
	f := now.of(ka.name)
	d.want(of("delivery"), numbers(s.Delivery), f.numbers())
	d.want(of("OnTrack"), reason(s.Conditions, "OnTrack"), f.onTrack(l.someJudgeLate(now, ka.name)))
	if s.Quantification == nil {
		*d = append(*d, of("is not quantified"))
		return
	}
	target := keyTarget(now.jobs, ka.name)
	d.want(of("quantification"), *s.Quantification, praxisv1.Quantification{
		NeededPerWeek: int64(l.needed(now, ka)), PlannedPerWeek: int64(target),
		UnitsPerWeek: int64(target * ka.contribution), WeeksLeft: int32(len(l.weeksLeft(now))),
	})
	units := l.inQuarter(now, ka.name)
	if !l.suspended {
		units += l.plannedAhead(now, ka.name)
	}
	covered := "NotCarried"
	switch {
	case 100*units >= l.required*ka.weight:
		covered = "Carried"
	case units == 0, l.suspended:
		covered = "NothingPlanned"
	}
	d.want(of("Covered"), reason(s.Conditions, "Covered"), covered)
	// Feasible is that of the week as today's goal plans it.
	feasible := "WithinCapacity"
	today := &week{jobs: l.jobs(now, now.starts)}
	for _, j := range today.jobs {
		if j.ka == ka.name && today.load(j.member) > l.capacityOf(j.member, now) {
			feasible = "OverCapacity"
		}
	}
	d.want(of("Feasible"), reason(s.Conditions, "Feasible"), feasible)
	first := ""
	if frozen := now.keyAction(ka.name); frozen != nil {
		if gaps := l.gaps(now, l.clock(), frozen); len(gaps) > 0 {
			first = gaps[0].action + " " + gaps[0].reason
		}
	}
	got := ""
	if s.FirstGap != nil {
		got = s.FirstGap.Action + " " + s.FirstGap.Reason
	}
	d.want(of("first gap"), got, first)
	d.history(of("history"), s.History, l, ka.name)
}
