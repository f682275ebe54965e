// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package docs

import (
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/praxis-dev/praxis/"

// imports are those of the files of a folder and of the folders in it that are no tests.
func imports(t *testing.T, folder string) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	files, err := filepath.Glob(filepath.Join("..", "..", folder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	below, err := filepath.Glob(filepath.Join("..", "..", folder, "*", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range append(files, below...) {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range parsed.Imports {
			name, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			found[name] = true
		}
	}
	return found
}

// layers are the lines of the list of packages in CONTRIBUTING.md: cli is on the first.
func layers(t *testing.T, page string) map[string]int {
	t.Helper()
	_, list, _ := strings.Cut(page, "```\ncli\n")
	list, _, found := strings.Cut("cli\n"+list, "```")
	if !found {
		t.Fatal("CONTRIBUTING.md does not list the packages from cli down")
	}
	of := map[string]int{}
	for i, line := range strings.Split(list, "\n") {
		for name := range strings.FieldsSeq(line) {
			of[name] = i
		}
	}
	return of
}

func TestPackagesImportOnlyFromTheLinesBelowTheirsInCONTRIBUTING(t *testing.T) {
	line := layers(t, read(t, "CONTRIBUTING.md"))
	rooms, err := os.ReadDir(filepath.Join("..", "..", "internal"))
	if err != nil {
		t.Fatal(err)
	}
	folders := map[string]string{"controllers": "controllers"}
	for _, room := range rooms {
		if room.IsDir() {
			folders[room.Name()] = "internal/" + room.Name()
		}
	}
	for name := range line {
		if folders[name] == "" {
			t.Errorf("CONTRIBUTING.md lists %s, which is no package", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(folders)) {
		of, listed := line[name]
		if !listed {
			t.Errorf("CONTRIBUTING.md does not say where %s belongs among the imports", name)
		}
		for path := range imports(t, folders[name]) {
			other, ours := strings.CutPrefix(path, module)
			other, _, _ = strings.Cut(strings.TrimPrefix(other, "internal/"), "/")
			if at, known := line[other]; ours && known && other != name && at <= of {
				t.Errorf("%s imports %s, which is not on a line below it in CONTRIBUTING.md", name, path)
			}
		}
	}
}

// What decides gets objects and an instant, and asks nobody.
func TestWhatDecidesKnowsNoServer(t *testing.T) {
	for _, name := range []string{
		"status", "lint", "metrics", "incentive", "review", "evidence", "forecast", "measure", "source", "week", "plan",
		"cadence", "chain", "holiday", "manifest", "preflight", "standard", "reasons", "text", "version", "view",
	} {
		for path := range imports(t, "internal/"+name) {
			mayCancel := name == "source" || name == "manifest"
			if path == "net/http" && name == "source" { // what a request is, and no client
				continue
			}
			if path == "net/http" || path == "context" && !mayCancel || strings.HasPrefix(path, "k8s.io/client-go") {
				t.Errorf("internal/%s imports %s; what asks somebody is elsewhere", name, path)
			}
		}
	}
}
