// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

// Package view is the read model for people: what the objects of a namespace say, in the
// order in which a person wants to know it. The kubectl plugin and the dashboard show it. It
// is pure, and it never judges by itself: what it says about an object comes from the status
// of that object, so that two views of the same moment are the same.
//
// The files: objects.go (what is given), state.go (where an object stands), node.go and
// fold.go (lines of a tree that fits a screen), tree.go (Utility, KeyAction, Action), goal.go (the
// one page of a Utility), week.go (the board of a week), past.go (a week as it was at an instant),
// next.go (the week after it), heat.go (week by week), owed.go (what a person owes), card.go (a piece
// for its judge), why*.go (the one cause first), sure.go (how sure that is), search.go (by words),
// report*.go (the one page for others), preview.go (a week that is not planned yet).
package view
