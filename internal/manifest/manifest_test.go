// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package manifest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/config/crd"
)

const team = `apiVersion: praxis.dev/v1alpha1
kind: Team
metadata: {name: payments}
spec:
  members:
  - {name: ana, user: ana@shop.example, capacity: 20h}
`

// load reads a text, and returns the findings as "line: message".
func load(t *testing.T, text string) (*Set, []string) {
	t.Helper()
	set, err := Load(t.Context(), []string{Stdin}, strings.NewReader(text), "shop")
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, f := range set.Findings {
		if f.Severity != Error || f.Reason != praxisv1.ReasonInvalidSpec {
			t.Errorf("%+v is no refusal", f)
		}
		lines = append(lines, fmt.Sprintf("%d: %s", f.Line, f.Message))
	}
	return set, lines
}

func TestEachFindingHasItsLine(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"nothing":                {team, nil},
		"a value":                {strings.Replace(team, "20h", "20 hours", 1), []string{"6: spec.members[0].capacity: "}},
		"an unknown field":       {team + "  leed: ana\n", []string{`7: unknown field "spec.leed"`}},
		"a field that is absent": {strings.Replace(team, ", capacity: 20h", "", 1), []string{"6: spec.members[0].capacity: Required value"}},
		"a rule":                 {team + "  lead: zoe\n", []string{"7: spec.lead: Invalid value: lead must be one of members"}},
		"a field that occurs twice": {team + "  lead: ana\n  lead: ana\n",
			[]string{"8: spec.lead occurs twice"}},
		"all errors of an object at once": {strings.Replace(team, "20h", "20 hours", 1) + "  leed: ana\n",
			[]string{`7: unknown field "spec.leed"`, "6: spec.members[0].capacity: "}},
		"a long name": {strings.Replace(team, "payments", strings.Repeat("p", 41), 1), []string{"3: metadata.name has 41 characters"}},
		"no name":     {strings.Replace(team, "{name: payments}", "{}", 1), []string{"3: metadata.name: Required value"}},
		"a second document": {team + "--- # the next\n" + strings.Replace(team, "20h", "20 hours", 1),
			[]string{"13: spec.members[0].capacity: ", "10: Team payments is in stdin:1 already"}},
		"a second document after one that is not YAML": {"a: b: c\n---\n" + strings.Replace(team, "20h", "20 hours", 1),
			[]string{"1: this is not YAML: mapping values are not allowed", "8: spec.members[0].capacity: "}},
		"a tab where YAML allows none":   {team + "---\nkind: Team\n\tspec: {}\n", []string{"8: this is not YAML: found a tab character that violates indentation"}},
		"a text that ends within a list": {"kind: [Team\n", []string{"2: this is not YAML: "}},
		"a mapping that is not closed":   {team + "---\nkind: Team\nmetadata: {name: a\nspec: {}\n", []string{"9: this is not YAML: did not find expected ',' or '}'"}},
		"an item of a List": {"apiVersion: v1\nkind: List\nitems:\n- apiVersion: praxis.dev/v1alpha1\n  kind: Team\n  metadata: {name: a}\n  spec:\n    members: 7\n",
			[]string{"8: spec.members: Invalid value"}},
		"an item of a list of Teams": {"apiVersion: praxis.dev/v1alpha1\nkind: TeamList\nitems:\n- apiVersion: praxis.dev/v1alpha1\n  kind: Team\n  metadata: {name: a}\n  spec: {members: 7}\n",
			[]string{"7: spec.members: Invalid value"}},
		"a value behind an anchor": {"apiVersion: praxis.dev/v1alpha1\nkind: Team\nmetadata: {name: a}\nspec:\n  lead: &x ana\n  members: [{name: *x, user: 7, capacity: 20h}]\n",
			[]string{"6: spec.members[0].user: Invalid value"}},
		"an unknown kind":         {strings.Replace(team, "kind: Team", "kind: Teem", 1), []string{`2: there is no kind "Teem" in praxis.dev/v1alpha1; did you mean Team?`}},
		"a kind like no other":    {strings.Replace(team, "kind: Team", "kind: Roadmap", 1), []string{`2: there is no kind "Roadmap" in praxis.dev/v1alpha1; there are Action, ActionPackage, `}},
		"a future version":        {strings.Replace(team, "v1alpha1", "v2", 1), []string{`1: apiVersion is "praxis.dev/v2"; Praxis has praxis.dev/v1alpha1`}},
		"a forgotten apiVersion":  {strings.TrimPrefix(team, "apiVersion: praxis.dev/v1alpha1\n"), []string{`1: apiVersion is ""`}},
		"what the operator makes": {strings.Replace(team, "kind: Team", "kind: WeeklyCycle", 1), []string{"2: WeeklyCycle payments is made by the operator and belongs in no file; remove it"}},
		"a KeyAction that the operator makes": {"apiVersion: praxis.dev/v1alpha1\nkind: KeyAction\nmetadata:\n  name: a\n  ownerReferences: [{apiVersion: praxis.dev/v1alpha1, kind: KeyAction, name: b, uid: x, controller: true}]\n",
			[]string{"2: KeyAction a is made by the operator"}},
		"objects of other API groups": {"apiVersion: v1\nkind: ConfigMap\ndata: 7\n---\n- a\n---\n\n---\nkey: value\n", nil},
		"JSON":                        {`{"apiVersion": "praxis.dev/v1alpha1", "kind": "Team",` + "\n" + `"metadata": {"name": "\ud83d\ude00"}, "spec": {"members": []}}`, []string{"2: metadata.name: Invalid value: \"😀\""}},
	} {
		t.Run(name, func(t *testing.T) {
			_, got := load(t, c.text)
			if len(got) != len(c.want) {
				t.Fatalf("found %q, want %q", got, c.want)
			}
			for i, want := range c.want {
				if !strings.HasPrefix(got[i], want) {
					t.Errorf("found %q, want %q", got[i], want)
				}
			}
		})
	}
}

func TestAFieldIsFoundOnItsLine(t *testing.T) {
	set, found := load(t, `# A comment
apiVersion: praxis.dev/v1alpha1
kind: ActionPackage
metadata:
  name: fixes
spec:
  package:
    definition: One fix a week
    standard: It is live
    steps:
    - {name: look, tier: Foundation, do: Look, assign: {mode: Lead}, times: 1, duration: 2h, weight: 40, standard: {statement: Seen}}
    - name: ship
      tier: Key
      do: Do it
      assign: {mode: Lead}
      times: 1
      duration: 2h
      due:
      - {day: Friday, time: "12:00"}
      weight: 60
      standard: {statement: It is done}
`)
	if len(found) > 0 {
		t.Fatal(found)
	}
	for path, want := range map[string]int{
		"": 2, "kind": 3, "metadata.name": 5, "spec.package.steps[1]": 12, "spec.package.steps[1].due": 18,
		"spec.package.steps[1].due[0].time": 19, "spec.package.steps[1].every": 12, "spec.package.steps[0].weight": 11,
		"spec.parameters": 6, "metadata.labels[a/b]": 4, "spec.package.steps[7].due": 10, "surprise": 2,
	} {
		t.Run(path, func(t *testing.T) {
			if got := set.Objects[0].Line(path); got != want {
				t.Errorf("it is found on line %d, want %d", got, want)
			}
		})
	}
}

func TestAnObjectIsReadWithItsDefaultsAndNamespace(t *testing.T) {
	set, _ := load(t, `apiVersion: praxis.dev/v1alpha1
kind: Utility
metadata: {name: checkout}
spec:
  statement: Shoppers pay in one try
  beneficiaries: [{who: Shoppers, problem: One payment in eight fails, improvement: No second attempt}]
  organization: Fewer refunds
  owner: {team: payments, member: ana}
  required: 10
  cadence: {timeZone: Europe/Zurich}
`)
	var u praxisv1.Utility
	if err := set.Objects[0].Into(&u); err != nil {
		t.Fatal(err)
	}
	if u.Namespace != "shop" || u.Spec.MaxKeyActions != 5 || u.Spec.Cadence.WeekStart.Time != "09:00" {
		t.Errorf("read %s: %+v", u.Namespace, u.Spec)
	}
}

func TestARefusedObjectIsReadAsFarAsPossible(t *testing.T) {
	set, _ := load(t, strings.Replace(team, "{name: ana,", "{name: [ana],", 1))
	var read praxisv1.Team
	if err := set.Objects[0].Into(&read); err != nil {
		t.Fatal(err)
	}
	if members := read.Spec.Members; !set.Objects[0].Refused || len(members) != 1 || members[0].Name != "" || members[0].User != "ana@shop.example" {
		t.Errorf("read %+v", read.Spec)
	}
}

func TestFoldersAreReadRecursively(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{
		"a.yaml": "a", "b.yml": "b", "deep/er/c.json": "c", "d.txt": "d", ".git/e.yaml": "e",
		"kustomization.yaml": "f", "deep/kustomization.yml": "g", "deep/h.yaml": "h",
	} {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(folder, link); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		paths []string
		want  string
	}{
		"a folder":                  {[]string{folder}, "abch"},
		"a folder and a file of it": {[]string{folder, filepath.Join(folder, "a.yaml")}, "abch"},
		"a file of any name":        {[]string{filepath.Join(folder, "d.txt")}, "d"},
		"a folder that is hidden":   {[]string{filepath.Join(folder, ".git")}, "e"},
		"a link to a folder":        {[]string{link}, "abch"},
		"the standard input twice":  {[]string{Stdin, Stdin}, "in"},
	} {
		t.Run(name, func(t *testing.T) {
			files, err := readAll(c.paths, strings.NewReader("in"))
			got := ""
			for _, f := range files {
				got += string(f.text)
			}
			if err != nil || got != c.want {
				t.Errorf("read %q, %v; want %q", got, err, c.want)
			}
		})
	}
	if _, err := readAll([]string{filepath.Join(folder, "nothing")}, nil); err == nil {
		t.Error("what is not there was read")
	}
}

func TestEveryKindIsKnown(t *testing.T) {
	want := "[Action ActionPackage Evidence EvidenceSource IncentivePolicy IncentiveStatement KeyAction Review Team Utility WeeklyCycle]"
	if got := fmt.Sprint(crd.Kinds()); got != want {
		t.Errorf("the kinds are %s, want %s", got, want)
	}
	for _, kind := range crd.Kinds() {
		if s, err := lookUp(kind); err != nil || s == nil || s.plural == "" {
			t.Errorf("%s: %+v, %v", kind, s, err)
		}
	}
}

func TestThePolicyOnNamesNeedsNoCluster(t *testing.T) {
	if _, err := names(); err != nil {
		t.Error(err)
	}
}

// Any text gets an answer.
func FuzzLoad(f *testing.F) {
	f.Add(team)
	f.Add("kind: List\napiVersion: v1\nitems: [7, {kind: Team}]\n")
	f.Add("a: &a [*a]\nkind: Team")
	f.Add("apiVersion: praxis.dev/v1alpha1\nkind: KeyAction\nmetadata: {<<: {name: a}}\nspec: {package: {steps: [~]}}")
	f.Fuzz(func(t *testing.T, text string) {
		set, err := Load(t.Context(), []string{Stdin}, strings.NewReader(text), "shop")
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range set.Findings {
			if found.Line < 1 || found.Line > strings.Count(text, "\n")+1 {
				t.Errorf("line %d of %q: %s", found.Line, text, found.Message)
			}
		}
	})
}

// A hundred files must take less than a second, including the compilation of schemas.
func BenchmarkLoadAHundredFiles(b *testing.B) {
	folder := b.TempDir()
	samples, err := filepath.Glob(filepath.Join("..", "..", "config", "samples", "*.yaml"))
	if err != nil || len(samples) == 0 {
		b.Fatal("no samples", err)
	}
	for i := range 100 {
		text, err := os.ReadFile(samples[i%len(samples)])
		if err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%d.yaml", i)), text, 0o600); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		clear(compiled.kinds)
		if _, err := Load(context.Background(), []string{folder}, nil, "shop"); err != nil {
			b.Fatal(err)
		}
	}
}
