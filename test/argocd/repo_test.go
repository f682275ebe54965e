// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package argocd

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// repo is a Git repository that Argo CD reads.
type repo struct {
	*testing.T
	folder string
}

// edit replaces a text in a file; nothing replaced by something makes the file, and
// everything by nothing removes it.
type edit struct{ file, old, new string }

const everything = "*"

func newRepo(t *testing.T, folder string) *repo {
	t.Helper()
	r := &repo{t, folder}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	r.git("init", "-q", "-b", "main")
	return r
}

func (r *repo) url() string { return "file://" + r.folder }

func (r *repo) git(args ...string) string {
	r.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=Ana", "-c", "user.email=ana@example.org"}, args...)...)
	cmd.Dir = r.folder
	out, err := cmd.CombinedOutput()
	if err != nil {
		r.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

func (r *repo) commit(why string, edits ...edit) string {
	r.Helper()
	for _, e := range edits {
		if err := e.apply(filepath.Join(r.folder, e.file)); err != nil {
			r.Fatal(err)
		}
	}
	r.git("add", "-A")
	r.git("commit", "-q", "-m", why)
	return r.git("rev-parse", "HEAD")
}

func (e edit) apply(path string) error {
	switch {
	case e.old == everything:
		return os.Remove(path)
	case e.old == "":
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		return os.WriteFile(path, []byte(e.new), 0o644)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if !strings.Contains(string(text), e.old) {
		return &os.PathError{Op: "replace " + e.old + " in", Path: path, Err: os.ErrNotExist}
	}
	return os.WriteFile(path, []byte(strings.Replace(string(text), e.old, e.new, 1)), 0o644)
}
