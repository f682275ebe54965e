// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package review answers when a Review is made and who signs it, what stands on its
// agenda, what it lacks before it is complete, and what its decisions change. It is pure.
//
// The files: schedule.go (when one is made), calibration.go (the one page), signers.go (who
// signs), state.go (open, signed, overdue), agenda.go (what is looked at), requirements.go
// (what is lacking), decisions.go (which decisions count), amendments.go (what they change).
package review
