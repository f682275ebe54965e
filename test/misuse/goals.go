// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package misuse

import _ "embed"

// The goals: the one that is spoiled, the evidence that is handed in for it, and its neighbours
// in the same and in another namespace, all of whose names begin with Next and Far.
var (
	//go:embed goals/goal.yaml
	Goal []byte
	//go:embed goals/evidence.yaml
	Evidence []byte
	//go:embed goals/next.yaml
	Neighbour []byte
	//go:embed goals/far.yaml
	Distant []byte
)

const (
	// Misused is the name of an object that a case makes, rather than changes.
	Misused = "misused"
	// Next and Far are how all names of the neighbours begin.
	Next, Far = "next", "far"
	// Now is an instant at which the midweek check of the goals is open.
	Now = "2026-11-25T13:00:00Z"
)
