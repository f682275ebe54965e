// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Command praxis-verify reports whether closed weeks are unchanged since they were closed:
//
//	kubectl get weeklycycles,actions,evidence -A -o json | praxis-verify
//
// It exits with 1 if they have changed, and with 2 if it cannot tell.
package main

import (
	"fmt"
	"maps"
	"os"
	"slices"

	"github.com/praxis-dev/praxis/internal/chain"
)

func main() {
	exports, err := chain.ReadExport(os.Stdin)
	if err != nil {
		fmt.Fprintln(os.Stderr, "praxis-verify:", err)
		os.Exit(2)
	}
	weeks, code := 0, 0
	for _, namespace := range slices.Sorted(maps.Keys(exports)) {
		verified, findings := chain.Verify(*exports[namespace])
		weeks += verified
		for _, f := range findings {
			fmt.Printf("%s/%s: %s\n", namespace, f.Cycle, f.Message)
			code = 1
		}
	}
	fmt.Printf("%d closed weeks verified\n", weeks)
	os.Exit(code)
}
