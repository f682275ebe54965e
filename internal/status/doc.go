// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package status decides what each kind says of itself: from what was gathered to its
// status, and the next instant at which that can change by itself. It is pure.
//
// There is a file a kind (action.go, evidence.go, keyaction.go, review.go, team.go,
// utility.go, weeklycycle.go), and where its sentences are many they stand beside it
// (…_words.go). conditions.go has the tree of all conditions. closing.go ends a week,
// history.go keeps what it came to, outcome.go reads the measures, calibration.go the one
// page, preview.go a week that nobody has planned yet.
package status
