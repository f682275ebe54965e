// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Command hello is small and not the same on every machine: it counts bits and multiplies with
// one instruction where the machine is known to have it.
package main

import (
	"math"
	"math/bits"
	"os"
)

func main() {
	n := len(os.Args)
	os.Exit(bits.OnesCount(uint(n)) + int(math.FMA(float64(n), float64(n), 1)))
}
