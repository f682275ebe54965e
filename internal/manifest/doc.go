// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package manifest reads Praxis objects from files, and says of each whether an API
// server would take it. It asks no network.
//
// An object passes through what it would pass through in a server, in the same order
// and by the same code:
//
//	read      several documents a file, and Lists; duplicate keys
//	decode    defaults put in, unknown fields found
//	validate  object meta, schema, list types, CEL rules
//	admit     the policy on names, as config/admission has it
//
// but where a server answers with the first stage that fails, all of them speak here,
// so that an author fixes everything at once.
//
// The files: read.go (which files), document.go (what a file holds), lines.go (where
// a field stands), kinds.go (schemas), policy.go (the policy on names), load.go (all
// together).
package manifest
