// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package paid says what accepted work is worth, read from docs/formulas.md a second time: it
// shares no code with internal/incentive, and statements are compared with it.
package paid
