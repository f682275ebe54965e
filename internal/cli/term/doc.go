// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package term is how a command prints: tables that fit the screen, colours on a terminal,
// wrapped text, JSON and YAML for programs, and a reference of commands. It knows nothing
// about what is printed.
package term
