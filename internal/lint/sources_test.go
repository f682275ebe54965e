// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/praxis-dev/praxis/internal/manifest"
)

const forge = `---
apiVersion: praxis.dev/v1alpha1
kind: EvidenceSource
metadata: {name: forge}
spec:
  github: {secretRef: {name: hook}}
  rules:
  - name: merged
    when: "type == 'pull_request' && event.pull_request.merged"
    for: {keyAction: watch-new-users, step: ship}
    member: event.pull_request.user.login
`

func TestASourceIsHeldAgainstTheGoalsBesideIt(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "config", "samples", "minimal.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	goals := strings.Replace(string(text), "name: kim,", "name: kim, accounts: {github: kim-gh},", 1)
	measured := strings.Replace(goals, "  cadence:", "  measures: [{name: minutes, baseline: '9', target: '1', unit: min, source: {prometheus: {provider: main, query: minutes}}}]\n  cadence:", 1)
	for name, c := range map[string]struct{ from, to, goals, want string }{
		"all is there":                  {goals: goals},
		"nobody has an account":         {goals: string(text), want: "UnknownAccount: No member of Team docs has an account of github"},
		"nobody is named":               {goals: string(text), from: "    member: event.pull_request.user.login\n"},
		"no such KeyAction":             {goals: goals, from: "watch-new-users", to: "watch-users", want: "ReferenceNotFound: There is no KeyAction watch-users; correct the name"},
		"no such step":                  {goals: goals, from: "step: ship", to: "step: fly", want: "ReferenceNotFound: KeyAction watch-new-users has no step fly; correct the name"},
		"no such Utility":               {goals: goals, from: "{keyAction: watch-new-users, step: ship}", to: "{measure: {utility: x, name: speed, value: '1'}}", want: "There is no Utility x"},
		"no such measure":               {goals: goals, from: "{keyAction: watch-new-users, step: ship}", to: "{measure: {utility: first-hour, name: speed, value: '1'}}", want: "Utility first-hour has no measure speed"},
		"a measure that is read itself": {goals: measured, from: "{keyAction: watch-new-users, step: ship}", to: "{measure: {utility: first-hour, name: minutes, value: '1'}}", want: "ReadFromSource: Measure minutes of Utility first-hour is read from its source"},
		"a measure that people hand in": {goals: strings.Replace(measured, ", source: {prometheus: {provider: main, query: minutes}}", "", 1), from: "{keyAction: watch-new-users, step: ship}", to: "{measure: {utility: first-hour, name: minutes, value: '1'}}"},
		"a KeyAction that rests":        {goals: strings.Replace(goals, "  contribution: 2", "  suspend: true\n  contribution: 2", 1), want: "ActionNotFound: KeyAction watch-new-users is suspended, so step ship has no Action"},
		"a Utility that rests":          {goals: strings.Replace(goals, "  required: 8", "  suspend: true\n  required: 8", 1), want: "ActionNotFound: Utility first-hour is suspended, so step ship has no Action"},
		"a rule that is no CEL":         {goals: goals, from: "event.pull_request.merged\"", to: "evnt.merged\"", want: "InvalidRule: column 27: undeclared reference to 'evnt'"},
		"a source that is no source":    {goals: goals, from: "  github: {secretRef: {name: hook}}\n", want: "InvalidSpec"},
	} {
		t.Run(name, func(t *testing.T) {
			got := lines(lint(t, c.goals+strings.Replace(forge, c.from, c.to, 1), ""))
			if c.want == "" && strings.Contains(got, "EvidenceSource") || !strings.Contains(got, c.want) {
				t.Errorf("it finds %q, want %q", got, c.want)
			}
		})
	}
}

func TestAMeasureIsHeldAgainstTheProvidersOfTheOperator(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "config", "samples", "measures", "goal.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	set, err := manifest.Load(t.Context(), []string{manifest.Stdin}, strings.NewReader(string(text)), "shop")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		providers []string
		want      string
	}{
		"it is there":      {[]string{"main", "other"}, ""},
		"another is there": {[]string{"other"}, "No provider main may be asked by goals of namespace shop; other may: correct the name, or have the administrators add the namespace"},
		"none is there":    {nil, "none may: correct"},
	} {
		t.Run(name, func(t *testing.T) {
			found, err := RunWith(set, "", monday, func(string) []string { return c.providers })
			if err != nil {
				t.Fatal(err)
			}
			got := lines(found)
			if c.want == "" && strings.Contains(got, "provider") || !strings.Contains(got, c.want) {
				t.Errorf("it finds %q, want %q", got, c.want)
			}
		})
	}
}
