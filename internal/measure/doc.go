// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package measure decides what reading a measure from its source comes to: which number counts,
// when it is read, and what a failure means. It is pure; internal/provider and the controllers
// ask the sources.
//
//	problem.go   what is wrong with a source by itself
//	value.go     exactly one sample counts, as a decimal at the resolution of the measure
//	schedule.go  when a measure is read
//	decide.go    what an attempt changes in the status, and when a reading is stale
//	condition.go what the condition Measured says of all measures
//
// The rule behind all of it: silence is never a number. What has no data, several series or
// something that is no number keeps the last value and says so.
package measure
