// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package status decides the status of each kind from what was gathered, and the next instant
// at which it can change by itself. It is pure.
//
// There is a file for each kind (action.go, evidence.go, evidencesource.go, incentivepolicy.go,
// incentivestatement.go, keyaction.go, review.go, team.go, utility.go, weeklycycle.go); where a kind
// has many messages, they are in a file beside it (…_words.go). conditions.go has the tree of all
// conditions, inputs.go what the largest statuses are decided from, instants.go when they are judged
// and change. closing.go ends a week, history.go keeps its results, quarters.go those of quarters,
// settling.go what is read soon after, outcome.go reads the measures, calibration.go the one page,
// preview.go a week that is not planned yet.
package status
