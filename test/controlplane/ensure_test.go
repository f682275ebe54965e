// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controlplane

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	clocktesting "k8s.io/utils/clock/testing"
)

// fakeCheckout is a checkout with a small nested module.
func fakeCheckout(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	writeFile(t, filepath.Join(root, "go.mod"), "module "+rootModule+"\n")
	module := filepath.Join(root, "test", "controlplane", "components")
	writeFile(t, filepath.Join(module, "go.mod"), "module components\n\nrequire k8s.io/kubernetes v1.37.2\n")
	writeFile(t, filepath.Join(module, "go.sum"), "")
	return root
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func newAssets(root string, out io.Writer, build buildFunc) assets {
	return assets{root: root, bin: filepath.Join(root, "bin"), out: out, build: build, clock: clocktesting.NewFakeClock(time.Unix(0, 0))}
}

// countingBuild builds an empty file and counts.
func countingBuild(count *atomic.Int32) buildFunc {
	return func(_ context.Context, _ source, _, target string, _ func(string)) error {
		count.Add(1)
		return os.WriteFile(target, nil, 0o755)
	}
}

func TestTwoConcurrentCallersBuildOnce(t *testing.T) {
	root := fakeCheckout(t)
	var builds atomic.Int32
	first, release := make(chan struct{}), make(chan struct{})
	slow := func(ctx context.Context, src source, pkg, target string, line func(string)) error {
		close(first) // a second call would panic
		<-release
		return countingBuild(&builds)(ctx, src, pkg, target, line)
	}
	var callers sync.WaitGroup
	ensure := func(out io.Writer) {
		callers.Go(func() {
			if err := newAssets(root, out, slow).ensure(t.Context(), []Component{Etcd}); err != nil {
				t.Error(err)
			}
		})
	}
	ensure(io.Discard)
	<-first
	waiting := make(signalWriter)
	ensure(waiting) // its first words are that it waits
	if said := <-waiting; !strings.Contains(said, "another process is building") {
		t.Errorf("the second caller said %q", said)
	}
	close(release)
	callers.Wait()
	if builds.Load() != 1 {
		t.Errorf("%d builds", builds.Load())
	}
}

// signalWriter hands over what is written, so that a test can wait for it.
type signalWriter chan string

func (w signalWriter) Write(p []byte) (int, error) {
	w <- string(p)
	return len(p), nil
}

func TestOnlyAChangedPinOrAMissingBinaryIsBuiltAgain(t *testing.T) {
	root := fakeCheckout(t)
	var builds atomic.Int32
	a := newAssets(root, io.Discard, countingBuild(&builds))
	expect := func(when string, want int32) {
		t.Helper()
		builds.Store(0)
		if err := a.ensure(t.Context(), []Component{Etcd, APIServer}); err != nil {
			t.Fatal(err)
		}
		if builds.Load() != want {
			t.Errorf("%s: %d builds, want %d", when, builds.Load(), want)
		}
	}
	expect("at first", 2)
	expect("with all current", 0)
	if err := os.Remove(filepath.Join(a.bin, "etcd")); err != nil {
		t.Fatal(err)
	}
	expect("without etcd", 1)
	writeFile(t, filepath.Join(root, "test", "controlplane", "components", "go.mod"), "require k8s.io/kubernetes v1.38.0\n")
	expect("after an upgrade", 2)
}

func TestAFailedBuildSaysWhatFailedAndLeavesNothing(t *testing.T) {
	root := fakeCheckout(t)
	broken := func(context.Context, source, string, string, func(string)) error { return errors.New("no such luck") }
	a := newAssets(root, io.Discard, broken)
	err := a.ensure(t.Context(), []Component{APIServer})
	if err == nil || !strings.Contains(err.Error(), "building kube-apiserver: no such luck") {
		t.Errorf("the error is %v", err)
	}
	left, _ := filepath.Glob(filepath.Join(a.bin, "*"))
	if len(left) != 1 || filepath.Base(left[0]) != ".lock" {
		t.Errorf("left behind: %v", left)
	}
}

func TestTheCompilersLastWordsAreInTheError(t *testing.T) {
	root := fakeCheckout(t)
	module := filepath.Join(root, "test", "controlplane", "components")
	writeFile(t, filepath.Join(module, "go.mod"), "module components\n\ngo 1.26\n")
	writeFile(t, filepath.Join(module, "main.go"), "package main\n\nfunc main() { misspelt() }\n")
	var lines []string
	err := goBuild(t.Context(), source{dir: module}, "components", filepath.Join(root, "x"), func(l string) { lines = append(lines, l) })
	if err == nil || !strings.Contains(err.Error(), "undefined: misspelt") || !strings.Contains(err.Error(), "cd "+module) {
		t.Errorf("the error is %v", err)
	}
	if len(lines) == 0 || lines[0] != "components" {
		t.Errorf("the progress got %q", lines)
	}
}

func TestTheFoldersOfThePersonAreUsedAsTheyAre(t *testing.T) {
	dir := t.TempDir()
	t.Setenv(assetsVariable, dir)
	t.Chdir(t.TempDir()) // outside of any checkout a build would fail
	writeFile(t, filepath.Join(dir, "etcd"), "")
	got, err := Ensure(t.Context(), io.Discard, Etcd)
	if err != nil || got != dir {
		t.Errorf("got %q, %v", got, err)
	}
	_, err = Ensure(t.Context(), io.Discard, Etcd, APIServer)
	if err == nil || !strings.Contains(err.Error(), "has no kube-apiserver") {
		t.Errorf("the error is %v", err)
	}
}

func TestOutsideOfACheckoutTheErrorSaysWhatToDo(t *testing.T) {
	t.Setenv(assetsVariable, "")
	t.Chdir(t.TempDir())
	_, err := Ensure(t.Context(), io.Discard, Etcd)
	if err == nil || !strings.Contains(err.Error(), "run this inside one, or set "+assetsVariable) {
		t.Errorf("the error is %v", err)
	}
}

func TestProgressTicksWhileTheLinkerIsSilent(t *testing.T) {
	clock := clocktesting.NewFakeClock(time.Unix(0, 0))
	var out bytes.Buffer
	p := newProgress(&out, clock, 4)
	done := p.begin(Etcd, "go.etcd.io/etcd/server/v3")
	p.line("go: downloading go.etcd.io/bbolt v1.4.3")
	p.line("go.etcd.io/bbolt")
	p.line("go.etcd.io/etcd/server/v3")
	clock.SetTime(time.Unix(83, 0))
	p.show("")
	done(nil)
	for _, want := range []string{
		"control plane 1/4: etcd, 0s\n",
		"control plane 1/4: etcd, 1m23s, 1 modules downloaded, 2 packages compiled, linking\n",
		"control plane 1/4: etcd, 1m23s, 1 modules downloaded, 2 packages compiled, done\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in:\n%s", want, out.String())
		}
	}
}
