// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// pagesWithin is how long the dashboard may take to say that it is there.
const pagesWithin = time.Minute

// freeAddress is one on which nobody listens. The dashboard is begun anew with the clock of the
// operator, and stays where it was.
func freeAddress() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("there is no address for the dashboard: %w", err)
	}
	return listener.Addr().String(), listener.Close()
}

// pages serves the dashboard as Mira, who leads the team of the story, until stop, by a clock that
// runs so many times as fast as time.
func (d demo) pages(ctx context.Context, speed float64) (stop func(), err error) {
	cmd := exec.Command(filepath.Join(d.home, "kubectl-praxis"), "dashboard", "--address", d.address, "--open=false", "--code=false", "--as", userOf("mira"), "-n", stageNamespace)
	cmd.Env = append(append(os.Environ(), d.environment()...), fmt.Sprintf("PRAXIS_CLOCK_SPEED=%g", speed))
	// Ctrl-C in the terminal reaches the group; the order of stopping is ours.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	var said strings.Builder
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("the dashboard does not start: %w", err)
	}
	stop = func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended by itself
		_ = cmd.Wait()                          // by a signal
	}
	there := make(chan bool, 1)
	go func() { there <- bufio.NewScanner(out).Scan() }()
	select {
	case ok := <-there:
		if ok {
			return stop, nil
		}
		stop()
		return nil, fmt.Errorf("the dashboard does not start: %s", strings.TrimSpace(said.String()))
	case <-ctx.Done():
		err = ctx.Err()
	case <-time.After(pagesWithin):
		err = errors.New("the dashboard does not start")
	}
	stop()
	return nil, err
}
