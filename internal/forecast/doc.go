// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package forecast answers whether a quarter is covered: what its closed weeks delivered,
// what the running week can still deliver, and what the planner makes of today's objects in
// the remaining weeks. It is pure.
package forecast
