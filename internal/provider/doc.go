// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package provider asks the Prometheuses that the administrators of a cluster have set up for the
// values of measures, and keeps goals and providers from harming each other:
//
//	config.go    the file of the administrators
//	provider.go  a query: whose it may be, what it sees, shared where it is asked twice
//	host.go      how often a provider is asked, and when it is left alone
//	slots.go     how many wait for one source at once
//	transport.go what an answer may be: no redirect, 1 MiB
//	failure.go   what an error means to the author of a measure
package provider
