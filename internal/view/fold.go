// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package view

import (
	"fmt"
	"math"
	"slices"
)

// detail is how much of a tree is shown.
type detail struct {
	// depth of the lines that are shown; the roots have depth 0.
	depth int
	// branches and leaves are how many troubled siblings with the same reason have a line of
	// their own: branches have lines below them, leaves are Actions.
	branches, leaves int
	// fold is set if branches without trouble below them are folded too.
	fold bool
}

// details are tried in this order, the richest first: Actions are folded before the lines
// above them.
var details = func() (all []detail) {
	limits := []int{math.MaxInt, 16, 8, 4, 2, 1, 0}
	for _, depth := range []int{math.MaxInt, 2, 1, 0} {
		for _, branches := range limits {
			for _, leaves := range limits {
				all = append(all, detail{depth, branches, leaves, false}, detail{depth, branches, leaves, true})
			}
		}
	}
	return all
}()

// Fold is a forest in at most so many lines: similar siblings share one line, and those in
// trouble have lines of their own as long as there is room. 0 folds nothing. If even one line
// for each reason is too much, the result has one for each reason all the same.
func Fold(roots []*Node, lines int) []*Node {
	if lines <= 0 {
		return roots
	}
	var folded []*Node
	for _, d := range details {
		if folded = d.forest(roots, 0); Lines(folded) <= lines {
			break
		}
	}
	return folded
}

// Lines is how many lines a forest takes.
func Lines(roots []*Node) int {
	n := len(roots)
	for _, root := range roots {
		n += Lines(root.Children)
	}
	return n
}

// forest keeps the order of siblings: a folded line takes the place of the first of its group
// that has no line of its own.
func (d detail) forest(siblings []*Node, depth int) []*Node {
	type alike struct {
		kind, reason string
	}
	groups := map[alike][]*Node{}
	for _, n := range siblings {
		key := alike{n.Kind, n.Reason}
		groups[key] = append(groups[key], n)
	}
	lines := map[alike]int{}
	for key, group := range groups {
		lines[key] = d.own(group[0], group)
	}
	shown := map[alike]int{}
	var out []*Node
	for _, n := range siblings {
		key := alike{n.Kind, n.Reason}
		group, i, own := groups[key], shown[key], lines[key]
		shown[key]++
		switch {
		case i < own || len(group) == own+1:
			out = append(out, d.line(n, depth))
		case i == own:
			out = append(out, foldedLine(n, len(group)-own, own > 0))
		}
	}
	return out
}

// own is how many of a group have a line of their own: those in trouble, up to the limit, and
// those with something below them that is worth a line.
func (d detail) own(n *Node, group []*Node) int {
	switch {
	case n.Kind == kindAction && n.Troubled():
		return min(d.leaves, len(group))
	case n.Kind == kindAction:
		return 0
	case n.Troubled() || slices.ContainsFunc(group, troubledBelow):
		return min(d.branches, len(group))
	case d.fold:
		return 0
	}
	return min(d.branches, len(group))
}

func troubledBelow(n *Node) bool {
	for _, child := range n.Children {
		if child.Troubled() || troubledBelow(child) {
			return true
		}
	}
	return false
}

func (d detail) line(n *Node, depth int) *Node {
	line := *n
	line.Children = nil
	if depth < d.depth {
		line.Children = d.forest(n.Children, depth+1)
	}
	return &line
}

// foldedLine stands for several nodes; its due time is that of the one that is due first.
func foldedLine(first *Node, n int, more bool) *Node {
	line := &Node{
		Ref:    Ref{Kind: first.Kind, Namespace: first.Namespace},
		Label:  fmt.Sprintf("%d %s…", n, plurals[first.Kind]),
		Folded: n, More: more, State: State{Status: first.Status, Reason: first.Reason}, Due: first.Due,
	}
	if more {
		line.Label = fmt.Sprintf("%d more %s…", n, plurals[first.Kind])
	}
	return line
}

// The kinds, as the API names them.
const (
	kindUtility     = "Utility"
	kindTeam        = "Team"
	kindPackage     = "ActionPackage"
	kindKeyAction   = "KeyAction"
	kindWeeklyCycle = "WeeklyCycle"
	kindAction      = "Action"
	kindEvidence    = "Evidence"
	kindReview      = "Review"
	// kindMember is a line of a board, not an object.
	kindMember = "Member"
)

var plurals = map[string]string{
	kindUtility: "Utilities", kindKeyAction: "KeyActions", kindAction: "Actions", kindReview: "Reviews", kindMember: "people",
}
