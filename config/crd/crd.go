// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package crd carries the CustomResourceDefinitions inside the program, so that a file
// is judged offline by the very schema that a cluster would judge it by.
package crd

import "embed"

// Bases holds one file for each kind, in the folder bases.
//
//go:embed bases/*.yaml
var Bases embed.FS
