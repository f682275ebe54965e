// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package holiday

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestTheHolidaysOfAYearAreByDate(t *testing.T) {
	for name, c := range map[string]struct {
		code  string
		years []int
		want  []string // the first days
	}{
		"a country":                      {"US", []int{2027}, []string{"2027-01-01 New Year's Day", "2027-01-18 Martin Luther King Jr. Day"}},
		"in small letters":               {"us", []int{2027}, []string{"2027-01-01 New Year's Day"}},
		"a region":                       {"CH-ZH", []int{2027}, []string{"2027-01-01 Neujahrstag", "2027-03-26 Karfreitag", "2027-03-29 Ostermontag", "2027-05-01 Tag der Arbeit"}},
		"letters that are not Latin":     {"RU", []int{2027}, []string{"2027-01-01 Новый Год"}},
		"a day of next year, observed":   {"US", []int{2021}, []string{"2021-01-01 New Year's Day"}},
		"of two years":                   {"CH-ZH", []int{2026, 2027}, []string{"2026-01-01 Neujahrstag", "2026-04-03 Karfreitag"}},
		"the same year twice is no more": {"CH-ZH", []int{2027, 2027}, []string{"2027-01-01 Neujahrstag", "2027-03-26 Karfreitag"}},
	} {
		t.Run(name, func(t *testing.T) {
			days, err := In(c.code, c.years)
			if err != nil || len(days) < len(c.want) {
				t.Fatal(days, err)
			}
			for i, want := range c.want {
				if got := days[i].Date + " " + days[i].Name; got != want {
					t.Errorf("it has %s, want %s", got, want)
				}
			}
		})
	}
}

// The fourth of July 2026 is a Saturday, and New Year's Day of 2022 another.
func TestAHolidayOnAWeekendIsAlsoWhenItIsObserved(t *testing.T) {
	for _, c := range []struct {
		year int
		want string
	}{{2026, "2026-07-03 Independence Day"}, {2026, "2026-07-04 Independence Day"}, {2021, "2021-12-31 New Year's Day"}} {
		days, err := In("US", []int{c.year})
		if err != nil || !strings.Contains(fmt.Sprint(days), c.want) {
			t.Errorf("%s is not among %v, %v", c.want, days, err)
		}
	}
}

// What is printed is to be pasted: a cadence takes it as it is.
func TestEveryListFitsIntoACadence(t *testing.T) {
	for _, code := range Codes() {
		for year := firstYear; year <= lastYear; year += 3 {
			days, err := In(code, []int{year})
			if err != nil || len(days) == 0 {
				t.Fatalf("%s in %d: %v, %v", code, year, days, err)
			}
			for i, d := range days {
				if at, err := time.Parse(time.DateOnly, d.Date); err != nil || at.Year() != year || i > 0 && days[i-1].Date >= d.Date || d.Name == "" || len([]rune(d.Name)) > maxName {
					t.Errorf("%s in %d has %+v, %v", code, year, d, err)
				}
			}
		}
		if name := Name(code); name == "" || strings.HasPrefix(name, "Unknown") || name == code {
			t.Errorf("%s is called %q", code, name)
		}
	}
}

func TestWhatIsNotKnownIsRefusedWithWhatIs(t *testing.T) {
	for name, c := range map[string]struct {
		code  string
		years []int
		want  string
	}{
		"a country":                        {"XX", []int{2027}, `the holidays of "XX" are not known; countries are named by two letters, and there are AR, AT, AU, `},
		"a country by name":                {"Switzerland", []int{2027}, `the holidays of "Switzerland" are not known; countries are named by two letters`},
		"a region":                         {"CH-XX", []int{2027}, `the holidays of "CH-XX" are not known; of this country there are CH-AG, CH-AI, `},
		"a country that has regions alone": {"AU", []int{2027}, `the holidays of "AU" are not known; of this country there are AU-ACT, `},
		"an early year":                    {"CH", []int{1850}, `the holidays of 1850 are not known; ask for a year from 2000 to 2099`},
		"too many years":                   {"JP", []int{2026, 2027, 2028, 2029}, ` holidays are more than the 60 that a cadence takes; ask for fewer years`},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := In(c.code, c.years); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("it says %v, want %s", err, c.want)
			}
		})
	}
}
