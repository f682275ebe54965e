// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// payloadOf writes the body, the headers and the claims of a documented payload into files.
func payloadOf(t *testing.T, name string) (folder string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "source", "testdata", "presets", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var payload struct {
		Headers              map[string]string
		Body, Object, Claims json.RawMessage
	}
	if err := json.Unmarshal(text, &payload); err != nil {
		t.Fatal(err)
	}
	var headers strings.Builder
	for name, value := range payload.Headers {
		headers.WriteString(name + ": " + value + "\n")
	}
	folder = t.TempDir()
	for file, content := range map[string][]byte{"body": append(payload.Body, payload.Object...), "headers": []byte(headers.String()), "claims": payload.Claims} {
		if err := os.WriteFile(filepath.Join(folder, file), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func TestWhatASourceWouldMakeIsSaidWithoutACluster(t *testing.T) {
	goals, err := os.ReadFile(filepath.Join("..", "..", "config", "samples", "product.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	known := strings.Replace(string(goals), "name: sofia,", "name: sofia, accounts: {github: sofia-gh, oidc: sofia-gh},", 1)
	for name, c := range map[string]struct {
		payload, goals string
		change         [2]string // of the source
		code           int
		says           []string
	}{
		"github-pull-request": {goals: known, says: []string{
			"rule merged matches and would make evidence/github-pull-request-…", "for       step ship of KeyAction ship-experience-fixes",
			"of        sofia, whose account is sofia-gh", "checked   by dan-gh, whom no member of the Team has", "id        279147437", "artifact  change (Link) https://github.com/shop/checkout/pull/42",
		}},
		"an account that nobody has": {payload: "github-pull-request", goals: string(goals), code: 1, says: []string{`add to that member: accounts: {github: "sofia-gh"}`}},
		"a rule that does not match": {payload: "github-pull-request", goals: known, change: [2]string{"'closed'", "'opened'"}, code: 1, says: []string{"rule merged does not match: type == 'pull_request'"}},
		"a rule that fails":          {payload: "github-pull-request", goals: known, change: [2]string{"summary: event.pull_request.title", "summary: event.pull_request.titel"}, code: 1, says: []string{"rule merged: summary: no such key: titel"}},
		"a rule that is no CEL":      {payload: "github-pull-request", goals: known, change: [2]string{"summary: event.pull_request.title", "summary: evnt"}, code: 2, says: []string{"spec.rules[0].summary: column 1"}},
		"pipeline-oidc":              {goals: known, says: []string{"rule passed matches", "of        sofia, whose account is sofia-gh"}},
		"claims that do not hold":    {payload: "pipeline-oidc", goals: known, change: [2]string{"'shop/checkout'", "'shop/other'"}, code: 2, says: []string{"spec.oidc.claims does not hold"}},
		"job":                        {goals: known, says: []string{"rule succeeded matches", "summary   Job rehearsal succeeded"}},
	} {
		t.Run(name, func(t *testing.T) {
			of := name
			if c.payload != "" {
				of = c.payload
			}
			folder := payloadOf(t, of)
			text, err := os.ReadFile(filepath.Join("..", "..", "config", "samples", "sources", of+".yaml"))
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(folder, "goals.yaml")
			if err := os.WriteFile(file, []byte(c.goals+"\n---\n"+strings.Replace(string(text), c.change[0], c.change[1], 1)), 0o600); err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			args := []string{"source", "test", of, "-f", file, "--payload", filepath.Join(folder, "body"), "--headers", filepath.Join(folder, "headers"), "--claims", filepath.Join(folder, "claims")}
			if code := Main("kubectl-praxis", args, strings.NewReader(""), &out, &out); code != c.code {
				t.Errorf("the exit code is %d, want %d", code, c.code)
			}
			for _, says := range c.says {
				if !strings.Contains(out.String(), says) {
					t.Errorf("it says\n%s\nand not %q", &out, says)
				}
			}
		})
	}
}
