// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestWhatSomebodyHasSetForGoDoesNotChangeTheBytes(t *testing.T) {
	t.Chdir(filepath.Join("..", ".."))
	built := func() []byte {
		r := release{version: "v1.2.3", stage: t.TempDir()}
		if err := r.build("hello", "linux/amd64", "./hack/release/testdata/hello"); err != nil {
			t.Fatal(err)
		}
		program, err := os.ReadFile(r.binary("hello", "linux/amd64"))
		if err != nil {
			t.Fatal(err)
		}
		return program
	}
	plain := built()
	env := filepath.Join(t.TempDir(), "env")
	if err := os.WriteFile(env, []byte("GOFLAGS=-tags=theirs\nGOEXPERIMENT=arenas\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{
		"GOENV": env, "GOAMD64": "v3", "GOEXPERIMENT": "arenas", "GOFLAGS": "-tags=theirs", "GOFIPS140": "latest", "CGO_ENABLED": "1", "GOOS": "darwin",
	} {
		t.Setenv(name, value)
		if !bytes.Equal(built(), plain) {
			t.Errorf("%s=%s makes another program", name, value)
		}
		if err := os.Unsetenv(name); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWhatIsNotCommittedIsReleasedOnlyWhereThatIsSaid(t *testing.T) {
	t.Chdir(t.TempDir())
	git := func(args ...string) {
		cmd := exec.Command("git", append([]string{"-c", "user.name=kim", "-c", "user.email=kim@example.org"}, args...)...)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %s", args, out)
		}
	}
	edit := func() {
		if err := os.WriteFile("main.go", []byte(t.Name()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	git("init", "-q")
	git("commit", "-q", "--allow-empty", "-m", "begin")
	commit, err := revision(false)
	if err != nil || len(commit) != 40 {
		t.Errorf("the commit is %q: %v", commit, err)
	}
	edit()
	if _, err := revision(false); err == nil || !strings.Contains(err.Error(), "?? main.go") {
		t.Errorf("it says %v", err)
	}
	if dirty, err := revision(true); dirty != commit+"-dirty" || err != nil {
		t.Errorf("the commit is %q: %v", dirty, err)
	}
}

func TestWhatThePagesTellToApplyIsReleased(t *testing.T) {
	t.Chdir(filepath.Join("..", ".."))
	r := release{version: "v1.2.3", out: t.TempDir()}
	if err := r.config(); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(filepath.Join(r.out, "praxis-config_v1.2.3.tar.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	zip, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	archive, err := io.ReadAll(zip)
	if err != nil {
		t.Fatal(err)
	}
	files := unpacked(t, archive)
	if len(files) < 20 || !slices.Contains(slices.Collect(maps.Keys(files)), "LICENSE") {
		t.Errorf("there are %v", slices.Sorted(maps.Keys(files)))
	}
	// What is only read in a checkout, or is part of the manifests and of the chart.
	elsewhere := []string{"config/crd/", "config/default", "config/admission", "config/rbac", "config/manager", "config/network-policy", "config/argocd/resource_customizations"}
	pages, err := filepath.Glob("docs/*.md")
	if err != nil || len(pages) == 0 {
		t.Fatal(pages, err)
	}
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range strings.FieldsFunc(string(text), func(r rune) bool { return strings.ContainsRune(" \n`()[]|,;:#\"'*", r) }) {
			path := strings.TrimSuffix(strings.TrimPrefix(word, "../"), ".")
			if _, err := os.Stat(path); !strings.HasPrefix(path, "config/") || errors.Is(err, os.ErrNotExist) {
				continue
			}
			inside := func(other string) bool {
				return path == other || strings.HasPrefix(path, other) || strings.HasPrefix(other, path+"/")
			}
			if !slices.ContainsFunc(slices.Collect(maps.Keys(files)), inside) && !slices.ContainsFunc(elsewhere, inside) {
				t.Errorf("%s tells of %s, which only a checkout has", page, path)
			}
		}
	}
}

// There is no container engine where this is tested, but what it would miss can be known.
func TestTheDockerfileCopiesEverythingThatTheOperatorIsMadeOf(t *testing.T) {
	t.Chdir(filepath.Join("..", ".."))
	dockerfile, err := os.ReadFile(filepath.Join("hack", "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	var copied []string
	for line := range strings.Lines(string(dockerfile)) {
		words := strings.Fields(line)
		if len(words) < 3 || words[0] != "COPY" || strings.HasPrefix(words[1], "--from") {
			continue
		}
		for _, source := range words[1 : len(words)-1] {
			if _, err := os.Stat(source); err != nil {
				t.Error(err)
			}
			// A folder's content goes to the folder of that name, a file into the root.
			if target := words[len(words)-1]; target != source && target != "./" {
				t.Errorf("%s becomes %s", source, target)
			}
			copied = append(copied, source)
		}
	}
	const module = "github.com/praxis-dev/praxis"
	packages, err := output("go", "list", "-deps", ".", "./cmd/praxis-dashboard")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, pkg := range strings.Fields(packages) {
		folder, ours := strings.CutPrefix(pkg, module)
		if !ours {
			continue
		}
		seen++
		folder = strings.TrimPrefix(folder, "/")
		if folder == "" {
			folder = "main.go"
		}
		if !slices.ContainsFunc(copied, func(c string) bool { return folder == c || strings.HasPrefix(folder, c+"/") }) {
			t.Errorf("%s is not copied", pkg)
		}
	}
	if seen < 5 {
		t.Errorf("only %d packages are ours", seen)
	}
	for _, part := range []string{versionVariable + "=$VERSION", "USER 65532:65532", "-trimpath"} {
		if !strings.Contains(string(dockerfile), part) {
			t.Errorf("it lacks %q", part)
		}
	}
}
