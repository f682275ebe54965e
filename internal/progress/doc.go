// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package progress decides how far the work has come: what state an Action is
// in, how far each level is off its plan, which gap to look at first, what the
// plan covers, and from all that the status of every kind. It is pure: the same
// objects at the same instant give the same answer, whoever asks.
//
// With q the target of an Action, acc and pend its accepted and pending
// quantity, and due the quantity of its occurrences with dueAt <= now:
//
//	Action      p = acc/q            e = due/q
//	KeyAction   P = Σ share·p / Σ share    E = Σ share·e / Σ share    over Actions that are not dropped
//	            P′ = Σ share·(acc+pend)/q / Σ share
//	Cycle       the same over KeyActions that have Actions, by weight
//	Deviation   D = P − E   in percentage points
//
// A planned step that nobody does keeps its share in Σ share, with p = 0. All of
// it is exact fractions; only what is written into a status is rounded, half up.
//
// The files: states.go (the state of an Action), fate.go (what becomes of it), week.go (a week's figures), judge.go (from a
// deviation to a verdict), gaps.go (the first gap), opened.go (a week that nobody has
// planned yet), then one file a kind for its status.
package progress
