// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package review decides when a Review is made and who signs it, what is on its agenda, what
// it lacks to be complete, and what its decisions change. It is pure.
//
// The files: input.go (what is given), schedule.go (when one is made), calibration.go (the one page),
// signers.go (who signs), state.go (open, signed, overdue), agenda.go (what is looked at), item.go
// (one gap, and what is proposed), structure.go (what the plan itself lacks), gone.go (what nobody
// goes on with), undone.go (what the Review before decided in vain), quarter.go (what a quarter is
// looked at by), needless.go (which are taken away again), requirements.go (what is missing),
// decisions.go (which decisions count), amendments.go (what they change).
package review
