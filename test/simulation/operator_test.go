// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/praxis-dev/praxis/test/controlplane"
)

// operator is the real binary as a child process, that can be killed at any time.
type operator struct {
	*testing.T
	binary, kubeconfig string
	args               []string
	log                *os.File

	mu    sync.Mutex
	cmd   *exec.Cmd
	began time.Time // really, of the process that runs
	kills int
}

func buildOperator(t *testing.T, dir string) string {
	t.Helper()
	if err := controlplane.Build(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "praxis")
}

func (o *operator) start() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.run()
}

func (o *operator) run() {
	o.began = time.Now()
	o.cmd = exec.Command(o.binary, o.args...)
	o.cmd.Env = append(os.Environ(), "KUBECONFIG="+o.kubeconfig)
	o.cmd.Stdout, o.cmd.Stderr = o.log, o.log
	if err := o.cmd.Start(); err != nil {
		o.Errorf("the operator does not start: %v", err)
		o.cmd = nil
	}
}

// stop kills the operator as the kernel does that runs out of memory.
func (o *operator) stop() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.kill()
}

func (o *operator) kill() {
	if o.cmd == nil {
		return
	}
	_ = o.cmd.Process.Kill() // it may have died by itself
	_ = o.cmd.Wait()         // says that it was killed
	o.cmd = nil
}

// killAtRandom kills the operator at random moments, and starts it again, until ctx ends.
func (o *operator) killAtRandom(ctx context.Context, random *rand.Rand) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(2*time.Second + time.Duration(random.Int64N(int64(4*time.Second)))):
		}
		o.mu.Lock()
		if o.cmd != nil {
			o.kill()
			o.kills++
			o.run()
		}
		o.mu.Unlock()
	}
}

func (o *operator) said() string {
	text, err := os.ReadFile(o.log.Name())
	if err != nil {
		return fmt.Sprint("its log is gone: ", err)
	}
	return string(text)
}
