// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"fmt"
	"strings"
	"testing"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/manifest"
)

func TestADelegateWhoCannotStandInIsAWarning(t *testing.T) {
	for absence, want := range map[string]string{
		`{from: "2026-12-21", to: "2026-12-31", delegate: bem}`: "ReferenceNotFound: bem, the delegate of ana, is no member of Team payments; did you mean ben?",
		`{from: "2026-12-21", to: "2026-12-31", delegate: ana}`: "Unassigned: ana is away from 2026-12-21 to 2026-12-31 and cannot stand in for themselves; name somebody else as the delegate",
		`{from: "2026-12-21", to: "2026-12-31", delegate: ben}`: "",
		`{from: "2026-10-01", to: "2026-10-02", delegate: bem}`: "",
	} {
		t.Run(absence, func(t *testing.T) {
			got := ""
			for _, f := range all(t, changed(t, "required: 20 => required: 10", "name: ana, => name: ana, absences: ["+absence+"],"), "") {
				if f.Kind == "Team" {
					got += f.Reason + ": " + f.Message
				}
			}
			if got != want {
				t.Errorf("it says %q, want %q", got, want)
			}
		})
	}
}

func TestHolidaysOfAnotherYearAreANote(t *testing.T) {
	const years, do = "no day of 2026 or 2027, the years of this quarter and the next", "; kubectl praxis holidays prints those of a year"
	for holidays, want := range map[string]string{
		`[{date: "2025-12-25"}, {date: "2025-01-01"}]`: "18: Utility checkout: OutdatedHolidays: 2 holidays, of which the first are 2025-12-25 and 2025-01-01, are no days of 2026 or 2027, the years of this quarter and the next" + do,
		`[{date: "2026-12-25"}, {date: "2025-01-01"}]`: "18: Utility checkout: OutdatedHolidays: 2025-01-01 is " + years + do,
		`[{date: "2027-01-01"}, {date: "2062-12-25"}]`: "18: Utility checkout: OutdatedHolidays: 2062-12-25 is " + years + do,
		`[{date: "2026-01-01"}]`:                       "18: Utility checkout: OutdatedHolidays: The last of the holidays, 2026-01-01, is past" + do,
		`[{date: "2026-11-23"}]`:                       "",
		`[{date: "2026-01-01"}, {date: "2027-03-01"}]`: "",
	} {
		t.Run(holidays, func(t *testing.T) {
			found := all(t, changed(t, "required: 20 => required: 10", "{timeZone: Europe/Zurich} => {timeZone: Europe/Zurich, holidays: "+holidays+"}"), "")
			if got := lines(found); got != want {
				t.Errorf("found %s, want %s", got, want)
			}
		})
	}
}

func TestAWeekOfHolidaysBelongsAmongThoseThatAreSkipped(t *testing.T) {
	const days = `{date: "2026-11-23"}, {date: "2026-11-24"}, {date: "2026-11-25"}, {date: "2026-11-26"}, {date: "2026-11-27"}`
	const want = "18: Utility checkout: NoDayOfWork: 2026-W48 has no day of work: all of its working days are holidays; add it to spec.cadence.skip"
	off := changed(t, "required: 20 => required: 10", "{timeZone: Europe/Zurich} => {timeZone: Europe/Zurich, holidays: ["+days+"]}")
	for week, severity := range map[string]manifest.Severity{"": manifest.Warning, "2026-W47": manifest.Note} {
		found := all(t, off, week)
		if got := lines(found); got != want || found[0].Severity != severity {
			t.Errorf("of %q found %s (%+v), want %s", week, got, found, want)
		}
	}
	if found := all(t, strings.Replace(off, "holidays:", "skip: [2026-W48], holidays:", 1), ""); strings.Contains(lines(found), praxisv1.ReasonNoDayOfWork) {
		t.Errorf("found %s of a week that is skipped", lines(found))
	}
}

func TestAQuarterOfSkippedWeeksIsToldToHaveNone(t *testing.T) {
	var weeks []string
	for n := 40; n <= 53; n++ {
		weeks = append(weeks, fmt.Sprint("2026-W", n))
	}
	found := all(t, changed(t, "required: 20 => required: 10", "{timeZone: Europe/Zurich} => {timeZone: Europe/Zurich, skip: ["+strings.Join(weeks, ", ")+"]}"), "")
	const want = "18: Utility checkout: NoWeek: 2026-Q4 has no week to work in, since all of them are skipped; take out those that are worked, or suspend the goal"
	if got := lines(found); got != want {
		t.Errorf("found %s, want %s", got, want)
	}
}
