// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
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
	for name, c := range map[string]struct{ from, to, goals, want string }{
		"all is there":               {goals: goals},
		"nobody has an account":      {goals: string(text), want: "UnknownAccount: No member of Team docs has an account of github"},
		"nobody is named":            {goals: string(text), from: "    member: event.pull_request.user.login\n"},
		"no such KeyAction":          {goals: goals, from: "watch-new-users", to: "watch-users", want: "ReferenceNotFound: There is no KeyAction watch-users; correct the name"},
		"no such step":               {goals: goals, from: "step: ship", to: "step: fly", want: "ReferenceNotFound: KeyAction watch-new-users has no step fly; correct the name"},
		"no such Utility":            {goals: goals, from: "{keyAction: watch-new-users, step: ship}", to: "{measure: {utility: x, name: speed, value: '1'}}", want: "There is no Utility x"},
		"no such measure":            {goals: goals, from: "{keyAction: watch-new-users, step: ship}", to: "{measure: {utility: first-hour, name: speed, value: '1'}}", want: "Utility first-hour has no measure speed"},
		"a rule that is no CEL":      {goals: goals, from: "event.pull_request.merged\"", to: "evnt.merged\"", want: "InvalidRule: column 27: undeclared reference to 'evnt'"},
		"a source that is no source": {goals: goals, from: "  github: {secretRef: {name: hook}}\n", want: "InvalidSpec"},
	} {
		t.Run(name, func(t *testing.T) {
			got := lines(lint(t, c.goals+strings.Replace(forge, c.from, c.to, 1), ""))
			if c.want == "" && strings.Contains(got, "EvidenceSource") || !strings.Contains(got, c.want) {
				t.Errorf("it finds %q, want %q", got, c.want)
			}
		})
	}
}
