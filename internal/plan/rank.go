// Copyright The Praxis Authors.
// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"cmp"
	"math/big"
	"slices"

	praxisv1 "github.com/praxis-dev/praxis/api/v1alpha1"
)

// rank orders the names of the KeyActions without a parent, heavier first, then by
// name, and splits them at the limit. Suspended ones rank too.
func rank(keyActions []praxisv1.KeyAction, limit int32) (within, beyond []string) {
	var ranked []*praxisv1.KeyAction
	for i := range keyActions {
		if !hasParent(&keyActions[i]) {
			ranked = append(ranked, &keyActions[i])
		}
	}
	slices.SortFunc(ranked, func(a, b *praxisv1.KeyAction) int {
		return cmp.Or(cmp.Compare(PercentOf(b), PercentOf(a)), cmp.Compare(a.Name, b.Name))
	})
	for i, ka := range ranked {
		if i < int(limit) {
			within = append(within, ka.Name)
		} else {
			beyond = append(beyond, ka.Name)
		}
	}
	return within, beyond
}

// PercentOf is the weight that a KeyAction was given, 0 to 100; 0 if it has none.
func PercentOf(ka *praxisv1.KeyAction) int32 {
	if ka.Spec.Weight == nil {
		return 0
	}
	return *ka.Spec.Weight
}

// WeightOf is a KeyAction's percent of the Utility; one made for a Team has parent/teams, an
// exact fraction, or 0 if the parent is gone or no longer selects the Team.
func (p *Programme) WeightOf(ka *praxisv1.KeyAction) *big.Rat {
	if ka.Spec.ParentRef == nil {
		return new(big.Rat).SetInt64(int64(PercentOf(ka)))
	}
	if parent := p.keyAction(ka.Spec.ParentRef.Name); parent != nil {
		children := p.Children(parent)
		if slices.ContainsFunc(children, func(c praxisv1.KeyAction) bool { return c.Name == ka.Name }) {
			return big.NewRat(int64(PercentOf(parent)), int64(len(children)))
		}
	}
	return new(big.Rat)
}
