// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// The weeks of one seed are always the same, so that these bounds hold to the last week. Each
// sample is also compared with an own reading of the rule's text.
func TestTheFirstGapIsMostlyWhatIsWrong(t *testing.T) {
	o := options{seed: 1, weeks: 12, worlds: []string{"plain", "sloppy"}}
	results, err := o.measure()
	if err != nil {
		t.Fatal(err)
	}
	sums := map[string]*result{}
	for _, r := range results {
		key := r.World + " " + r.Rule
		if r.Class == "healthy" {
			key += " healthy"
		}
		if sums[key] == nil {
			sums[key] = &result{}
		}
		sums[key].merge(r)
	}
	percent := func(c counts) int { return 100 * c.So / max(1, c.Of) }
	praxis, before, healthy := sums["plain praxis"], sums["plain before"], sums["plain praxis healthy"]
	t.Logf("plain: first alarm %s, midweek %s, review %s, alarmed %s, healthy %s; before: %s, %s, %s", praxis.First, praxis.Midweek, praxis.Review, praxis.Alarmed, healthy.Alarmed, before.First, before.Midweek, before.Review)
	for name, c := range map[string]struct{ got, least int }{
		"at the first alarm": {percent(praxis.First), 80}, "at midweek": {percent(praxis.Midweek), 80}, "at the review": {percent(praxis.Review), 88}, "weeks with an alarm": {percent(praxis.Alarmed), 88},
		"more than before at the first alarm": {percent(praxis.First) - percent(before.First), 30}, "among sloppy people": {percent(sums["sloppy praxis"].First) - percent(sums["sloppy before"].First), 10},
	} {
		if c.got < c.least {
			t.Errorf("%s it is %d of a hundred, want at least %d", name, c.got, c.least)
		}
	}
}

func TestAWeekOfOneSeedIsAlwaysTheSame(t *testing.T) {
	o := options{seed: 3, weeks: 2, worlds: []string{"plain"}, classes: []string{"two", "enterprise"}}
	first, err := o.measure()
	again, err2 := o.measure()
	if err != nil || err2 != nil || len(first) != len(again) {
		t.Fatal(err, err2)
	}
	for i := range first {
		if !reflect.DeepEqual(first[i], again[i]) {
			t.Errorf("%+v, and then %+v", first[i], again[i])
		}
	}
	if _, err := (options{worlds: []string{"mars"}}).measure(); err == nil {
		t.Error("a world that does not exist is measured")
	}
}

func TestHoursOfWork(t *testing.T) {
	for at, c := range map[hours]struct {
		work float64
		want hours
	}{9: {4, 13}, 16: {2, 24 + 10}, 4*24 + 16: {2, 7*24 + 10}, 5*24 + 3: {1, 7*24 + 10}, never: {1, never}, 24 + 12: {-4, 16}} {
		if got := nineToFive.after(at, c.work); got != c.want {
			t.Errorf("%v hours of work after %v it is %v, want %v", c.work, at, got, c.want)
		}
	}
}

func TestClosedWeeksOfAClusterAreReplayed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "export.json")
	cycle := func(name, gap string) map[string]any {
		return map[string]any{"kind": "WeeklyCycle", "metadata": map[string]any{"namespace": "shop", "name": name}, "status": map[string]any{
			"decidedBy": name + "-review", "gaps": []any{map[string]any{"action": gap, "reason": "NoEvidence"}},
			"conditions": []any{map[string]any{"type": "Closed", "status": "True"}},
		}}
	}
	review := func(name, action string) map[string]any {
		return map[string]any{"kind": "Review", "metadata": map[string]any{"namespace": "shop", "name": name}, "spec": map[string]any{
			"decisions": []any{map[string]any{"action": action, "decision": "CarryOver"}},
		}}
	}
	text, err := json.Marshal(map[string]any{"items": []any{cycle("w47", "a"), cycle("w48", "b"), cycle("w49", "c"), review("w47-review", "a"), review("w48-review", "x")}})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := replayed(file, &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"shop/w47: its first gap was a, NoEvidence, and the review decided on it: CarryOver", "shop/w48: its first gap was b, NoEvidence, and the review decided on other work",
		"shop/w49: nobody signed its review", "in 1 of 2 weeks",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("it says\n%s, want %q", out.String(), want)
		}
	}
	if err := os.WriteFile(file, []byte("none"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := replayed(file, &out); err == nil || !strings.Contains(err.Error(), "kubectl get") {
		t.Errorf("of what is no list it says %v", err)
	}
}
