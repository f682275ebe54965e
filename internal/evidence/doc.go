// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package evidence answers whether a piece of Evidence counts, for which Action, and who
// may judge it. It is pure.
//
// The files: target.go (for which Action), judgement.go (does it count, and why not),
// judges.go (who may judge), waiting.go (whose verdict a week waits for), sources.go (what an
// EvidenceSource says of people), pieces.go (which of many count), state.go (what a judgement
// means for others), tally.go (what was handed in for an Action).
package evidence
