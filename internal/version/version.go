// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package version says which Praxis this is.
package version

// Version is set when a release is built, by
// -ldflags "-X github.com/praxis-dev/praxis/internal/version.Version=v0.1.0".
var Version = "v0.0.0-dev"
