// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controlplane

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/utils/clock"
)

// assetsVariable names ready-made binaries, as it does for every kubebuilder project.
const assetsVariable = "KUBEBUILDER_ASSETS"

// Ensure returns a folder that holds the components.
//
// Where KUBEBUILDER_ASSETS is set it is that folder. Otherwise it is bin/ of the
// checkout, and what is missing or out of date there is built first, with
// progress on out: minutes the first time, milliseconds when all is current.
// It is safe to call from many processes at once; one builds, the others wait.
func Ensure(ctx context.Context, out io.Writer, which ...Component) (assetsDir string, err error) {
	if dir := os.Getenv(assetsVariable); dir != "" {
		return dir, checkAssets(dir, which)
	}
	root, err := Root()
	if err != nil {
		return "", err
	}
	a := assets{bin: filepath.Join(root, "bin"), root: root, out: out, build: goBuild, clock: clock.RealClock{}}
	return a.bin, a.ensure(ctx, which)
}

// checkAssets says which components the person's own folder lacks.
func checkAssets(dir string, which []Component) error {
	var missing []string
	for _, c := range which {
		if info, err := os.Stat(filepath.Join(dir, string(c))); err != nil || info.IsDir() {
			missing = append(missing, string(c))
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return fmt.Errorf("%s is set to %s, which has no %s; put it there, or unset %[1]s to have it built from source",
		assetsVariable, dir, strings.Join(missing, ", no "))
}

// buildFunc builds the main package pkg of a module into the file target and
// hands over each line that the build prints. A variable for the tests.
type buildFunc func(ctx context.Context, src source, pkg, target string, line func(string)) error

// assets is a folder of built components.
type assets struct {
	root, bin string
	out       io.Writer
	build     buildFunc
	clock     clock.WithTicker
}

// ensure brings the components up to date under a lock on the folder.
func (a assets) ensure(ctx context.Context, which []Component) error {
	for _, c := range which {
		if packages[c] == "" {
			return fmt.Errorf("%q is no component of the control plane; there are %v", c, All)
		}
	}
	src, err := readSource(a.root)
	if err != nil {
		return err
	}
	// The lock is not needed to see that there is nothing to do: a stamp is
	// written only after the binary that it speaks for.
	if len(a.stale(src, which)) == 0 {
		return nil
	}
	if err := os.MkdirAll(a.bin, 0o755); err != nil {
		return fmt.Errorf("the folder for the built binaries cannot be made: %w", err)
	}
	unlock, err := a.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	return a.buildAll(ctx, src, a.stale(src, which)) // asked again: the one before us may have built it
}

// stale returns the components whose binary is missing or built from something else.
func (a assets) stale(src source, which []Component) []Component {
	return slices.DeleteFunc(slices.Clone(which), func(c Component) bool {
		if _, err := os.Stat(filepath.Join(a.bin, string(c))); err != nil {
			return false
		}
		stamp, err := os.ReadFile(a.stampFile(c))
		return err == nil && string(stamp) == src.stamp(c)
	})
}

func (a assets) stampFile(c Component) string {
	return filepath.Join(a.bin, "."+string(c)+".stamp")
}

// lock waits for the folder to be ours. The kernel gives the lock back when its
// holder dies, so there is no stale lock to remove by hand.
func (a assets) lock(ctx context.Context) (unlock func(), err error) {
	path := filepath.Join(a.bin, ".lock")
	file, locked, err := tryLock(path)
	if err == nil && !locked {
		fmt.Fprintln(a.out, "control plane: another process is building it, waiting for that to finish")
		err = wait.PollUntilContextCancel(ctx, 100*time.Millisecond, false, func(context.Context) (bool, error) {
			file, locked, err = tryLock(path)
			return locked, err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("waiting for %s, which keeps two builds apart: %w", path, err)
	}
	return func() { file.Close() }, nil
}

// buildAll builds one component after the other: each build already uses every
// core, and together they would need twice the memory.
func (a assets) buildAll(ctx context.Context, src source, stale []Component) error {
	if len(stale) == 0 {
		return nil
	}
	scratch, err := a.scratch()
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	progress := newProgress(a.out, a.clock, len(stale))
	defer progress.finish()
	for _, c := range stale {
		if err := a.buildOne(ctx, src, c, scratch, progress); err != nil {
			return err
		}
	}
	return nil
}

// buildOne builds aside and renames, so that a running program keeps its binary
// and nobody ever sees half of one.
func (a assets) buildOne(ctx context.Context, src source, c Component, scratch string, progress *progress) error {
	target := filepath.Join(scratch, string(c))
	done := progress.begin(c, packages[c])
	err := a.build(ctx, src, packages[c], target, progress.line)
	done(err)
	if err != nil {
		return fmt.Errorf("building %s: %w", c, err)
	}
	// Were we killed between the two steps below, an old stamp must not vouch
	// for the new binary.
	if err := os.Remove(a.stampFile(c)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("the stamp of the earlier %s is in the way: %w", c, err)
	}
	if err := os.Rename(target, filepath.Join(a.bin, string(c))); err != nil {
		return fmt.Errorf("%s was built but cannot be put in place: %w", c, err)
	}
	if err := os.WriteFile(a.stampFile(c), []byte(src.stamp(c)), 0o644); err != nil {
		return fmt.Errorf("%s was built but cannot be stamped as current: %w", c, err)
	}
	return nil
}

// scratch makes a folder beside the binaries, where a rename is atomic, and
// removes those of builds that were killed.
func (a assets) scratch() (string, error) {
	const prefix = ".building-"
	left, _ := filepath.Glob(filepath.Join(a.bin, prefix+"*"))
	for _, dir := range left {
		if err := os.RemoveAll(dir); err != nil {
			return "", fmt.Errorf("what a killed build left cannot be removed: %w", err)
		}
	}
	dir, err := os.MkdirTemp(a.bin, prefix)
	if err != nil {
		return "", fmt.Errorf("no folder to build in: %w", err)
	}
	return dir, nil
}
