// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"path/filepath"
)

// looks are what the demo shows of the planned week, as arguments of kubectl.
func (d demo) looks() []string {
	return []string{
		"get utilities,weeklycycles -A",
		"get keyactions,teams -A",
		"get actions -n platform",
	}
}

// usage says how to look around.
func (d demo) usage() {
	fmt.Printf(`
The operator runs, and its clock with it: at %g times the speed of time a day passes in %s.
Look around in another terminal:

  export KUBECONFIG=%s
  export PATH=%s:%s:$PATH
  export PRAXIS_CLOCK_START=%s PRAXIS_CLOCK_EPOCH=%s PRAXIS_CLOCK_SPEED=%g

  kubectl praxis tree -n platform                               a goal down to its Actions, trouble unfolded
  kubectl praxis why utility/safe-deploys -n platform           the one cause first
  kubectl praxis mine --as omar@example.com -n product          what one person owes
  kubectl get praxis -A                                         all of it
  kubectl describe utility safe-deploys -n platform             how a goal stands, and why
  kubectl get wc -n platform -o yaml                            a week: its plan, gaps and figures
  kubectl get ka -n enterprise                                  one KeyAction, fanned out over three Teams
  kubectl explain keyaction.spec.package.steps                  what every field means
  kubectl events -n platform --for utility/safe-deploys         the story of the week

The operator logs to %s. Ctrl-C stops everything; make demo-clean removes what is left.
`, d.speed, day(d.speed), d.kubeconfig, d.home, filepath.Dir(d.kubectlPath), start, d.epoch, d.speed, d.logFile())
}

// day is how long a simulated day takes.
func day(speed float64) string {
	if seconds := 24 * 3600 / speed; seconds < 300 {
		return fmt.Sprintf("%.0f seconds", seconds)
	}
	return fmt.Sprintf("%.0f minutes", 24*60/speed)
}
