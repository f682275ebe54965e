// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package measuring asks the source of a measure for its value: which Prometheus, metric or object it
// is, and which right is missing for that. The operator does so, and the plugin to try one.
//
//	sources.go  a Prometheus by internal/provider, and external metrics
//	object.go   an object of the cluster
//	rights.go   the commands that give the right to read one
package measuring
