// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package week assesses a week: what state each of its Actions is in, how far each level is
// off the plan, which gap to look at first, and what becomes of unfinished work when the week
// closes. It is pure: the same objects at the same instant give the same answer.
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
// A planned step that nobody does keeps its share in Σ share, with p = 0. All calculations
// use exact fractions; only what is written into a status is rounded, half up.
//
// The files: cycle.go (is it planned, running, closed), state.go (the state of an Action), work.go
// (what is assessed), figures.go (a week's figures), deviation.go (from figures to a verdict),
// structure.go (what depends on what), gaps.go (what is missing, and where it began), groups.go (gaps
// by their cause, and which comes first), words.go (what is said of one), unfinished.go (what becomes
// of the rest), rollup.go (from the rows of a week to KeyActions and Teams).
package week
