// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controlplane

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// keptLines is how much of a failed build's output its error repeats.
const keptLines = 20

// goBuild runs the Go compiler for one component.
func goBuild(ctx context.Context, src source, pkg, target string, line func(string)) error {
	goTool, err := exec.LookPath("go")
	if err != nil {
		return fmt.Errorf("the go command is not on PATH; install Go, or set %s to a folder that has the binaries", assetsVariable)
	}
	// -mod=readonly: a build must never edit the pins.
	cmd := exec.CommandContext(ctx, goTool, "build", "-v", "-mod=readonly", "-ldflags", src.ldflags, "-o", target, pkg)
	cmd.Dir = src.dir
	// The component runs here, whatever the caller cross-compiles for, and a
	// workspace or flags meant for the root module would break the nested one.
	cmd.Env = append(os.Environ(), "GOOS="+runtime.GOOS, "GOARCH="+runtime.GOARCH, "GOWORK=off", "GOFLAGS=", "PWD="+src.dir)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // lets go remove its work folder
	cmd.WaitDelay = 10 * time.Second

	reader, writer := io.Pipe()
	cmd.Stdout, cmd.Stderr = writer, writer
	var last []string
	read := make(chan struct{})
	go func() {
		defer close(read)
		last = tail(reader, line)
	}()
	err = cmd.Run()
	writer.Close()
	<-read
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("interrupted: %w; what is compiled so far is cached, so the next run goes on from there", context.Cause(ctx))
	default:
		return buildError(src, pkg, last, err)
	}
}

// tail hands each line over and returns the last ones that are more than the
// name of a package being compiled.
func tail(r io.Reader, line func(string)) []string {
	var last []string
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		text := lines.Text()
		line(text)
		if compiled(text) || strings.HasPrefix(text, downloading) {
			continue
		}
		if last = append(last, text); len(last) > keptLines {
			last = last[1:]
		}
	}
	// A line too long for the scanner must not block the build.
	_, _ = io.Copy(io.Discard, r)
	return last
}

const downloading = "go: downloading "

// compiled reports whether go build -v prints the line to say which package it compiles.
func compiled(line string) bool {
	return line != "" && !strings.ContainsAny(line, " \t:#")
}

// buildError adds what usually helps to what the compiler said.
func buildError(src source, pkg string, last []string, err error) error {
	said := strings.Join(last, "\n")
	next := fmt.Sprintf("see all of it with: cd %s && go build -o /dev/null %s", src.dir, pkg)
	switch {
	case strings.Contains(said, "no space left on device"):
		next = "the disk is full: a first build needs about 6 GB for Go's caches (go env GOCACHE GOMODCACHE) and 1 GB here"
	case strings.Contains(said, "signal: killed"):
		next = "the compiler was killed, most often for lack of memory: about 4 GB must be free"
	case strings.Contains(said, "dial tcp"), strings.Contains(said, "proxyconnect"), strings.Contains(said, "i/o timeout"):
		next = "modules could not be downloaded: check the network and GOPROXY (go env GOPROXY), then run it again; what came so far is kept"
	case strings.Contains(said, "requires go >= "):
		next = "this Go is too old for the pinned versions: install the one that the go line of the root go.mod names"
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) && said != "" {
		return fmt.Errorf("%w, and the compiler said:\n%s\n%s", err, said, next)
	}
	return fmt.Errorf("%w; %s", err, next)
}
