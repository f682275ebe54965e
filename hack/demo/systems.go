// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/praxis-dev/praxis/internal/source"
)

// connect lets systems say what is done: it begins a forge and a Prometheus, applies what the
// platform sample gets for them, and lets the operator read the one Secret and watch the Jobs, by
// the commands that it asks for itself.
func (d *demo) connect(ctx context.Context) (stop func(), err error) {
	if d.receiver, err = freeAddress(); err != nil {
		return nil, err
	}
	d.forge = newForge(d.receiver)
	d.forge.now = func() time.Time { return d.clock.Now() } // that of the story, whenever it is begun anew
	if d.deploys, stop, err = d.prometheus(ctx); err != nil {
		return nil, err
	}
	files := []string{"goals", "sources"}
	if d.deploys != nil {
		files = append(files, "measure")
	}
	steps := [][]string{{"create", "secret", "generic", secretName, "-n", stageNamespace, "--from-literal=token=" + d.forge.secret}}
	for _, file := range files {
		steps = append(steps, []string{"apply", "--server-side", "-n", stageNamespace, "-f", filepath.Join(d.root, "hack", "demo", "connected", file+".yaml")})
	}
	for _, command := range []string{source.GrantSecret(operatorUser, stageNamespace, secretName), source.GrantWatch(operatorUser, stageNamespace, "jobs.batch")} {
		for part := range strings.SplitSeq(command, " && ") {
			steps = append(steps, strings.Fields(part)[1:])
		}
	}
	for _, args := range steps {
		if err := d.kubectl(ctx, io.Discard, args...); err != nil {
			stop()
			return nil, fmt.Errorf("the systems are not connected: %w", err)
		}
	}
	return stop, nil
}
