// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"flag"
	"maps"
	"slices"
	"strings"
	"testing"
)

var exhaustive = flag.Bool("exhaustive", false, "leave each watch out once, and say which of them no test misses (make test-watches)")

// A watchTest is what is missed without a watch: a world at rest, a change, and what comes of it.
type watchTest struct {
	prepare func(*world) // by reconcilers that look at everything, before the operator runs
	change  func(*world)
	becomes func(*world) string // what is looked for; it changes to want
	want    string
}

// byChance are other watches that bring the same news where it happens to change a condition or
// a figure that they look at. A test goes without them.
var byChance = map[string][]string{
	"Utility of ActionPackage": {"Utility of WeeklyCycle", "Utility of KeyAction"},
	"Utility of Team":          {"Utility of WeeklyCycle", "Utility of KeyAction"},
	"KeyAction of Team":        {"KeyAction of Utility"},
	"Review of Action":         {"Review of KeyAction", "Review of Utility"},
	"Review of Review":         {"Review of KeyAction", "Review of Utility", "Review of Action"},
	"Review of Team":           {"Review of KeyAction", "Review of Utility", "Review of Action"},
	"Review of WeeklyCycle":    {"Review of KeyAction", "Review of Utility", "Review of Action", "Review of WeeklyCycle, 2"},
	"Review of WeeklyCycle, 2": {"Review of KeyAction", "Review of Utility", "Review of Action"},
	"what a week takes over":   {"Review of KeyAction", "Review of Utility", "Review of Action", "Review of WeeklyCycle"},
}

// spare are watches without which nothing is missed as long as the rules are held, and why they are
// there. What they pass on has tests of its own.
var spare = map[string]string{
	"IncentivePolicy of Evidence": "no rule lets a verdict on a closed week through; it is for a cluster that lacks the rules",
}

// missed is what comes of a test without some of the watches.
func (c watchTest) missed(t *testing.T, name string, leaveOut func(string) bool) error {
	t.Helper()
	w := newWorld(t, monday)
	c.prepare(w)
	w.run(func(watch string) bool {
		return slices.Contains(byChance[name], watch) || leaveOut != nil && leaveOut(watch)
	})
	if got := c.becomes(w); got == c.want && !strings.HasSuffix(c.want, " again") {
		t.Fatalf("it is %q before anything changes", got)
	}
	c.change(w)
	var got string
	limit := ample
	if leaveOut != nil {
		limit = patience
	}
	err := w.within(limit, "", func() bool { got = c.becomes(w); return got == c.want })
	if err != nil {
		t.Logf("it stays %q, want %q", got, c.want)
	}
	return err
}

func TestWhatChangesIsSeenByItsWatch(t *testing.T) {
	for name, c := range watchTests {
		if c.change == nil {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := c.missed(t, name, nil); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestEachWatchIsMissedByATest(t *testing.T) {
	names := watchNames(t)
	for _, name := range names {
		if _, there := watchTests[name]; !there {
			t.Errorf("no test is of the watch %s", name)
		}
	}
	for name := range watchTests {
		if !slices.Contains(names, name) {
			t.Errorf("there is no watch %s", name)
		}
	}
	if !*exhaustive {
		return
	}
	unmissed := map[string]bool{}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			if why := spare[name]; why != "" {
				t.Skip(why)
			}
			if c := watchTests[name]; c.change != nil && c.missed(t, name, func(watch string) bool { return watch == name }) != nil {
				return
			}
			unmissed[name] = true
			t.Errorf("no test misses it")
		})
	}
	t.Logf("%d of %d watches are missed by a test; not by any: %v", len(names)-len(unmissed), len(names), slices.Sorted(maps.Keys(unmissed)))
}
