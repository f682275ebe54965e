// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cadence

import (
	"fmt"
	"sync"
	"time"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// Calendar is a parsed cadence, with its zone loaded and its moments parsed. It never changes
// and may be shared.
type Calendar struct {
	zone                       *time.Location
	weekStart, midweek, review moment
	skipped                    map[string]bool
	work                       workTime
	quarterStart               time.Month
	namedByEnd                 bool // a quarter has the name of the year in which its year ends
}

// UnknownZoneError says that a time zone is not in the IANA database.
type UnknownZoneError struct {
	Zone string
}

func (e *UnknownZoneError) Error() string {
	return fmt.Sprintf("time zone %q is not in the IANA database; write a name like \"Europe/Zurich\"", e.Zone)
}

// New reads a cadence whose defaults are filled in. An unknown zone is an *UnknownZoneError;
// any other error is a value that the schema would have refused. A skip that names no
// existing week ("2025-W53") skips nothing; WeekNamed detects it.
func New(c praxisv1.Cadence) (*Calendar, error) {
	zone, err := loadZone(c.TimeZone)
	if err != nil {
		return nil, err
	}
	calendar := &Calendar{zone: zone, skipped: make(map[string]bool, len(c.Skip)), quarterStart: time.Month(c.QuarterStartMonth), namedByEnd: c.FiscalYear == praxisv1.FiscalYearEnd}
	if calendar.weekStart, err = parseMoment(c.WeekStart); err != nil {
		return nil, fmt.Errorf("weekStart: %w", err)
	}
	if calendar.midweek, err = parseMoment(c.Midweek); err != nil {
		return nil, fmt.Errorf("midweek: %w", err)
	}
	if calendar.review, err = parseMoment(c.Review); err != nil {
		return nil, fmt.Errorf("review: %w", err)
	}
	if c.QuarterStartMonth < 1 || c.QuarterStartMonth > 12 {
		return nil, fmt.Errorf("quarterStartMonth %d is not a month; write 1 to 12", c.QuarterStartMonth)
	}
	if calendar.work, err = workTimeOf(c.WorkDays, datesOf(c.Holidays)); err != nil {
		return nil, err
	}
	for _, week := range c.Skip {
		calendar.skipped[string(week)] = true
	}
	return calendar, nil
}

// loadZone takes IANA names only. time.LoadLocation also takes "" and "Local", which depend
// on the machine, and so do the lower-case names that some machines keep beside the database:
// "localtime", "posixrules", "posix/…" and "right/…", whose clocks count leap seconds.
// "Factory" is in the database and means that no zone is set.
func loadZone(name string) (*time.Location, error) {
	if name == "" || name[0] < 'A' || name[0] > 'Z' || name == "Local" || name == "Factory" {
		return nil, &UnknownZoneError{Zone: name}
	}
	if known, ok := zones.Load(name); ok {
		return known.(*time.Location), nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, &UnknownZoneError{Zone: name}
	}
	zones.Store(name, zone)
	return zone, nil
}

// zones caches loaded zones, since a week is restored for every Team and Utility, and loading
// a zone takes longer than everything then done with it. There are only a few hundred zones.
var zones sync.Map

// WeekOf is the regular week that contains t.
func (c *Calendar) WeekOf(t time.Time) Week { return c.week(c.numberAt(t)) }

// WeekNamed is the regular week of that ISO name, or an error worded for the person who wrote
// it.
func (c *Calendar) WeekNamed(name string) (Week, error) {
	n, err := parseName(name)
	if err != nil {
		return Week{}, err
	}
	return c.week(n), nil
}

// WeekFrom is the week that starts at startsAt when nothing is known of the week before: the
// regular one if startsAt is a weekStart, else a week with another start, as described in the
// package comment.
func (c *Calendar) WeekFrom(startsAt time.Time) Week { return c.After("", startsAt) }

// After is the week that follows one of another cadence, or of this one: it starts at
// previousEnd and its name comes after previousName. An empty or malformed previousName sets
// no such condition.
func (c *Calendar) After(previousName string, previousEnd time.Time) Week {
	containing := c.numberAt(previousEnd)
	n := containing
	if !c.start(containing).Equal(previousEnd) {
		// In the local hour that occurs twice, the date may lie before the week that has
		// already begun.
		n = max(containing, numberOf(dateOf(previousEnd.In(c.zone))+3))
	}
	if previous, err := parseName(previousName); err == nil {
		n = max(n, previous+1)
	}
	return c.between(n, previousEnd.In(c.zone), c.start(n+1))
}

// OpenAt is the week that contains t for a Utility whose last cycle was for the week
// previousName and ended at previousEnd: the week After it while that lasts, then the regular
// one. If t is before previousEnd, it is the week that will follow.
func (c *Calendar) OpenAt(t time.Time, previousName string, previousEnd time.Time) Week {
	if following := c.After(previousName, previousEnd); t.Before(following.EndsAt) {
		return following
	}
	return c.WeekOf(t)
}

// Next is the week that starts where w ends, skipped or not. It is a regular one
// unless w is of another cadence.
func (c *Calendar) Next(w Week) Week { return c.After(w.Name, w.EndsAt) }

// Previous is the regular week with the name before that of w, skipped or not.
func (c *Calendar) Previous(w Week) Week { return c.week(w.Number - 1) }

// DaysAfter is the same time of the day some days later, in the calendar's zone.
func (c *Calendar) DaysAfter(t time.Time, days int) time.Time {
	return t.In(c.zone).AddDate(0, 0, days)
}

// Skips reports whether the cadence leaves the week without a cycle.
func (c *Calendar) Skips(w Week) bool { return c.skipped[w.Name] }

// PreviousWorked is the last regular week before w that is not skipped.
func (c *Calendar) PreviousWorked(w Week) Week {
	for w = c.Previous(w); c.Skips(w); {
		w = c.Previous(w)
	}
	return w
}

// start is the weekStart that opens regular week n.
func (c *Calendar) start(n int) time.Time {
	first := mondayOf(n) - 3
	return c.weekStart.on(first.onOrAfter(c.weekStart.weekday)).in(c.zone)
}

// numberAt is the number of the regular week that contains t.
func (c *Calendar) numberAt(t time.Time) int {
	// Start one week late on purpose: where clocks go back over midnight, a week that started
	// on the later date has begun although clocks show the earlier date again.
	n := numberOf(dateOf(t.In(c.zone))+3) + 1
	for c.start(n).After(t) {
		n--
	}
	return n
}

func (c *Calendar) week(n int) Week { return c.between(n, c.start(n), c.start(n+1)) }

// between is week n with these times; both are in the calendar's zone.
func (c *Calendar) between(n int, startsAt, endsAt time.Time) Week {
	w := Week{Name: nameOf(n), Number: n, StartsAt: startsAt, EndsAt: endsAt, work: c.work}
	checked, midweekAt, found := w.first(c.midweek, beforeAll)
	if !found {
		midweekAt = w.StartsAt
	}
	// The order is decided by local clock time: where clocks jump over midweek but not over a
	// review soon after, midweek would move past the review, so it is set back to it.
	_, reviewAt, found := w.first(c.review, checked)
	if !found {
		reviewAt = w.EndsAt
	}
	w.MidweekAt, w.ReviewAt = earlier(midweekAt, reviewAt), reviewAt
	return w
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
