// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package ha

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// replica is a process that is started again whenever it ends, as the kubelet does. Each
// life has its own name, which the API server's audit log shows as its user agent.
type replica struct {
	*stage
	slot int

	mu      sync.Mutex
	life    int
	cmd     *exec.Cmd
	stopped bool
	ended   sync.WaitGroup
}

func (r *replica) name() string { return fmt.Sprintf("praxis-%d-%d", r.slot, r.life) }

func (r *replica) log() string { return filepath.Join(r.dir, r.name()+".log") }

func (s *stage) start(slots int) []*replica {
	var all []*replica
	for slot := range slots {
		r := &replica{stage: s, slot: slot}
		all = append(all, r)
		r.run()
	}
	return all
}

func (r *replica) run() {
	r.ended.Go(r.live)
	r.Cleanup(r.stop)
}

func (r *replica) live() {
	for {
		r.mu.Lock()
		if r.stopped {
			r.mu.Unlock()
			return
		}
		r.life++
		log, err := os.Create(r.log())
		if err == nil {
			r.cmd = &exec.Cmd{
				Path: r.binary, Args: append([]string{r.name()}, r.args...), Env: append(os.Environ(), "KUBECONFIG="+r.kubeconfig()),
				Stdout: log, Stderr: log,
			}
			err = r.cmd.Start()
		}
		cmd := r.cmd
		r.mu.Unlock()
		if err != nil {
			r.Errorf("a replica does not start: %v", err)
			return
		}
		_ = cmd.Wait() // the caller that ended it and its log say how it ended
		_ = log.Close()
	}
}

func (r *replica) stop() {
	r.mu.Lock()
	r.stopped = true
	_ = r.cmd.Process.Kill() // it may have died by itself
	r.mu.Unlock()
	r.ended.Wait()
}

// signal sends a signal to a life of the replica, unless that is over.
func (r *replica) signal(life int, signal syscall.Signal) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.life == life {
		_ = r.cmd.Process.Signal(signal) // it may have died by itself
	}
}

// leads reports whether its present life has got the lease, and which that is.
func (r *replica) leads() (life int, leads bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	text, err := os.ReadFile(r.log())
	return r.life, err == nil && strings.Contains(strings.ToLower(string(text)), "successfully acquired lease")
}

// leader is the replica that leads, other than one that led before.
func leader(replicas []*replica, before *replica) (*replica, int) {
	for _, r := range replicas {
		if life, leads := r.leads(); leads && r != before {
			return r, life
		}
	}
	return nil, 0
}

// killAtRandom kills the leader at random moments until the context ends, and returns how long it
// took each time until another led.
func killAtRandom(ctx context.Context, s *stage, replicas []*replica, random *rand.Rand) (takeovers []time.Duration) {
	for {
		pause := time.Duration(random.Int64N(int64(2500 * time.Millisecond)))
		select {
		case <-ctx.Done():
			return takeovers
		case <-time.After(pause):
		}
		r, life := leader(replicas, nil)
		if r == nil {
			continue
		}
		began := time.Now()
		r.signal(life, syscall.SIGKILL)
		for next, again := leader(replicas, nil); next == nil || next == r && again == life; next, again = leader(replicas, nil) {
			select {
			case <-s.ctx.Done():
				return takeovers
			case <-time.After(10 * time.Millisecond):
			}
		}
		takeovers = append(takeovers, time.Since(began))
	}
}

func told(takeovers []time.Duration) string {
	slices.Sort(takeovers)
	n := len(takeovers)
	return fmt.Sprintf("the leader was killed %d times; another led after %s at best, %s in the median, %s at worst", n,
		takeovers[0].Round(10*time.Millisecond), takeovers[n/2].Round(10*time.Millisecond), takeovers[n-1].Round(10*time.Millisecond))
}

// panics returns the lines of all logs that report a panic.
func (s *stage) panics() (lines []string) {
	files, err := filepath.Glob(filepath.Join(s.dir, "praxis-*.log"))
	s.must(err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		s.must(err)
		for line := range strings.Lines(string(text)) {
			if strings.Contains(line, "panic") || strings.Contains(line, "DATA RACE") {
				lines = append(lines, line)
			}
		}
	}
	return lines
}
