// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package manifest reads Praxis objects from files, and decides for each whether an API
// server would accept it. It uses no network.
//
// An object passes through the same stages as in a server, in the same order and with the
// same code:
//
//	read      several documents a file, and Lists; duplicate keys
//	decode    defaults put in, unknown fields found
//	validate  object meta, schema, list types, CEL rules
//	admit     the policy on names, as config/admission has it
//
// But where a server stops at the first stage that fails, here all of them report, so that an
// author can fix everything at once.
//
// The files: read.go (which files), document.go (what a file holds), lines.go (the line of a
// field), kinds.go (schemas), words.go (what authors are told of a wrong
// value), forms.go (of one that does not fit its pattern), examples.go (what to write instead),
// team.go (which members break a rule over all of them), policy.go (the policy on names), load.go (the whole).
package manifest
