// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package measuring

import (
	"fmt"
	"testing"
	"time"

	"github.com/praxis-dev/praxis/internal/provider"
)

func TestAMeasureWaitsForOneTurnAfterTheOther(t *testing.T) {
	noon := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	var turns DrawnTurns[string]
	var steps []int
	cancelled := 0
	draw := func(step int) provider.Turn {
		steps = append(steps, step)
		return provider.Turn{Wait: time.Duration(2-step) * time.Second, Cancel: func() { cancelled++ }}
	}
	var waits []time.Duration
	for _, after := range []time.Duration{0, time.Second, 2 * time.Second, 3 * time.Second} {
		waits = append(waits, turns.Wait("a", draw, noon.Add(after)))
	}
	if fmt.Sprint(waits) != "[2s 1s 1s 0s]" || fmt.Sprint(steps) != "[0 1]" || len(turns.of) != 0 {
		t.Errorf("it waits %v, having drawn %v, and keeps %v", waits, steps, turns.of)
	}
	turns.Wait("b", draw, noon)
	turns.Forget("b")
	turns.Forget("nobody")
	if cancelled != 1 || len(turns.of) != 0 {
		t.Errorf("%d turns are given back, and %v kept", cancelled, turns.of)
	}
}
