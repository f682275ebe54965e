// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package view

import (
	"cmp"
	"slices"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
	"github.com/praxis-dev/praxis/internal/review"
)

// Forest is the tree of every Utility, in the order of their names.
func (o Objects) Forest() []*Node {
	var roots []*Node
	for i := range o.Utilities {
		roots = append(roots, o.utilityTree(&o.Utilities[i]))
	}
	slices.SortFunc(roots, func(a, b *Node) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	return roots
}

// Tree is the tree below one Utility, KeyAction or WeeklyCycle, or nil if it was not read or
// is of another kind.
func (o Objects) Tree(of Ref) *Node {
	switch of.Kind {
	case kindUtility:
		if u := find(o.Utilities, of.Namespace, of.Name); u != nil {
			return o.utilityTree(u)
		}
	case kindKeyAction:
		if ka := find(o.KeyActions, of.Namespace, of.Name); ka != nil {
			u := find(o.Utilities, ka.Namespace, ka.Spec.UtilityRef.Name)
			var week *praxisv1.WeeklyCycle
			if u != nil {
				week = o.current(u)
			}
			return o.keyActionTree(ka, o.actionNodes(week))
		}
	case kindWeeklyCycle:
		if c := find(o.Cycles, of.Namespace, of.Name); c != nil {
			return o.cycleTree(c)
		}
	}
	return nil
}

// utilityTree lists the Reviews that wait for somebody before the work.
func (o Objects) utilityTree(u *praxisv1.Utility) *Node {
	root := utilityNode(u)
	for i := range o.Reviews {
		if r := &o.Reviews[i]; r.Namespace == u.Namespace && r.Spec.UtilityRef.Name == u.Name && review.AwaitsSignature(r) {
			root.Children = append(root.Children, reviewNode(r))
		}
	}
	byTrouble(root.Children)
	week := o.current(u)
	actions := o.actionNodes(week)
	for _, ka := range o.keyActionsOf(u) {
		root.Children = append(root.Children, o.keyActionTree(ka, actions))
	}
	if week != nil {
		root.Children = append(root.Children, o.gone(week, actions)...)
	}
	return root
}

// gone are KeyActions that were deleted while the week runs: their work goes on.
func (o Objects) gone(week *praxisv1.WeeklyCycle, actions map[string][]*Node) []*Node {
	var nodes []*Node
	for i := range week.Status.KeyActions {
		row := &week.Status.KeyActions[i]
		if len(actions[row.Name]) > 0 && find(o.KeyActions, week.Namespace, row.Name) == nil {
			nodes = append(nodes, rowNode(week, row, actions))
		}
	}
	return nodes
}

// rowNode is a KeyAction as its row in the week shows it.
func rowNode(week *praxisv1.WeeklyCycle, row *praxisv1.KeyActionWeek, actions map[string][]*Node) *Node {
	n := &Node{Ref: refTo(kindKeyAction, week.Namespace, row.Name), Label: row.Name, State: State{Status: row.OnTrack, Reason: row.Reason}, Done: percents(row.Delivery)}
	if row.FirstGap != nil {
		n.Next = row.FirstGap.Message
	}
	n.Children = actions[row.Name]
	return n
}

func (o Objects) keyActionTree(ka *praxisv1.KeyAction, actions map[string][]*Node) *Node {
	n := keyActionNode(ka)
	children := o.childrenOf(ka)
	for _, child := range children {
		n.Children = append(n.Children, o.keyActionTree(child, actions))
	}
	n.Children = append(n.Children, actions[ka.Name]...)
	if len(children) > 0 {
		byTrouble(n.Children)
	}
	return n
}

// cycleTree is the week by KeyAction, deleted ones included.
func (o Objects) cycleTree(c *praxisv1.WeeklyCycle) *Node {
	root := &Node{Ref: refTo(kindWeeklyCycle, c.Namespace, c.Name), Label: c.Name, State: cycleState(c), Done: percents(c.Status.Delivery), Next: next(cycleState(c), c.Status.Summary)}
	actions := o.actionNodes(c)
	for i := range c.Status.KeyActions {
		root.Children = append(root.Children, rowNode(c, &c.Status.KeyActions[i], actions))
	}
	return root
}

// actionNodes are the Actions of a week by KeyAction.
func (o Objects) actionNodes(week *praxisv1.WeeklyCycle) map[string][]*Node {
	nodes := map[string][]*Node{}
	if week == nil {
		return nodes
	}
	for i := range o.Actions {
		if a := &o.Actions[i]; a.Namespace == week.Namespace && a.Spec.CycleRef.Name == week.Name {
			nodes[a.Spec.KeyActionRef.Name] = append(nodes[a.Spec.KeyActionRef.Name], actionNode(a))
		}
	}
	for _, own := range nodes {
		byTrouble(own)
	}
	return nodes
}
