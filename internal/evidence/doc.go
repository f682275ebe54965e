// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package evidence answers whether a piece of Evidence counts, for which Action, and who
// may judge it. It is pure.
//
// The files: input.go (what is given, and what is answered), target.go (for which Action),
// judgement.go (does it count), outcomes.go (and why not, alone), pieces.go (which of many count),
// eligible.go (who may judge), panel.go (and who of them this piece), waiting.go (whose verdict a week
// waits for), sources.go (what an EvidenceSource says of people), state.go (what a judgement means for
// others), tally.go (what was handed in for an Action).
package evidence
