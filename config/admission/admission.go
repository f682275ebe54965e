// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package admission carries the admission policies that need nothing but the object
// itself, so that what they refuse is known before a cluster is asked.
package admission

import _ "embed"

// Names is the policy on the names of people's objects, with its binding.
//
//go:embed names.yaml
var Names []byte
