// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package formulas

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
	"sigs.k8s.io/yaml"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/cli"
	"github.com/praxis-dev/praxis/internal/view"
)

// A goal's first week, one beside it, and those around the turn of a year.
var weeks = []string{"2026-W48", "2026-W49", "2026-W52", "2026-W53"}

func TestPreviewSaysWhatTheFormulasSayReadBySomebodyElse(t *testing.T) {
	file := filepath.Join(t.TempDir(), "goals.yaml")
	rapid.Check(t, func(t *rapid.T) {
		o := anOrganisation(t)
		if err := os.WriteFile(file, o.text(t), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, week := range weeks {
			compare(t, o, week, previewed(t, file, week))
		}
	})
}

func (o organisation) text(t *rapid.T) []byte {
	var objects []any
	for _, name := range slices.Sorted(maps.Keys(o.teams)) {
		objects = append(objects, o.teams[name])
	}
	for _, u := range o.utilities {
		objects = append(objects, u)
	}
	for _, ka := range o.keyActions {
		objects = append(objects, ka)
	}
	var text bytes.Buffer
	for _, object := range objects {
		one, err := yaml.Marshal(object)
		if err != nil {
			t.Fatal(err)
		}
		text.WriteString("---\n")
		text.Write(withoutStatus(t, one))
	}
	return text.Bytes()
}

// withoutStatus is the object as people write it.
func withoutStatus(t *rapid.T, text []byte) []byte {
	var object map[string]any
	if err := yaml.Unmarshal(text, &object); err != nil {
		t.Fatal(err)
	}
	delete(object, "status")
	out, err := yaml.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// previewed is what the command says; 1 is what it ends with where it names a gap.
func previewed(t *rapid.T, file, week string) (p view.Preview) {
	var out, errOut bytes.Buffer
	if code := cli.Main("kubectl-praxis", []string{"preview", file, "--week", week, "-o", "json"}, strings.NewReader(""), &out, &errOut); code > 1 {
		t.Fatalf("preview ended with %d: %s", code, errOut.String())
	}
	if err := json.Unmarshal(out.Bytes(), &p); err != nil {
		t.Fatalf("%v: %s%s", err, out.String(), errOut.String())
	}
	return p
}

func compare(t *rapid.T, o organisation, name string, p view.Preview) {
	week := numberOf(name)
	for _, u := range o.utilities {
		r := &reading{calendar: calendarOf(u.Spec.Cadence), utility: u, o: o}
		i := slices.IndexFunc(p.Utilities, func(of view.PreviewUtility) bool { return of.Name == u.Name })
		skipped := slices.Contains(r.skip, r.name(week))
		if i < 0 && !skipped {
			t.Fatalf("%s of %s is not in the preview", name, u.Name)
		}
		if skipped {
			continue
		}
		compareActions(t, name, r.actions(week), p.Utilities[i].Actions)
		compareMembers(t, r, week, p.Utilities[i].Members)
		if units := r.planned(week); p.Utilities[i].Coverage.Planned != units {
			t.Errorf("%s of %s plans %d units, and by the formulas %d", name, u.Name, p.Utilities[i].Coverage.Planned, units)
		}
	}
}

func compareActions(t *rapid.T, week string, want []owed, got []view.PreviewAction) {
	byName := map[string]view.PreviewAction{}
	for _, a := range got {
		byName[a.KeyAction+"."+a.Step+"."+a.Member] = a
	}
	for _, a := range want {
		g, ok := byName[a.String()]
		if delete(byName, a.String()); !ok {
			t.Errorf("%s: %s is owed by the formulas, and is not in the preview", week, a)
			continue
		}
		if g.Target != a.target || g.Share != a.share || g.Contribution != a.contribution {
			t.Errorf("%s: %s has %d times, share %d, contribution %d, and by the formulas %d, %d and %d", week, a, g.Target, g.Share, g.Contribution, a.target, a.share, a.contribution)
		}
		var due []view.PreviewOccurrence
		for _, p := range a.parts {
			due = append(due, view.PreviewOccurrence{DueAt: p.due.UTC().Format(time.RFC3339), Quantity: p.quantity})
		}
		if !slices.Equal(g.Occurrences, due) {
			t.Errorf("%s: %s is due %v, and by the formulas %v", week, a, g.Occurrences, due)
		}
	}
	for name := range byName {
		t.Errorf("%s: %s is in the preview, and not owed by the formulas", week, name)
	}
}

func compareMembers(t *rapid.T, r *reading, week int, members []view.PreviewMember) {
	owes := map[string]int64{}
	for _, a := range r.actions(week) {
		owes[a.team+"/"+a.member] += a.minutes
	}
	for _, m := range members {
		of := r.o.teams[m.Team].Spec.Members
		i := slices.IndexFunc(of, func(x praxisv1.Member) bool { return x.Name == m.Name })
		if minutes, capacity := owes[m.Team+"/"+m.Name], r.capacity(&of[i], week); m.PlannedMinutes != minutes || m.CapacityMinutes != capacity {
			t.Errorf("%s/%s has %d of %d minutes, and by the formulas %d of %d", m.Team, m.Name, m.PlannedMinutes, m.CapacityMinutes, minutes, capacity)
		}
	}
}
