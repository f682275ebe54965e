// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controlplane

import (
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
)

//go:embed watchdog.sh
var watchdogScript string

// watchdog outlives this process just long enough to leave nothing behind.
//
// envtest gives its children no parent-death signal, and that signal exists on
// Linux alone and follows the thread that forked, not the process. A pipe whose
// other end closes works for every way to die.
type watchdog struct {
	cmd  *exec.Cmd
	end  io.Closer // closing it is what the watchdog waits for
	once sync.Once
	err  error
}

// startWatchdog guards the processes that launch.sh notes in the folder run.
func startWatchdog(d *dataDir) (*watchdog, error) {
	cmd := exec.Command("/bin/sh", "-c", watchdogScript, "praxis-watchdog", d.run, d.disposable)
	// A session of its own, so that neither Ctrl-C nor a closed terminal reaches it.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	// It holds the folder's lock too: nobody may start there before it is done.
	cmd.ExtraFiles = []*os.File{d.lock}
	end, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return nil, fmt.Errorf("the watchdog that stops the control plane if this process dies cannot start: %w", err)
	}
	return &watchdog{cmd: cmd, end: end}, nil
}

// cleanUp makes it kill what is left and clean up, and waits for that.
func (w *watchdog) cleanUp() error {
	w.once.Do(func() {
		w.end.Close()
		if err := w.cmd.Wait(); err != nil {
			w.err = fmt.Errorf("the watchdog did not finish, so processes or files of the control plane may be left: %w", err)
		}
	})
	return w.err
}

// clearLeftovers ends what an earlier plane on the same data left, should its
// watchdog have been killed as well: a watchdog that is started with nobody to watch does just that.
func clearLeftovers(d *dataDir) error {
	if _, err := os.Stat(d.run); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	w, err := startWatchdog(&dataDir{run: d.run, disposable: d.run, lock: d.lock})
	if err != nil {
		return err
	}
	return w.cleanUp()
}
