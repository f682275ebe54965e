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
The operator runs on, and its clock, which shows the Monday after the story, as fast as time.
The dashboard is at http://%s/, where you are Mira. Look around in another terminal:

  export KUBECONFIG=%s
  export PATH=%s:%s:$PATH
  export PRAXIS_CLOCK_START=%s PRAXIS_CLOCK_EPOCH=%s PRAXIS_CLOCK_SPEED=%g PRAXIS_CLOCK_UNTIL=%s

  kubectl praxis dashboard --as jonas@example.com -n platform   the pages as somebody else
  kubectl praxis tree -n platform                               a goal down to its Actions, trouble unfolded
  kubectl praxis why utility/safe-deploys -n platform           the one cause first
  kubectl praxis mine --as omar@example.com -n product          what one person owes
  kubectl get evidencesources -n platform                       what systems tell, and what is made of it
  kubectl get praxis -A                                         all of it
  kubectl describe utility safe-deploys -n platform             how a goal stands, and why
  kubectl get wc -n platform -o yaml                            a week: its plan, gaps and figures
  kubectl get ka -n enterprise                                  one KeyAction, fanned out over three Teams
  kubectl explain keyaction.spec.package.steps                  what every field means
  kubectl events -n platform --for utility/safe-deploys         the story of the week

The operator logs to %s. Ctrl-C stops everything; make demo-clean removes what is left.
`, d.address, d.kubeconfig, d.home, filepath.Dir(d.kubectlPath), start, d.epoch, d.speed, until, d.logFile())
}
