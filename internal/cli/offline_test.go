// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/cli-runtime/pkg/genericiooptions"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/praxis-dev/praxis/internal/cli/term"
	"github.com/praxis-dev/praxis/internal/view"
)

// offline runs a command in W48 of 2026, with nothing that leads to a cluster.
func offline(t *testing.T, in string, args ...string) (out, errOut string, err error) {
	t.Helper()
	t.Setenv("KUBECONFIG", filepath.Join(t.TempDir(), "nothing"))
	var stdout, stderr bytes.Buffer
	tool := newTool(genericiooptions.IOStreams{In: strings.NewReader(in), Out: &stdout, ErrOut: &stderr})
	tool.Clock = clocktesting.NewFakePassiveClock(time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC))
	root := New(tool)
	root.SetArgs(args)
	err = root.Execute()
	return stdout.String(), stderr.String(), err
}

func sampleFile(name string) string {
	return filepath.Join("..", "..", "config", "samples", name+".yaml")
}

func sampleText(t *testing.T, name string, changes ...string) string {
	t.Helper()
	text, err := os.ReadFile(sampleFile(name))
	if err != nil {
		t.Fatal(err)
	}
	changed := string(text)
	for _, change := range changes {
		from, to, _ := strings.Cut(change, " => ")
		if !strings.Contains(changed, from) {
			t.Fatalf("%q is not in the sample", from)
		}
		changed = strings.ReplaceAll(changed, from, to)
	}
	return changed
}

func TestLintSaysNothingOfCleanFiles(t *testing.T) {
	for _, output := range []string{"text", "json", "sarif", "junit"} {
		out, errOut, err := offline(t, "", "lint", sampleFile("minimal"), sampleFile("enterprise"), "-o", output)
		if err != nil || errOut != "11 objects in 2 files: 0 errors, 0 warnings\n" || output == "text" && out != "" {
			t.Errorf("%s: %v, %q, %s", output, err, errOut, out)
		}
	}
}

func TestLintSaysWhatIsWrongAndWhere(t *testing.T) {
	text := sampleText(t, "minimal", "required: 8 => required: 0", "verb: Watch => verb: Improve") + "---\na: b: c\n"
	out, errOut, err := offline(t, text, "lint", "-")
	want := `stdin:19: InvalidSpec: spec.required: Invalid value: 0 is less than 1; write 1 to 1000000
stdin:28: AbstractVerb: "Improve" is a wish, not something a person can do; say what is done, like "Interview"
stdin:39: InvalidSpec: this is not YAML: mapping values are not allowed in this context
`
	if !errors.Is(err, errFindings) || out != want || errOut != "3 objects in 1 file: 2 errors, 1 warning\n" {
		t.Errorf("%v, %q\n%s", err, errOut, out)
	}
}

func TestLintWritesTheReportThatIsAskedFor(t *testing.T) {
	for output, want := range map[string]string{
		"text": "stdin:1: ", "json": `"findings": [`, "sarif": `"$schema": "https://json.schemastore.org/sarif-2.1.0.json"`, "junit": "<testsuites ",
	} {
		out, _, err := offline(t, "a: b: c", "lint", "-", "-o", output)
		if !errors.Is(err, errFindings) || !strings.Contains(out, want) {
			t.Errorf("%s: %v: %s", output, err, out)
		}
	}
}

func TestAFileThatIsNotYAMLFailsACaseOfItsOwn(t *testing.T) {
	out, _, err := offline(t, "a: b: c", "lint", "-", "-o", "junit")
	if !errors.Is(err, errFindings) || !strings.Contains(out, `<testsuites tests="1" failures="1">`) {
		t.Errorf("%v: %s", err, out)
	}
}

func TestExitCodesTellFindingsFromFailures(t *testing.T) {
	folder := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	team := "apiVersion: praxis.dev/v1alpha1\nkind: Team\nmetadata: {name: docs}\nspec: {members: [{name: kim, user: kim@example.org, capacity: 6h}]}\n"
	clean, wrong := write("clean.yaml", team), write("wrong.yaml", strings.Replace(team, "6h", "six", 1))
	for name, c := range map[string]struct {
		args []string
		want int
	}{
		"clean":              {[]string{"lint", clean}, exitClean},
		"an empty folder":    {[]string{"lint", t.TempDir()}, exitFailed},
		"no text":            {[]string{"lint", "-"}, exitFailed},
		"no object of ours":  {[]string{"lint", write("table.csv", "Title,Owner\nDeploys,mira\n")}, exitFailed},
		"preview of nothing": {[]string{"preview", t.TempDir()}, exitFailed},
		"wrong":              {[]string{"lint", wrong}, exitFindings},
		"not there":          {[]string{"lint", clean, filepath.Join(folder, "nothing")}, exitFailed},
		"no path":            {[]string{"lint"}, exitFailed},
		"a strange format":   {[]string{"lint", clean, "-o", "toml"}, exitFailed},
		"a strange week":     {[]string{"lint", sampleFile("minimal"), "--week", "48"}, exitFailed},
		"previewed":          {[]string{"preview", sampleFile("minimal")}, exitClean},
		"previewed, no goal": {[]string{"preview", clean}, exitFailed},
		"previewed, wrong":   {[]string{"preview", wrong}, exitFindings},
		"previewed, strange": {[]string{"preview", clean, "-o", "junit"}, exitFailed},
		"previewed, nothing": {[]string{"preview", filepath.Join(folder, "nothing")}, exitFailed},
	} {
		var out, errOut bytes.Buffer
		if code := Main("kubectl-praxis", c.args, strings.NewReader(""), &out, &errOut); code != c.want {
			t.Errorf("%s: exit code %d, want %d: %s%s", name, code, c.want, out.String(), errOut.String())
		}
	}
}

func TestAPreviewShowsWhoDoesWhat(t *testing.T) {
	text := sampleText(t, "minimal", "capacity: 6h => capacity: 2h", "do: Invite one new user => do: Invite one new user who has not seen any of the pages before")
	out, errOut, err := offline(t, text, "preview", "-")
	want := `Utility first-hour in default
2026-W48: Mon 23 Nov 09:00 to Mon 30 Nov 09:00, Europe/Berlin
Coverage: 150%, 12 of 8 units are planned for what is left of 2026-Q4

kim of docs: 2h15m of 2h, over capacity
  Tue 24 12:00    1  Foundation    Invite one new user who has not seen any of …
  Fri 27 12:00    1  Key           Fix the line at which they stopped

lou of docs: 0m of 4h

Gaps
  OverCapacity: kim of Team docs has 2h15m of work and 2h of capacity; lower
    times or give steps to others
`
	if !errors.Is(err, errFindings) || errOut != "" || out != want {
		t.Errorf("%v, %q\n%s", err, errOut, out)
	}
}

func TestAPreviewOfFilesWithoutAGoalShowsNoWeek(t *testing.T) {
	team, _, _ := strings.Cut(sampleText(t, "minimal"), "---\n")
	out, _, err := offline(t, team, "preview", "-")
	if err == nil || errors.Is(err, errFindings) || !strings.HasPrefix(err.Error(), "there is no Utility in the files") || out != "" {
		t.Errorf("of a Team alone: %v, %s", err, out)
	}
	out, errOut, err := offline(t, sampleText(t, "minimal", "required: 8 => required: 0"), "preview", "-")
	if !errors.Is(err, errFindings) || !strings.Contains(errOut, "spec.required") || out != "" {
		t.Errorf("of a Utility that is wrong: %v, %s%s", err, errOut, out)
	}
}

func TestAPreviewStaysWithinALineWhateverPeopleAreCalled(t *testing.T) {
	out, _, err := offline(t, sampleText(t, "minimal", "name: lou, => name: lou, displayName: "+strings.Repeat("🦊", 64)+","), "preview", "-")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(out) {
		if w := term.Columns(strings.TrimSpace(line)); w > wide {
			t.Errorf("%d columns: %s", w, line)
		}
	}
}

// twoGoals are the smallest goal, and another that asks the same Team for more.
func twoGoals(t *testing.T) string {
	t.Helper()
	_, second, _ := strings.Cut(sampleText(t, "minimal", "name: first-hour => name: second-hour", "name: watch-new-users => name: hear-new-users", "duration: 2h => duration: 5h"), "---\n")
	return sampleText(t, "minimal") + "---\n" + second
}

// A preview answers whether the week can be worked, so that a script need not read it.
func TestAPreviewExitsWithOneWhereTheWeekLacksSomething(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		args []string
		want error
	}{
		"nothing":                              {sampleText(t, "minimal"), nil, nil},
		"somebody has too little time":         {sampleText(t, "minimal", "capacity: 6h => capacity: 2h"), nil, errFindings},
		"too little for two Utilities":         {twoGoals(t), nil, errFindings},
		"the rest of the quarter is too short": {sampleText(t, "minimal"), []string{"--week", "2026-W53"}, errFindings},
		"nobody has the role":                  {sampleText(t, "minimal", "role: writer => role: painter"), nil, errFindings},
		"a goal that is suspended":             {sampleText(t, "minimal", "required: 8 => required: 8\n  suspend: true"), []string{"--week", "2026-W53"}, nil},
		"a week that is skipped":               {sampleText(t, "minimal", "required: 8 => required: 2", "timeZone: Europe/Berlin => timeZone: Europe/Berlin, skip: [2026-W51]"), []string{"--week", "2026-W51"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			out, errOut, err := offline(t, c.text, append([]string{"preview", "-"}, c.args...)...)
			if !errors.Is(err, c.want) || errOut != "" {
				t.Errorf("%v, %s\n%s", err, errOut, out)
			}
		})
	}
}

func TestAPreviewAddsUpTheHoursOfWhoWorksForSeveralGoals(t *testing.T) {
	out, _, err := offline(t, twoGoals(t), "preview", "-")
	if want := "\nHours over all Utilities\n  kim of docs: 7h30m of 6h, over capacity\n"; !errors.Is(err, errFindings) || !strings.HasSuffix(out, want) {
		t.Errorf("%v\n%s", err, out)
	}
	var p view.Preview
	out, _, _ = offline(t, twoGoals(t), "preview", "-", "-o", "json")
	if err := json.Unmarshal([]byte(out), &p); err != nil || len(p.Members) != 2 || p.Members[0] != (view.PreviewMember{Namespace: "default", Team: "docs", Name: "kim", PlannedMinutes: 450, CapacityMinutes: 360}) {
		t.Errorf("%v, %+v", err, p.Members)
	}
}

func TestAPreviewHasExactlyTheFieldsThatScriptsRelyOn(t *testing.T) {
	out, _, err := offline(t, "", "preview", sampleFile("minimal"), "--week", "2026-W53", "-o", "json")
	if !errors.Is(err, errFindings) { // one week cannot carry what the quarter requires
		t.Fatal(err)
	}
	want := `{
  "week": "2026-W53",
  "utilities": [
    {
      "name": "first-hour",
      "namespace": "default",
      "coverage": {
        "required": 8,
        "delivered": 0,
        "planned": 2,
        "percent": 25
      },
      "actions": [
        {
          "name": "first-hour-2026-w53.watch-new-users.invite.kim",
          "keyAction": "watch-new-users",
          "step": "invite",
          "tier": "Foundation",
          "team": "docs",
          "member": "kim",
          "target": 1,
          "occurrences": [
            {
              "dueAt": "2026-12-29T11:00:00Z",
              "quantity": 1
            }
          ],
          "share": 2000,
          "durationMinutes": 15,
          "contribution": 0,
          "dependsOn": []
        },`
	if !strings.HasPrefix(out, want) {
		t.Errorf("previewed\n%s", out)
	}
	yamlOut, _, err := offline(t, "", "preview", sampleFile("minimal"), "--week", "2026-W53", "-o", "yaml")
	if !errors.Is(err, errFindings) || !strings.HasPrefix(yamlOut, "members:\n- capacityMinutes: 360\n  name: kim\n  namespace: default\n  plannedMinutes: 135\n  team: docs\n- capacityMinutes: 240\n  name: lou\n  namespace: default\n  plannedMinutes: 0\n  team: docs\nutilities:\n- actions:\n  - contribution: 0\n    dependsOn: []\n") {
		t.Errorf("%v\n%s", err, yamlOut)
	}
}

// What is refused or stalled is reported as lint reports it; what is sound is previewed.
func TestAPreviewReportsErrorsAndShowsTheRest(t *testing.T) {
	second := strings.NewReplacer("first-hour", "second-hour", "watch-new-users", "hear-new-users", "name: docs}", "name: others}", "required: 8", "required: 0").Replace(sampleText(t, "minimal"))
	out, errOut, err := offline(t, sampleText(t, "minimal")+"---\n"+second, "preview", "-", "-o", "json")
	var p view.Preview
	if err := json.Unmarshal([]byte(out), &p); err != nil {
		t.Fatal(err)
	}
	if !errors.Is(err, errFindings) || !strings.HasPrefix(errOut, "stdin:57: InvalidSpec: spec.required") || strings.Count(errOut, "\n") != 1 {
		t.Errorf("%v, %s", err, errOut)
	}
	if len(p.Utilities) != 1 || len(p.Utilities[0].Actions) != 2 {
		t.Errorf("previewed %+v", p)
	}
}

func TestARefusedKeyActionLeavesTheOthersPlanned(t *testing.T) {
	text := sampleText(t, "minimal", "weight: 100\n  package => weight: 60\n  package")
	other := text[strings.LastIndex(text, "---"):]
	other = strings.NewReplacer("watch-new-users", "hear-new-users", "weight: 60\n  package", "weight: 40\n  package", "contribution: 2", "contribution: 0").Replace(other)
	out, errOut, err := offline(t, text+other, "preview", "-", "-o", "json")
	var p view.Preview
	if jsonErr := json.Unmarshal([]byte(out), &p); jsonErr != nil {
		t.Fatal(jsonErr)
	}
	var got []string
	for _, a := range p.Utilities[0].Actions {
		got = append(got, a.Step+" of "+a.KeyAction)
	}
	if !errors.Is(err, errFindings) || fmt.Sprint(got) != "[invite of watch-new-users ship of watch-new-users]" || !strings.Contains(errOut, "spec.contribution") {
		t.Errorf("%v, %s: %v", err, errOut, got)
	}
}

func TestTheDocsHaveEveryCommandWithAnExample(t *testing.T) {
	var docs strings.Builder
	Markdown(&docs)
	sections := strings.Split(docs.String(), "\n### ")
	for _, want := range []string{"pay preview", "source test", "measure try", "completion install"} {
		if !slices.ContainsFunc(sections, func(s string) bool { return strings.HasPrefix(s, want+"\n") }) {
			t.Errorf("there is no section %s", want)
		}
	}
	for _, section := range sections[1:] {
		if name, _, _ := strings.Cut(section, "\n"); strings.Contains(section, "```sh\n\n```") || strings.Contains(section, "```\n\n\n") {
			t.Errorf("%s has no example or is not described", name)
		}
	}
}

func TestWhatHolidaysPrintsIsPastedAsItIs(t *testing.T) {
	list, errOut, err := offline(t, "", "holidays", "ch", "--year", "2027,2026")
	if err != nil || !strings.HasPrefix(list, "    # Switzerland, 2026, 2027; ") || !strings.HasPrefix(errOut, "There are lists of regions too: CH-AG, ") {
		t.Fatalf("%v, %s\n%s", err, errOut, list)
	}
	pasted := sampleText(t, "minimal", "  cadence: {timeZone: Europe/Berlin} =>   cadence:\n    timeZone: Europe/Zurich\n"+strings.TrimRight(list, "\n"))
	if out, errOut, err := offline(t, pasted, "lint", "-"); err != nil || out != "" {
		t.Errorf("%v, %s%s", err, out, errOut)
	}
	data, _, err := offline(t, "", "holidays", "CH-ZH", "-o", "yaml")
	if err != nil || !strings.HasPrefix(data, "holidays:\n- date: \"2026-01-01\"\n  name: Neujahrstag\n") {
		t.Errorf("%v\n%s", err, data)
	}
	if _, _, err := offline(t, "", "holidays", "Atlantis"); err == nil || !strings.Contains(err.Error(), "there are AR, AT, ") {
		t.Errorf("it says %v", err)
	}
}

// A Chinese character takes two columns, so that a line of eighty characters would be wrapped.
func TestAPreviewFitsTheScreenInAnyScript(t *testing.T) {
	text := sampleText(t, "minimal", "do: Invite one new user => do: "+strings.Repeat("请一位新用户", 8), "role: writer => role: painter")
	out, _, _ := offline(t, text, "preview", "-")
	text = sampleText(t, "minimal", "do: Invite one new user => do: "+strings.Repeat("请一位新用户", 8))
	shown, _, err := offline(t, text, "preview", "-")
	if err != nil || !strings.Contains(shown, "请一位新用户") || !strings.Contains(shown, "…") {
		t.Errorf("%v\n%s", err, shown)
	}
	for line := range strings.SplitSeq(out+shown, "\n") {
		if n := term.Columns(line); n > 80 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
}
