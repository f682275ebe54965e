// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package docs

import (
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
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

var file = regexp.MustCompile(`[\w…*]+\.go\b`)

// folders are all with Go files in them but those that were built or are test data.
func folders(t *testing.T) []string {
	t.Helper()
	found := map[string]bool{}
	err := filepath.WalkDir(filepath.Join("..", ".."), func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "bin" || entry.Name() == "testdata" || entry.Name() == ".git"):
			return filepath.SkipDir
		case strings.HasSuffix(path, ".go"):
			found[filepath.Dir(path)] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return slices.Sorted(maps.Keys(found))
}

// unlisted are the files that the comment of a package does not name though it names at least half
// of them, and those that it names and that are not there. A name may have … or * for a part of it.
func unlisted(comment string, there []string) (missing, gone []string) {
	named := file.FindAllString(comment, -1)
	for _, name := range there {
		if !slices.ContainsFunc(named, func(n string) bool { return matches(n, name) }) {
			missing = append(missing, name)
		}
	}
	for _, n := range named {
		if !slices.ContainsFunc(there, func(name string) bool { return matches(n, name) }) {
			gone = append(gone, n)
		}
	}
	if len(missing) > len(there)/2 {
		missing = nil // it does not list its files, but says of some what they are
	}
	return missing, gone
}

func matches(pattern, name string) bool {
	ok, err := filepath.Match(strings.ReplaceAll(pattern, "…", "*"), name)
	return ok && err == nil
}

func TestACommentThatListsTheFilesOfAPackageListsAll(t *testing.T) {
	lists := 0
	for _, folder := range folders(t) {
		all, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		var there []string
		comment, at := "", ""
		for _, path := range all {
			name := filepath.Base(path)
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.PackageClauseOnly|parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			if parsed.Doc != nil && strings.HasPrefix(parsed.Doc.Text(), "Package ") {
				comment, at = parsed.Doc.Text(), name
			}
			there = append(there, name)
		}
		there = slices.DeleteFunc(there, func(name string) bool { return strings.HasPrefix(name, "zz_generated") })
		missing, gone := unlisted(comment, there)
		missing = slices.DeleteFunc(missing, func(name string) bool { return name == at })
		for _, name := range missing {
			t.Errorf("%s/%s does not list %s", folder, at, name)
		}
		for _, name := range gone {
			t.Errorf("%s/%s lists %s, which is not there", folder, at, name)
		}
		if file.MatchString(comment) {
			lists++
		}
	}
	if lists == 0 {
		t.Error("no comment lists any file")
	}
}

func TestAFileThatACommentLeavesOutIsFound(t *testing.T) {
	there := []string{"who.go", "what.go", "why_tree.go", "action_words.go"}
	for name, tt := range map[string]struct {
		comment       string
		missing, gone string
	}{
		"all are listed":      {"who.go (who), what.go (what), why*.go and …_words.go", "", ""},
		"it lists few":        {"Package plan is about who.go", "", ""},
		"one is missing":      {"who.go, why*.go, …_words.go", "what.go", ""},
		"one is gone":         {"who.go, what.go, why*.go, …_words.go, when.go", "", "when.go"},
		"a pattern fits none": {"who.go, what.go, why_tree.go, …_words.go, fold*.go", "", "fold*.go"},
	} {
		t.Run(name, func(t *testing.T) {
			missing, gone := unlisted(tt.comment, there)
			if strings.Join(missing, " ") != tt.missing || strings.Join(gone, " ") != tt.gone {
				t.Errorf("missing %q and gone %q, not %q and %q", missing, gone, tt.missing, tt.gone)
			}
		})
	}
}

// "Where to look" names files, which may have got another name since.
func TestFilesThatCONTRIBUTINGPointsToAreThere(t *testing.T) {
	pointed := 0
	for _, row := range regexp.MustCompile("(?m)^\\|[^|]*\\| `((?:internal/|controllers)\\w*)`, ([^|]*) \\|$").FindAllStringSubmatch(read(t, "CONTRIBUTING.md"), -1) {
		for _, name := range file.FindAllString(row[2], -1) {
			pointed++
			if _, err := os.Stat(filepath.Join("..", "..", row[1], name)); err != nil {
				t.Errorf("CONTRIBUTING.md points to %s of %s: %v", name, row[1], err)
			}
		}
	}
	if pointed < 5 {
		t.Errorf("it points to %d files", pointed)
	}
}
