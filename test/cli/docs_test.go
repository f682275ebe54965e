// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var shell = regexp.MustCompile("(?s)```sh\n(.*?)```")

// elsewhere are the commands whose examples need more than a week: test/dashboard serves pages until
// Ctrl-C, test/measures has a Prometheus, and statements have a quarter that is over in internal/cli.
var elsewhere = []string{"dashboard", "measure try", "pay approve", "pay dispute", "pay resolve", "pay grant"}

// inNamespaceShop creates what the examples speak of in the namespace shop.
func inNamespaceShop(t *testing.T, objects []byte) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "sh", "-c", "kubectl get namespace shop >/dev/null 2>&1 || kubectl create namespace shop; kubectl apply -n shop -f -")
	cmd.Stdin = bytes.NewReader(objects)
	cmd.Env = append(os.Environ(), "PATH="+assets+":"+os.Getenv("PATH"))
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// Each block runs as it stands, in a shell whose kubectl finds the plugin, in a folder
// with the files that the examples name.
func TestEveryExampleOfTheDocsRuns(t *testing.T) {
	docs, err := os.ReadFile(filepath.Join("..", "..", "docs", "cli.md"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	goals := filepath.Join(dir, "goals")
	if err := os.Mkdir(goals, 0o700); err != nil {
		t.Fatal(err)
	}
	var delivery struct {
		Headers map[string]string
		Body    json.RawMessage
	}
	text, err := os.ReadFile(filepath.Join("..", "..", "internal", "source", "testdata", "presets", "github-pull-request.json"))
	if err == nil {
		err = json.Unmarshal(text, &delivery)
	}
	if err != nil {
		t.Fatal(err)
	}
	source := []byte(`apiVersion: praxis.dev/v1alpha1
kind: EvidenceSource
metadata: {name: shop-repo}
spec:
  github: {secretRef: {name: shop-repo-hook}}
  rules: [{name: merged, when: "type == 'pull_request'", for: {keyAction: remove-manual-step, step: automate}, id: event.pull_request.id}]
`)
	if out, err := inNamespaceShop(t, source); err != nil {
		t.Fatal(err, out)
	}
	files := map[string][]byte{
		filepath.Join(goals, "source.yaml"):        source,
		filepath.Join(dir, "delivery.json"):        delivery.Body,
		filepath.Join(dir, "headers.txt"):          []byte("X-GitHub-Event: " + delivery.Headers["X-GitHub-Event"] + "\n"),
		filepath.Join(dir, "providers.yaml"):       []byte("providers:\n- {name: main, url: \"http://prometheus.monitoring:9090\", namespaces: [platform], timeout: 5s}\n"),
		filepath.Join(goals, "platform.yaml"):      sample("platform"),
		filepath.Join(goals, "kustomization.yaml"): []byte("resources: [platform.yaml, source.yaml]\n"),
		filepath.Join(dir, "timelines.csv"):        []byte("deploy,failed,undone\n"),
	}
	for path, text := range files {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// Who reads the docs has the agenda before them.
	if err := eventually(t.Context(), func() (bool, error) {
		return strings.Contains(praxis("review", "safe-deploys-2026-w48-review", "-n", "platform", "--show").out, "review-failed-deploys"), nil
	}); err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, block := range shell.FindAllStringSubmatch(string(docs), -1) {
		if strings.HasPrefix(block[1], "go build") {
			continue // of a checkout; the plugin is built already
		}
		if slices.ContainsFunc(elsewhere, func(command string) bool { return strings.Contains(block[1], "praxis "+command) }) {
			continue
		}
		ran++
		if strings.Contains(block[1], "praxis split") { // in platform, nothing that is to be done twice is open
			block[1] = strings.NewReplacer("-n platform", "-n the-standard-was-not-met", "--as mira@example.com", strings.Join(asPerson("mira"), " ")).Replace(block[1])
		}
		cmd := exec.Command("sh", "-e", "-c", block[1])
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "PATH="+folder+":"+assets+":"+os.Getenv("PATH"))
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v:\n%s\n%s", err, block[1], out)
		}
	}
	if ran < 10 {
		t.Errorf("only %d blocks ran", ran)
	}
}
