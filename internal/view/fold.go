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
	// branches and leaves are how many troubled siblings of one reason have a line of
	// their own: of what has lines below it, and of Actions.
	branches, leaves int
	// fold tells that branches are folded as well where all is well below.
	fold bool
}

// details are tried in this order, the richest first: Actions give way to what they
// hang on.
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

// Fold is a forest in at most so many lines: siblings alike are one line, trouble has
// lines of its own as long as there is room. 0 folds nothing. Where even one line a
// reason is too much, that is what remains.
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

// forest keeps the order of siblings: a folded line stands where the first of its kind
// that has no line of its own stood.
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

// own is how many of a group have a line of their own: those in trouble up to the
// limit, and what has something below it that is worth a line.
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

// foldedLine stands for several; the one that is due first lends it its time.
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
