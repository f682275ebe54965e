// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package controlplane

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"
	"k8s.io/utils/clock"
)

// How often progress is shown: a terminal's line is written over, a log grows.
const (
	terminalInterval = 250 * time.Millisecond
	logInterval      = 15 * time.Second
)

// progress shows that a build of minutes is alive: which component, for how
// long, and a count that moves.
type progress struct {
	out      io.Writer
	clock    clock.WithTicker
	terminal bool
	total    int
	first    time.Time

	mu         sync.Mutex
	nth        int
	component  Component
	pkg        string
	begun      time.Time
	compiled   int
	downloaded int
	linking    bool
}

func newProgress(out io.Writer, clock clock.WithTicker, total int) *progress {
	p := &progress{out: out, clock: clock, total: total, first: clock.Now(), terminal: isTerminal(out)}
	fmt.Fprintln(out, "control plane: building it from source; the first time takes about 10 minutes on two cores, later seconds")
	return p
}

func isTerminal(out io.Writer) bool {
	file, ok := out.(*os.File)
	return ok && term.IsTerminal(int(file.Fd())) && os.Getenv("TERM") != "dumb"
}

// begin shows the component until the returned function is called with the outcome.
func (p *progress) begin(c Component, pkg string) (done func(error)) {
	p.mu.Lock()
	p.nth++
	p.component, p.pkg, p.begun = c, pkg, p.clock.Now()
	p.compiled, p.downloaded, p.linking = 0, 0, false
	p.mu.Unlock()

	interval := logInterval
	if p.terminal {
		interval = terminalInterval
	}
	ticker := p.clock.NewTicker(interval)
	stop := make(chan struct{})
	var shown sync.WaitGroup
	p.show("")
	shown.Go(func() {
		for {
			select {
			case <-ticker.C():
				p.show("")
			case <-stop:
				return
			}
		}
	})
	return func(err error) {
		ticker.Stop()
		close(stop)
		shown.Wait()
		if err != nil {
			p.show("failed")
		} else {
			p.show("done")
		}
	}
}

// line takes in a line of go build -v.
func (p *progress) line(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case strings.HasPrefix(text, downloading):
		p.downloaded++
	case compiled(text):
		p.compiled++
		// The main package is compiled last; linking, which takes a while, is silent.
		p.linking = text == p.pkg
	}
}

// show writes the line; an outcome ends it.
func (p *progress) show(outcome string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var line strings.Builder
	fmt.Fprintf(&line, "control plane %d/%d: %s, %s", p.nth, p.total, p.component, seconds(p.clock.Since(p.begun)))
	if p.downloaded > 0 {
		fmt.Fprintf(&line, ", %d modules downloaded", p.downloaded)
	}
	if p.compiled > 0 {
		fmt.Fprintf(&line, ", %d packages compiled", p.compiled)
	}
	switch {
	case outcome != "":
		line.WriteString(", " + outcome)
	case p.linking:
		line.WriteString(", linking")
	}
	before, after := "", "\n"
	if p.terminal {
		before = "\r\x1b[K"
		if outcome == "" {
			after = ""
		}
	}
	fmt.Fprint(p.out, before+line.String()+after)
}

// finish says how long it took.
func (p *progress) finish() {
	fmt.Fprintf(p.out, "control plane: %s of building\n", seconds(p.clock.Since(p.first)))
}

func seconds(d time.Duration) time.Duration { return d.Round(time.Second) }
