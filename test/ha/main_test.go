// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package ha runs three replicas of the real operator on one real API server through a
// week in simulated time, while people hand in, judge and sign, and kills the leader again
// and again. The result has to equal that of one replica in the same, undisturbed week.
package ha

import (
	"flag"
	"io"
	"os"
	"testing"
	"time"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
)

var (
	weeks  = flag.Int("weeks", 0, "1 lives a week whose leader dies (make test-ha-short), 2 compares it with a week in peace (make test-ha)")
	seed   = flag.Uint64("seed", 0, "of the random moments of kills; 0 is a new one")
	speed  = flag.Float64("speed", 10080, "how many times as fast as time the clock runs; at 10080 a week takes a minute")
	lease  = flag.Duration("lease", 2*time.Second, "after how long without a sign of the leader another replica takes over")
	pauses = flag.Int("pauses", 2, "how often a leader is paused beyond its lease")
)

func TestMain(m *testing.M) {
	ctrl.SetLogger(zap.New(zap.WriteTo(io.Discard)))
	os.Exit(m.Run())
}
