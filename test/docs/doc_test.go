// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package docs holds the documentation to what is there: links lead somewhere. It needs no server.
package docs
