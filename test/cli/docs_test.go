// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var shell = regexp.MustCompile("(?s)```sh\n(.*?)```")

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
	files := map[string][]byte{
		filepath.Join(goals, "platform.yaml"):      sample("platform"),
		filepath.Join(goals, "kustomization.yaml"): []byte("resources: [platform.yaml]\n"),
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
		if strings.Contains(block[1], "praxis dashboard") {
			continue // it serves until Ctrl-C; test/dashboard runs it
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
