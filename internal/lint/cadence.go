// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/manifest"
)

// cadence are the findings in when a Utility works: no condition has them, since the operator
// does as the cadence says.
func (l *utilityLinter) cadence() []manifest.Finding {
	found := append(l.skips(), l.outdatedHolidays()...)
	if l.noWeek {
		return append(found, l.at("spec.cadence.skip", manifest.Warning, praxisv1.ReasonNoWeek,
			"%s has no week to work in, since all of them are skipped; take out those that are worked, or suspend the goal", l.calendar.QuarterOf(l.week.week).Name))
	}
	return append(found, l.noDayOfWork()...)
}

func (l *utilityLinter) at(path string, severity manifest.Severity, reason, format string, args ...any) manifest.Finding {
	return l.world.finding("Utility", l.programme.Utility.Name, path, severity, reason, fmt.Sprintf(format, args...))
}

// skips are the weeks to be skipped that do not exist. The operator takes them for none, so
// that whoever wrote one would be surprised by a week.
func (l *utilityLinter) skips() []manifest.Finding {
	var found []manifest.Finding
	for i, week := range l.programme.Utility.Spec.Cadence.Skip {
		if _, err := l.calendar.WeekNamed(string(week)); err != nil {
			found = append(found, l.at(fmt.Sprintf("spec.cadence.skip[%d]", i), manifest.Error, praxisv1.ReasonInvalidSpec,
				"%v; nothing is skipped for it, so name the week that is meant", err))
		}
	}
	return found
}

// outdatedHolidays notes holidays of a year that the running quarter and the next have nothing
// of, and a list that nobody has brought up to date.
func (l *utilityLinter) outdatedHolidays() []manifest.Finding {
	quarter := l.calendar.QuarterOf(l.week.week)
	next := l.calendar.QuarterOf(l.calendar.WeekOf(quarter.EndsAt))
	// The first and the last hours of a quarter may be in the year beside it.
	from, to := quarter.StartsAt.AddDate(0, 0, 3).Year(), next.EndsAt.AddDate(0, 0, -3).Year()
	years := strconv.Itoa(from)
	if to > from {
		years = fmt.Sprintf("%d or %d", from, to)
	}
	const do = "kubectl praxis holidays prints those of a year"
	first, last := -1, ""
	var other []string
	for i, day := range l.programme.Utility.Spec.Cadence.Holidays {
		last = max(last, day.Date)
		date, err := time.Parse(time.DateOnly, day.Date)
		if err != nil || date.Year() >= from && date.Year() <= to {
			continue
		}
		if other = append(other, day.Date); first < 0 {
			first = i
		}
	}
	switch {
	case len(other) == 1:
		return []manifest.Finding{l.at(fmt.Sprintf("spec.cadence.holidays[%d]", first), manifest.Note, praxisv1.ReasonOutdatedHolidays,
			"%s is no day of %s, the years of this quarter and the next; %s", other[0], years, do)}
	case len(other) > 1:
		return []manifest.Finding{l.at(fmt.Sprintf("spec.cadence.holidays[%d]", first), manifest.Note, praxisv1.ReasonOutdatedHolidays,
			"%d holidays, of which the first are %s, are no days of %s, the years of this quarter and the next; %s", len(other), strings.Join(other[:2], " and "), years, do)}
	case last != "" && last < l.week.week.StartsAt.Format(time.DateOnly):
		return []manifest.Finding{l.at("spec.cadence.holidays", manifest.Note, praxisv1.ReasonOutdatedHolidays, "The last of the holidays, %s, is past; %s", last, do)}
	}
	return nil
}

// noDayOfWork are the weeks left of the quarter in which every working day is a holiday. What is
// planned in the one that is looked at has nobody's hours; the others are notes.
func (l *utilityLinter) noDayOfWork() []manifest.Finding {
	var found []manifest.Finding
	for _, week := range l.calendar.RemainingWeeks(l.week.week) {
		if week.DaysOfWork() > 0 {
			continue
		}
		severity := manifest.Note
		if week.Name == l.week.week.Name && l.week.cycle != nil {
			severity = manifest.Warning
		}
		found = append(found, l.at("spec.cadence.holidays", severity, praxisv1.ReasonNoDayOfWork,
			"%s has no day of work: all of its working days are holidays; add it to spec.cadence.skip", week.Name))
	}
	return slices.Clip(found)
}

// noWork reports whether a week has no day of work, so that nobody has an hour in it.
func (o opened) noWork() bool { return o.week.DaysOfWork() == 0 }
