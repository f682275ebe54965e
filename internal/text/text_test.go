// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package text

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestAnEffortIsWrittenAsPeopleWriteIt(t *testing.T) {
	for want, minutes := range map[string]int64{"0m": 0, "45m": 45, "1h": 60, "12h30m": 750, "40h": 2400, "1h1m": 61} {
		t.Run(want, func(t *testing.T) {
			if got := Minutes(minutes); got != want {
				t.Errorf("%d minutes are %s, want %s", minutes, got, want)
			}
		})
	}
}

func TestAnActionIsNamedWithoutItsCycle(t *testing.T) {
	for in, want := range map[string]string{
		"checkout-2026-w48.fix.ship.ana":     "fix.ship.ana",
		"checkout-2026-w48.fix.ship.ana.w47": "fix.ship.ana.w47",
		"ship":                               "ship",
		"":                                   "",
	} {
		t.Run("of "+in, func(t *testing.T) {
			if got := ActionName(in); got != want {
				t.Errorf("it is %q, want %q", got, want)
			}
		})
	}
}

func TestALongTextIsCutAndTheCutIsMarked(t *testing.T) {
	for name, c := range map[string]struct {
		in   string
		n    int
		want string
	}{
		"it fits":                      {"five!", 5, "five!"},
		"one more":                     {"sixty!", 5, "sixt…"},
		"characters count, not bytes":  {"üüüüü", 5, "üüüüü"},
		"and a character is not split": {"üüüüüü", 5, "üüüü…"},
		"nothing":                      {"", 5, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Clip(c.in, c.n); got != c.want {
				t.Errorf("it is %q, want %q", got, c.want)
			}
		})
	}
}

func TestATextIsNeverLongerThanItMayBe(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in, n := rapid.String().Draw(t, "text"), rapid.IntRange(1, 30).Draw(t, "n")
		got := Clip(in, n)
		if utf8.RuneCountInString(got) > n {
			t.Fatalf("%q has more than %d characters", got, n)
		}
		if got != in && !strings.HasSuffix(got, "…") {
			t.Fatalf("%q does not show that it was cut from %q", got, in)
		}
	})
}

func TestAnInstantIsShownInUTC(t *testing.T) {
	zurich := time.FixedZone("CET", 3600)
	if got := Instant(time.Date(2026, time.November, 27, 15, 4, 59, 0, zurich)); got != "2026-11-27 14:04 UTC" {
		t.Errorf("it is %s", got)
	}
}

func TestActionsAreCountedInWords(t *testing.T) {
	for want, n := range map[string]int32{"0 Actions": 0, "1 Action": 1, "2 Actions": 2} {
		t.Run(want, func(t *testing.T) {
			if got := Actions(n); got != want {
				t.Errorf("they are %q", got)
			}
		})
	}
}

func TestNamesKeepTheOrderOfTheItems(t *testing.T) {
	type thing struct{ name string }
	got := NamesOf([]thing{{"b"}, {"a"}}, func(x *thing) string { return x.name })
	if len(got) != 2 || got[0] != "b" || got[1] != "a" {
		t.Errorf("the names are %v", got)
	}
}
