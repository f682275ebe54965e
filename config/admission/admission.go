// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package admission carries the admission policies inside the programs.
package admission
