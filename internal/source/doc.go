// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package source makes evidence of the events of an EvidenceSource. It is pure: it knows no
// server, and takes the time as an argument.
//
// The files: kinds.go (the types of sources), payload.go (what a body may be), event.go (what a
// request says), environment.go and rules.go (the rules, compiled and evaluated), values.go (what
// a rule came to), outcomes.go (what becomes of a request), pieces.go (the evidence, and its name), tally.go (what the status counts),
// rights.go (what the operator has to be allowed). The folder signature tells whether a sender
// knows the secret.
package source
